"""Writes PDF files and updates byte by byte, so that a test can have every form of them, and every malformation."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def stream(data: bytes, entries: bytes = b"", *, packed: bool = False) -> bytes:
    """The body of an object that is a stream."""
    if packed:
        data = zlib.compress(data)
        entries += b"/Filter/FlateDecode"
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (entries, len(data), data)


def last_start(pdf: bytes) -> int:
    found = re.findall(rb"startxref\s+(\d+)", pdf)
    return int(found[-1]) if found else 0


def last_size(pdf: bytes) -> int:
    return max((int(size) for size in re.findall(rb"/Size (\d+)", pdf)), default=0)


@dataclass
class Update:
    """An update, or a whole file, in parts that may be changed before they are put together.

    An attack changes a part: `objects` have number, generation and body in order; an entry of the table is made for each
    unless `unlisted` names it.
    """

    before: bytes = b""
    objects: list[tuple[int, bytes]] = field(default_factory=list)
    # Objects inside of an object stream; only together with form "stream" or "hybrid".
    packed: list[tuple[int, bytes]] = field(default_factory=list)
    freed: list[int] = field(default_factory=list)
    form: str = "table"
    trailer: bytes = b"/Root 1 0 R"
    size: int = 0
    prev: int | None = None
    eol: bytes = b"\n"
    header: bytes = HEADER

    def bytes(self) -> bytes:
        out = bytearray(self.before or self.header)
        if self.before and not out.endswith((b"\n", b"\r")):
            out += b"\n"
        offsets: dict[int, int] = {}
        for number, body in self.objects:
            offsets[number] = len(out)
            out += self.object(number, body)
        numbers = [number for number, _ in [*self.objects, *self.packed]] + self.freed
        size = max([self.size, last_size(self.before), *(number + 1 for number in numbers)])
        prev = self.prev if self.prev is not None else last_start(self.before) if self.before else None
        more = self.trailer + (b"/Prev %d" % prev if prev is not None else b"")
        if self.form == "table":
            start = len(out)
            out += table(offsets, self.freed, first=not self.before, eol=self.eol)
            out += b"trailer%b<</Size %d%b>>%b" % (self.eol, size, more, self.eol)
        elif self.form == "hybrid":
            # What is packed is hidden from readers of tables, in a stream that /XRefStm names.
            container, extra = size, b""
            inner: dict[int, tuple[int, int, int]] = {}
            if self.packed:
                offset = len(out)
                out += self.object(container, object_stream(self.packed))
                inner[container] = (1, offset, 0)
                inner |= {number: (2, container, index) for index, (number, _) in enumerate(self.packed)}
                size += 2
            hidden = len(out)
            number = container + 1
            inner[number] = (1, hidden, 0)
            out += self.object(number, cross_references(inner, size, b""))
            extra = b"/XRefStm %d" % hidden
            start = len(out)
            out += table(offsets, self.freed, first=not self.before, eol=self.eol)
            out += b"trailer%b<</Size %d%b%b>>%b" % (self.eol, size, more, extra, self.eol)
        else:
            entries = {number: (1, offset, 0) for number, offset in offsets.items()}
            entries |= dict.fromkeys(self.freed, (0, 0, 1))
            if not self.before:
                entries[0] = (0, 0, 65535)
            if self.packed:
                entries[size] = (1, len(out), 0)
                out += self.object(size, object_stream(self.packed))
                entries |= {number: (2, size, index) for index, (number, _) in enumerate(self.packed)}
                size += 1
            start = len(out)
            entries[size] = (1, start, 0)
            out += self.object(size, cross_references(entries, size + 1, more))
        out += b"startxref%b%d%b%%%%EOF%b" % (self.eol, start, self.eol, self.eol)
        return bytes(out)

    def object(self, number: int, body: bytes) -> bytes:
        return b"%d 0 obj%b%b%bendobj%b" % (number, self.eol, body, self.eol, self.eol)


def table(offsets: Mapping[int, int], freed: Iterable[int] = (), *, first: bool, eol: bytes = b"\n") -> bytes:
    end = b"\r\n" if eol == b"\r\n" else b" " + eol
    entries = {number: b"%010d 00000 n%b" % (offset, end) for number, offset in offsets.items()}
    entries |= dict.fromkeys(freed, b"0000000000 %05d f%b" % (0 if first else 1, end))
    if first:
        entries[0] = b"0000000000 65535 f" + end
    out = b"xref" + eol
    for start, count in runs(entries):
        out += b"%d %d%b" % (start, count, eol) + b"".join(entries[number] for number in range(start, start + count))
    return out


def runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and sum(found[-1]) == number:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((number, 1))
    return found


def object_stream(objects: list[tuple[int, bytes]], entries: bytes = b"") -> bytes:
    head, data = b"", b""
    for number, body in objects:
        head += b"%d %d " % (number, len(data))
        data += body + b"\n"
    return stream(head + data, b"/Type/ObjStm/N %d/First %d%b" % (len(objects), len(head), entries), packed=True)


def cross_references(entries: Mapping[int, tuple[int, int, int]], size: int, more: bytes) -> bytes:
    index, data = b"", b""
    for start, count in runs(entries):
        index += b"%d %d " % (start, count)
        for number in range(start, start + count):
            kind, second, third = entries[number]
            data += bytes([kind]) + second.to_bytes(4, "big") + third.to_bytes(2, "big")
    return stream(data, b"/Type/XRef/W[1 4 2]/Index[%b]/Size %d%b" % (index.strip(), size, more), packed=True)
