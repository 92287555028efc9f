# What there is to do here. `make` alone explains it.
#
# Nothing here sets what a plain `cargo build --release` does not have: both leave the same target/release/honnin.

PREFIX ?= /usr/local
CARGO ?= cargo
# Where the official installer puts the Rust toolchain, for shells that have not heard of it.
export PATH := $(PATH):$(HOME)/.cargo/bin

.DEFAULT_GOAL := help
.PHONY: help setup demo test build lint docs nightly openssl install clean

help: ## This text
	@echo 'honnin reads the My Number Card. On Debian 12 or 13 with a Rust toolchain:'
	@echo
	@sed -n 's/^\([a-z]*\):.*## /\1 /p' $(firstword $(MAKEFILE_LIST)) \
		| while read -r target text; do printf '  make %-9s %s\n' "$$target" "$$text"; done
	@echo
	@echo 'Begin with: make demo'

setup: ## Install the Debian packages that are missing for all of the below; says which before it does
	@tools/setup.sh build run test

demo: ## Build the command; read a virtual card, sign with it, and let openssl verify (3 minutes, then 2 seconds)
	@tools/setup.sh build run
	@echo '== Building the honnin command. The first time this compiles OpenSSL too: about 3 minutes on 2 cores.'
	$(CARGO) build --release --locked --package honnin-cli
	@tools/demo.sh "$${CARGO_TARGET_DIR:-target}/release/honnin"

test: setup lint docs ## Everything that must hold before a change is merged
	$(CARGO) test --workspace --locked
	tools/loom.sh

build: ## The command, as target/release/honnin
	@tools/setup.sh build
	$(CARGO) build --release --locked

lint: ## Formatting and clippy
	@tools/setup.sh build lint
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings

docs: ## The documentation of the Rust API, without warnings
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --workspace --no-deps --lib --locked

nightly: setup ## The tests that search by chance, for longer (HONNIN_TEST_MUTATIONS says how many); data races
	HONNIN_TEST_MUTATIONS=$${HONNIN_TEST_MUTATIONS:-2000000} \
		$(CARGO) test --release --locked --package honnin-tests --test mutations -- --nocapture
	tools/tsan.sh

openssl: ## Build the OpenSSL of our packages once, into target/openssl (docs/decisions/0004)
	@tools/setup.sh build
	@tools/openssl.sh "$(CURDIR)/target/openssl"

install: ## Install into PREFIX (/usr/local unless given; DESTDIR goes before it)
	@tools/setup.sh build
	@test -x tools/install.sh || { echo 'There is no tools/install.sh yet. The command: cargo install --path src/cli'; exit 1; }
	PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' tools/install.sh

clean: ## Remove everything that was built
	$(CARGO) clean
