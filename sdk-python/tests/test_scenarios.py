"""The scenarios of tests/scenarios through Python: the same files and answers as through Rust, C and C++.

What the formats of the lines mean stands at the top of tests/scenarios/pins.txt.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import honnin
import pytest

FOLDER = Path(__file__).resolve().parent.parent.parent / "tests" / "scenarios"

#: What `try_spent` is called in the files.
SPENT = {honnin.TrySpent.NO: 0, honnin.TrySpent.YES: 1, honnin.TrySpent.UNKNOWN: -1}


@dataclass
class Scenario:
    title: str
    profile: str | None = None
    #: The first word of each line ("step", "saw", "says", "hint", "hints"), and the rest of it.
    lines: list[tuple[str, str]] = field(default_factory=list)


def read_corpus() -> list[Scenario]:
    """Every scenario. Without the files the tests fail here: nothing is skipped."""
    files = sorted(FOLDER.glob("*.txt"))
    if not files:
        raise FileNotFoundError(f"the scenarios are missing: {FOLDER}")
    scenarios: list[Scenario] = []
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            word, _, rest = line.partition(" ")
            if word == "scenario":
                scenarios.append(Scenario(rest))
            elif word == "profile":
                scenarios[-1].profile = rest
            elif word in ("step", "saw", "says", "hint", "hints"):
                scenarios[-1].lines.append((word, rest))
            elif word not in ("", "#"):
                raise ValueError(f"{file.name}: no line begins with {word}")
    return scenarios


SCENARIOS = read_corpus()


class World:
    """A scenario on its way."""

    def __init__(self, virtual: honnin.VirtualCard) -> None:
        self.virtual = virtual
        self.card: honnin.Card | None = None
        #: The card in the hands of another program.
        self.held: honnin.Card | None = None
        self.holder: honnin.Holder | None = None
        self.printed: honnin.Face | None = None
        self.seen = 0
        self.failure: honnin.errors.HonninError | None = None

    def opened(self) -> honnin.Card:
        if self.card is None:
            # Python has no card then, where C has a null handle.
            raise honnin.errors.BadState("no card was opened")
        return self.card

    def open(self, how: str = "") -> None:
        self.close()
        self.card = None
        self.card = honnin.open_card(self.virtual, 0.5, grace=2 if how == "grace" else 0)

    def hold(self) -> None:
        self.held = honnin.open_card(self.virtual, 0.5, exclusive=True)

    def release(self) -> None:
        if self.held is not None:
            self.held.close()

    def close(self) -> None:
        """The closed card is kept: it must refuse what is asked of it."""
        if self.card is not None:
            self.card.close()

    def saw(self) -> str:
        headers = [exchange.header for exchange in self.virtual.transcript()]
        new = " ".join(headers[self.seen :])
        self.seen = len(headers)
        return new

    def trust(self) -> honnin.Trust:
        return honnin.Trust.production().with_card_keys([self.virtual.card_key()])

    def age(self) -> None:
        self.holder = self.opened().age_record()

    def text(self) -> None:
        self.holder = self.opened().text()

    def face(self) -> None:
        self.printed = self.opened().face()

    def face_read(self) -> honnin.Face:
        assert self.printed is not None
        return self.printed

    def age_check(self, years: str, on: str | None = None, eve: str = "") -> None:
        assert self.holder is not None
        assert honnin.age_check(self.holder, int(years), on, count_eve=eve == "eve")


def result_of(report: honnin.Report | None) -> honnin.ResultCode:
    assert report is not None
    return report.result


def cms(world: World, key: str, how: str) -> honnin.ResultCode:
    """Signs a CMS and verifies it, as the virtual card's own CA would have it."""

    def no_network(_request: bytes) -> bytes:
        raise TimeoutError("no network")

    card, code = world.opened(), honnin.ResultCode.OK
    if how == "stream":
        made = card.sign_cms(io.BytesIO(b"order"), key=key, detached=True)
    elif how == "stamp-required":
        with pytest.raises(honnin.errors.HonninError) as caught:
            card.sign_cms(b"order", key=key, timestamp=no_network, timestamp_required=True)
        assert caught.value.document is not None
        made, code = caught.value.document, caught.value.code
    elif how == "unstamped":
        with pytest.warns(RuntimeWarning):
            made = card.sign_cms(b"order", key=key, timestamp=no_network)
    else:
        made = card.sign_cms(b"order", key=key, detached=how == "changed")
    if how == "added":
        made = card.add_to_cms(made, key=key, hash="sha512")
    content: io.BytesIO | bytes | None = io.BytesIO(b"order") if how == "stream" else None
    if how == "changed":
        content = b"0rder"
    trust = honnin.Trust.added().with_anchors([world.virtual.ca(), world.virtual.ca("authentication")])
    report = honnin.verify_cms(made, content, trust=trust, waive=["revocation", "test_card"])
    assert (report.content == b"order") is (report.content is not None)
    return report.result if code is honnin.ResultCode.OK else code


def pdf(world: World, how: str) -> honnin.ResultCode:
    """Signs a PDF and verifies it, as the virtual card's own CA would have it."""
    card, file = world.opened(), (FOLDER / "one-page.pdf").read_bytes()
    signed = card.sign_pdf(file[:100] if how == "damaged" else file)
    if how == "twice":
        signed = card.sign_pdf(io.BytesIO(signed), box=(1, 10, 10, 50, 50))
    trust = honnin.Trust.added().with_anchors([world.virtual.ca()])
    # The end of the file once more: bytes that belong to nothing.
    changed = signed + signed[signed.rindex(b"startxref") :] if how == "changed" else signed
    report = honnin.verify_pdf(changed, trust=trust, waive=["revocation", "test_card"])
    assert len(report.signatures) == len(report.signers) == (2 if how == "twice" else 1)
    return report.result


