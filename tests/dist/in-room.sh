#!/bin/sh
# Runs in a clean Debian that has a C and a C++ compiler, CMake and pkg-config, and no Rust and no OpenSSL headers:
# builds the programs against the archive that was unpacked in /room/honnin, four ways, and runs them.
set -eu
cd /room
for tool in cargo rustc; do ! command -v "$tool" || { echo "in-room: there is Rust here" >&2; exit 1; }; done
[ ! -e /usr/include/openssl ] || { echo 'in-room: there are headers of OpenSSL here' >&2; exit 1; }
examples=/room/sdk-c-examples
mkdir -p built
export PKG_CONFIG_PATH=/room/honnin/lib/pkgconfig
warnings='-Wall -Wextra -Wpedantic -Wconversion -Werror'
# shellcheck disable=SC2046,SC2086 # lists of words
{
  gcc -std=c99 $warnings "$examples/read_and_sign.c" $(pkg-config --cflags --libs honnin) -o built/read_pc
  g++ -std=c++17 $warnings "$examples/age_gate.cpp" $(pkg-config --cflags --libs honnin) -pthread -o built/gate_pc
  static=$(pkg-config --static --libs honnin | sed 's/-lhonnin/-l:libhonnin.a/')
  gcc -std=c99 $warnings "$examples/read_and_sign.c" $(pkg-config --cflags honnin) $static -o built/read_pc_static
  g++ -std=c++17 $warnings "$examples/age_gate.cpp" $(pkg-config --cflags honnin) $static -pthread -o built/gate_pc_static
}
cmake -S tests/dist -B built/cmake -DCMAKE_PREFIX_PATH=/room/honnin -DEXAMPLES="$examples" >built/cmake.log
cmake --build built/cmake >>built/cmake.log 2>&1 || { cat built/cmake.log >&2; exit 1; }

expect() {
  what=$1 text=$2
  shift 2
  output=$("$@" 2>&1) || { echo "in-room: $what failed: $output" >&2; exit 1; }
  case $output in *"$text"*) echo "   $what" ;; *) echo "in-room: $what: no \"$text\" in: $output" >&2; exit 1 ;; esac
}
cd "$examples"
export LD_LIBRARY_PATH=/room/honnin/lib
for way in built/read_pc built/cmake/read_honnin; do
  expect "$way" 'signature of 256 bytes after 8 commands' "/room/$way" --virtual Makefile
done
for way in built/gate_pc built/cmake/gate_honnin; do
  expect "$way" '【○ 可】' "/room/$way" --virtual '{}' --script demo-age.txt
done
unset LD_LIBRARY_PATH
for way in built/read_pc_static built/cmake/read_static; do
  expect "$way" 'signature of 256 bytes after 8 commands' "/room/$way" --virtual Makefile
done
for way in built/gate_pc_static built/cmake/gate_static; do
  expect "$way" '【○ 可】' "/room/$way" --virtual '{}' --script demo-age.txt
done
expect 'the command' 'honnin ' /room/honnin/bin/honnin --version
P=1234 expect 'the command reads a virtual card' '1989-05-07' /room/honnin/bin/honnin text --virtual --pin-env P --lang en
