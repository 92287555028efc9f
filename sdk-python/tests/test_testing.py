"""honnin.testing: the fixtures that programs are tested with, as pytest finds them by itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import honnin
import honnin.testing
import pytest
from honnin import errors

PROGRAM = """
import honnin

def serve():
    reader = honnin.wait_for_card(timeout=5)
    with honnin.open_card(reader) as card:
        card.verify_pin("signing", "ABC123")
        return card.certificate()
"""

TESTS = """
import honnin, pytest, counter

def test_the_holder_is_read(honnin_reader, honnin_trust):
    certificate = counter.serve()
    assert certificate.holder.name == "番号　花子"
    assert honnin.validate(certificate, trust=honnin_trust, waive=["test_card"])
    assert [reader.card_present for reader in honnin.readers()] == [True]

@pytest.mark.honnin_profile({"tries_left": {"signing": 0}})
def test_a_locked_card(honnin_reader):
    with pytest.raises(honnin.errors.PinLocked):
        counter.serve()

def test_a_card_that_is_taken_away(honnin_reader):
    honnin_reader.remove()
    with pytest.raises(honnin.errors.CardAbsent):
        honnin.open_card(timeout=0)

def test_an_open_card(honnin_card, honnin_virtual_card):
    assert honnin_card.pin_tries("signing") == 5
    assert honnin_virtual_card.is_inserted
"""


def test_a_program_is_tested_without_a_card(tmp_path: Path) -> None:
    (tmp_path / "counter.py").write_text(PROGRAM, encoding="utf-8")
    (tmp_path / "test_counter.py").write_text(TESTS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "--strict-markers", "-p", "no:cacheprovider"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout


def test_the_functions_are_themselves_again_afterwards(virtual: honnin.VirtualCard) -> None:
    real = (honnin.open_card, honnin.readers, honnin.wait_for_card, honnin.wait_for_removal)
    with pytest.raises(ZeroDivisionError), honnin.testing.in_reader(virtual):
        assert honnin.open_card is not real[0]
        with honnin.open_card(honnin.readers()[0]) as card:
            assert card.is_virtual
        with pytest.raises(errors.Timeout):
            honnin.wait_for_removal(0)
        raise ZeroDivisionError
    assert (honnin.open_card, honnin.readers, honnin.wait_for_card, honnin.wait_for_removal) == real
