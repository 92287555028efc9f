#!/usr/bin/env python3
"""Says whether a PDF that honnin passes looks like what was signed, in four viewers.

    tests/viewers/judge.py FILE...

For each signature the file is cut where its signed revision ends. Every page of the whole file must look like the same page
of the revision, outside the rectangles of fields that were signed later. The rectangles come from qpdf's reading of the
file, and not from honnin's.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor
from pathlib import Path

import numpy as np
import pikepdf

from verifier import Honnin, Verdict
from viewers import ALL, RESOLUTION, Gallery, Rendering

MOST_DEPTH = 32
# Of 255. Ghostscript rounds otherwise when a page has something transparent, such as a new appearance.
TOLERANCE = 3
RANGE = re.compile(rb"/ByteRange\s*\[\s*\d+\s+\d+\s+(\d+)\s+(\d+)")


@dataclass(frozen=True)
class Difference:
    """Where a viewer shows something else than what was signed."""

    viewer: str
    revision: int
    what: str

    def __str__(self) -> str:
        return f"{self.viewer}, against the revision of {self.revision} bytes: {self.what}"


@dataclass(frozen=True)
class Widget:
    page: int
    rectangle: tuple[float, float, float, float]


@dataclass(frozen=True)
class Field:
    name: str
    kind: str
    value: pikepdf.Object | None
    widgets: tuple[Widget, ...]
    has_appearance: bool = False

    @property
    def is_signed(self) -> bool:
        return self.kind == "/Sig" and isinstance(self.value, pikepdf.Dictionary) and "/ByteRange" in self.value

    @property
    def is_document_timestamp(self) -> bool:
        return self.is_signed and self.value is not None and str(self.value.get("/Type", "")) == "/DocTimeStamp"

    @property
    def shows_a_timestamp(self) -> bool:
        """A time-stamp over the document may show nothing, wherever its field is."""
        return self.is_document_timestamp and self.has_appearance

    @property
    def end(self) -> int:
        assert self.value is not None
        _, _, start, length = (int(number) for number in self.value["/ByteRange"])
        return start + length

    @property
    def permission(self) -> int | None:
        """That of a certification (/DocMDP)."""
        for reference in (self.value or {}).get("/Reference", []):  # type: ignore[union-attr]
            if str(reference.get("/TransformMethod", "")) == "/DocMDP":
                return int(reference.get("/TransformParams", {}).get("/P", 2))
        return None


class Reading:
    """What qpdf finds in a file. Without bytes, it finds nothing."""

    def __init__(self, pdf: bytes) -> None:
        self.pages: list[pikepdf.Object] = []
        self.fields: dict[str, Field] = {}
        if not pdf:
            return
        self.document = pikepdf.open(io.BytesIO(pdf), inherit_page_attributes=False)
        self.pages += [page.obj for page in self.document.pages]
        self.places = {}
        for index, page in enumerate(self.pages):
            for annotation in page.get("/Annots") or []:
                if annotation.is_indirect:
                    self.places[annotation.objgen] = index
        self.fields |= {field.name: field for field in self.walk()}

    def walk(self) -> Iterator[Field]:
        form = self.document.Root.get("/AcroForm")
        if not isinstance(form, pikepdf.Dictionary):
            return
        todo = [(field, "", "", None, 0) for field in form.get("/Fields") or []]
        while todo:
            field, above, kind, value, depth = todo.pop(0)
            if not isinstance(field, pikepdf.Dictionary) or depth > MOST_DEPTH:
                continue
            name = ".".join(part for part in (above, str(field.get("/T", ""))) if part)
            kind = str(field.get("/FT", kind))
            value = field.get("/V", value)
            kids = [kid for kid in field.get("/Kids") or [] if isinstance(kid, pikepdf.Dictionary)]
            deeper = [kid for kid in kids if "/T" in kid]
            todo += [(kid, name, kind, value, depth + 1) for kid in deeper]
            if not deeper:
                found = [self.widget(one) for one in (kids or [field])]
                has_appearance = any("/AP" in one for one in (kids or [field]))
                yield Field(name, kind, value, tuple(one for one in found if one is not None), has_appearance)

    def widget(self, dictionary: pikepdf.Object) -> Widget | None:
        rectangle = [float(number) for number in dictionary.get("/Rect") or []]
        page = self.places.get(dictionary.objgen)
        if len(rectangle) != 4 or page is None:
            return None
        left, right = sorted(rectangle[::2])
        low, high = sorted(rectangle[1::2])
        return Widget(page, (left, low, right, high))

    def inherited(self, page: int, key: str) -> pikepdf.Object | None:
        node = self.pages[page]
        for _ in range(MOST_DEPTH):
            if key in node:
                return node[key]
            if "/Parent" not in node:
                return None
            node = node["/Parent"]
        return None

    def pixels(self, widget: Widget, picture: np.ndarray, around: int) -> tuple[slice, slice]:
        """The pixels that the widget touches and so many around it; with -1 those that it covers as a whole."""
        media = [float(number) for number in self.inherited(widget.page, "/MediaBox") or (0, 0, 612, 792)]
        crop = [float(number) for number in self.inherited(widget.page, "/CropBox") or media]
        left, right = sorted((max(min(media[::2]), min(crop[::2])), min(max(media[::2]), max(crop[::2]))))
        low, high = sorted((max(min(media[1::2]), min(crop[1::2])), min(max(media[1::2]), max(crop[1::2]))))
        turn = int(self.inherited(widget.page, "/Rotate") or 0) // 90 % 4
        corners = []
        for x, y in (widget.rectangle[:2], widget.rectangle[2:]):
            # From the lower left corner of the page as it is shown.
            corners.append([(x - left, y - low), (y - low, right - x), (right - x, high - y), (high - y, x - left)][turn])
        height, width = picture.shape[:2]
        scale = RESOLUTION / 72
        unit = float(self.pages[widget.page].get("/UserUnit", 1))
        if abs((high - low if turn % 2 else right - left) * scale * unit - width) <= 2:
            scale *= unit
        (u1, u2), (v1, v2) = (sorted(pair) for pair in zip(*corners, strict=True))

        def span(start: float, end: float, size: int) -> slice:
            return slice(min(max(floor(start) - around, 0), size), min(max(ceil(end) + around, 0), size))

        return span(height - v2 * scale, height - v1 * scale, height), span(u1 * scale, u2 * scale, width)


class Judge:
    def __init__(self) -> None:
        self.gallery = Gallery()

    def differences(self, pdf: bytes, verdict: Verdict) -> list[Difference]:
        """Where the file looks different from what was signed. Without any, honnin was right to pass it."""
        found = []
        try:
            whole = Reading(pdf)
            signed = [field for field in whole.fields.values() if field.is_signed]
            ends = {field.end for field in signed}
        except Exception as error:
            found.append(Difference("qpdf", len(pdf), f"cannot read it: {error}"))
            whole, signed = Reading(b""), []
            ends = {int(start) + int(length) for start, length in RANGE.findall(pdf)}
        if signed and len(signed) != len(verdict.signatures):
            what = f"finds {len(signed)} signatures, and honnin {len(verdict.signatures)}"
            found.append(Difference("qpdf", len(pdf), what))
        for end in sorted(ends):
            if end < len(pdf):
                locked = any(field.end == end and field.permission == 1 for field in signed)
                found += self.against(pdf, pdf[:end], whole, set() if locked else verdict.filled())
        return found

    def against(self, pdf: bytes, revision: bytes, whole: Reading, filled: set[str]) -> list[Difference]:
        found = []
        try:
            signed = Reading(revision)
        except Exception as error:
            return [Difference("qpdf", len(revision), f"cannot read it: {error}")]
        for viewer in ALL:
            before, after = self.gallery.render(viewer, revision), self.gallery.render(viewer, pdf)
            what = compare(before, after, signed, whole, filled)
            if what:
                # A busy machine lets a viewer fail once.
                before, after = self.gallery.again(viewer, revision), self.gallery.again(viewer, pdf)
                what = compare(before, after, signed, whole, filled)
            if what:
                found.append(Difference(viewer, len(revision), what))
        return found


def compare(before: Rendering, after: Rendering, signed: Reading, whole: Reading, filled: set[str]) -> str | None:
    if before.failed != after.failed:
        return "it shows the revision and not the file" if after.failed else "it shows the file and not the revision"
    if len(before.pages) != len(after.pages):
        return f"{len(after.pages)} pages instead of {len(before.pages)}"
    for index, (was, now) in enumerate(zip(before.pages, after.pages, strict=True)):
        if was.shape != now.shape or (before.is_text and (was != now).any()):
            if before.is_text:
                return f"page {index + 1} has the text {words(now)} instead of {words(was)}"
            return f"page {index + 1} has another size"
        changed = (np.abs(was.astype(np.int16) - now) > TOLERANCE).any(axis=2)
        if not changed.any():
            continue
        for name, field in whole.fields.items():
            known = signed.fields.get(name)
            if known is not None:
                # A field that was empty and is signed; one that was filled.
                became_signed = field.is_signed and known.kind == "/Sig" and known.value is None
                if (became_signed and not field.shows_a_timestamp) or (name in filled and known.kind != "/Sig"):
                    clear(changed, was, signed, known, index, only_blank=False)
            elif field.kind == "/Sig" and not field.shows_a_timestamp:
                clear(changed, was, whole, field, index, only_blank=True)
        if changed.any():
            rows, columns = np.nonzero(changed)
            area = f"({columns.min()}, {rows.min()}) to ({columns.max()}, {rows.max()}) of {was.shape[1]} by {was.shape[0]}"
            return f"page {index + 1}: {len(rows)} pixels are different, {area}"
    return None


def words(page: np.ndarray) -> str:
    return repr(page.tobytes().rstrip(b"\0").decode(errors="replace")[:60])


def clear(changed: np.ndarray, was: np.ndarray, reading: Reading, field: Field, page: int, *, only_blank: bool) -> None:
    """Takes the field's rectangles out of what counts; with `only_blank` those where the signed page shows nothing."""
    for widget in field.widgets:
        if widget.page != page:
            continue
        part = was[reading.pixels(widget, was, -1)]
        if not only_blank or not part.size or (part == part[0, 0]).all():
            changed[reading.pixels(widget, was, 1)] = False


def main() -> int:
    honnin, judge, failed = Honnin(anchors=map(Path, ())), Judge(), False
    for name in sys.argv[1:]:
        pdf = Path(name).read_bytes()
        verdict = honnin.verify(pdf)
        differences = judge.differences(pdf, verdict)
        failed |= verdict.passed and bool(differences)
        print(f"{name}: {'passed' if verdict.passed else 'refused: ' + verdict.rule}")
        for difference in differences:
            print(f"    {difference}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
