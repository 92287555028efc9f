#!/usr/bin/env bash
# Builds the C library and the command for Linux x86_64 with glibc 2.28 or later, and lays them down under a prefix.
#   tools/portable.sh PREFIX
# The linker and the older glibc are zig's, which comes from the Python registry; no Rust target is installed.
set -euo pipefail

if [ $# -ne 1 ]; then
  sed -n '2,4p' "$0" >&2
  exit 2
fi
cd "$(dirname "$0")/.."
mkdir -p "$1"
prefix=$(cd "$1" && pwd)
root=$PWD
work=${CARGO_TARGET_DIR:-$root/target}/portable
triple=x86_64-unknown-linux-gnu
glibc=2.28
mkdir -p "$work/bin"

if [ ! -x "$work/tools/bin/cargo-zigbuild" ]; then
  "${PYTHON:-python3}" -m venv "$work/tools"
  "$work/tools/bin/pip" install --quiet ziglang cargo-zigbuild
fi

# The names of compilers are compiled into OpenSSL, so they have no path. Rust asks for gcc's unwinder, in place of which
# zig has one that is linked in. The names that Rust has for targets are none of zig's.
cat >"$work/bin/zig-cc" <<SCRIPT
#!/bin/sh
for word do
  shift
  case "\$word" in
    -lgcc_s) set -- "\$@" -lunwind ;;
    --target=*) ;;
    *) set -- "\$@" "\$word" ;;
  esac
done
exec "$work/tools/bin/python" -m ziglang cc -target x86_64-linux-gnu.$glibc "\$@"
SCRIPT
chmod +x "$work/bin/zig-cc"
export PATH="$work/tools/bin:$work/bin:$PATH"
CC=zig-cc CFLAGS='-Os -ffunction-sections -fdata-sections' tools/openssl.sh "$work/openssl"

export OPENSSL_NO_VENDOR=1 OPENSSL_STATIC=1 OPENSSL_DIR="$work/openssl"
export CARGO_TARGET_DIR="$work/cargo" CARGO_BUILD_TARGET=$triple CARGO_PROFILE_RELEASE_STRIP=symbols
export CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER=zig-cc
RUSTFLAGS="--remap-path-prefix=$root=honnin --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo"
RUSTFLAGS+=" --remap-path-prefix=$(rustc --print sysroot)=rust"
export RUSTFLAGS
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 1767225600)}

rm -rf "${prefix:?}"/*
echo "== Building honnin for Linux with glibc $glibc."
CC=zig-cc tools/install.sh "$prefix"
cargo build --locked --release --package honnin-cli --bin honnin
mkdir -p "$prefix/bin"
cp "$CARGO_TARGET_DIR/$triple/release/honnin" "$prefix/bin/"
strip --strip-unneeded "$prefix/bin/honnin" "$prefix"/lib/libhonnin.so.1.*
strip --strip-debug "$prefix/lib/libhonnin.a"
