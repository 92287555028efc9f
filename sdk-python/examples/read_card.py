"""Reads a card: who is it, and can the certificate be relied upon?

python read_card.py             a real card
python read_card.py --virtual   a card in software, password ABC123
"""

from __future__ import annotations

import getpass
import sys

import honnin
from honnin import CertificateKind, PinKind, Subject


def main() -> int:
    virtual = honnin.VirtualCard() if "--virtual" in sys.argv[1:] else None
    with honnin.open_card(virtual) as card:
        # What can be known without the password comes first: nobody types one for nothing.
        print("Card:", card.kind.name, "good until", card.info().expires)
        print("Tries left:", card.pin_tries(PinKind.SIGNING))
        with honnin.Pin(getpass.getpass("Signing password (署名用パスワード): ")) as password:
            card.verify_pin(PinKind.SIGNING, password, fold=True)
        certificate = card.certificate(CertificateKind.SIGNING)
    # The card is free: take it. What follows needs no card.
    trust, waive = honnin.Trust.production(), [Subject.REVOCATION]
    if virtual is not None:
        trust, waive = trust.with_anchors([virtual.ca()]), [*waive, Subject.TEST_CARD]
    report = honnin.validate(certificate, trust=trust, waive=waive)
    for finding in report.findings:
        print(f"{finding.state.name:12}{finding.subject.name:12}{finding.text}")
    if not report:
        print(report.result.message("operator", "en"))
        return 1
    holder = certificate.holder
    print(holder.name, holder.birth_date_text, holder.address, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
