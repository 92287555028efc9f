#!/usr/bin/env bash
# Tries every order in which threads can cancel, close and use at the same time: the shipped code of it, over loom's
# locks and atomics, in tests whose names have "model" in them.
#   tools/loom.sh
# LOOM_MAX_PREEMPTIONS (3) is how often threads are interrupted where they do not wait.
set -euo pipefail

cd "$(dirname "$0")/.."
export LOOM_MAX_PREEMPTIONS=${LOOM_MAX_PREEMPTIONS:-3}
export RUSTFLAGS="${RUSTFLAGS:-} --cfg loom"
# A folder of its own: other flags would make everything be built anew, here and in the next plain build.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/loom"
# loom is slow enough without optimisation to matter.
export CARGO_PROFILE_TEST_OPT_LEVEL=2

# Both at once, so that both have the OpenSSL that the C library asks for.
${CARGO:-cargo} test --locked --package honnin --package honnin-capi --lib -- model::
