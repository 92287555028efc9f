#!/usr/bin/env bash
# Builds the sdist in a clean venv, where there is neither pkg-config nor a header of PC/SC, and reads a card with it.
#   tools/test-sdist.sh SDIST [PYTHON]
set -euo pipefail

sdist=$(realpath "$1")
python=${2:-python3}
clean=$(mktemp -d)
trap 'rm -rf "$clean"' EXIT
"$python" -m venv "$clean/venv"

# What must not be needed is covered up, in a view of the files that only this build has.
cat >"$clean/build.sh" <<'SCRIPT'
set -eu
for cover in /usr/bin/pkg-config /usr/bin/pkgconf $(find /usr/include /usr/lib -name 'winscard.h' -o -name 'libpcsclite*.so*' -type f 2>/dev/null); do
  [ ! -e "$cover" ] || mount --bind /dev/null "$(readlink -f "$cover")"
done
[ ! -d /usr/include/openssl ] || mount -t tmpfs none /usr/include/openssl
cd "$(dirname "$0")"
unset OPENSSL_NO_VENDOR OPENSSL_DIR OPENSSL_STATIC CARGO_TARGET_DIR
venv/bin/pip install --quiet "$1"
venv/bin/python -c '
import honnin
with honnin.open_card(honnin.VirtualCard()) as card:
    card.verify_pin("signing", "ABC123")
    honnin.verify(card.certificate(), b"order", card.sign(b"order"))
print("test-sdist: built, read and signed;", honnin.__version__)
'
SCRIPT
if [ "$(id -u)" = 0 ]; then
  unshare -m bash "$clean/build.sh" "$sdist"
else
  unshare -rm bash "$clean/build.sh" "$sdist"
fi
