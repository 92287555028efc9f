#!/usr/bin/env bash
# What a wheel must be, whoever built it: portable, small, one exported name, no PC/SC inside, no path of the builder.
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
foreign=$(echo "$needed" | grep -Ev '^(libc|libm|libpthread|libdl|librt|libgcc_s|libutil|ld-linux.*)\.so' || true)
[ -z "$foreign" ] || fail "needs more than the C library: $foreign"
size=$(stat -c %s "$wheel")
[ "$size" -lt 4000000 ] || fail "$size bytes: 4 MB or more"
for trace in "$HOME/" "$PWD/"; do
  if grep -raqF "$trace" "$inside"; then fail "a path of the builder is inside: $trace"; fi
done
policy=$(auditwheel show "$wheel")
[[ $policy == *manylinux_2_28_* ]] || fail "not manylinux_2_28: $policy"
[ -f "$inside/honnin/py.typed" ] || fail 'py.typed is missing'
if grep -aq provoke_panic "$module"; then fail 'it can be made to panic'; fi
for part in sboms/honnin.cdx.json licenses/THIRD-PARTY-NOTICES licenses/LICENSE-APACHE licenses/LICENSE-MIT; do
  [ -s "$(echo "$inside"/honnin-*.dist-info)/$part" ] || fail "$part is missing"
done
for name in openssl pyo3 honnin rust-std; do
  grep -q "\"name\": \"$name\"" "$inside"/honnin-*.dist-info/sboms/honnin.cdx.json || fail "the list of parts lacks $name"
done
echo "$(basename "$wheel"): $size bytes, exports PyInit__honnin, needs $(echo $needed)"
