#!/usr/bin/env bash
# Builds the C library and the command for Linux with glibc 2.28 or later, and lays them down under a prefix.
#   tools/portable.sh x86_64|arm64 PREFIX
# The linker and the older glibc are zig's, which comes from the Python registry. No Rust target is installed: for arm64
# Debian's Rust builds the standard library from source.
set -euo pipefail

cd "$(dirname "$0")/.."
root=$PWD
case $#-${1:-} in
  2-x86_64) machine=x86_64 system=() tool='' ;;
  2-arm64) machine=aarch64 system=(linux-aarch64 '') tool=aarch64-linux-gnu- ;;
  *) sed -n '2,5p' "$0" >&2; exit 2 ;;
esac
mkdir -p "$2"
prefix=$(cd "$2" && pwd)
work=$(realpath -m "${CARGO_TARGET_DIR:-target}")/portable/$1
triple=$machine-unknown-linux-gnu
mkdir -p "$work/bin"

zig=$work/../tools
if [ ! -x "$zig/bin/cargo-zigbuild" ]; then
  "${PYTHON:-python3}" -m venv "$zig"
  "$zig/bin/pip" install --quiet ziglang cargo-zigbuild
fi

tools/zig-cc.sh "$work/bin" "$machine" "$zig/bin/python"
export PATH="$zig/bin:$work/bin:$PATH"
if [ -n "$tool" ]; then
  export LD=${tool}ld OBJCOPY=${tool}objcopy AR=${tool}ar RANLIB=${tool}ranlib HOST_CC=cc
fi
CC=zig-cc CFLAGS='-Os -ffunction-sections -fdata-sections' tools/openssl.sh "$work/openssl" ${system[@]+"${system[@]}"}

export OPENSSL_NO_VENDOR=1 OPENSSL_STATIC=1 OPENSSL_DIR="$work/openssl"
export CARGO_TARGET_DIR="$work/cargo" CARGO_BUILD_TARGET=$triple
export "CARGO_TARGET_$(tr a-z A-Z <<<"$machine")_UNKNOWN_LINUX_GNU_LINKER=zig-cc"
if [ -n "$tool" ]; then
  # Unstable options need a compiler that takes them; the code is the same.
  export PATH="/usr/bin:$PATH" RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=std,panic_unwind
fi
RUSTFLAGS="--remap-path-prefix=$root=honnin --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo"
RUSTFLAGS+=" --remap-path-prefix=$("${RUSTC:-rustc}" --print sysroot)=rust"
export RUSTFLAGS
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 1767225600)}

rm -rf "${prefix:?}"/*
echo "== Building honnin for Linux on $1 with glibc 2.28."
CC=zig-cc HONNIN_PROFILE=dist tools/install.sh "$prefix"
cargo build --locked --profile dist --package honnin-cli --bin honnin
mkdir -p "$prefix/bin"
cp "$CARGO_TARGET_DIR/$triple/dist/honnin" "$prefix/bin/"
"${tool}strip" --strip-unneeded "$prefix/bin/honnin" "$(realpath "$prefix/lib/libhonnin.so")"
"${tool}strip" --strip-debug "$prefix/lib/libhonnin.a"
