"""Reads the card face with what is printed on the card, and writes the photo as a picture. No password.

python face.py photo.png 1989-05-07 2034             a real card; the security code is asked for
python face.py photo.png 1989-05-07 2034 --virtual   a card in software, security code 4649
"""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

import honnin
from honnin import FaceImage, PinKind, State, Subject


def main() -> int:
    picture, birth_date, expiry_year = sys.argv[1:4]
    virtual = honnin.VirtualCard() if "--virtual" in sys.argv[4:] else None
    code = honnin.code_b(birth_date, expiry_year, getpass.getpass("Security code on the card (4 digits): "))
    trust = honnin.Trust.production()
    if virtual is not None:
        trust = trust.with_card_keys([virtual.card_key()])
    with honnin.open_card(virtual) as card:
        card.verify_pin(PinKind.FACE_CODE_B, code)
        face = card.face(trust=trust)
        # The record may be right and the card a copy all the same: a fresh challenge tells.
        genuine = card.genuine(trust=trust)
    for finding in (*face.report.findings, genuine.finding(Subject.CHALLENGE)):
        if finding is not None:
            print(f"{finding.state.name:12}{finding.subject.name:18}{finding.text}")
    print("Born", face.holder.birth_date_text, "- card good until", face.expires)
    try:
        Path(picture).write_bytes(face.image(FaceImage.PHOTO, "png"))
        print("Photo:", picture)
    except honnin.errors.NotFound:
        print("The card holds no photo.")
    record = face.report.finding(Subject.RECORD)
    challenge = genuine.finding(Subject.CHALLENGE)
    passed = [finding is not None and finding.state is State.PASSED for finding in (record, challenge)]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
