#!/usr/bin/env bash
# Lets poppler, MuPDF, Ghostscript and PDFium judge what honnin passes: honest files of many producers, and attacks by chance.
#   tools/test-viewers.sh [COUNT] [SEED]
# COUNT attacks are made (300), from SEED on (by chance). HONNIN names another command than target/release/honnin.
set -euo pipefail

cd "$(dirname "$0")/.."
tools/setup.sh build run viewers
target=${CARGO_TARGET_DIR:-target}
venv=$target/viewers
if [ ! -x "$venv/bin/python" ] || ! cmp -s tests/viewers/requirements.txt "$venv/installed"; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --requirement tests/viewers/requirements.txt
  cp tests/viewers/requirements.txt "$venv/installed"
fi
if [ -z "${HONNIN:-}" ]; then
  cargo build --release --locked --quiet --package honnin-cli
fi
rm -rf "$target/viewers-failures"
say() { printf '\n== %s\n' "$*"; }

say 'What a lax program would pass is seen by the judge'
"$venv/bin/python" tests/viewers/planted.py
say 'Honest files of many producers and signers'
"$venv/bin/python" tests/viewers/honest.py
say 'Attacks by chance'
"$venv/bin/python" tests/viewers/attacks.py "${1:-300}" ${2:+--seed "$2"}
