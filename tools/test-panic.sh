#!/usr/bin/env bash
# Builds a module that can be made to panic, which what is shipped cannot, and looks at what comes out of it.
#   tools/test-panic.sh [PYTHON]
set -euo pipefail

cd "$(dirname "$0")/.."
python=${1:-python3}
clean=$(mktemp -d)
trap 'rm -rf "$clean"' EXIT
cargo build --locked --package honnin-python --features test-panic
"$python" -m venv "$clean/venv"
"$clean/venv/bin/pip" install --quiet pytest cryptography
cp -r sdk-python/python/honnin "$clean/honnin"
cp "${CARGO_TARGET_DIR:-target}/debug/lib_honnin.so" "$clean/honnin/_honnin.abi3.so"
result=$(PYTHONPATH=$clean "$clean/venv/bin/python" -m pytest -q -p no:cacheprovider sdk-python/tests/test_errors.py -k a_panic_becomes)
echo "$result"
[[ $result == *'1 passed'* ]] || { echo 'test-panic: the test was not run' >&2; exit 1; }
