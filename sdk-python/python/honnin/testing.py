"""Fixtures for pytest: a My Number Card in software, so that programs are tested without a card and a reader.

They are there as soon as honnin is installed beside pytest:

    def test_the_counter_reads_the_holder(honnin_reader):
        assert counter.serve() == "番号　花子"        # calls honnin.open_card() as it does at the counter

    @pytest.mark.honnin_profile({"tries_left": {"signing": 0}})
    def test_a_locked_card_is_explained(honnin_reader): ...

`honnin_virtual_card` is the card, `honnin_card` the card opened, `honnin_trust` whom to trust so that its certificates are
good, and `honnin_reader` puts it where `honnin.open_card()`, `honnin.readers()` and the waits find it. Its signing password
is ABC123. Outside pytest, `with honnin.testing.in_reader(card):` does the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

import pytest

import honnin

if TYPE_CHECKING:
    from honnin import Card, Reader, Trust, VirtualCard

__all__ = [
    "honnin_card",
    "honnin_reader",
    "honnin_trust",
    "honnin_virtual_card",
    "in_reader",
    "pytest_configure",
]

#: The name of the reader that the card is in.
READER = "honnin virtual reader"


def pytest_configure(config: pytest.Config) -> None:
    """Makes the mark known."""
    config.addinivalue_line("markers", "honnin_profile(profile): what the virtual card of honnin is like (a dict, JSON or None)")


@pytest.fixture
def honnin_virtual_card(request: pytest.FixtureRequest) -> Iterator[VirtualCard]:
    """A virtual card of its own for the test, as `honnin_profile` describes it."""
    mark = request.node.get_closest_marker("honnin_profile")
    with honnin.VirtualCard(*mark.args if mark else ()) as card:
        yield card


@pytest.fixture
def honnin_card(honnin_virtual_card: VirtualCard) -> Iterator[Card]:
    """The virtual card, opened, without a verified PIN."""
    with honnin.open_card(honnin_virtual_card) as card:
        yield card


@pytest.fixture
def honnin_trust(honnin_virtual_card: VirtualCard) -> Trust:
    """Trust in the CA of the virtual card, with its fresh lists, and in its card key. Nobody else is trusted.

    A validation still fails with CERTIFICATE_TEST unless `waive=["test_card"]`.
    """
    kinds = ("signing_ca", "authentication_ca")
    trust = honnin.Trust.added().with_anchors(honnin_virtual_card.ca(kind) for kind in kinds)
    trust = trust.with_crls(honnin_virtual_card.crl(kind) for kind in kinds)
    return trust.with_card_keys([honnin_virtual_card.card_key()])


@pytest.fixture
def honnin_reader(honnin_virtual_card: VirtualCard) -> Iterator[VirtualCard]:
    """The virtual card, in the only reader that the program under test finds."""
    with in_reader(honnin_virtual_card):
        yield honnin_virtual_card


@contextmanager
def in_reader(card: VirtualCard) -> Iterator[None]:
    """While the block runs, the functions of the module honnin that look for readers find one, with this card.

    A name that a program has imported before (`from honnin import open_card`) is not reached; `honnin.open_card` is.
    """
    functions = ("open_card", "readers", "wait_for_card", "wait_for_removal")
    real = {name: getattr(honnin, name) for name in functions}

    def here(function: Callable[..., Any], place: int) -> Callable[..., Any]:
        """The function, with the card where no reader or the name of ours was asked for."""

        @wraps(function)
        def found(*arguments: Any, **options: Any) -> Any:
            positional = list(arguments)
            asked = positional[place] if len(positional) > place else options.get("reader")
            if options.get("connection") is None and _is_ours(asked):
                if len(positional) > place:
                    positional[place] = card
                else:
                    options["reader"] = card
            return function(*positional, **options)

        return found

    def readers() -> list[Reader]:
        return [honnin.Reader(READER, card_present=card.is_inserted, is_virtual=True)]

    # The reader is a keyword of the waits, which have one argument that stands by its place.
    instead = {
        "open_card": here(real["open_card"], 0),
        "readers": readers,
        "wait_for_card": here(real["wait_for_card"], 1),
        "wait_for_removal": here(real["wait_for_removal"], 1),
    }
    for name, function in instead.items():
        setattr(honnin, name, function)
    try:
        yield
    finally:
        for name, function in real.items():
            setattr(honnin, name, function)


def _is_ours(asked: object) -> bool:
    return asked is None or asked == READER or (isinstance(asked, honnin.Reader) and asked.is_virtual)
