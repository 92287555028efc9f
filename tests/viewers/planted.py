#!/usr/bin/env python3
"""Shows the judge files that a lax program would pass: it must see each of them, and nothing in their controls.

Without this test a judge that sees nothing would be a judge that never complains.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

import attacks
import changes
import signer
import structure
from attacks import base_of
from bases import FORGED
from draft import Draft
from judge import Judge
from verifier import WORKERS, Verdict
from writer import stream

# So many of the attacks by chance are seen by a viewer, if honnin passes them all.
BY_CHANCE = 60
SEEN = 20


def passes_all(count: int) -> Verdict:
    """What a program says that passes everything."""
    return Verdict({"result": "OK", "signatures": [{"field": str(number)} for number in range(count)]})


def rebuilt(base: str, malformation: str | None) -> bytes:
    """An unlisted object, and a malformation because of which viewers rebuild the file; without one, they do not look for it."""
    draft = Draft(base_of(base), form=base_of(base).form)
    draft.add(draft.base.pages, draft.base.text(draft.base.pages))
    structure.plainly(random.Random(0), draft, b"%d 0 obj\n%b\nendobj\n" % (draft.base.contents, stream(FORGED)))
    if malformation is not None:
        next(one for one in structure.ALL if one.name == malformation).apply(random.Random(0), draft)
    return draft.bytes()


def changed(base: str, name: str) -> bytes:
    draft = Draft(base_of(base), form=base_of(base).form)
    changes.FORBIDDEN[name](random.Random(0), draft)
    return draft.bytes()


def malformed(base: str, name: str) -> bytes:
    draft = Draft(base_of(base), form=base_of(base).form)
    next(one for one in structure.ALL if one.name == name).apply(random.Random(0), draft)
    return draft.bytes()


def same(base: str, *numbers: int) -> bytes:
    """Objects as they were."""
    draft = Draft(base_of(base), form=base_of(base).form)
    for number in numbers:
        draft.add(number, draft.base.text(number))
    return draft.bytes()


def signed(base: str, name: str) -> bytes:
    return changes.SIGNED[name](random.Random(0), base_of(base))


def honest(base: str, name: str) -> bytes:
    return changes.HONEST[name](random.Random(0), base_of(base))


def covering_box() -> bytes:
    return signer.sign(base_of("table").pdf, "New", box=(60, 630, 300, 730), look=changes.LOOK, quick=True)


# The forged file, and its control.
PLANTED: dict[str, tuple[Callable[[], bytes], Callable[[], bytes]]] = {
    "an unlisted object, and a comment behind startxref": (
        lambda: rebuilt("table", "startxref: comment before the number"), lambda: rebuilt("table", None)),
    "an unlisted object, and a startxref that leads nowhere": (
        lambda: rebuilt("stream", "startxref: beyond the end"), lambda: rebuilt("stream", None)),
    "an unlisted object, and an entry of 19 bytes": (
        lambda: rebuilt("table", "all entries: 19 bytes"), lambda: rebuilt("table", None)),
    "an unlisted object, and a comment in a subsection": (
        lambda: rebuilt("table", "subsection: comment behind"), lambda: rebuilt("table", None)),
    "a stream that frees the contents for some viewers": (
        lambda: malformed("table", "hybrid: the stream frees the contents"), lambda: malformed("table", "hybrid: an empty stream")),
    "two entries for the contents": (
        lambda: malformed("table", "two entries: the forged one last, a section each"), lambda: same("table", 4)),
    "an overlay annotation": (
        lambda: changed("table", "annotation: FreeText with an appearance"),
        lambda: honest("table", "an empty signature field of no size")),
    "an overlay that is an unsigned signature field": (
        lambda: changed("table", "unsigned signature field with an appearance"),
        lambda: honest("table", "pyHanko adds an empty field")),
    "an array of fields that is the pages": (
        lambda: changed("shared arrays", "arrays: the kids of a field that are pages grow"), lambda: same("shared arrays", 10)),
    "an array of annotations that is the contents": (
        lambda: changed("shared arrays", "arrays: annotations that are contents grow"), lambda: same("shared arrays", 11)),
    "a time-stamp that covers the text": (
        lambda: signed("table", "time-stamp whose appearance covers the text"), lambda: honest("table", "pyHanko stamps the document")),
    "a time-stamp that shows something elsewhere": (
        lambda: signed("table", "time-stamp with an appearance elsewhere"), lambda: honest("table", "pyHanko stamps the document")),
    "a signature that covers the text": (
        covering_box, lambda: honest("table", "a visible signature where nothing is")),
    "an empty field that is signed and moved": (
        lambda: signed("empty field", "empty field: signed, then moved"), lambda: honest("empty field", "a signature in the empty field")),
    "an overlay that is taken away": (
        lambda: changed("alternatives", "an annotation that was there is taken away"), lambda: same("alternatives", 10)),
    "another font": (
        lambda: changed("table", "font: another one"), lambda: same("table", 5)),
    "a layer that is shown": (
        lambda: changed("layers", "layers: other ones are shown"), lambda: same("layers", 10)),
    "the page as information": (
        lambda: changed("table", "information: the page becomes the information"), lambda: honest("table", "information: a date")),
    "another value of a text field": (
        lambda: honest("certified 2", "a text field is filled"), lambda: same("certified 2", 10)),
    "another page size": (
        lambda: changed("table", "page: /CropBox"), lambda: same("table", 3)),
}  # fmt: skip

JUDGE: list[Judge] = []


def judge() -> Judge:
    if not JUDGE:
        JUDGE.append(Judge())
    return JUDGE[0]


def differences(pdf: bytes) -> list[str]:
    # As many signatures as there are, so that only what is seen counts.
    count = pdf.count(b"/ByteRange")
    return [str(one) for one in judge().differences(pdf, passes_all(count)) if one.viewer != "qpdf"]


def check(name: str) -> list[str]:
    forged, control = PLANTED[name]
    seen, complaints = differences(forged()), differences(control())
    viewers = ", ".join(dict.fromkeys(one.split(",")[0] for one in seen))
    print(f"{name}: {'seen by ' + viewers if seen else 'NOT SEEN'}", flush=True)
    return ([] if seen else [f"{name}: no viewer shows it"]) + [f"the control of {name}: {one}" for one in complaints]


def is_seen(number: int) -> bool:
    made = attacks.attack(0, number)
    return made.kind != "honest" and bool(differences(made.pdf))


def main() -> int:
    started = time.monotonic()
    with ProcessPoolExecutor(WORKERS) as pool:
        wrong = [line for lines in pool.map(check, PLANTED) for line in lines]
        seen = sum(pool.map(is_seen, range(BY_CHANCE)))
    print(f"{seen} of {BY_CHANCE} attacks by chance are seen; {time.monotonic() - started:.0f} seconds")
    if seen < SEEN:
        wrong.append(f"fewer than {SEEN} of the attacks by chance are seen")
    for line in wrong:
        print(f"WRONG: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
