#!/usr/bin/env bash
# Verifies a large archive with the wheel in target/wheel/dist: tools/test-batch.py says how.
#   tools/test-batch.sh ROWS [--spark] [--bench]
# --spark needs Java (tools/setup.sh spark); --bench builds the C library that the wheel is compared with.
set -euo pipefail

cd "$(dirname "$0")/.."
root=$PWD
work=$root/target/batch
rows=$1
shift
mkdir -p "$work"
[ -x "$work/venv/bin/python" ] || "${PYTHON:-python3}" -m venv "$work/venv"
packages=(pyarrow)
more=()
case " $* " in *' --spark '*) packages+=(pyspark pandas) ;; esac
case " $* " in
  *' --bench '*)
    packages+=(pyhanko)
    CARGO_TARGET_DIR=$root/target/package OPENSSL_NO_VENDOR=1 OPENSSL_STATIC=1 OPENSSL_DIR=$root/target/wheel/openssl \
      tools/install.sh "$work/honnin" >"$work/install.log" 2>&1 || { tail "$work/install.log" >&2; exit 1; }
    gcc -std=c99 -O2 -Wall -Wextra -Wconversion -Werror -D_GNU_SOURCE -I "$work/honnin/include" tests/c/verify_rate.c \
      -L "$work/honnin/lib" -Wl,-rpath,"$work/honnin/lib" -lhonnin -o "$work/verify_rate"
    more+=(--c "$work/verify_rate")
    ;;
esac
"$work/venv/bin/pip" install --quiet "${packages[@]}"
"$work/venv/bin/pip" install --quiet --force-reinstall --no-deps --no-index "$root"/target/wheel/dist/*"$(uname -m)".whl
"$work/venv/bin/python" tools/test-batch.py "$rows" "$work/files" "${more[@]}" "$@"
rm -rf "$work/files"
