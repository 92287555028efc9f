"""Ctrl-C, cancelling, threads and children: nothing hangs, and no card stays verified."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import honnin
import pytest
from honnin import PinKind, errors

Run = Callable[..., "subprocess.CompletedProcess[str]"]

#: Interrupts itself after 0.3 s and says how long the wait took from then on.
INTERRUPTED = """
import honnin, os, signal, threading, time, sys
# A shell starts what runs in the background with the signal ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
virtual = honnin.VirtualCard(PROFILE)
begun = []
def interrupt():
    time.sleep(0.3)
    begun.append(time.monotonic())
    os.kill(os.getpid(), signal.SIGINT)
SETUP
threading.Thread(target=interrupt, daemon=True).start()
try:
    WAIT
except KeyboardInterrupt as error:
    print(round(time.monotonic() - begun[0], 3), virtual.is_verified("signing"), repr(error.__cause__))
else:
    sys.exit("no KeyboardInterrupt")
"""


def interrupted(python: Run, wait: str, setup: str = "", profile: str = "None") -> tuple[float, bool, str]:
    source = INTERRUPTED.replace("PROFILE", profile).replace("SETUP", setup).replace("WAIT", wait)
    seconds, verified, cause = python(source).stdout.split(maxsplit=2)
    return float(seconds), verified == "True", cause


class TestCtrlC:
    def test_a_wait_for_a_card_ends_at_once(self, python: Run) -> None:
        wait = "honnin.wait_for_card(20, reader=virtual)"
        seconds, _, _ = interrupted(python, wait, "virtual.remove()")
        assert seconds < 0.2

    def test_opening_ends_at_once(self, python: Run) -> None:
        seconds, _, _ = interrupted(python, "honnin.open_card(virtual, 20)", "virtual.remove()")
        assert seconds < 0.2

    def test_a_wait_for_removal_ends_at_once(self, python: Run) -> None:
        seconds, _, _ = interrupted(python, "honnin.wait_for_removal(20, reader=virtual)")
        assert seconds < 0.2

    def test_a_wait_for_another_program_ends_at_once(self, python: Run) -> None:
        setup = "card, other = honnin.open_card(virtual, 20), honnin.open_card(virtual)"
        seconds, verified, cause = interrupted(python, "card.verify_pin('signing', 'ABC123')", setup)
        assert seconds < 0.3
        assert not verified
        assert "CANCELLED" in cause

    def test_a_slow_read_ends_and_leaves_the_card(self, python: Run) -> None:
        profile = '{"reader": {"delay_ms_command": 150, "extended_length": False}}'
        setup = "card = honnin.open_card(virtual)\ncard.verify_pin('signing', 'ABC123')\n"
        seconds, verified, cause = interrupted(python, "card.certificate()", setup, profile)
        assert seconds < 1
        assert not verified
        assert "CANCELLED" in cause

    def test_a_signature_that_was_made_meanwhile_leaves_the_card_too(self, python: Run) -> None:
        profile = '{"reader": {"delay_ms_signature": 700}}'
        setup = "card = honnin.open_card(virtual)\ncard.verify_pin('signing', 'ABC123')\ncard.certificate()\n"
        _, verified, _ = interrupted(python, "card.sign(b'order')", setup, profile)
        assert not verified

    def test_the_outcome_of_a_pin_is_not_lost(self, python: Run) -> None:
        profile = '{"reader": {"delay_ms_command": 600}}'
        setup = "card = honnin.open_card(virtual)\ncard.pin_tries('signing')\n"
        # The interruption comes while the card is asked for the counter or for the PIN itself.
        _, verified, cause = interrupted(python, "card.verify_pin('signing', 'WRONG99')", setup, profile)
        assert not verified
        assert "PIN_INCORRECT" in cause or "CANCELLED" in cause

    def test_the_callback_that_asks_for_a_pin_hears_it(self, python: Run) -> None:
        setup = "card = honnin.open_card(virtual, pin_entry=lambda kind, tries: time.sleep(10))"
        seconds, _, _ = interrupted(python, "card.verify_pin('signing')", setup)
        assert seconds < 0.3

    def test_the_command_ends_with_130(self) -> None:
        command = [sys.executable, "-m", "honnin", "--virtual", "watch"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)
        assert process.returncode == 130


def test_a_program_that_ends_leaves_its_card(python: Run, tmp_path: os.PathLike[str]) -> None:
    # A connection of the program shows what was still sent at the end.
    source = f"""
