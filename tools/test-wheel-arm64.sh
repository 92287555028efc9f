#!/usr/bin/env bash
# Imports the wheel for arm64 in Debian 12's Python for arm64, run by qemu, and reads, signs and verifies with it.
#   tools/test-wheel-arm64.sh WHEEL        as root; the first time a minute for that Python, then seconds
# Debian's packages are unpacked and not installed, so nothing of arm64 is run but Python.
set -euo pipefail

wheel=$(realpath "$1")
cd "$(dirname "$0")/.."
tools/setup.sh arm64 clean
work=$PWD/target/wheel
room=$work/python-arm64
mkdir -p "$work"
if [ ! -x "$room/usr/bin/python3.11" ]; then
  echo "== Debian 12's Python for arm64, as $room."
  rm -rf "$room" "$room".*
  debootstrap --foreign --arch=arm64 --variant=minbase --include=python3 bookworm "$room.making" >"$work/debootstrap.log" ||
    { tail -n 5 "$work/debootstrap.log" >&2; exit 1; }
  for package in "$room.making"/var/cache/apt/archives/*.deb; do dpkg-deb -x "$package" "$room.part"; done
  # There whole or not at all.
  mv "$room.part" "$room"
  rm -rf "$room.making"
fi

inside=$(mktemp -d)
trap 'rm -rf "$inside"' EXIT
python3 -m zipfile -e "$wheel" "$inside"
python() { timeout 300 env PYTHONPATH="$inside" qemu-aarch64 -L "$room" "$room/usr/bin/python3.11" "$@"; }
python - <<'PYTHON'
import platform

import honnin

with honnin.open_card(honnin.VirtualCard()) as card:
    card.verify_pin("signing", "ABC123")
    certificate, signed = card.certificate(), card.sign_cms(b"order", detached=True)
assert certificate.holder.name == "番号　花子"
report = honnin.verify_cms(signed, b"order", waive=["revocation", "test_card"])
assert {finding.subject.name for finding in report.findings if finding.counts} == {"CHAIN"}, report
print(f"   Python {platform.python_version()} on {platform.machine()}: imported, read, signed, verified")
PYTHON
code=0
P=ABC123 python -m honnin read --virtual --pin-env P --json >"$inside/answer.json" || code=$?
[ "$code" = 50 ] && grep -q '番号　花子' "$inside/answer.json" || { echo "test-wheel-arm64: exit code $code" >&2; exit 1; }
echo '   the command reads a virtual card and ends with 50'
