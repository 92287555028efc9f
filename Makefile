# What there is to do here. `make` alone explains it.
#
# Nothing here sets what a plain `cargo build --release` does not have: both leave the same target/release/honnin.

PREFIX ?= /usr/local
CARGO ?= cargo
TARGET := $(or $(CARGO_TARGET_DIR),target)
# Where the official installer puts the Rust toolchain, for shells that have not heard of it.
export PATH := $(PATH):$(HOME)/.cargo/bin

.DEFAULT_GOAL := help
.PHONY: help setup demo test build lint docs reference sheet screens site bench-card wheel nightly bench-sign bench-batch openssl install \
	windows arm64 dist test-dist wheels clean-debian clean

help: ## This text
	@echo 'honnin reads the My Number Card. On Debian 12 or 13 with a Rust toolchain:'
	@echo
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1 /p' $(firstword $(MAKEFILE_LIST)) \
		| while read -r target text; do printf '  make %-10s %s\n' "$$target" "$$text"; done
	@echo
	@echo 'Begin with: make demo'

setup: ## Install the Debian packages that are missing for all of the below; says which before it does
	@tools/setup.sh build run test till python pages fuzz

demo: ## Build it; read a virtual card, sign, let openssl verify; then the C++ till (4 minutes, then seconds)
	@tools/setup.sh build run till
	@echo '== Building the honnin command. The first time this compiles OpenSSL too: about 3 minutes on 2 cores.'
	$(CARGO) build --release --locked --package honnin-cli
	@tools/demo.sh "$(TARGET)/release/honnin"
	@echo '== Building the C library, and the till of sdk-c-examples against it.'
	@tools/install.sh "$(TARGET)/demo" >"$(TARGET)/demo.log" 2>&1 || { cat "$(TARGET)/demo.log"; exit 1; }
	@$(MAKE) --silent --no-print-directory -C sdk-c-examples demo PKG_CONFIG_PATH="$(abspath $(TARGET))/demo/lib/pkgconfig" BUILD="$(abspath $(TARGET))/demo/examples"

