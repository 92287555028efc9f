"""The scenarios of tests/scenarios, through Python.

A scenario is a virtual card, steps, and what each step must answer. `STEPS` has the Python of every step;
reading the files belongs here too, once they are there.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import honnin
import pytest

FOLDER = Path(__file__).resolve().parent.parent.parent / "tests" / "scenarios"

#: A step: the card, the virtual card behind it, and the words of the step.
Step = Callable[[honnin.Card, honnin.VirtualCard, list[str]], object]

STEPS: dict[str, Step] = {
    "info": lambda card, _, words: card.info(serial="serial" in words, municipality="municipality" in words),
    "pin_tries": lambda card, _, words: card.pin_tries(words[0]),
    "pin_verify": lambda card, _, words: card.verify_pin(
        words[0], words[1], allow_last_try="allow_last_try" in words, fold="fold" in words
    ),
    "pin_change": lambda card, _, words: card.change_pin(words[0], words[1], words[2]),
    "pin_forget": lambda card, _, words: card.forget_pin(),
    "certificate_read": lambda card, _, words: card.certificate(words[0]),
    "sign": lambda card, _, words: card.sign(b"order", key=words[0], hash=words[1]),
    "close": lambda card, _, words: card.close(),
    "insert": lambda _, virtual, words: virtual.insert(),
    "remove": lambda _, virtual, words: virtual.remove(),
    "reset": lambda _, virtual, words: virtual.reset(),
}


def answer(step: str, card: honnin.Card, virtual: honnin.VirtualCard, words: list[str]) -> honnin.ResultCode:
    """The code of a step, as every language answers it."""
    try:
        STEPS[step](card, virtual, words)
    except honnin.errors.HonninError as error:
        return error.code
    return honnin.ResultCode.OK


def test_the_steps_answer_with_codes(card: honnin.Card, virtual: honnin.VirtualCard) -> None:
    told = [
        answer("sign", card, virtual, ["signing", "sha256"]),
        answer("pin_verify", card, virtual, ["signing", "1234"]),
        answer("pin_verify", card, virtual, ["signing", "WRONG99"]),
        answer("pin_verify", card, virtual, ["signing", "ABC123"]),
        answer("sign", card, virtual, ["signing", "sha256"]),
        answer("remove", card, virtual, []),
        answer("sign", card, virtual, ["signing", "sha256"]),
    ]
    expected = ["PIN_REQUIRED", "PIN_FORMAT", "PIN_INCORRECT", "OK", "OK", "OK", "CARD_REMOVED"]
    assert [code.name for code in told] == expected


@pytest.mark.skipif(not FOLDER.is_dir(), reason="there are no scenario files yet")
def test_every_scenario_file_is_run() -> None:
    pytest.skip("the reader of the scenario format is still to come")
