#!/usr/bin/env bash
# Installs a wheel in a clean venv of each Python given (or found) and tests what is installed there.
#   tools/test-wheel.sh WHEEL [PYTHON...]
set -euo pipefail

wheel=$(realpath "$1")
shift
cd "$(dirname "$0")/.."
tests=$PWD/sdk-python/tests
if [ $# -eq 0 ]; then
  for version in 3.10 3.11 3.12 3.13 3.14; do
    for found in "python$version" "$HOME"/.pyenv/versions/"$version".*/bin/python; do
      # A shim may be there for a Python that is not.
      if "$found" --version >/dev/null 2>&1; then
        set -- "$@" "$found"
        break
      fi
    done
  done
fi
[ $# -gt 0 ] || { echo 'test-wheel: no Python of 3.10 or later' >&2; exit 1; }

for python in "$@"; do
  venv=$(mktemp -d)
  trap 'rm -rf "$venv"' EXIT
  "$python" -m venv "$venv"
  # Alone first: the wheel needs nothing.
  "$venv/bin/pip" install --quiet --no-deps --no-index "$wheel"
  "$venv/bin/python" -c 'import honnin' || exit 1
  "$venv/bin/pip" install --quiet pytest mypy cryptography cryptography_vectors pyhanko pyhanko-cli pypdfium2 pyjwt pyarrow
  # Large, and the same for every Python: once.
  [ "$python" != "${@: -1}" ] || "$venv/bin/pip" install --quiet pandas polars duckdb
  echo "== $("$venv/bin/python" --version): $(basename "$wheel")"
  # From elsewhere, so that what is installed is what is imported.
  (cd "$venv" && "$venv/bin/python" -m pytest -q -p no:cacheprovider "$tests" --rootdir "$tests")
  rm -rf "$venv"
done
