"""An update behind a signed file, in pieces that an attack changes before they become bytes."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

from bases import Base
from writer import object_stream, runs


@dataclass
class Item:
    """An object of the update, or bytes that are none."""

    number: int | None
    body: bytes
    listed: bool = True
    generation: int = 0
    # What stands before and behind the body, where it is not `N 0 obj` and `endobj`.
    head: bytes | None = None
    tail: bytes | None = None

    def bytes(self) -> bytes:
        if self.number is None:
            return self.body
        head = self.head if self.head is not None else b"%d %d obj\n" % (self.number, self.generation)
        tail = self.tail if self.tail is not None else b"\nendobj\n"
        return head + self.body + tail


@dataclass
class Entry:
    """A line of a table."""

    number: int
    offset: int
    generation: int = 0
    kind: bytes = b"n"
    end: bytes = b" \n"
    # In place of the line as the standard has it.
    raw: bytes | None = None

    def bytes(self) -> bytes:
        return self.raw if self.raw is not None else b"%010d %05d %b%b" % (self.offset, self.generation, self.kind, self.end)


@dataclass
class Table:
    """A cross-reference table with its trailer, as it is about to be written."""

    sections: list[tuple[bytes, list[Entry]]]
    trailer: list[tuple[bytes, bytes]]
    keyword: bytes = b"xref\n"
    trailer_keyword: bytes = b"trailer\n"
    behind: bytes = b"\n"

    def bytes(self) -> bytes:
        sections = b"".join(head + b"".join(entry.bytes() for entry in entries) for head, entries in self.sections)
        return self.keyword + sections + self.trailer_keyword + dictionary(self.trailer) + self.behind

    def entry(self, number: int) -> Entry:
        return next(entry for _, entries in self.sections for entry in entries if entry.number == number)


@dataclass
class Rows:
    """A cross-reference stream, as it is about to be written."""

    number: int
    rows: dict[int, tuple[int, int, int]]
    entries: list[tuple[bytes, bytes]]
    widths: tuple[int, int, int] = (1, 4, 2)
    index: list[tuple[int, int]] | None = None
    index_text: bytes | None = None
    data: bytes | None = None
    extra: bytes = b""
    packed: bool = True
    head: bytes | None = None
    length: int | None = None

    def bytes(self) -> bytes:
        index = self.index if self.index is not None else runs(self.rows)
        data = b""
        for start, count in index:
            for number in range(start, start + count):
                for value, width in zip(self.rows.get(number, (0, 0, 0)), self.widths, strict=True):
                    data += value.to_bytes(max(width, 8), "big")[-width:] if width else b""
        data = (self.data if self.data is not None else data) + self.extra
        text = self.index_text or b"[" + b" ".join(b"%d %d" % pair for pair in index) + b"]"
        if self.packed:
            data = zlib.compress(data)
        entries = [(b"/W", b"[%d %d %d]" % self.widths), (b"/Index", text), *self.entries]
        if self.packed:
            entries.append((b"/Filter", b"/FlateDecode"))
        entries.append((b"/Length", b"%d" % (len(data) if self.length is None else self.length)))
        head = self.head if self.head is not None else b"%d 0 obj\n" % self.number
        return head + dictionary(entries) + b"\nstream\n" + data + b"\nendstream\nendobj\n"


def dictionary(entries: list[tuple[bytes, bytes]]) -> bytes:
    return b"<<" + b"".join(key + b" " + value for key, value in entries) + b">>"


@dataclass
class Draft:
    base: Base
    items: list[Item] = field(default_factory=list)
    packed: list[tuple[int, bytes]] = field(default_factory=list)
    freed: list[int] = field(default_factory=list)
    form: str = "table"
    # Entries of the trailer instead of those of the base, and further ones.
    trailer: list[tuple[bytes, bytes]] = field(default_factory=list)
    edit_table: list[Callable[[Table], None]] = field(default_factory=list)
    edit_rows: list[Callable[[Rows], None]] = field(default_factory=list)
    # The last lines: `startxref`, the number, `%%EOF`; each may be replaced.
    edit_end: list[Callable[[list[bytes]], None]] = field(default_factory=list)
    edit_all: list[Callable[[bytes], bytes]] = field(default_factory=list)
    object_stream: Callable[[list[tuple[int, bytes]]], bytes] = object_stream
    # Between the signed file and the update, and before the cross-references.
    between: bytes = b""
    before_table: bytes = b""
    offsets: dict[int, int] = field(default_factory=dict)
    size: int = 0

    def add(self, number: int, body: bytes) -> None:
        self.items.append(Item(number, body))

    def next_number(self) -> int:
        self.size = max(self.size, self.base.size) + 1
        return self.size - 1

    def offset_of(self, text: bytes) -> int:
        """Where the text stands in the bytes that are being written."""
        return self.out.index(text)

    def bytes(self) -> bytes:
        base = self.base
        out = bytearray(base.pdf)
        if not out.endswith((b"\n", b"\r")):
            out += b"\n"
        out += self.between
        self.offsets = {}
        items = list(self.items)
        rows: dict[int, tuple[int, int, int]] = {}
        if self.packed and self.form != "table":
            container = self.next_number()
            items.append(Item(container, self.object_stream(self.packed)))
            rows |= {number: (2, container, index) for index, (number, _) in enumerate(self.packed)}
        elif self.packed:
            items += [Item(number, body) for number, body in self.packed]
        generations = {}
        for item in items:
            if item.number is not None and item.listed:
                self.offsets[item.number] = len(out)
                generations[item.number] = item.generation
            out += item.bytes()
        out += self.before_table
        start = len(out)
        self.out = bytes(out)
        listed = [*self.offsets, *self.freed, *rows]
        size = max([self.size, base.size, *(number + 1 for number in listed)])
        replaced = {key for key, _ in self.trailer}
        trailer = [one for one in base.trailer if one[0] not in replaced] + self.trailer
        if b"/Prev" not in replaced:
            trailer.append((b"/Prev", b"%d" % base.start))
        if self.form == "table":
            entries = [Entry(number, offset, generations[number]) for number, offset in self.offsets.items()]
            entries += [Entry(number, 0, 1, b"f") for number in self.freed]
            known = {entry.number: entry for entry in entries}
            sections = [
                (b"%d %d\n" % (first, count), [known[number] for number in range(first, first + count)])
                for first, count in runs(known)
            ]
            if b"/Size" not in replaced:
                trailer.insert(0, (b"/Size", b"%d" % size))
            table = Table(sections, trailer)
            for edit in self.edit_table:
                edit(table)
            out += table.bytes()
        else:
            rows |= {number: (1, offset, generations[number]) for number, offset in self.offsets.items()}
            rows |= dict.fromkeys(self.freed, (0, 0, 1))
            number = size
            rows[number] = (1, start, 0)
            if b"/Size" not in replaced:
                trailer.insert(0, (b"/Size", b"%d" % (size + 1)))
            stream = Rows(number, rows, [(b"/Type", b"/XRef"), *trailer])
            for change in self.edit_rows:
                change(stream)
            out += stream.bytes()
        end = [b"startxref\n", b"%d\n" % start, b"%%EOF\n"]
        for alter in self.edit_end:
            alter(end)
        whole = bytes(out) + b"".join(end)
        for mend in self.edit_all:
            whole = mend(whole)
        return whole
