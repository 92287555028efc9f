#!/usr/bin/env bash
# Compiles into FOLDER the two start files of Rust for Windows, which Debian has for 64 bit only, and their source.
#   tools/rust-start.sh FOLDER
set -euo pipefail

for name in rsbegin rsend; do
  RUSTC_BOOTSTRAP=1 /usr/bin/rustc --target i686-pc-windows-gnu --emit obj -C panic=abort -O -o "$1/$name.o" \
    "/usr/lib/rustlib/src/rust/library/rtstartup/$name.rs"
done
