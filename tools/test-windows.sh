#!/usr/bin/env bash
# Runs Windows packages under Wine: the command, the examples, PC/SC shared and claimed, against the virtual card behind
# a real pcscd.
#   tools/test-windows.sh HONNIN PREFIX_X86_64 PREFIX_I686
# HONNIN is the command of this machine, which plays the card. As root: Wine 10 is Debian 13's and gets a chroot.
# Not tested, because Wine's SCardGetStatusChange never waits: waiting and its cancel.
set -euo pipefail

honnin=$(realpath "$1")
prefixes=("$(realpath "$2")" "$(realpath "$3")")
cd "$(dirname "$0")/.."
work=$(realpath "${CARGO_TARGET_DIR:-target}")/windows
room=$work/wine

if [ ! -e "$room/ready" ]; then
  echo '== Wine 10 comes into a chroot of Debian 13: about two minutes.'
  rm -rf "$room"
  debootstrap --variant=minbase --include=wine,wine64 trixie "$room" >"$work/debootstrap.log" ||
    { tail "$work/debootstrap.log" >&2; exit 1; }
  # The Windows half of 32-bit Wine, which the 64-bit one runs by itself.
  chroot "$room" sh -ec '
    dpkg --add-architecture i386
    apt-get update --quiet --quiet
    cd /tmp && apt-get download --quiet libwine:i386 && dpkg-deb -x libwine_*_i386.deb i386
    cp -r i386/usr/lib/i386-linux-gnu/wine/i386-windows/. /usr/lib/x86_64-linux-gnu/wine/i386-windows/
    rm -r i386 libwine_*_i386.deb' >"$work/wine.log" 2>&1 || { tail "$work/wine.log" >&2; exit 1; }
  mkdir -p "$room/opt/honnin" "$room/opt/pcsc" "$room/run/pcscd"
  touch "$room/ready"
fi
# The client library must speak the protocol of this machine's pcscd.
cp -L /usr/lib/*-linux-gnu/libpcsclite*.so.1 "$room/opt/pcsc/"

for prefix in "${prefixes[@]}"; do
  case $prefix in *i686*) tool=i686-w64-mingw32- ;; *) tool=x86_64-w64-mingw32- ;; esac
  place=$room/opt/honnin/$(basename "$prefix")
  rm -rf "$place"
  mkdir -p "$place/decoy"
  cp "$prefix"/bin/* sdk-c-examples/demo-*.txt "$place/"
  for source in sdk-c-examples/list_readers.c sdk-c-examples/read_and_sign.c sdk-c-examples/own_connection.c tests/windows/share.c; do
    "${tool}gcc" -std=c99 -O1 -Wall -Wextra -Wpedantic -Wconversion -Werror -I "$prefix/include" "$source" \
      -L "$prefix/lib" -lhonnin -static-libgcc -o "$place/$(basename "$source" .c).exe"
  done
  # The other form of import library, as Microsoft's linker takes it.
  for source in pos_identify age_gate counter_check; do
    "${tool}g++" -std=c++17 -O1 -Wall -Wextra -Wconversion -Werror -I "$prefix/include" "sdk-c-examples/$source.cpp" \
      "$prefix/lib/honnin.lib" -static -o "$place/$source.exe"
  done
  cp "$place/honnin.exe" "$place/decoy/"
  "${tool}gcc" -shared tests/windows/winscard.c -o "$place/decoy/winscard.dll"
  imports=$("${tool}objdump" -p "$place/honnin.dll" "$place/honnin.exe" | sed -n 's/.*DLL Name: //p' | sort -fu)
  if grep -viE '^(advapi32|bcrypt|bcryptprimitives|crypt32|kernel32|msvcrt|ntdll|user32|ws2_32|shell32|ole32|userenv|api-ms-win-core-synch-l1-2-0)\.dll$' <<<"$imports"; then
    echo 'test-windows: these come with no Windows, or load PC/SC at start' >&2
    exit 1
  fi
  echo "== $(basename "$prefix")"
  HONNIN=$honnin ROOM=$room PLACE=$place unshare --net --mount --pid --fork --mount-proc tests/windows/run.sh
done