test: setup lint docs ## Everything that must hold before a change is merged
	$(CARGO) test --workspace --locked
	tools/fuzz.sh $${HONNIN_FUZZ_SECONDS:-20}
	tools/loom.sh
	tools/wheel.sh
	tools/test-wheel.sh "$(CURDIR)"/target/wheel/dist/*.whl
	tools/test-batch.sh 20000
	tools/test-viewers.sh 300 1

site: wheel ## The site in Japanese and English: target/site/html/index.html
	@tools/setup.sh pages till
	tools/install.sh "$(TARGET)/demo"
	@$(MAKE) --silent --no-print-directory -C sdk-c-examples "$(abspath $(TARGET))/demo/examples/pos_identify" \
		PKG_CONFIG_PATH="$(abspath $(TARGET))/demo/lib/pkgconfig" BUILD="$(abspath $(TARGET))/demo/examples"
	tools/site.sh "$(CURDIR)"/target/wheel/dist/*$(shell uname -m).whl "$(abspath $(TARGET))/demo/examples/pos_identify" target/site

bench-card: ## Read and sign beside a bare loop, myna-card and OpenSC: exchanges, wall and processor time (2 minutes)
	@tools/setup.sh build test
	$(CARGO) bench --locked --package honnin-tests --bench card

wheel: ## The Python wheel and sdist for this machine's kind, as target/wheel/dist; with FREE_THREADED=python3.14t one for that too
	@tools/setup.sh build python
	tools/wheel.sh
	$(if $(FREE_THREADED),tools/wheel.sh $(FREE_THREADED))

wheels: ## The wheels for arm64 Linux and for Windows, as target/wheel/others; that for arm64 is tried under qemu (20 minutes)
	@tools/setup.sh build python windows arm64
	tools/wheels.sh linux-arm64
	tools/wheels.sh windows-x86_64
	tools/wheels.sh windows-i686

clean-debian: ## Install the wheel in a Debian 12 with Python only and read a virtual card there (as root; after make wheel)
	@tools/setup.sh clean
	tools/test-clean.sh "$(CURDIR)"/target/wheel/dist/*.whl

build: ## The command, as target/release/honnin
	@tools/setup.sh build
	$(CARGO) build --release --locked

lint: ## Formatting, clippy, ruff
	@tools/setup.sh build lint python
	tools/lint-python.sh
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings

docs: ## The documentation of the Rust API, without warnings (the manual of the C API is include/honnin.h)
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --workspace --exclude honnin-capi --no-deps --lib --locked

reference: ## The reference of the C and C++ interface as HTML: target/reference/html
	@tools/setup.sh pages
	tools/reference.sh "$(TARGET)/reference"

sheet: ## The help sheet for the counter, to be printed: target/sheet/help-sheet.*.pdf
	@tools/setup.sh pages
	tools/pictures.py sheet "$(TARGET)/sheet"

screens: ## Pictures of what the till shows for every failure: target/screens/*.png
	@tools/setup.sh pages
	tools/pictures.py screens "$(TARGET)/screens"

nightly: setup ## The tests that search by chance, for longer (HONNIN_TEST_MUTATIONS says how many); the soak; fuzzing; data races
	HONNIN_TEST_MUTATIONS=$${HONNIN_TEST_MUTATIONS:-2000000} \
		$(CARGO) test --release --locked --package honnin-tests --test mutations -- --nocapture
	HONNIN_TEST_SOAK=$${HONNIN_TEST_SOAK:-300} \
		$(CARGO) test --locked --package honnin-tests --test soak -- --nocapture
	HONNIN_TEST_FAULTS_ONE_IN=1 $(CARGO) test --locked --package honnin-tests --test faults -- --nocapture
	HONNIN_TEST_SEEDS=$${HONNIN_TEST_SEEDS:-1000} \
		$(CARGO) test --locked --package honnin-tests --test faults_pcscd by_chance -- --nocapture
	tools/fuzz.sh $${HONNIN_FUZZ_SECONDS:-600}
	tools/wheel.sh
	tools/test-reproducible.sh
	tools/test-sdist.sh "$(CURDIR)"/target/wheel/dist/*.tar.gz
	tools/test-panic.sh
	@tools/setup.sh spark
	tools/test-batch.sh $${HONNIN_BATCH_ROWS:-1000000} --spark
	tools/tsan.sh
	tools/test-viewers.sh $${HONNIN_TEST_ATTACKS:-20000}

bench-sign: ## What believing a signature costs beyond the mathematics; fails if a budget is overrun
	@tools/setup.sh build run python
	@[ -x '$(CURDIR)/target/bench/bin/python' ] || python3 -m venv '$(CURDIR)/target/bench'
	@'$(CURDIR)/target/bench/bin/pip' install --quiet pyhanko
	HONNIN_BENCH_PYTHON='$(CURDIR)/target/bench/bin/python' $(CARGO) bench --locked --package honnin-tests --bench sign

bench-batch: ## Bulk verification beside the C function on one thread, and beside pyHanko; fails if a budget is overrun
	@tools/setup.sh build run till python
	tools/wheel.sh
	tools/test-batch.sh 120000 --bench

openssl: ## Build the OpenSSL of our packages once, into target/openssl (docs/decisions/0004)
	@tools/setup.sh build
	@tools/openssl.sh "$(CURDIR)/target/openssl"

install: openssl ## Install the C library into PREFIX (/usr/local unless given)
	@tools/setup.sh build till
	CARGO_TARGET_DIR='$(CURDIR)/target/package' OPENSSL_NO_VENDOR=1 OPENSSL_STATIC=1 \
		OPENSSL_DIR='$(CURDIR)/target/openssl' tools/install.sh '$(PREFIX)'

windows: ## The Windows packages, 64 and 32 bit, built here and tested under Wine (as root; 15 minutes, then 1)
	@tools/setup.sh build windows
	tools/windows.sh x86_64 '$(CURDIR)/target/windows/honnin-x86_64'
	tools/windows.sh i686 '$(CURDIR)/target/windows/honnin-i686'
	$(CARGO) build --release --locked --package honnin-cli
	tools/test-windows.sh '$(TARGET)/release/honnin' target/windows/honnin-x86_64 target/windows/honnin-i686

arm64: ## The package for Linux on arm64, built here and run under qemu (12 minutes, then 1)
	@tools/setup.sh build python arm64
	tools/portable.sh arm64 '$(CURDIR)/target/arm64/honnin-arm64'
	tools/test-arm64.sh target/arm64/honnin-arm64

dist: ## The archives that are handed out, and Debian packages of the one for this machine, in target/dist
	@tools/setup.sh build python windows arm64
	tools/dist.sh
	tools/deb.sh target/dist/tree/honnin-*-linux-x86_64 target/dist/deb

test-dist: ## Use the archives as strangers would: clean Debian 12 and 13, Conan, qemu, Wine (as root; 8 minutes, then 2)
	@tools/setup.sh build test windows arm64 dist
	tools/test-dist.sh

clean: ## Remove everything that was built
	$(CARGO) clean
