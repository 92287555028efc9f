#!/usr/bin/env bash
# Builds the Windows package on Debian: DLL, import libraries, command, headers.
#   tools/windows.sh x86_64|i686 PREFIX
# Debian's Rust builds the standard library for Windows from source (no target is downloaded), and Debian's mingw links.
# What comes out needs no library that Windows has not.
set -euo pipefail

cd "$(dirname "$0")/.."
arch=$1
mkdir -p "$2"
prefix=$(cd "$2" && pwd)
root=$PWD
# Where a DLL would like to lie is otherwise made of the name of the folder that it was linked in.
case $arch in
  x86_64) system=mingw64 base=0x180000000 ;;
  i686) system=mingw base=0x10000000 ;;
  *) sed -n '2,5p' "$0" >&2; exit 2 ;;
esac
tools/setup.sh windows
tool=$arch-w64-mingw32-
triple=$arch-pc-windows-gnu
work=${CARGO_TARGET_DIR:-$root/target}/windows
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
mkdir -p "$work/$arch/tmp"
# What is linked from there is sorted by its name among the rest.
export TMPDIR=$work/$arch/tmp

tools/openssl.sh "$work/$arch/openssl" "$system" "$tool"
flags="--remap-path-prefix=$root=honnin --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo"
if [ "$arch" = i686 ]; then
  start=$work/$arch/start
  mkdir -p "$start"
  tools/rust-start.sh "$start"
  flags="$flags -L native=$start"
fi

# -Zbuild-std asks for a compiler that takes unstable options; the code is the same.
build() {
  PATH="/usr/bin:$PATH" RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 RUSTFLAGS="$flags" \
    OPENSSL_NO_VENDOR=1 OPENSSL_STATIC=1 OPENSSL_DIR="$work/$arch/openssl" CARGO_TARGET_DIR="$work" \
    /usr/bin/cargo rustc --locked --profile dist --target "$triple" -Zbuild-std=std,panic_unwind "$@"
}
echo "== Building honnin for Windows, $arch."
native=$(build --package honnin-capi --crate-type staticlib -- --print native-static-libs 2>&1 | tee /dev/stderr |
  sed -n 's/^note: native-static-libs: //p' | tail -n 1)
build --package honnin-cli --bin honnin

mkdir -p "$prefix/bin" "$prefix/include" "$prefix/lib"
cp include/honnin.h include/honnin.hpp "$prefix/include/"
cp "$work/$triple/dist/honnin.exe" "$prefix/bin/"
"${tool}strip" "$prefix/bin/honnin.exe"

{
  echo 'LIBRARY honnin.dll'
  echo 'EXPORTS'
  sed -n 's/.*HONNIN_CALL \(honnin_[a-z0-9_]*\)(.*/  \1/p' include/honnin.h
} >"$work/$arch/honnin.def"
sed -e "s/@VERSION@/$version/g" -e "s/@NUMBERS@/${version//./,},0/g" packaging/honnin.rc.in >"$work/$arch/honnin.rc"
"${tool}windres" "$work/$arch/honnin.rc" "$work/$arch/version.o"
# shellcheck disable=SC2086 # a list of words
"${tool}gcc" -shared -static -static-libgcc -s -o "$prefix/bin/honnin.dll" "$work/$arch/honnin.def" "$work/$arch/version.o" \
  "$work/$triple/dist/libhonnin.a" -Wl,--out-implib,"$prefix/lib/libhonnin.dll.a" -Wl,--gc-sections \
  -Wl,--dynamicbase,--nxcompat,--image-base=$base $native
# The form of import library that Microsoft's linker reads without complaint.
"${tool}dlltool" --temp-prefix honnin --def "$work/$arch/honnin.def" --dllname honnin.dll --output-lib "$prefix/lib/honnin.lib"

mkdir -p "$prefix/lib/pkgconfig" "$prefix/lib/cmake/honnin"
fill() {
  sed -e "s|@VERSION@|$version|g" -e '/^Libs.private:/d' "packaging/$1.in" >"$2"
}
fill honnin.pc "$prefix/lib/pkgconfig/honnin.pc"
fill honninConfigWindows.cmake "$prefix/lib/cmake/honnin/honninConfig.cmake"
fill honninConfigVersion.cmake "$prefix/lib/cmake/honnin/honninConfigVersion.cmake"
echo "honnin $version for Windows ($arch) is in $prefix"
