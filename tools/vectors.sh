#!/usr/bin/env bash
# Fetches certificates and revocation lists that others made to judge programs like this one: the NIST path suite
# (PKITS), as the test vectors of the Python package cryptography carry it. Prints the folder that has them.
#   tools/vectors.sh FOLDER
set -euo pipefail

VERSION=50.0.2
SHA256=51641f03a3eb4edbe9fb68e3a3574d25f86aa502d06391fffa886330d02778a0

folder=${1:?tools/vectors.sh FOLDER}
suite="$folder/cryptography_vectors-$VERSION"
if [ ! -d "$suite" ]; then
  mkdir -p "$folder"
  work=$(mktemp -d "$folder/fetching.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  echo "cryptography-vectors==$VERSION --hash=sha256:$SHA256" >"$work/wanted.txt"
  python3 -m venv "$work/venv" >&2
  "$work/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --require-hashes \
    --only-binary :all: --dest "$work" --requirement "$work/wanted.txt" >&2
  python3 -m zipfile -e "$work"/cryptography_vectors-*.whl "$work/unpacked"
  # Two runs may meet here; whoever is second has the same.
  mv -T "$work/unpacked/cryptography_vectors" "$suite" 2>/dev/null || [ -d "$suite" ]
fi
echo "$suite"
