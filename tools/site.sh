#!/usr/bin/env bash
# Builds the site into FOLDER/html, from a wheel that is given and the till of an installed prefix.
#   tools/site.sh WHEEL TILL FOLDER
set -euo pipefail

wheel=$(realpath "$1") till=$(realpath "$2") folder=$(realpath -m "$3")
cd "$(dirname "$0")/.."
mkdir -p "$folder"
[ -x "$folder/venv/bin/python" ] || python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --requirement docs/site/requirements.txt
"$folder/venv/bin/pip" install --quiet --force-reinstall --no-deps --no-index "$wheel"
"$folder/venv/bin/python" tools/site.py "$till" "$folder"
