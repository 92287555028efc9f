#!/usr/bin/env bash
# Installs the wheel in a Debian that has Python and nothing else of ours, without an index, and reads a virtual card.
#   tools/test-clean.sh WHEEL        as root; the first time a minute for the Debian, then seconds
# The chroot is kept as target/clean/debian and unpacked afresh for each run.
set -euo pipefail

wheel=$(realpath "$1")
cd "$(dirname "$0")/.."
work=$PWD/target/clean
mkdir -p "$work"
suite=bookworm
archive=$work/$suite.tar
if [ ! -s "$archive" ]; then
  echo "== A Debian 12 with Python only, as $archive."
  rm -rf "$work/making"
  debootstrap --variant=minbase --include=python3,python3-venv,python3-pip "$suite" "$work/making" \
    >"$work/debootstrap.log" || { tail -n 5 "$work/debootstrap.log" >&2; exit 1; }
  rm -rf "$work/making/var/cache/apt/archives" "$work/making/var/lib/apt/lists"
  tar -C "$work/making" -cf "$archive.part" .
  mv "$archive.part" "$archive"
  rm -rf "$work/making"
fi

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
tar -C "$root" -xf "$archive"
mkdir -p "$root/dist"
cp "$wheel" "$root/dist/"
cat >"$root/run.sh" <<'SCRIPT'
set -eu
python3 -m venv /venv
/venv/bin/pip install --quiet --no-index --find-links /dist honnin
code=0
P=ABC123 /venv/bin/honnin read --virtual --pin-env P --json >/answer.json || code=$?
echo "$code" >/code
P=ABC123 HOME=/ /venv/bin/honnin read --virtual --pin-env P --lang ja >/screen.txt 2>&1 || true
/venv/bin/python - <<'PYTHON'
import subprocess, sys
import honnin
try:
    honnin.readers()
except honnin.errors.ReaderServiceUnavailable as error:
    print("readers:", error.reason.name)
source = "import time; begun = time.perf_counter(); import honnin; print((time.perf_counter() - begun) * 1000)"
# The best of several: a busy machine makes it longer, nothing makes it shorter.
best = min(float(subprocess.check_output([sys.executable, "-c", source])) for _ in range(7))
print(f"import: {best:.1f} ms beyond the interpreter")
assert best < 60, best
PYTHON
SCRIPT
# A network of its own, with nobody in it.
unshare -n -m chroot "$root" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/root /bin/sh /run.sh
python3 - "$root" <<'PYTHON'
import json, pathlib, sys
root = pathlib.Path(sys.argv[1])
answer = json.loads((root / "answer.json").read_text())
code = int((root / "code").read_text())
print("exit code", code, "result", answer["result"], "holder", "present" if answer["holder"]["name"] else "missing")
assert code == 50, code
assert answer["holder"]["name"] == "番号　花子", answer
assert any(f["subject"] == "CHAIN" and f["state"] == "failed" for f in answer["findings"]), answer["findings"]
assert "番号　花子" in (root / "screen.txt").read_text()
PYTHON
echo "test-clean: $(basename "$wheel") reads a virtual card on a Debian with Python only"
