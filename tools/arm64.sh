#!/usr/bin/env bash
# Builds the C library and the command for Linux on arm64, on Debian of another kind, and lays them down under a prefix.
#   tools/arm64.sh PREFIX
# Debian's Rust builds the standard library for arm64 from source (no target is downloaded), and Debian's gcc links.
set -euo pipefail

if [ $# -ne 1 ]; then
  sed -n '2,4p' "$0" >&2
  exit 2
fi
cd "$(dirname "$0")/.."
mkdir -p "$1"
prefix=$(cd "$1" && pwd)
root=$PWD
tools/setup.sh arm64
tool=aarch64-linux-gnu-
triple=aarch64-unknown-linux-gnu
work=${CARGO_TARGET_DIR:-$root/target}/arm64
mkdir -p "$work"

tools/openssl.sh "$work/openssl" linux-aarch64 "$tool"

# Unstable options need a compiler that takes them; the code is the same.
export PATH="/usr/bin:$PATH" RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=std,panic_unwind
export CARGO_BUILD_TARGET=$triple CARGO_TARGET_DIR=$work
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=${tool}gcc
export RUSTFLAGS="--remap-path-prefix=$root=honnin --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo"
export OPENSSL_NO_VENDOR=1 OPENSSL_STATIC=1 OPENSSL_DIR=$work/openssl
export HOST_CC=cc CC=${tool}gcc LD=${tool}ld OBJCOPY=${tool}objcopy AR=${tool}ar

echo '== Building honnin for arm64.'
tools/install.sh "$prefix"
cargo build --locked --release --package honnin-cli --bin honnin
mkdir -p "$prefix/bin"
cp "$work/$triple/release/honnin" "$prefix/bin/"
"${tool}strip" "$prefix/bin/honnin"
