#!/usr/bin/env bash
# Makes Debian packages of an installed prefix: libhonnin0.1 (by its soname), libhonnin-dev and honnin, into a folder.
#   tools/deb.sh PREFIX FOLDER
# The files are those of the archive, which needs only glibc 2.28, so there is nothing for debhelper to build or to find.
set -euo pipefail

prefix=$(realpath "$1")
mkdir -p "$2"
out=$(realpath "$2")
cd "$(dirname "$0")/.."
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 1767225600)}
soname=$(readlink "$prefix/lib/libhonnin.so")
interface=${soname#libhonnin.so.}
shared=libhonnin$interface
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
libraries=usr/lib/x86_64-linux-gnu
maintainer='The honnin authors <honnin@example.invalid>'

# begin PACKAGE: its folder, with what every package has.
begin() {
  root=$work/$1
  mkdir -p "$root/DEBIAN" "$root/usr/share/doc/$1"
  {
    printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: honnin\n\n'
    printf 'Files: *\nCopyright: The honnin authors, and those named below\nLicense: Apache-2.0 or Expat\n'
    printf ' /usr/share/common-licenses/Apache-2.0 has the text of Apache-2.0.\n .\n'
    sed -e 's/^$/./' -e 's/^/ /' "$prefix/share/doc/honnin/LICENSE-MIT"
    printf '\nFiles: parts-of-others\nCopyright: named in THIRD-PARTY.txt.gz\nLicense: see-THIRD-PARTY\n'
    printf ' THIRD-PARTY.txt.gz beside this file has the licence of each.\n'
  } >"$root/usr/share/doc/$1/copyright"
  gzip -9n <"$prefix/share/doc/honnin/THIRD-PARTY.txt" >"$root/usr/share/doc/$1/THIRD-PARTY.txt.gz"
  printf 'honnin (%s) unstable; urgency=medium\n\n  * See CHANGELOG.md of the source.\n\n -- %s  %s\n' "$version" \
    "$maintainer" "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$root/usr/share/doc/$1/changelog.gz"
}
# finish PACKAGE SECTION DEPENDS SUMMARY TEXT [FIELD...]
finish() {
  {
    printf 'Package: %s\nVersion: %s\nArchitecture: amd64\nSection: %s\nPriority: optional\n' "$1" "$version" "$2"
    printf 'Maintainer: %s\nDepends: %s\n' "$maintainer" "$3"
    [ $# -lt 6 ] || printf '%s\n' "${@:6}"
    printf 'Installed-Size: %s\nDescription: %s\n %s\n' "$(du -sk "$root/usr" | cut -f1)" "$4" "$5"
  } >"$root/DEBIAN/control"
  (cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)
  chmod -R u=rwX,go=rX "$root"
  find "$root" -name 'lib*.so.*' -type f -exec chmod 644 {} +
  dpkg-deb --root-owner-group --build "$root" "$out/$1_${version}_amd64.deb" >/dev/null
}
pages() { # SECTION
  [ -d "$prefix/share/man/man$1" ] || return 0
  mkdir -p "$root/usr/share/man/man$1"
  cp -a "$prefix/share/man/man$1/." "$root/usr/share/man/man$1/"
  # A page that is another's second name points to the compressed one.
  find "$root/usr/share/man/man$1" -type l | while read -r link; do
    ln -sf "$(readlink "$link").gz" "$link.gz" && rm "$link"
  done
  find "$root/usr/share/man/man$1" -type f -exec gzip -9n {} +
}

begin "$shared"
mkdir -p "$root/$libraries"
cp -a "$prefix"/lib/libhonnin.so.[0-9]* "$root/$libraries/"
printf 'activate-noawait ldconfig\n' >"$root/DEBIAN/triggers"
printf 'libhonnin %s %s (>= %s)\n' "$interface" "$shared" "$version" >"$root/DEBIAN/shlibs"
# The service is asked for when a reader is: a program with a virtual card needs none.
finish "$shared" libs 'libc6 (>= 2.28)' 'library that reads the Japanese My Number Card' \
  'Texts, signatures and PINs of the card, through PC/SC readers.' 'Recommends: libpcsclite1' 'Suggests: pcscd' 'Multi-Arch: same'

begin libhonnin-dev
mkdir -p "$root/$libraries" "$root/usr/include"
cp -a "$prefix"/include/. "$root/usr/include/"
cp -a "$prefix"/lib/libhonnin.so "$prefix"/lib/libhonnin.a "$root/$libraries/"
cp -a "$prefix/lib/pkgconfig" "$prefix/lib/cmake" "$root/$libraries/"
# Those files are found from where they lie; here the prefix is one folder further up.
sed -i -e 's|^prefix=.*|prefix=/usr|' -e "s|^libdir=.*|libdir=/$libraries|" "$root/$libraries/pkgconfig/honnin.pc"
sed -i -e "s|/../../..\"|/../../../..\"|" -e "s|}/lib/lib|}/lib/x86_64-linux-gnu/lib|g" \
  "$root/$libraries/cmake/honnin/honninConfig.cmake"
pages 3
finish libhonnin-dev libdevel "$shared (= $version), libc6-dev" 'library that reads the My Number Card (development files)' \
  'Headers for C and C++, the static library, and what pkg-config and CMake read.'

begin honnin
mkdir -p "$root/usr/bin"
cp "$prefix/bin/honnin" "$root/usr/bin/"
cp "$prefix/share/doc/honnin/honnin.cdx.json" "$root/usr/share/doc/honnin/"
pages 1
pages 7
finish honnin utils 'libc6 (>= 2.28)' 'command that reads the Japanese My Number Card' \
  'Texts, signatures and PINs of the card, for people and for scripts.' 'Recommends: libpcsclite1, pcscd'
ls "$out"
