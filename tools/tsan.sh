#!/usr/bin/env bash
# Looks for data races: runs programs that wait, cancel and close from several threads against a library in which
# every access to memory is watched by ThreadSanitizer, those of Rust's standard library too.
#   tools/tsan.sh
# First a race is planted, which must be found: a tool that sees nothing would be content with everything.
set -euo pipefail

cd "$(dirname "$0")/.."
# Debian's compiler, which comes with the sources of the standard library, and the runtime of the sanitizer.
tools/setup.sh race

triple=$(/usr/bin/rustc --print host-tuple)
folder=${CARGO_TARGET_DIR:-target}/tsan
programs=$folder/programs
mkdir -p "$programs"
if [ ! -f /usr/include/openssl/ssl.h ]; then
  echo 'tsan: libssl-dev is missing' >&2
  exit 1
fi

# build FEATURES: the library for those features, and in `native` what it must be linked with.
build() {
  # -Zbuild-std asks for a compiler that takes unstable options; the code is the same.
  PATH="/usr/bin:$PATH" RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 RUSTFLAGS='-Zsanitizer=thread' \
    OPENSSL_NO_VENDOR=1 CARGO_TARGET_DIR="$folder" \
    /usr/bin/cargo rustc --locked --package honnin-capi --no-default-features --features "$1" --target "$triple" \
    -Zbuild-std --crate-type staticlib -- --print native-static-libs >"$folder/build.log" 2>&1 ||
    { cat "$folder/build.log" >&2; exit 1; }
  native=$(sed -n 's/^note: native-static-libs: //p' "$folder/build.log" | tail -n 1)
}

# compile NAME: a program of tests/c against that library.
compile() {
  # shellcheck disable=SC2086 # a list of words
  clang-19 -std=c11 -D_GNU_SOURCE -g -fsanitize=thread -I include "tests/c/$1.c" \
    "$folder/$triple/debug/libhonnin.a" $native -o "$programs/$1"
}

# Where the kernel gives addresses at random far apart, ThreadSanitizer finds no room for its own.
watched() { TSAN_OPTIONS="exitcode=66 external_symbolizer_path=$(command -v addr2line) ${TSAN_OPTIONS:-}" setarch --addr-no-randomize "$@"; }

echo '== A planted race must be found.'
build test-race
compile race
if watched "$programs/race" 2 2>"$programs/race.log"; then
  echo 'tsan: the planted race was not found' >&2
  exit 1
fi
grep -q 'WARNING: ThreadSanitizer: data race' "$programs/race.log" || { cat "$programs/race.log" >&2; exit 1; }
sed -n 's/^SUMMARY: ThreadSanitizer: /   found: /p' "$programs/race.log" | sort -u
grep -q 'planted' "$programs/race.log" || { cat "$programs/race.log" >&2; exit 1; }

echo '== The library must have none.'
build ''
for program in 'handles' 'connection' 'race 10'; do
  # shellcheck disable=SC2086 # a name and its argument
  set -- $program
  compile "$1"
  watched timeout 120 "$programs/$@"
  echo "   $program: no data race"
done
