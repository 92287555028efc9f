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
        wrapped.failure, wrapped.fail_on = errors.CardUnstable("a bad contact"), "00b08800"
        with pytest.raises(errors.CardUnstable):
            card.info()


def test_any_other_exception_is_a_failed_reader_with_its_cause(wrapped: Wrapped) -> None:
    with honnin.open_card(connection=wrapped) as card:
        wrapped.failure, wrapped.fail_on = OSError("the cable"), "00b08800"
        with pytest.raises(errors.ReaderFailed) as caught:
            card.info()
        assert caught.value.__cause__ is wrapped.failure


def test_an_interruption_while_the_pin_is_in_flight_tells_that_the_outcome_is_unknown(
    virtual: honnin.VirtualCard,
) -> None:
    class Interrupted(Wrapped):
        def transmit(self, command: bytes, timeout: float) -> bytes:
            answer = super().transmit(command, timeout)
            if command[:2] == b"\x00\x20" and len(command) > 5:
                raise KeyboardInterrupt
            return answer

    with honnin.open_card(connection=Interrupted(virtual)) as card:
        with pytest.raises(KeyboardInterrupt) as caught:
            card.verify_pin(PinKind.AUTHENTICATION, "1234")
        cause = caught.value.__cause__
        assert isinstance(cause, errors.PinOutcomeUnknown)
        assert cause.try_spent is honnin.TrySpent.UNKNOWN
        assert not virtual.is_verified(PinKind.AUTHENTICATION)


def test_an_interruption_at_the_end_of_a_transaction_leaves_the_card(virtual: honnin.VirtualCard) -> None:
    class Interrupted(Wrapped):
        strike = False

        def end(self, disposition: honnin.Disposition) -> None:
            super().end(disposition)
            if self.strike:
                self.strike = False
                raise KeyboardInterrupt

    connection = Interrupted(virtual)
    with honnin.open_card(connection=connection) as card:
        connection.strike = True
        with pytest.raises(KeyboardInterrupt):
            card.verify_pin(PinKind.AUTHENTICATION, "1234")
        assert not virtual.is_verified(PinKind.AUTHENTICATION)


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


class TestComeback:
    def test_a_card_that_is_put_back_within_the_grace_is_read_again(self) -> None:
        with honnin.VirtualCard({"reader": {"return_after_ms": 50}}) as virtual:
            with honnin.open_card(virtual, 5, grace=2) as card:
                virtual.remove_before(2)
                expected = virtual.certificate("authentication")
                assert card.certificate("authentication") == expected
            with honnin.open_card(virtual, 5) as card:
                virtual.remove_before(2)
                with pytest.raises(errors.CardRemoved):
                    card.certificate("authentication")

    def test_a_connection_of_the_program_says_when_the_card_is_back(self) -> None:
        waited: list[float] = []

        class Lifted(Wrapped):
            def wait_for_card(self, timeout: float) -> bool | None:
                waited.append(timeout)
                if len(waited) < 3:
                    return False
                card.insert()
                self.inner = card.connect()
                return True

        with honnin.VirtualCard() as card, honnin.open_card(connection=Lifted(card), grace=5) as opened:
            card.remove_before(2)
            assert opened.certificate("authentication") == card.certificate("authentication")
            assert len(waited) == 3 and max(waited) <= 0.1
