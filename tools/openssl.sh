#!/usr/bin/env bash
# Builds the OpenSSL of our packages: the source that Cargo.lock names, static, at a path of our choice.
#   tools/openssl.sh PREFIX [TARGET TOOLS]
# TARGET is OpenSSL's name of another system (mingw64), TOOLS what the names of its compiler and linker begin with.
# It reads no configuration file, loads no module and has no legacy provider. Why: docs/decisions/0004-one-openssl.md.
set -euo pipefail

prefix=$1
cross=()
if [ $# -eq 3 ]; then
  cross=("$2" "--cross-compile-prefix=$3")
fi
cd "$(dirname "$0")/.."
package=$(sed -n '/^name = "openssl-src"$/{n;s/version = "\(.*\)"/\1/p;}' Cargo.lock)
cargo fetch --locked --quiet
source=$(ls -d "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/openssl-src-"$package"/openssl | head -n 1)
stamp="$package $(sha256sum <"$0" | cut -c1-16)"

if [ "$(cat "$prefix/stamp" 2>/dev/null)" != "$stamp" ]; then
  echo "== Building OpenSSL ${package#*+} into $prefix: about two minutes on 2 cores."
  build=$(mktemp -d)
  trap 'rm -rf "$build"' EXIT
  cp -r "$source/." "$build"
  rm -rf "$prefix"
  # The paths that are compiled in must not depend on the machine that built it.
  (
    cd "$build"
    unset MAKEFLAGS MAKELEVEL
    # The day that is compiled in is none of the builder's.
    export SOURCE_DATE_EPOCH=1767225600
    ./Configure ${cross[@]+"${cross[@]}"} --prefix=/usr/lib/honnin --openssldir=/usr/lib/honnin --libdir=lib \
      no-shared no-module no-dso no-engine no-autoload-config no-legacy no-tests no-apps no-docs no-comp \
      no-ssl3 no-weak-ssl-ciphers no-md2 no-rc5 no-idea no-camellia no-seed \
      no-aria no-bf no-cast no-mdc2 no-rc2 no-rc4 no-siv no-sm4 no-ml-kem no-cmp no-quic no-dtls no-srp >configure.log
    make --silent -j"$(nproc)" build_libs >build.log 2>&1 || { tail -n 30 build.log >&2; exit 1; }
    make --silent install_dev DESTDIR="$build/installed" >install.log 2>&1
  )
  mkdir -p "$prefix"
  cp -r "$build/installed/usr/lib/honnin/." "$prefix"
  echo "$stamp" >"$prefix/stamp"
fi
echo "To build with it: export OPENSSL_NO_VENDOR=1 OPENSSL_STATIC=1 OPENSSL_DIR=$prefix"
