#!/usr/bin/env python3
"""Attacks signed PDF files by chance: none that honnin passes may look different in a viewer from what was signed.

    tests/viewers/attacks.py [COUNT] [--seed SEED] [--only K] [--survey]

Prints by which rule honnin refused how many files. A file that it passes goes to the judge; one that looks different is a
failure and is kept in target/viewers-failures. So are honest updates that are refused, and files that take too long.
`--seed SEED --only K` makes one file again. `--survey` shows one file of each kind to the viewers, whatever honnin says of it,
and prints which malformation has which effect.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pyhanko.pdf_utils.metadata.xmp_xml import XmpXmlProcessingError

import bases
import changes
import structure
from bases import FORGED, Base
from changes import NotApplicable
from draft import Draft
from judge import Judge
from verifier import TOO_LONG, WORKERS, Honnin, Verdict
from viewers import ALL
from writer import stream

HERE = Path(__file__).resolve().parent
FAILURES = Path(os.environ.get("CARGO_TARGET_DIR", HERE.parents[1] / "target")) / "viewers-failures"
CHUNK = 50
# Bases that have all that changes need.
SURVEYED = ("table", "visible", "empty field", "certified 2", "alternatives", "shared arrays", "layers")
# Of 100 files so many are of each kind.
KINDS = {"structure": 42, "change": 30, "signed": 6, "place": 7, "both": 5, "honest": 10}


@dataclass(frozen=True)
class Attack:
    number: int
    kind: str
    base: str
    what: tuple[str, ...]
    pdf: bytes
    # Where its signed file ends.
    signed: int


# iText rebuilds what the others read alike, among it files that PDFBox writes: a cross-reference stream that does not list
# itself. What it alone reads differently is counted and printed, and is no failure.
BESIDE = "itext"

KNOWN: dict[str, Base] = {}


def base_of(name: str) -> Base:
    if name not in KNOWN:
        KNOWN[name] = bases.MAKERS[name]()
    return KNOWN[name]


def harmless(rng: random.Random, draft: Draft) -> None:
    """What the update has beside the attack."""
    what = rng.randrange(4)
    base = draft.base
    if what == 0 and base.info is not None:
        draft.add(base.info, base.with_entry(base.info, "/ModDate", b"(D:20261102120000+09'00')"))
    elif what == 1:
        draft.add(base.pages, base.text(base.pages))
    else:
        draft.add(draft.next_number(), b"<</Title(a)>>")


def form_for(rng: random.Random, base: Base) -> str:
    # A table may follow a stream and the other way round.
    return base.form if rng.random() < 0.8 else rng.choice(["table", "stream"])


def structural(rng: random.Random, draft: Draft) -> tuple[str, ...]:
    names = []
    harmless(rng, draft)
    if draft.base.name not in bases.DOUBTFUL and rng.random() < 0.9:
        hiding = rng.choice(list(structure.HIDING))
        structure.hide(rng, draft, hiding)
        names.append(f"hidden {hiding}")
    usable = [one for one in structure.ALL if draft.form in one.forms]
    for one in rng.sample(usable, rng.choice([1, 1, 1, 1, 2, 2, 3])):
        one.apply(rng, draft)
        names.append(one.name)
    return tuple(names)


def changed(rng: random.Random, draft: Draft) -> tuple[str, ...]:
    name = rng.choice(list(changes.FORBIDDEN))
    changes.FORBIDDEN[name](rng, draft)
    # One object of a number is enough: the last that was said.
    latest = {item.number: item for item in draft.items if item.number is not None}
    draft.items = [item for item in draft.items if item.number is None or latest[item.number] is item]
    if draft.form == "stream" and rng.random() < 0.5:
        small = [item for item in draft.items if item.number is not None and b"stream" not in item.body]
        draft.packed += [(item.number, item.body) for item in small if item.number is not None]
        draft.items = [item for item in draft.items if item not in small]
    return (name,)


def attack(seed: int, number: int) -> Attack:
    """The file of that number. The same seed makes the same one, except for the moment of signing."""
    rng = random.Random(f"{seed}/{number}")
    while True:
        name = rng.choice([one for one in bases.MAKERS if one not in bases.DRAWN])
        kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
        if name in bases.DOUBTFUL and kind != "structure":
            continue
        base = base_of(name)
        draft = Draft(base, form=form_for(rng, base))
        try:
            if kind == "structure":
                what = structural(rng, draft)
                pdf = draft.bytes()
            elif kind == "change":
                what = changed(rng, draft)
                pdf = draft.bytes()
            elif kind == "both":
                what = changed(rng, draft) + structural(rng, draft)
                pdf = draft.bytes()
            elif kind == "place":
                base = base_of(rng.choice(list(bases.DRAWN)))
                name, what = base.name, ("signature somewhere",)
                pdf = changes.anywhere(rng, base)
            elif kind == "signed":
                what = (rng.choice(list(changes.SIGNED)),)
                pdf = changes.SIGNED[what[0]](rng, base)
            else:
                what = (rng.choice(list(changes.HONEST)),)
                pdf = changes.HONEST[what[0]](rng, base)
        # pyHanko does not sign a file whose metadata an attack has spoiled.
        except (NotApplicable, StopIteration, XmpXmlProcessingError):
            continue
        return Attack(number, kind, name, what, pdf, len(base.pdf))


@dataclass(frozen=True)
class Result:
    number: int
    kind: str
    base: str
    what: tuple[str, ...]
    passed: bool
    rule: str
    # What is wrong, if anything.
    wrong: str
    # Viewers that show something else than what was signed.
    viewers: tuple[str, ...] = ()


TOOLS: tuple[Honnin, Judge] | None = None


def tools() -> tuple[Honnin, Judge]:
    global TOOLS
    if TOOLS is None:
        TOOLS = (Honnin(waive=["signing_certificate"]), Judge())
    return TOOLS


def judged(made: Attack, verdict: Verdict, always: bool = False) -> Result:
    _, judge = tools()
    rule, wrong = verdict.rule, ""
    differences = []
    if verdict.passed or always:
        differences = judge.differences(made.pdf, verdict)
        if not verdict.passed:
            differences = [one for one in differences if one.viewer in ALL]
    result = str(verdict.report.get("result"))
    if result == TOO_LONG or "exit code" in result:
        wrong = f"{result}: {verdict.report.get('error', '')}"
    elif made.kind == "honest" and not verdict.passed:
        wrong = f"an honest update is refused by {rule}"
    elif verdict.passed and any(one.viewer != BESIDE for one in differences):
        wrong = "; ".join(str(one) for one in differences)
    viewers = tuple(dict.fromkeys(one.viewer for one in differences))
    rule = "passed" if verdict.passed else rule
    return Result(made.number, made.kind, made.base, made.what, verdict.passed, rule, wrong, viewers)


def run(job: tuple[int, list[int]]) -> list[Result]:
    seed, numbers = job
    honnin, _ = tools()
    results = []
    for number in numbers:
        try:
            made = attack(seed, number)
        except Exception:
            results.append(Result(number, "none", "", (), False, "not made", traceback.format_exc()))
            continue
        result = judged(made, honnin.verify(made.pdf))
        if result.wrong:
            FAILURES.mkdir(parents=True, exist_ok=True)
            (FAILURES / f"{seed}-{number}.pdf").write_bytes(made.pdf)
            (FAILURES / f"{seed}-{number}.signed.pdf").write_bytes(made.pdf[: made.signed])
        results.append(result)
    return results


def jobs(seed: int, count: int) -> Iterator[tuple[int, list[int]]]:
    size = min(CHUNK, max(1, count // (4 * WORKERS)))
    for start in range(0, count, size):
        yield seed, list(range(start, min(start + size, count)))


def campaign(seed: int, count: int) -> list[Result]:
    started = told = time.monotonic()
    results: list[Result] = []
    with ProcessPoolExecutor(WORKERS) as pool:
        for some in pool.map(run, jobs(seed, count)):
            results += some
            for result in some:
                if result.wrong:
                    print(f"WRONG: {result.number}: {', '.join(result.what)}, on {result.base!r}: {result.wrong}", flush=True)
            if time.monotonic() - told > 30:
                told = time.monotonic()
                wrong = sum(1 for result in results if result.wrong)
                print(f"{len(results)} of {count} after {told - started:.0f} seconds, {wrong} wrong", flush=True)
    return results


def report(results: list[Result], seed: int, seconds: float) -> int:
    print("by what they were refused:")
    for rule, count in Counter(result.rule for result in results).most_common():
        print(f"{count:7}  {rule}")
    attacks = [result for result in results if result.kind != "honest"]
    reached = sum(1 for result in attacks if result.passed or result.rule.startswith(("CHANGES", "TIMESTAMP")))
    honest = [result for result in results if result.kind == "honest"]
    wrong = [result for result in results if result.wrong]
    beside = [result for result in attacks if result.passed and BESIDE in result.viewers and not result.wrong]
    for result in beside:
        print(f"{BESIDE} alone: {result.number}: {', '.join(result.what)}, on {result.base!r}")
    print(
        f"{len(attacks)} attacks ({reached / max(len(attacks), 1):.0%} judged by what changed), "
        f"{sum(1 for result in attacks if result.passed)} passed; {len(honest)} honest updates, "
        f"{sum(1 for result in honest if not result.passed)} refused; {len(wrong)} wrong; {seconds:.0f} seconds; seed {seed}"
    )
    if wrong:
        again = f"tests/viewers/attacks.py --seed {seed} --only {wrong[0].number}"
        print(f"the files are in {FAILURES}; one is made again by: {again}")
    # Fewer would mean that the generator tests the reader of files alone.
    return 1 if wrong or (len(attacks) >= 200 and reached < 0.2 * len(attacks)) else 0


def each() -> list[tuple[str, str, str]]:
    """Every malformation, hiding place, change and signature once, on a base that it fits: kind, name, base."""
    found = [("structure", one.name, form) for one in structure.ALL for form in one.forms]
    found += [("reverted", one.name, "reverted") for one in structure.ALL if "table" in one.forms]
    found += [("hiding", name, "table") for name in structure.HIDING]
    for kind, names in (("change", changes.FORBIDDEN), ("signed", changes.SIGNED), ("honest", changes.HONEST)):
        found += [(kind, name, base) for name in names for base in SURVEYED]
    return found


def one_of_each(job: tuple[str, str, str]) -> Result | None:
    kind, name, base_name = job
    rng, base = random.Random(name), base_of(base_name)
    draft = Draft(base, form=base.form)
    try:
        if kind in ("structure", "reverted"):
            harmless(rng, draft)
            if kind == "structure":
                forged = b"%d 0 obj\n%b\nendobj\n" % (base.contents, stream(FORGED))
                structure.plainly(rng, draft, forged)
            next(one for one in structure.ALL if one.name == name).apply(rng, draft)
        elif kind == "hiding":
            structure.hide(rng, draft, name)
            next(one for one in structure.ALL if one.name == "startxref: zero").apply(rng, draft)
        elif kind == "change":
            changes.FORBIDDEN[name](rng, draft)
        pdf = (changes.SIGNED | changes.HONEST)[name](rng, base) if kind in ("signed", "honest") else draft.bytes()
    except (NotApplicable, StopIteration):
        return None
    made = Attack(0, kind, base_name, (name,), pdf, len(base.pdf))
    return judged(made, tools()[0].verify(pdf), True)


def survey() -> None:
    """Shows every kind of attack to the viewers, whatever honnin says of it."""
    with ProcessPoolExecutor(WORKERS) as pool:
        results = [result for result in pool.map(one_of_each, each(), chunksize=8) if result is not None]
    print("| kind | what | on | honnin | " + " | ".join(ALL) + " |")
    print("|---" * (4 + len(ALL)) + "|")
    for result in results:
        marks = " | ".join("other" if viewer in result.viewers else "" for viewer in ALL)
        rule = "**passed**" if result.passed else result.rule
        print(f"| {result.kind} | {', '.join(result.what)} | {result.base} | {rule} | {marks} |")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("count", nargs="?", type=int, default=300)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--only", type=int, default=None)
    parser.add_argument("--survey", action="store_true")
    given = parser.parse_args()
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(1 << 31)
    started = time.monotonic()
    if given.only is not None:
        made = attack(seed, given.only)
        Path("attack.pdf").write_bytes(made.pdf)
        result = judged(made, tools()[0].verify(made.pdf), True)
        print(f"attack.pdf: {', '.join(result.what)}, on {result.base!r}: {result.rule}; {result.wrong or 'as it should be'}")
        print("viewers that show something else:", *result.viewers)
        return 1 if result.wrong else 0
    if given.survey:
        survey()
        return 0
    print(f"{given.count} files, seed {seed}")
    return report(campaign(seed, given.count), seed, time.monotonic() - started)


if __name__ == "__main__":
    sys.exit(main())
