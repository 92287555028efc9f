#!/usr/bin/env bash
# What a wheel must be, whoever built it: portable, small, one exported name, no PC/SC inside, no trace of the builder.
#   tools/check-wheel.sh WHEEL
set -euo pipefail

wheel=$1
inside=$(mktemp -d)
trap 'rm -rf "$inside"' EXIT
python3 -m zipfile -e "$wheel" "$inside"
fail() { echo "check-wheel: $1" >&2; exit 1; }

module=$(ls "$inside"/honnin/_honnin*.so)
exported=$(nm -D --defined-only "$module" | awk '{print $NF}')
[ "$exported" = PyInit__honnin ] || fail "exports more than PyInit__honnin: $exported"
[ -z "$(find "$inside" -name '*pcsc*')" ] || fail 'libpcsclite is inside'
needed=$(readelf -d "$module" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p')
echo "$needed" | grep -Eqv '^(libc|libm|libpthread|libdl|librt|libgcc_s|libutil|ld-linux.*)\.so' \
  && fail "needs more than the C library: $needed"
size=$(stat -c %s "$wheel")
[ "$size" -lt 4194304 ] || fail "$size bytes: 4 MB or more"
grep -aq "$HOME" "$module" && fail 'the home folder of the builder is inside'
auditwheel show "$wheel" | grep -q manylinux_2_28_ || fail 'not manylinux_2_28'
[ -f "$inside/honnin/py.typed" ] || fail 'py.typed is missing'
echo "$(basename "$wheel"): $size bytes, exports PyInit__honnin, needs $(echo $needed)"
