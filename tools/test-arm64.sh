#!/usr/bin/env bash
# Runs the package for arm64 under qemu: what it exports, the command, the examples, and the whole corpus of scenarios
# through C and C++, on virtual cards.
#   tools/test-arm64.sh PREFIX
set -euo pipefail

prefix=$(realpath "$1")
cd "$(dirname "$0")/.."
tools/setup.sh arm64
tool=aarch64-linux-gnu-
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { echo "test-arm64: $*" >&2; exit 1; }
run() { timeout 600 qemu-aarch64 -L /usr/aarch64-linux-gnu "$@"; }
# expect WHAT TEXT PROGRAM...: the program ends well and its output has the text.
expect() {
  local what=$1 text=$2 output
  shift 2
  output=$(run "$@" 2>"$work/stderr") || { cat "$work/stderr" >&2; fail "$what: it failed, and said $output"; }
  grep -qF -- "$text" <<<"$output" || fail "$what: no \"$text\" in: $output"
  echo "   $what"
}
warnings=(-Wall -Wextra -Wpedantic -Wconversion -Werror -D_GNU_SOURCE)
build() {
  local compiler=$1 standard=$2 source=$3
  "$tool$compiler" "-std=$standard" "${warnings[@]}" -I "$prefix/include" "$source" -L "$prefix/lib" \
    -Wl,-rpath,"$prefix/lib" -lhonnin -pthread -o "$work/$(basename "$source").run"
}

library=$prefix/lib/$(readlink "$prefix/lib/libhonnin.so")
"${tool}readelf" -h "$library" | grep -q 'Machine: *AArch64' || fail "$library is not for arm64"
wanted=$(sed -n 's/^    \(honnin_[a-z0-9_]*\);/\1/p' packaging/honnin.map | sort)
shown=$("${tool}nm" -D --defined-only "$library" | awk '{print $3}' | sed -n 's/@@HONNIN_[0-9].*//p' | sort)
[ "$wanted" = "$shown" ] || fail "exports and map differ: $(diff <(echo "$wanted") <(echo "$shown"))"
others=$("${tool}nm" -g --defined-only "$prefix/lib/libhonnin.a" | awk 'NF == 3 {print $3}' | grep -v '^honnin_' || true)
[ -z "$others" ] || fail "the static library shows $others"
echo "   exports: $(wc -l <<<"$shown") functions"

for example in list_readers read_and_sign own_connection; do build gcc c99 "sdk-c-examples/$example.c"; done
for example in pos_identify age_gate counter_check; do build g++ c++17 "sdk-c-examples/$example.cpp"; done
build gcc c99 tests/c/scenarios.c
build g++ c++17 tests/c/scenarios.cpp
# shellcheck disable=SC2046 # a list of words
"${tool}gcc" -std=c99 "${warnings[@]}" -I "$prefix/include" sdk-c-examples/list_readers.c "$prefix/lib/libhonnin.a" \
  $(sed -n 's/^Libs.private: //p' "$prefix/lib/pkgconfig/honnin.pc") -o "$work/static.run"

cd sdk-c-examples
expect 'the command starts' 'honnin ' "$prefix/bin/honnin" --version
P=1234 expect 'the command reads a virtual card' '1989-05-07' "$prefix/bin/honnin" text --virtual --pin-env P --lang en
expect 'a program in C lists readers' 'honnin virtual reader 0: card' "$work/list_readers.c.run" --virtual
expect 'the static library' 'honnin virtual reader 0: card' "$work/static.run" --virtual
expect 'a program in C reads and signs' 'signature of 256 bytes after 8 commands' "$work/read_and_sign.c.run" --virtual Makefile
expect 'a connection of a program' '4 commands, closed 1 time(s)' "$work/own_connection.c.run"
expect 'the till serves customers' '署名しました' "$work/pos_identify.cpp.run" --script demo-rest.txt
expect 'the till serves customers by tap' '番号　花子 様' "$work/pos_identify.cpp.run" --tap --script demo-tap.txt
expect 'the gate answers and tells no age' '【○ 可】' "$work/age_gate.cpp.run" --virtual '{}' --script demo-age.txt
expect 'the counter sees the photo' '確認しました' "$work/counter_check.cpp.run" "$work/photo.png" --virtual '{}' --script demo-counter.txt
cd ..
expect 'the corpus through C' 'scenarios' "$work/scenarios.c.run" tests/scenarios/*.txt
expect 'the corpus through C++' 'scenarios' "$work/scenarios.cpp.run" tests/scenarios/*.txt
