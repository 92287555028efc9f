#!/usr/bin/env bash
# Builds libcrypto.so.1.1 of OpenSSL 1.1.1 into FOLDER: what an older program brings into the process that loads ours.
#   tools/other-openssl.sh FOLDER
set -euo pipefail

mkdir -p "$1"
folder=$(realpath "$1")
[ ! -e "$folder/libcrypto.so.1.1" ] || exit 0
echo '== Building OpenSSL 1.1.1, to stand beside ours: a minute on 2 cores.'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
# The source comes from the registry of crates, as that of our own does.
cargo init --quiet --name other .
cargo add --quiet openssl-src@=111.28.2
cargo fetch --quiet
cp -r "$(ls -d "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/openssl-src-111.28.2*/openssl | head -n 1)" source
cd source
unset MAKEFLAGS MAKELEVEL
./config shared no-tests no-engine no-dso >configure.log
make --silent -j"$(nproc)" build_libs >build.log 2>&1 || { tail -n 20 build.log >&2; exit 1; }
cp libcrypto.so.1.1 "$folder/"
