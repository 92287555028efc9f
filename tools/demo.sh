#!/usr/bin/env bash
# Shows what the command does, on a card in software: no card and no reader are needed.
#   tools/demo.sh PATH_OF_HONNIN
set -euo pipefail

honnin=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
say() { printf '\n== %s\n' "$*"; }
show() { printf '$ %s\n' "$*"; }

# The signing password of the virtual card. A program is given it by an environment variable, never as an argument,
# because arguments can be seen by everybody on the machine.
export SIGNING_PASSWORD=ABC123

say 'Reading who the holder is. Nobody has told whether this certificate was revoked, and it is no real card:' \
  'both would count against it, so both are waived by name.'
show 'honnin read --virtual --pin-env SIGNING_PASSWORD --anchors test --waive revocation --waive test_card'
"$honnin" read --virtual --pin-env SIGNING_PASSWORD --anchors test --waive revocation --waive test_card --lang en

say 'The same without waivers is refused, as it must be for a card that proves nothing:'
show 'honnin read --virtual --pin-env SIGNING_PASSWORD'
code=0
"$honnin" read --virtual --pin-env SIGNING_PASSWORD --lang en >/dev/null 2>refused || code=$?
if [ "$code" -ne 50 ]; then
  echo "honnin ended with $code instead of 50:" >&2
  cat refused >&2
  exit 1
fi
echo 'Exit code 50: the certificate is not to be relied upon.'

say 'Signing a contract with the key on the card.'
echo 'I buy one honnin T-shirt.' >contract.txt
show 'honnin sign raw --virtual --key signing --hash sha256 --pin-env SIGNING_PASSWORD' \
  '--out signature --certificate-out certificate.pem contract.txt'
"$honnin" sign raw --virtual --key signing --hash sha256 --pin-env SIGNING_PASSWORD --lang en \
  --out signature --certificate-out certificate.pem contract.txt

say 'Asking another program, openssl, whether that signature is by the key in the certificate.'
show 'openssl x509 -in certificate.pem -noout -pubkey -out key.pem'
openssl x509 -in certificate.pem -noout -pubkey -out key.pem
show 'openssl dgst -sha256 -verify key.pem -signature signature contract.txt'
openssl dgst -sha256 -verify key.pem -signature signature contract.txt

echo 'I buy two honnin T-shirts.' >contract.txt
show '(after one word of the contract was changed) openssl dgst -sha256 -verify key.pem -signature signature contract.txt'
if openssl dgst -sha256 -verify key.pem -signature signature contract.txt 2>/dev/null; then
  echo 'openssl accepted a signature over another text' >&2
  exit 1
fi

say "Done. The command is $honnin: try \`honnin --help\`, \`honnin doctor\`, or a real card without --virtual."
