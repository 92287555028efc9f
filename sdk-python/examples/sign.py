"""Signs a file with the signing key, and checks the signature as its receiver would.

python sign.py order.xml [--virtual]
"""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

import honnin
from honnin import Key, PinKind


def main() -> int:
    arguments = [word for word in sys.argv[1:] if word != "--virtual"]
    path = Path(arguments[0])
    virtual = honnin.VirtualCard() if "--virtual" in sys.argv[1:] else None
    with honnin.open_card(virtual) as card:
        card.verify_pin(PinKind.SIGNING, getpass.getpass("Signing password: "), fold=True)
        with path.open("rb") as file:
            signature = card.sign(file, key=Key.SIGNING, hash="sha256")
        certificate = card.certificate()
    honnin.verify(certificate, path.read_bytes(), signature, "sha256")
    path.with_suffix(path.suffix + ".sig").write_bytes(signature)
    path.with_suffix(path.suffix + ".cer").write_bytes(certificate.der)
    return 0


if __name__ == "__main__":
    sys.exit(main())
