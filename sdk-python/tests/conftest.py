"""What the tests share: a virtual card, and programs run beside this one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import honnin
import pytest

#: The secrets and the person of the cards in these tests: none may show anywhere.
CANARIES = ("ABC123", "WRONG99", "番号", "花子", "霞が関", "1989", "900000000000001", "123456789018")


@pytest.fixture
def virtual() -> Iterator[honnin.VirtualCard]:
    with honnin.VirtualCard() as card:
        yield card


@pytest.fixture
def card(virtual: honnin.VirtualCard) -> Iterator[honnin.Card]:
    with honnin.open_card(virtual, 5) as card:
        yield card


@pytest.fixture
def python() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a program in a Python of its own."""

    def run(source: str, *, check: bool = True, **options: Any) -> subprocess.CompletedProcess[str]:
        done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=60, **options)
        if check:
            assert done.returncode == 0, done.stderr
        return done

    return run
