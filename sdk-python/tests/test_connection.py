"""A connection of the program."""

from __future__ import annotations

import threading

import honnin
import pytest
from honnin import PinKind, errors


class Wrapped(honnin.Connection):
    """Carries the commands to a virtual card, as a program's own stack would to a real one."""

    def __init__(self, card: honnin.VirtualCard) -> None:
        self.inner = card.connect()
        self.interface = self.inner.interface
        self.headers: list[str] = []
        self.ends: list[honnin.Disposition] = []
        self.threads: set[int] = set()
        self.failure: BaseException | None = None
        self.fail_on = ""

    def transmit(self, command: bytes, timeout: float) -> bytes:
        assert timeout > 0
        self.threads.add(threading.get_ident())
        header = command[:4].hex()
        self.headers.append(header)
        if self.failure is not None and header == self.fail_on:
            raise self.failure
        return self.inner.transmit(command, timeout)

    def begin(self, timeout: float) -> None:
        self.inner.begin(timeout)

    def end(self, disposition: honnin.Disposition) -> None:
        self.ends.append(disposition)
        self.inner.end(disposition)

    def claim(self, timeout: float) -> None:
        self.inner.claim(timeout)


@pytest.fixture
def wrapped(virtual: honnin.VirtualCard) -> Wrapped:
    return Wrapped(virtual)


def test_a_card_is_read_and_signs_through_it(virtual: honnin.VirtualCard, wrapped: Wrapped) -> None:
    with honnin.open_card(connection=wrapped) as card:
        assert card.reader_interface is honnin.ReaderInterface.CONTACTLESS
        card.verify_pin(PinKind.SIGNING, "ABC123")
        honnin.verify(card.certificate(), b"order", card.sign(b"order"))
    assert [one.header.lower() for one in virtual.transcript()] == wrapped.headers
    assert card.exchanges == len(wrapped.headers)
    assert wrapped.threads == {threading.get_ident()}
    assert set(wrapped.ends) == {honnin.Disposition.LEAVE}


def test_what_it_raises_keeps_its_code(wrapped: Wrapped) -> None:
    with honnin.open_card(connection=wrapped) as card:
        wrapped.failure, wrapped.fail_on = errors.CardUnstable("a bad contact"), "00b0880"
        wrapped.fail_on = "00b08800"
        with pytest.raises(errors.CardUnstable):
            card.info()


def test_any_other_exception_is_a_failed_reader_with_its_cause(wrapped: Wrapped) -> None:
    with honnin.open_card(connection=wrapped) as card:
        wrapped.failure, wrapped.fail_on = OSError("the cable"), "00b08800"
        with pytest.raises(errors.ReaderFailed) as caught:
            card.info()
        assert caught.value.__cause__ is wrapped.failure


def test_an_answer_lost_by_it_while_the_pin_is_in_flight_is_unknown(wrapped: Wrapped) -> None:
    with honnin.open_card(connection=wrapped) as card:
        card.pin_tries(PinKind.AUTHENTICATION)

        class Once(Wrapped):
            pass

        wrapped.failure, wrapped.fail_on = KeyboardInterrupt(), "00200098"
        # The counter is asked with the same header, so the interruption comes first: nothing was sent.
        with pytest.raises(KeyboardInterrupt):
            card.verify_pin(PinKind.AUTHENTICATION, "1234")


def test_a_reader_and_a_connection_exclude_each_other(virtual: honnin.VirtualCard, wrapped: Wrapped) -> None:
    with pytest.raises(errors.InvalidArgument):
        honnin.open_card(virtual, connection=wrapped)
    with pytest.raises(TypeError):
        honnin.Connection()  # type: ignore[abstract]


def test_nonsense_from_it_is_a_bad_card_and_no_crash(wrapped: Wrapped) -> None:
    class Nonsense(Wrapped):
        def transmit(self, command: bytes, timeout: float) -> bytes:
            return b"\x90"

    assert wrapped is not None
    wrapped.inner.close()
    with pytest.raises(errors.CardResponse):
        honnin.open_card(connection=Nonsense(honnin.VirtualCard()))