import honnin
virtual = honnin.VirtualCard()
class Loud(honnin.Connection):
    inner = virtual.connect()
    def transmit(self, command, timeout):
        with open({str(tmp_path)!r} + "/headers", "a") as file: file.write(command[:4].hex() + "\\n")
        return self.inner.transmit(command)
card = honnin.open_card(connection=Loud())
card.verify_pin("signing", "ABC123")
ENDING
"""
    for ending in ("", "import sys; sys.exit(3)", "raise RuntimeError('of the program')"):
        headers = os.path.join(tmp_path, "headers")
        if os.path.exists(headers):
            os.remove(headers)
        python(source.replace("ENDING", ending), check=False)
        with open(headers, encoding="ascii") as file:
            lines = file.read().split()
        assert lines[-2:] == ["0020009b", "00a4040c"], ending


def test_a_card_that_does_not_come_is_absent_and_a_timeout(virtual: honnin.VirtualCard) -> None:
    assert honnin.wait_for_card(0, reader=virtual).is_virtual
    with pytest.raises(errors.Timeout):
        honnin.wait_for_removal(0.05, reader=virtual)
    virtual.remove()
    honnin.wait_for_removal(0, reader=virtual)
    for wait in (honnin.wait_for_card, lambda timeout, reader: honnin.open_card(reader, timeout)):
        begun = time.monotonic()
        with pytest.raises(TimeoutError) as caught:
            wait(0.2, reader=virtual)
        assert isinstance(caught.value, errors.CardAbsent)
        assert 0.2 <= time.monotonic() - begun < 1
    threading.Timer(0.1, virtual.insert).start()
    assert honnin.wait_for_card(None, reader=virtual).card_present


def test_cancel_from_another_thread_ends_the_operation() -> None:
    virtual = honnin.VirtualCard({"reader": {"delay_ms_command": 100, "extended_length": False}})
    with honnin.open_card(virtual, 5) as card:
        threading.Timer(0.15, card.cancel).start()
        with pytest.raises(errors.Cancelled):
            card.certificate("authentication")
        # What begins afterwards is not affected.
        assert card.pin_tries(PinKind.SIGNING) == 5


def test_calls_of_many_threads_wait_for_each_other(card: honnin.Card) -> None:
    card.verify_pin(PinKind.SIGNING, "ABC123")
    signatures: list[bytes] = []
    threads = [threading.Thread(target=lambda: signatures.append(card.sign(b"order"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(signatures) == 8
    assert len(set(signatures)) == 1


def test_different_cards_run_in_parallel_and_let_other_threads_run() -> None:
    cards = [honnin.open_card(honnin.VirtualCard({"reader": {"delay_ms_command": 200}}), 5) for _ in range(4)]
    begun = time.monotonic()
    threads = [threading.Thread(target=card.pin_tries, args=(PinKind.SIGNING,)) for card in cards]
    for thread in threads:
        thread.start()
    turns = 0
    while any(thread.is_alive() for thread in threads):
        turns += 1
        time.sleep(0.005)
    assert turns > 5
    assert time.monotonic() - begun < 0.7
    for card in cards:
        card.close()


def test_close_from_another_thread_cancels_and_waits() -> None:
    virtual = honnin.VirtualCard({"reader": {"delay_ms_command": 100, "extended_length": False}})
    card = honnin.open_card(virtual, 5)
    card.verify_pin(PinKind.SIGNING, "ABC123")
    caught: list[BaseException] = []

    def read() -> None:
        try:
            card.certificate()
        except errors.HonninError as error:
            caught.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    time.sleep(0.15)
    card.close()
    assert not virtual.is_verified(PinKind.SIGNING)
    thread.join(5)
    assert [type(error) for error in caught] == [errors.Cancelled]


class TestCallbacks:
    def test_progress_is_told_on_the_calling_thread(self, virtual: honnin.VirtualCard) -> None:
        told: list[honnin.Progress] = []
        threads: set[int] = set()

        def progress(now: honnin.Progress) -> None:
            told.append(now)
            threads.add(threading.get_ident())

        with honnin.open_card(virtual, 5, progress=progress) as card:
            card.verify_pin(PinKind.SIGNING, "ABC123")
            card.sign(b"order")
        assert threads == {threading.get_ident()}
        # Those of a PIN pad and of documents are not met here.
        elsewhere = {honnin.Stage.ENTERING, honnin.Stage.HASHING, honnin.Stage.TIMESTAMPING}
        met = [stage for stage in honnin.Stage if stage not in elsewhere]
        assert [*dict.fromkeys(now.stage for now in told)] == met
        assert told[-1] == (honnin.Stage.SIGNING, 1, 1)

    def test_false_cancels_and_an_exception_is_raised(self, virtual: honnin.VirtualCard) -> None:
        with (
            honnin.open_card(virtual, 5, progress=lambda now: now.stage is not honnin.Stage.READING) as card,
            pytest.raises(errors.Cancelled),
        ):
            card.certificate("authentication")

        def broken(now: honnin.Progress) -> None:
            raise LookupError("of the program")

        with (
            honnin.open_card(virtual, 5, progress=broken) as card,
            pytest.raises(LookupError, match="of the program") as caught,
        ):
            card.certificate("authentication")
        assert isinstance(caught.value.__cause__, errors.Cancelled)

    def test_a_pin_is_asked_for_once_with_the_tries(self, virtual: honnin.VirtualCard) -> None:
        asked: list[tuple[PinKind, int | None]] = []

        def entry(kind: PinKind, tries: int | None) -> str:
            asked.append((kind, tries))
            return "ABC123"

        with honnin.open_card(virtual, 5, pin_entry=entry) as card:
            card.verify_pin(PinKind.SIGNING)
            assert virtual.is_verified(PinKind.SIGNING)
        assert asked == [(PinKind.SIGNING, 5)]
        with honnin.open_card(virtual, 5) as card, pytest.raises(errors.PinRequired):
            card.verify_pin(PinKind.SIGNING)
        with (
            honnin.open_card(virtual, 5, pin_entry=lambda kind, tries: None) as card,
            pytest.raises(errors.Cancelled),
        ):
            card.verify_pin(PinKind.SIGNING)

        def nobody(kind: PinKind, tries: int | None) -> str:
            raise errors.PinEntryTimeout("nobody typed")

        with honnin.open_card(virtual, 5, pin_entry=nobody) as card, pytest.raises(errors.PinEntryTimeout):
            card.verify_pin(PinKind.SIGNING)
        assert virtual.tries_left(PinKind.SIGNING) == 5

    def test_the_card_is_not_entered_from_its_callbacks(self, virtual: honnin.VirtualCard) -> None:
        seen: list[type] = []

        def progress(now: honnin.Progress) -> None:
            try:
                card.pin_tries(PinKind.SIGNING)
            except errors.HonninError as error:
                seen.append(type(error))

        with honnin.open_card(virtual, 5, progress=progress) as card:
            card.certificate("authentication")
        assert set(seen) == {errors.BadState}

    def test_close_in_a_callback_takes_effect_at_the_end(self, virtual: honnin.VirtualCard) -> None:
        card = honnin.open_card(virtual, 5, progress=lambda now: card.close())
        with pytest.raises(errors.Cancelled):
            card.certificate("authentication")
        assert card.closed


class TestFork:
    def test_a_child_gets_bad_state_and_does_not_touch_the_card(self, python: Run) -> None:
        source = """
