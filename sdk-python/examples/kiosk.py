"""A kiosk: card in, password, name, card out. `--virtual` plays one round with a card in software."""

from __future__ import annotations

import getpass
import sys

import honnin
from honnin import PinKind, errors


def serve(reader: honnin.VirtualCard | str | None) -> None:
    with honnin.open_card(reader, timeout=30) as card:
        tries = card.pin_tries(PinKind.SIGNING)  # PinLocked is known before anything is typed.
        while True:
            with honnin.Pin(getpass.getpass(f"パスワード(あと{tries}回): ")) as password:
                try:
                    card.verify_pin(PinKind.SIGNING, password, fold=True)
                    break
                except (errors.PinFormat, errors.PinIncorrect, errors.PinRepeated) as error:
                    print(error.message("cardholder", "ja"))
                    tries = error.tries_left or tries
        certificate = card.certificate()
    report = honnin.validate(certificate, waive=["revocation"])
    print(f"{certificate.holder.name} 様", "" if report else report.result.message("cardholder", "ja"))


def main() -> None:
    reader = honnin.VirtualCard() if "--virtual" in sys.argv[1:] else None
    while True:
        try:
            honnin.wait_for_card(None, reader=reader)
            serve(reader)
        except errors.HonninError as error:
            print(error.message("cardholder", "ja"), *error.hints("cardholder", "ja"), sep="\n・")
        print("カードをお取りください")
        if reader is not None:
            return
        honnin.wait_for_removal(None, reader=reader)


if __name__ == "__main__":
    main()