#: A step: the world and the words behind the verb. It answers with a code where there is more than OK, with
#: the tries left where it is about them.
Step = Callable[[World, list[str]], object]

STEPS: dict[str, Step] = {
    "open": lambda world, words: world.open(*words),
    "hold": lambda world, words: world.hold(),
    "release": lambda world, words: world.release(),
    "close": lambda world, words: world.close(),
    "insert": lambda world, words: world.virtual.insert(),
    "remove": lambda world, words: world.virtual.remove(),
    "verify": lambda world, words: world.opened().verify_pin(
        words[0], None if words[1] == "-" else words[1], allow_last_try="last" in words[2:], fold="fold" in words[2:]
    ),
    "tries": lambda world, words: world.opened().pin_tries(words[0]),
    "certificate": lambda world, words: world.opened().certificate(words[0]),
    "sign": lambda world, words: world.opened().sign(b"", key=words[0], hash="sha256"),
    "cms": lambda world, words: cms(world, words[0], words[1]),
    "pdf": lambda world, words: pdf(world, words[0]),
    "details": lambda world, words: world.opened().info().result,
    "forget": lambda world, words: world.opened().forget_pin(),
    "details_expiry": lambda world, words: world.opened().info(certificates=False).result,
    "age": lambda world, words: world.age(),
    "text": lambda world, words: world.text(),
    "face": lambda world, words: world.face(),
    "age_report": lambda world, words: result_of(world.opened().age_record(integrity=True).integrity),
    "text_report": lambda world, words: result_of(world.opened().text(integrity=True).integrity),
    "face_report": lambda world, words: result_of(world.face_read().report),
    "age_check": lambda world, words: world.age_check(*words),
    "my_number": lambda world, words: world.opened().my_number(),
    "photo": lambda world, words: world.face_read().image(),
    "genuine": lambda world, words: result_of(world.opened().genuine()),
    "genuine_own": lambda world, words: result_of(world.opened().genuine(trust=world.trust())),
}


def outcome(world: World, verb: str, words: list[str]) -> dict[str, str | int]:
    """What a step came to, as every language answers it."""
    found: dict[str, str | int] = {"code": "OK", "tries": -1, "spent": 0, "left": -1}
    world.failure = None
    try:
        answer = STEPS[verb](world, words)
    except honnin.errors.HonninError as error:
        world.failure = error
        found["code"] = error.code.name
        found["tries"] = -1 if error.tries_left is None else error.tries_left
        found["spent"] = SPENT[error.try_spent]
        if verb == "tries" and error.code is honnin.ResultCode.PIN_LOCKED:
            found["left"] = 0
    else:
        if isinstance(answer, honnin.ResultCode):
            found["code"] = answer.name
            if answer is not honnin.ResultCode.OK:
                # A result that is no error has the words of its code.
                world.failure = honnin.errors.BY_CODE[answer]()
        if verb == "tries" and isinstance(answer, int):
            found["left"] = answer
    return found


def check_words(error: honnin.errors.HonninError, word: str, rest: str) -> None:
    """says AUDIENCE LANG part; hints AUDIENCE count; hint AUDIENCE LANG index tags part"""
    audience, lang, *others = rest.split(" ", 2)
    if word == "hints":
        assert len(error.hints(audience, "ja")) == int(lang), rest
    elif word == "says":
        said = error.message(audience, lang)
        assert said == others[0] if audience == "cardholder-short" else others[0] in said, rest
    else:
        index, tags, part = others[0].split(" ", 2)
        hint = error.hints(audience, lang)[int(index)]
        assert part in hint.text, rest
        wanted = honnin.Tags(0)
        for name in tags.replace("-", "").split("|"):
            wanted |= honnin.Tags[name] if name else honnin.Tags(0)
        assert hint.tags == wanted, rest


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.title)
def test_scenario(scenario: Scenario) -> None:
    with honnin.VirtualCard(scenario.profile) as virtual:
        world = World(virtual)
        for word, rest in scenario.lines:
            if word == "saw":
                assert world.saw() == rest
                continue
            if word != "step":
                assert world.failure is not None, rest
                check_words(world.failure, word, rest)
                continue
            step, _, expected = rest.partition("=> ")
            code, *wishes = expected.split()
            verb, *words = step.split()
            found = outcome(world, verb, words)
            wanted: dict[str, str | int] = {"code": code}
            wanted.update((name, int(number)) for name, number in zip(wishes[::2], wishes[1::2], strict=True))
            assert {name: found[name] for name in wanted} == wanted, rest
        world.close()


def test_the_corpus_is_whole() -> None:
    steps = [rest for scenario in SCENARIOS for word, rest in scenario.lines if word == "step"]
    assert len(SCENARIOS) >= 20
    assert len(steps) >= 60
    assert len({scenario.title for scenario in SCENARIOS}) == len(SCENARIOS)
    assert all(scenario.profile is not None and scenario.lines for scenario in SCENARIOS)
    assert all(re.fullmatch(r"\S+( \S+)* => [A-Z_]+( (tries|spent|left) -?\d+)*", step) for step in steps)
    assert {step.split()[0] for step in steps} == set(STEPS)