import honnin, os, sys
virtual = honnin.VirtualCard()
card = honnin.open_card(virtual)
card.verify_pin("signing", "ABC123")
before = len(virtual.transcript())
child = os.fork()
if child == 0:
    wrong = 0
    for call in (card.info, card.forget_pin, virtual.transcript, virtual.insert, card.cancel,
                 lambda: honnin.open_card(virtual)):
        try:
            call()
            wrong += 1
        except honnin.errors.BadState:
            pass
    card.close()
    # Values and what needs no handle work on; a card of the child's own does too.
    with honnin.VirtualCard() as own, honnin.open_card(own) as mine:
        mine.verify_pin("signing", "ABC123")
        mine.sign(b"order")
    del card, virtual
    sys.exit(wrong)
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
assert status == 0, status
assert len(virtual.transcript()) == before
assert virtual.is_verified("signing")
card.sign(b"order")
"""
        python(source)

    def test_a_fork_while_another_thread_waits_does_not_hang(self, python: Run) -> None:
        source = """
import honnin, os, threading, time
virtual = honnin.VirtualCard({"reader": {"delay_ms_command": 20, "extended_length": False}})
card = honnin.open_card(virtual)
def work():
    for _ in range(20): card.pin_tries("signing")
threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads: thread.start()
for _ in range(10):
    child = os.fork()
    if child == 0:
        try: card.pin_tries("signing")
        except honnin.errors.BadState: os._exit(0)
        os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
for thread in threads: thread.join()
"""
        python("import warnings; warnings.simplefilter('ignore')\n" + source)
