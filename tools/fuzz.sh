#!/usr/bin/env bash
# Searches the parsers for what makes them panic, hang, or take more than 256 MB, led by the paths that inputs take.
#   tools/fuzz.sh SECONDS [TARGET...]      so many seconds for each of the targets in tests/fuzz
# Needs a C++ compiler and libssl-dev. What is found is kept in target/fuzz/found.
set -euo pipefail

cd "$(dirname "$0")/.."
seconds=${1:?'how many seconds for each target'}
shift
[ $# -gt 0 ] || set -- cms timestamp pdf font certificate crl ocsp records

folder=$PWD/target/fuzz
mkdir -p "$folder/found"
# What cargo-fuzz sets: counters of edges, and what is compared with what.
flags='--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4'
flags="$flags -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
flags="$flags -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1"
target=$(rustc -vV | sed -n 's/^host: //p')
# What the flags are for is compiled for the target only, not for this machine's build scripts.
build() {
  local into=$1
  shift
  OPENSSL_NO_VENDOR=1 cargo build --release --quiet --manifest-path tests/fuzz/Cargo.toml --target "$target" \
    --target-dir "$folder/$into" "${@/#/--bin=}"
}
# The seeds are written by a program without counters.
build plain seeds
"$folder/plain/$target/release/seeds" "$folder/seeds"
export HONNIN_FUZZ_CMS=$folder/seeds/cms/plain
RUSTFLAGS=$flags build counted "$@"
search() {
  local name=$1
  mkdir -p "$folder/corpus/$name"
  "$folder/counted/$target/release/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=256 -max_len=131072 \
    -artifact_prefix="$folder/found/$name-" -print_final_stats=1 "$folder/corpus/$name" "$folder/seeds/$name" 2>"$folder/$name.log" \
    || { tail -40 "$folder/$name.log" >&2; return 1; }
  echo "== $name: $seconds seconds" \
    "$(sed -n 's/^stat::\(number_of_executed_units\|peak_rss_mb\): */\1 /p' "$folder/$name.log" | tr '\n' ' ')"
}
# As many at a time as there are processors.
cores=$(nproc) failed=0
while [ $# -gt 0 ]; do
  running=()
  for name in "${@:1:cores}"; do
    search "$name" &
    running+=($!)
  done
  for one in "${running[@]}"; do wait "$one" || failed=1; done
  shift "$(($# < cores ? $# : cores))"
done
exit "$failed"
