#!/usr/bin/env bash
# Builds the wheel and the sdist of the last commit in two folders, whose names have different lengths, and compares the bytes.
#   tools/test-reproducible.sh
set -euo pipefail

cd "$(dirname "$0")/.."
root=$PWD
between=$(mktemp -d)
trap 'rm -rf "$between"' EXIT
for folder in "$between/a" "$between/another-folder"; do
  git clone --quiet "$root" "$folder"
  # What only builds may be shared; what is built may not.
  mkdir -p "$folder/target/wheel"
  [ ! -d target/wheel/tools ] || ln -s "$root/target/wheel/tools" "$folder/target/wheel/tools"
  echo "== $(date -u +%H:%M:%S) $folder"
  (cd "$folder" && tools/wheel.sh) >"$folder.log" 2>&1 || { tail -n 40 "$folder.log" >&2; exit 1; }
  (cd "$folder/target/wheel/dist" && sha256sum -- *) >"$folder.sums"
  rm -rf "$folder"
done
diff "$between"/*.sums || { echo 'test-reproducible: two builds differ' >&2; exit 1; }
cat "$between/a.sums"
echo 'test-reproducible: two builds are the same to the byte'
