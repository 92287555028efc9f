#!/usr/bin/env bash
# Fills in the recipes for Conan and vcpkg for the archives in target/dist, and lays them beside them.
#   tools/recipes.sh
set -euo pipefail

cd "$(dirname "$0")/.."
dist=$(realpath "${CARGO_TARGET_DIR:-target}")/dist
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
rm -rf "$dist/recipes"
mkdir -p "$dist/recipes/conan" "$dist/recipes/vcpkg/honnin"
sed "s/@VERSION@/$version/g" packaging/conan/conanfile.py >"$dist/recipes/conan/conanfile.py"
fill=(-e "s/@VERSION@/$version/g")
for kind in linux-x86_64.tar.gz linux-arm64.tar.gz windows-x86_64.zip windows-i686.zip; do
  archive=$dist/honnin-$version-$kind
  [ ! -e "$archive" ] || fill+=(-e "s/@SHA512_${kind%%.*}@/$(sha512sum "$archive" | cut -d' ' -f1)/g")
done
for file in portfile.cmake vcpkg.json; do sed "${fill[@]}" "packaging/vcpkg/$file.in" >"$dist/recipes/vcpkg/honnin/$file"; done
echo "Recipes for Conan and vcpkg are in $dist/recipes"
