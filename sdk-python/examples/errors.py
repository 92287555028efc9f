"""What to do with each kind of error. Run it: a virtual card provokes one of each."""

from __future__ import annotations

import honnin
from honnin import PinKind, Traits, errors


def read(virtual: honnin.VirtualCard, password: str) -> str:
    """Reads the name on a card, and answers what to show."""
    try:
        with honnin.open_card(virtual, timeout=1) as card:
            card.verify_pin(PinKind.SIGNING, password)
            return f"Hello, {card.certificate().holder.name}"
    except errors.PinFormat as error:
        # Nothing was sent, no try was spent: ask again.
        return f"ask again ({error.reason.name if error.reason else ''})"
    except errors.PinIncorrect as error:
        # One try was spent. Never send the same value again.
        return f"ask again, {error.tries_left} left"
    except (errors.PinLastTry, errors.PinLocked) as error:
        return f"stop here: {error.message('cardholder', 'en')}"
    except errors.PinError as error:
        return f"another trouble with the PIN: {error.message('operator', 'en')}"
    except errors.CardAbsent:
        # Also a TimeoutError.
        return "please place the card"
    except (errors.CardError, errors.ReaderError) as error:
        again = "again" if Traits.RETRY in error.code.traits else "not again"
        return f"{again}: {error.message('cardholder', 'en')}"
    except errors.CertificateError as error:
        office = Traits.OFFICE in error.code.traits
        return f"{'the municipal office helps' if office else 'staff helps'}: {error.code.name}"
    except errors.HonninError as error:
        # For the log: nothing of the person is in it.
        return f"call the developer: {error}"


def main() -> None:
    card = honnin.VirtualCard()
    print(read(card, "1234"))
    print(read(card, "WRONG1"))
    print(read(card, "ABC123"))
    print(read(honnin.VirtualCard({"tries_left": {"signing": 0}}), "ABC123"))
    print(read(honnin.VirtualCard({"tries_left": {"signing": 1}}), "ABC123"))
    print(read(honnin.VirtualCard({"kind": "child"}), "ABC123"))
    print(read(honnin.VirtualCard({"kind": "juki"}), "ABC123"))
    card.remove()
    print(read(card, "ABC123"))


if __name__ == "__main__":
    main()
