#!/bin/sh
# Builds the C library and lays it down under a prefix: headers, shared and static library, pkg-config, CMake, manual
# pages.
#
#   tools/install.sh PREFIX
#
# HONNIN_PROFILE (release) is the profile of cargo, HONNIN_FEATURES further features of honnin-capi, CC the linker.
# For another machine: CARGO_BUILD_TARGET, and CC, LD, OBJCOPY and AR that know it.
#
# The shared library is linked here and not by rustc: rustc gives a cdylib no soname, and exports by a list of its own
# beside which symbol versions are refused. -z nodelete: threads that used the library may end after its dlclose.
set -eu

if [ $# -ne 1 ]; then
  sed -n '2,6p' "$0" >&2
  exit 2
fi
mkdir -p "$1"
prefix=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."

profile=${HONNIN_PROFILE:-release}
folder=$profile
[ "$profile" = dev ] && folder=debug
[ -z "${CARGO_BUILD_TARGET:-}" ] || folder=$CARGO_BUILD_TARGET/$folder
target=${CARGO_TARGET_DIR:-target}
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
# The soname counts the interface: before 1.0 each minor version, afterwards the major one. The file name ends in the
# version of the library.
abi=$(sed -n 's/^#define HONNIN_ABI_VERSION \(0x[0-9A-Fa-f]*\)u$/\1/p' include/honnin.h)
interface=$((abi >> 16))
[ "$interface" != 0 ] || interface=0.$((abi & 65535))
soname=libhonnin.so.$interface
file=$soname.$version

native=$(cargo rustc -p honnin-capi --profile "$profile" --features "${HONNIN_FEATURES:-}" \
  --crate-type staticlib -- --print native-static-libs 2>&1 | tee /dev/stderr |
  sed -n 's/^note: native-static-libs: //p' | tail -n 1)
if [ -z "$native" ]; then
  echo "cargo did not say which libraries the static library needs" >&2
  exit 1
fi
# shellcheck disable=SC2086 # a list of words
native=$(printf '%s\n' $native | awk '!seen[$0]++' | tr '\n' ' ')
# CMake takes no list that ends in a blank.
native=${native% }

mkdir -p "$prefix/include" "$prefix/lib/pkgconfig" "$prefix/lib/cmake/honnin"
cp include/honnin.h include/honnin.hpp "$prefix/include/"
for page in docs/man/*; do
  section=${page##*.}
  mkdir -p "$prefix/share/man/man$section"
  cp "$page" "$prefix/share/man/man$section/"
  # man finds a page by each of its functions.
  for function in $(sed -n 's/^\.Nm \(honnin_[a-z0-9_]*\).*/\1/p' "$page"); do
    [ -e "docs/man/$function.$section" ] || ln -sf "${page##*/}" "$prefix/share/man/man$section/$function.$section"
  done
done

wanted=$(sed -n 's/.*HONNIN_CALL \(honnin_[a-z0-9_]*\)(.*/-Wl,-u,\1/p' include/honnin.h)
# shellcheck disable=SC2086 # lists of words
${CC:-cc} -shared -o "$prefix/lib/$file" $wanted "$target/$folder/libhonnin.a" \
  -Wl,--version-script=packaging/honnin.map -Wl,--gc-sections -Wl,-z,defs -Wl,-z,nodelete -Wl,-z,relro,-z,now \
  -Wl,-soname,$soname $native

# The static library as one object of which only our names can be seen: Rust's and OpenSSL's would collide with a program's.
# -d gives common symbols (OpenSSL's assembly has one) their place, without which they cannot be hidden.
object=$prefix/lib/honnin.o
# shellcheck disable=SC2086 # lists of words
${LD:-ld} -r -d --gc-sections $(printf '%s\n' $wanted | sed 's/-Wl,-u,/-u /') -o "$object" "$target/$folder/libhonnin.a"
${OBJCOPY:-objcopy} --wildcard --keep-global-symbol='honnin_*' --remove-section=.llvmbc --remove-section=.llvmcmd "$object"
rm -f "$prefix/lib/libhonnin.a"
${AR:-ar} rcs "$prefix/lib/libhonnin.a" "$object"
rm "$object"

ln -sf "$file" "$prefix/lib/$soname"
ln -sf "$soname" "$prefix/lib/libhonnin.so"

fill() {
  sed -e "s|@VERSION@|$version|g" -e "s|@FILE@|$file|g" -e "s|@SONAME@|$soname|g" \
    -e "s|@STATIC_LIBS@|$native|g" "packaging/$1.in" > "$2"
}
fill honnin.pc "$prefix/lib/pkgconfig/honnin.pc"
fill honninConfig.cmake "$prefix/lib/cmake/honnin/honninConfig.cmake"
fill honninConfigVersion.cmake "$prefix/lib/cmake/honnin/honninConfigVersion.cmake"
echo "honnin $version is in $prefix"
