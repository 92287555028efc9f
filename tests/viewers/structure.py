"""Malformations of the structure: what makes a viewer rebuild a file, or read it in another way than honnin does.

Each changes a draft whose listed objects are harmless. The forged object stands somewhere in the update, unlisted (see
`hide`), or is what one of two readings leads to.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from bases import FORGED
from draft import Draft, Entry, Item, Rows, Table
from writer import object_stream, stream

Edit = Callable[[random.Random, Draft], None]


@dataclass(frozen=True)
class Malformation:
    name: str
    forms: tuple[str, ...]
    apply: Edit


ALL: list[Malformation] = []


def malforms(name: str, *forms: str) -> Callable[[Edit], Edit]:
    def add(edit: Edit) -> Edit:
        ALL.append(Malformation(name, forms or ("table", "stream"), edit))
        return edit

    return add


# --- where forged objects are hidden ---


def forged_object(rng: random.Random, draft: Draft) -> bytes:
    """An object of the signed page, with other text in it."""
    base = draft.base
    what = rng.randrange(6)
    contents = b"%d 0 obj\n%b\nendobj\n" % (base.contents, stream(FORGED))
    if what == 0:
        number = base.size + 40
        page = base.with_entry(base.page, "/Contents", b"%d 0 R" % number)
        return b"%d 0 obj\n%b\nendobj\n%d 0 obj\n%b\nendobj\n" % (number, stream(FORGED), base.page, page)
    if what == 1:
        pages, page, text = base.size + 41, base.size + 42, base.size + 43
        catalog = base.with_entry(base.root, "/Pages", b"%d 0 R" % pages)
        return (
            b"%d 0 obj\n%b\nendobj\n%d 0 obj\n<</Type/Pages/Kids[%d 0 R]/Count 1>>\nendobj\n"
            b"%d 0 obj\n<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<<>>>>\nendobj\n%d 0 obj\n%b\nendobj\n"
            % (base.root, catalog, pages, page, page, pages, text, text, stream(FORGED))
        )
    return contents


def plainly(_: random.Random, draft: Draft, forged: bytes) -> None:
    draft.items.append(Item(None, forged))


def first(_: random.Random, draft: Draft, forged: bytes) -> None:
    draft.between += forged


def in_comments(_: random.Random, draft: Draft, forged: bytes) -> None:
    draft.items.append(Item(None, b"%" + forged.replace(b"\n", b"\r") + b"\n"))


def in_comment_of_a_line(_: random.Random, draft: Draft, forged: bytes) -> None:
    # Behind a comment sign, the first line; the rest is plain.
    draft.items.append(Item(None, b"% " + forged))


def in_string(_: random.Random, draft: Draft, forged: bytes) -> None:
    draft.add(draft.next_number(), b"<</Title(\n" + forged.replace(b"(", b"\\(").replace(b")", b"\\)") + b")>>")


def in_stream(rng: random.Random, draft: Draft, forged: bytes) -> None:
    data = rng.choice([b"", b"x" * 40 + b"\n"]) + forged
    draft.add(draft.next_number(), stream(data, rng.choice([b"", b"/Type/Metadata/Subtype/XML", b"/Type/EmbeddedFile"])))


def in_stream_that_ends_early(_: random.Random, draft: Draft, forged: bytes) -> None:
    draft.add(draft.next_number(), stream(b"x\nendstream\nendobj\n" + forged + b"99 0 obj\n<<>>\nstream\n"))


def behind(rng: random.Random, draft: Draft, forged: bytes) -> None:
    more = rng.choice([b"", b"%%EOF\n", b"startxref\n%d\n%%%%EOF\n" % draft.base.start])
    draft.edit_all.append(lambda whole: whole + forged + more)


def before_the_table(_: random.Random, draft: Draft, forged: bytes) -> None:
    draft.before_table += forged


def in_trailer(_: random.Random, draft: Draft, forged: bytes) -> None:
    draft.trailer.append((b"/Doc", b"(\n" + forged.replace(b"(", b"\\(").replace(b")", b"\\)") + b")"))


def between_sections(_: random.Random, draft: Draft, forged: bytes) -> None:
    draft.edit_end.append(lambda end: end.insert(0, forged))


def inside_an_object(_: random.Random, draft: Draft, forged: bytes) -> None:
    draft.items.append(Item(draft.next_number(), b"<<>>\n" + forged, tail=b""))


def listed_elsewhere(_: random.Random, draft: Draft, forged: bytes) -> None:
    """The table leads another number to the forged object."""
    draft.items.append(Item(draft.next_number(), forged, head=b"", tail=b""))


def in_object_stream(_: random.Random, draft: Draft, forged: bytes) -> None:
    """In a stream of objects that is listed, and none of whose objects is."""
    base = draft.base
    number = draft.next_number()
    draft.add(number, stream(FORGED))
    page = base.with_entry(base.page, "/Contents", b"%d 0 R" % number)
    draft.add(draft.next_number(), object_stream([(base.page, page)]))


HIDING = {
    "plainly": plainly, "first": first, "in comments": in_comments, "behind a comment sign": in_comment_of_a_line,
    "in a string": in_string, "in stream data": in_stream, "in a stream that ends early": in_stream_that_ends_early,
    "behind the end": behind, "before the table": before_the_table, "in the trailer": in_trailer,
    "between table and startxref": between_sections, "inside of an object": inside_an_object,
    "under another number": listed_elsewhere, "in an object stream": in_object_stream,
}  # fmt: skip


def hide(rng: random.Random, draft: Draft, how: str) -> None:
    HIDING[how](rng, draft, forged_object(rng, draft))


# --- the last lines ---


def end_with(index: int, text: bytes | Callable[[bytes], bytes]) -> Edit:
    def edit(_: random.Random, draft: Draft) -> None:
        def change(end: list[bytes]) -> None:
            at = len(end) - 3 + index
            end[at] = text if isinstance(text, bytes) else text(end[at])

        draft.edit_end.append(change)

    return edit


def number(change: Callable[[int], bytes]) -> Callable[[bytes], bytes]:
    return lambda line: change(int(line)) if line.strip().isdigit() else line


for name, which, text in [
    ("startxref: comment before the number", 0, b"startxref\n%comment\n"),
    ("startxref: comment with digits before the number", 0, b"startxref\n%12345\n"),
    ("startxref: comment behind the keyword", 0, b"startxref %c\n"),
    ("startxref: on one line", 0, b"startxref "),
    ("startxref: an empty line", 0, b"startxref\n\n"),
    ("startxref: CR", 0, b"startxref\r"),
    ("startxref: CR LF", 0, b"startxref\r\n"),
    ("startxref: NUL", 0, b"startxref\n\0"),
    ("startxref: form feed", 0, b"startxref\x0c"),
    ("startxref: missing", 0, b""),
    ("startxref: misspelled", 0, b"startxreg\n"),
    ("startxref: without white space before", 0, b"xstartxref\n"),
    ("startxref: a sign", 1, number(lambda n: b"+%d\n" % n)),
    ("startxref: leading zeros", 1, number(lambda n: b"%010d\n" % n)),
    ("startxref: many zeros", 1, number(lambda n: b"%040d\n" % n)),
    ("startxref: spaces before the number", 1, number(lambda n: b"   %d\n" % n)),
    ("startxref: a space behind the number", 1, number(lambda n: b"%d \n" % n)),
    ("startxref: comment behind the number", 1, number(lambda n: b"%d %%c\n" % n)),
    ("startxref: comment glued to the number", 1, number(lambda n: b"%d%%c\n" % n)),
    ("startxref: a line of comment behind the number", 1, number(lambda n: b"%d\n%%comment\n" % n)),
    ("startxref: a fraction", 1, number(lambda n: b"%d.0\n" % n)),
    ("startxref: one too small", 1, number(lambda n: b"%d\n" % (n - 1))),
    ("startxref: one too large", 1, number(lambda n: b"%d\n" % (n + 1))),
    ("startxref: five too large", 1, number(lambda n: b"%d\n" % (n + 5))),
    ("startxref: zero", 1, b"0\n"),
    ("startxref: negative", 1, number(lambda n: b"-%d\n" % n)),
    ("startxref: beyond the end", 1, b"99999999\n"),
    ("startxref: above 32 bits", 1, number(lambda n: b"%d\n" % (n + (1 << 32)))),
    ("startxref: above 64 bits", 1, number(lambda n: b"%d\n" % (n + (1 << 64)))),
    ("startxref: hexadecimal", 1, number(lambda n: b"0x%x\n" % n)),
    ("startxref: no line end behind the number", 1, number(lambda n: b"%d" % n)),
    ("startxref: CR behind the number", 1, number(lambda n: b"%d\r" % n)),
    ("EOF: missing", 2, b""),
    ("EOF: one sign", 2, b"%EOF\n"),
    ("EOF: a space in it", 2, b"%% EOF\n"),
    ("EOF: small letters", 2, b"%%eof\n"),
    ("EOF: half", 2, b"%%EO"),
    ("EOF: twice", 2, b"%%EOF\n%%EOF\n"),
    ("EOF: text behind it", 2, b"%%EOFx\n"),
    ("EOF: without a line end", 2, b"%%EOF"),
    ("EOF: CR", 2, b"%%EOF\r"),
    ("EOF: NUL behind it", 2, b"%%EOF\n\0"),
    ("EOF: many NULs behind it", 2, b"%%EOF\n" + b"\0" * 2000),
    ("EOF: spaces behind it", 2, b"%%EOF\n" + b" " * 1500),
    ("EOF: a comment behind it", 2, b"%%EOF\n%" + b"x" * 1200 + b"\n"),
    ("EOF: junk behind it", 2, b"%%EOF\n" + b"junk " * 300),
    ("EOF: a trailer behind it", 2, b"%%EOF\ntrailer\n<</Root 1 0 R>>\n"),
    ("EOF: a bare startxref behind it", 2, b"%%EOF\nstartxref\n"),
    ("EOF: an object behind it", 2, b"%%EOF\n9 0 obj\n<<>>\nendobj\n"),
]:  # fmt: skip
    malforms(name)(end_with(which, text))


@malforms("EOF: the old startxref again")
def _(_: random.Random, draft: Draft) -> None:
    draft.edit_all.append(lambda whole: whole + b"startxref\n%d\n%%%%EOF\n" % draft.base.start)


@malforms("EOF: a second startxref before the right one")
def _(_: random.Random, draft: Draft) -> None:
    draft.edit_end.append(lambda end: end.insert(0, b"startxref\n%d\n%%%%EOF\n" % draft.base.start))


@malforms("startxref: to stream data")
def _(_: random.Random, draft: Draft) -> None:
    fake = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size 9/Root %d 0 R/Prev %d>>\n"
    base = draft.base
    draft.add(draft.next_number(), stream(fake % (base.contents, len(base.pdf) + 60, base.root, base.start)))
    draft.edit_all.append(
        lambda whole: (
            whole[: whole.rindex(b"startxref")] + b"startxref\n%d\n%%%%EOF\n" % whole.rindex(b"\nxref\n%d 1" % base.contents)
        )
    )


# --- tables ---


def table_edit(name: str, change: Callable[[Table], None]) -> None:
    def edit(_: random.Random, draft: Draft) -> None:
        draft.edit_table.append(change)

    malforms(name, "table")(edit)


def keyword(text: bytes) -> Callable[[Table], None]:
    def change(table: Table) -> None:
        table.keyword = text

    return change


for name, text in [
    ("comment behind", b"xref %c\n"),
    ("line of comment", b"xref\n%comment\n"),
    ("a space behind", b"xref \n"),
    ("two line ends", b"xref\n\n"),
    ("CR", b"xref\r"),
    ("one line with the section", b"xref "),
    ("a space before", b" xref\n"),
    ("line ends before", b"\n\nxref\n"),
    ("NUL behind", b"xref\0\n"),
    ("glued", b"xref"),
    ("capitals", b"XREF\n"),
    ("missing", b""),
    ("twice", b"xref\nxref\n"),
    ("letters behind", b"xrefs\n"),
]:
    table_edit(f"xref keyword: {name}", keyword(text))


def section(change: Callable[[int, int], bytes], index: int = 0) -> Callable[[Table], None]:
    def edit(table: Table) -> None:
        if table.sections:
            head, entries = table.sections[index % len(table.sections)]
            numbers = [int(part) for part in head.split()[:2] if part.isdigit()]
            if len(numbers) == 2:
                table.sections[index % len(table.sections)] = (change(*numbers), entries)

    return edit


for name, text_of in [
    ("comment behind", lambda s, c: b"%d %d %%c\n" % (s, c)),
    ("comment inside", lambda s, c: b"%d %%c\n%d\n" % (s, c)),
    ("comment before", lambda s, c: b"%%c\n%d %d\n" % (s, c)),
    ("comment with digits", lambda s, c: b"%%1 1\n%d %d\n" % (s, c)),
    ("two lines", lambda s, c: b"%d\n%d\n" % (s, c)),
    ("two spaces", lambda s, c: b"%d  %d\n" % (s, c)),
    ("tab", lambda s, c: b"%d\t%d\n" % (s, c)),
    ("space behind", lambda s, c: b"%d %d \n" % (s, c)),
    ("spaces before", lambda s, c: b"  %d %d\n" % (s, c)),
    ("leading zeros", lambda s, c: b"%05d %05d\n" % (s, c)),
    ("signs", lambda s, c: b"+%d +%d\n" % (s, c)),
    ("empty line behind", lambda s, c: b"%d %d\n\n" % (s, c)),
    ("CR", lambda s, c: b"%d %d\r" % (s, c)),
    ("CR LF", lambda s, c: b"%d %d\r\n" % (s, c)),
    ("no line end", lambda s, c: b"%d %d " % (s, c)),
    ("count one too large", lambda s, c: b"%d %d\n" % (s, c + 1)),
    ("count one too small", lambda s, c: b"%d %d\n" % (s, c - 1)),
    ("count zero", lambda s, c: b"%d 0\n" % s),
    ("count negative", lambda s, c: b"%d -%d\n" % (s, c)),
    ("count huge", lambda s, c: b"%d 2147483647\n" % s),
    ("count above 32 bits", lambda s, c: b"%d %d\n" % (s, c + (1 << 32))),
    ("start one too large", lambda s, c: b"%d %d\n" % (s + 1, c)),
    ("start one too small", lambda s, c: b"%d %d\n" % (s - 1, c)),
    ("start negative", lambda s, c: b"-%d %d\n" % (s, c)),
    ("start above 32 bits", lambda s, c: b"%d %d\n" % (s + (1 << 32), c)),
    ("start a fraction", lambda s, c: b"%d.0 %d\n" % (s, c)),
    ("count a fraction", lambda s, c: b"%d %d.0\n" % (s, c)),
    ("an empty section before", lambda s, c: b"0 0\n%d %d\n" % (s, c)),
    ("an empty section of a huge number", lambda s, c: b"9999999 0\n%d %d\n" % (s, c)),
    ("missing", lambda s, c: b""),
]:  # fmt: skip
    table_edit(f"subsection: {name}", section(text_of))
    table_edit(f"last subsection: {name}", section(text_of, -1))


def entries(change: Callable[[Entry], None], which: str = "one") -> Callable[[Table], None]:
    def edit(table: Table) -> None:
        found = [entry for _, entries in table.sections for entry in entries]
        for entry in found if which == "all" else found[-1:] if which == "last" else found[:1]:
            change(entry)

    return edit


def raw(text: Callable[[Entry], bytes]) -> Callable[[Entry], None]:
    def change(entry: Entry) -> None:
        entry.raw = text(entry)

    return change


for name, line in [
    ("19 bytes", lambda e: b"%010d %05d n\n" % (e.offset, e.generation)),
    ("19 bytes with CR", lambda e: b"%010d %05d n\r" % (e.offset, e.generation)),
    ("21 bytes", lambda e: b"%010d %05d n  \n" % (e.offset, e.generation)),
    ("LF CR", lambda e: b"%010d %05d n\n\r" % (e.offset, e.generation)),
    ("two LF", lambda e: b"%010d %05d n\n\n" % (e.offset, e.generation)),
    ("two spaces at its end", lambda e: b"%010d %05d n  " % (e.offset, e.generation)),
    ("space CR", lambda e: b"%010d %05d n \r" % (e.offset, e.generation)),
    ("no zeros", lambda e: b"%d 0 n \n" % e.offset),
    ("no zeros, 20 bytes", lambda e: (b"%d %d n" % (e.offset, e.generation)).ljust(19) + b"\n"),
    ("nine digits", lambda e: b"%09d %05d n \n" % (e.offset, e.generation)),
    ("nine digits, 20 bytes", lambda e: b"%09d %06d n \n" % (e.offset, e.generation)),
    ("spaces for zeros", lambda e: b"%10d %5d n \n" % (e.offset, e.generation)),
    ("tabs", lambda e: b"%010d\t%05d\tn \n" % (e.offset, e.generation)),
    ("comment in it", lambda e: b"%010d %05d n%%\n" % (e.offset, e.generation)),
    ("comment behind it", lambda e: b"%010d %05d n \n%%comment\n" % (e.offset, e.generation)),
    ("comment before it", lambda e: b"%%c\n%010d %05d n \n" % (e.offset, e.generation)),
    ("capital", lambda e: b"%010d %05d N \n" % (e.offset, e.generation)),
    ("another letter", lambda e: b"%010d %05d x \n" % (e.offset, e.generation)),
    ("no letter", lambda e: b"%010d %05d   \n" % (e.offset, e.generation)),
    ("two letters", lambda e: b"%010d %05d nf\n" % (e.offset, e.generation)),
    ("free", lambda e: b"%010d %05d f \n" % (e.offset, e.generation)),
    ("generation 1", lambda e: b"%010d 00001 n \n" % e.offset),
    ("generation 65535", lambda e: b"%010d 65535 n \n" % e.offset),
    ("generation 65536", lambda e: b"%010d 65536 n \n" % e.offset),
    ("generation negative", lambda e: b"%010d -0001 n \n" % e.offset),
    ("offset zero", lambda e: b"0000000000 %05d n \n" % e.generation),
    ("offset one too small", lambda e: b"%010d %05d n \n" % (e.offset - 1, e.generation)),
    ("offset one too large", lambda e: b"%010d %05d n \n" % (e.offset + 1, e.generation)),
    ("offset twenty too large", lambda e: b"%010d %05d n \n" % (e.offset + 20, e.generation)),
    ("offset beyond", lambda e: b"0099999999 %05d n \n" % e.generation),
    ("offset with a sign", lambda e: b"+%09d %05d n \n" % (e.offset, e.generation)),
    ("offset negative", lambda e: b"-%09d %05d n \n" % (e.offset, e.generation)),
    ("offset in the header", lambda e: b"0000000002 %05d n \n" % e.generation),
    ("offset of the signed table", lambda e: b"0000000400 %05d n \n" % e.generation),
    ("empty line before", lambda e: b"\n%010d %05d n \n" % (e.offset, e.generation)),
    ("missing", lambda e: b""),
    ("twice", lambda e: e.bytes() * 2),
]:  # fmt: skip
    table_edit(f"entry: {name}", entries(raw(line)))
    table_edit(f"last entry: {name}", entries(raw(line), "last"))
    table_edit(f"all entries: {name}", entries(raw(line), "all"))


def trailer_edit(name: str, change: Callable[[Draft], list[tuple[bytes, bytes]]]) -> None:
    def edit(_: random.Random, draft: Draft) -> None:
        more = change(draft)
        keys = {key for key, _ in more}

        def in_table(table: Table) -> None:
            table.trailer = [one for one in table.trailer if one[0] not in keys] + more

        def in_rows(rows: Rows) -> None:
            rows.entries = [one for one in rows.entries if one[0] not in keys] + more

        draft.edit_table.append(in_table)
        draft.edit_rows.append(in_rows)

    malforms(f"trailer: {name}")(edit)


for name, entry in [
    ("Size small", lambda d: [(b"/Size", b"%d" % d.base.contents)]),
    ("Size one", lambda d: [(b"/Size", b"1")]),
    ("Size negative", lambda d: [(b"/Size", b"-1")]),
    ("Size zero", lambda d: [(b"/Size", b"0")]),
    ("Size huge", lambda d: [(b"/Size", b"99999999")]),
    ("Size above 32 bits", lambda d: [(b"/Size", b"4294967300")]),
    ("Size a fraction", lambda d: [(b"/Size", b"%d.5" % d.base.size)]),
    ("Size a reference", lambda d: [(b"/Size", b"%d 0 R" % d.base.contents)]),
    ("Size missing", lambda d: [(b"/Size", b"null")]),
    ("Size twice", lambda d: [(b"/Size", b"%d/Size 3" % (d.base.size + 9))]),
    ("Size a name", lambda d: [(b"/Size", b"/Many")]),
    ("Root missing", lambda d: [(b"/Root", b"null")]),
    ("Root direct", lambda d: [(b"/Root", d.base.text(d.base.root))]),
    ("Root twice", lambda d: [(b"/Root", b"%d 0 R/Root %d 0 R" % (d.base.root, d.base.pages))]),
    ("Root twice, the same", lambda d: [(b"/Root", b"%d 0 R/Root %d 0 R" % (d.base.root, d.base.root))]),
    ("Root of generation 1", lambda d: [(b"/Root", b"%d 1 R" % d.base.root)]),
    ("Root a page", lambda d: [(b"/Root", b"%d 0 R" % d.base.page)]),
    ("Root with a comment", lambda d: [(b"/Root", b"%d %%c\n0 R" % d.base.root)]),
    ("Prev missing", lambda d: [(b"/Prev", b"null")]),
    ("Prev a fraction", lambda d: [(b"/Prev", b"%d.0" % d.base.start)]),
    ("Prev negative", lambda d: [(b"/Prev", b"-%d" % d.base.start)]),
    ("Prev zero", lambda d: [(b"/Prev", b"0")]),
    ("Prev a reference", lambda d: [(b"/Prev", b"%d 0 R" % d.base.contents)]),
    ("Prev one too large", lambda d: [(b"/Prev", b"%d" % (d.base.start + 1))]),
    ("Prev one too small", lambda d: [(b"/Prev", b"%d" % (d.base.start - 1))]),
    ("Prev to itself", lambda d: [(b"/Prev", b"%d" % (len(d.base.pdf) + 100))]),
    ("Prev beyond", lambda d: [(b"/Prev", b"99999999")]),
    ("Prev twice", lambda d: [(b"/Prev", b"%d/Prev 15" % d.base.start)]),
    ("Prev with a sign", lambda d: [(b"/Prev", b"+%d" % d.base.start)]),
    ("Prev a string", lambda d: [(b"/Prev", b"(%d)" % d.base.start)]),
    ("Prev above 32 bits", lambda d: [(b"/Prev", b"%d" % (d.base.start + (1 << 32)))]),
    ("Encrypt", lambda d: [(b"/Encrypt", b"<</Filter/Standard/V 1/R 2/O(x)/U(y)/P -4>>")]),
    ("Encrypt null", lambda d: [(b"/Encrypt", b"null")]),
    ("Info a page", lambda d: [(b"/Info", b"%d 0 R" % d.base.page)]),
    ("Info a direct dictionary", lambda d: [(b"/Info", b"<</Title(a)>>")]),
    ("ID missing", lambda d: [(b"/ID", b"null")]),
    ("ID other", lambda d: [(b"/ID", b"[<00><11>]")]),
    ("XRefStm beyond", lambda d: [(b"/XRefStm", b"99999999")]),
    ("XRefStm of the signed table", lambda d: [(b"/XRefStm", b"%d" % d.base.start)]),
    ("a dictionary end in a string", lambda d: [(b"/Doc", b"(>>)")]),
    ("a comment", lambda d: [(b"/Doc", b"1 %>>\n")]),
    ("a nested trailer", lambda d: [(b"/Doc", b"<</Root %d 0 R/Prev 0>>" % d.base.pages)]),
    ("a name with an escape", lambda d: [(b"/Pre#76", b"15")]),
    ("Type XRef", lambda d: [(b"/Type", b"/XRef")]),
]:  # fmt: skip
    trailer_edit(name, entry)


def trailer_keyword(text: bytes) -> Callable[[Table], None]:
    def change(table: Table) -> None:
        table.trailer_keyword = text

    return change


for name, text in [
    ("missing", b""),
    ("comment behind", b"trailer %c\n"),
    ("line of comment", b"trailer\n%<<\n"),
    ("comment before", b"%c\ntrailer\n"),
    ("glued", b"trailer"),
    ("CR", b"trailer\r"),
    ("empty line before", b"\ntrailer\n"),
    ("space before", b" trailer\n"),
    ("misspelled", b"trailers\n"),
    ("twice", b"trailer\n<</Size 5/Root 2 0 R>>\ntrailer\n"),
]:
    table_edit(f"trailer keyword: {name}", trailer_keyword(text))


def behind_trailer(text: bytes) -> Callable[[Table], None]:
    def change(table: Table) -> None:
        table.behind = text

    return change


for name, text in [
    ("a second trailer", b"\ntrailer\n<</Size 5/Root 2 0 R>>\n"),
    ("a comment", b"\n%comment\n"),
    ("an object", b"\n9 0 obj\n<<>>\nendobj\n"),
    ("nothing", b""),
    ("a bracket", b"\n>>\n"),
    ("numbers", b"\n1 2 3\n"),
    ("a second table", b"\nxref\n0 0\ntrailer\n<<>>\n"),
]:
    table_edit(f"behind the trailer: {name}", behind_trailer(text))


@malforms("trailer: unfinished", "table")
def _(_: random.Random, draft: Draft) -> None:
    draft.edit_all.append(lambda whole: cut(whole, b">>\nstartxref", b"\nstartxref"))


def cut(whole: bytes, old: bytes, new: bytes) -> bytes:
    at = whole.rfind(old)
    return whole if at < 0 else whole[:at] + new + whole[at + len(old) :]


# --- tables with two readings ---


def twice(forged_first: bool, in_own_section: bool) -> Edit:
    def edit(_: random.Random, draft: Draft) -> None:
        base = draft.base
        draft.items.append(Item(base.contents, stream(FORGED), listed=False))
        draft.items.append(Item(base.contents, base.text(base.contents)))

        def change(table: Table) -> None:
            good = table.entry(base.contents)
            bad = Entry(base.contents, draft.offset_of(b"%d 0 obj\n%b" % (base.contents, stream(FORGED))))
            for index, (head, entries) in enumerate(table.sections):
                if good in entries:
                    if in_own_section:
                        extra = (b"%d 1\n" % base.contents, [bad])
                        table.sections.insert(index if forged_first else index + 1, extra)
                    else:
                        at = entries.index(good)
                        entries.insert(at if forged_first else at + 1, bad)
                        start, count = (int(part) for part in head.split())
                        table.sections[index] = (b"%d %d\n" % (start, count + 1), entries)
                    return

        draft.edit_table.append(change)

    return edit


malforms("two entries: the forged one first, a section each", "table")(twice(True, True))
malforms("two entries: the forged one last, a section each", "table")(twice(False, True))
malforms("two entries: in one section", "table")(twice(False, False))


@malforms("entry: leads to another object that is there", "table")
def _(rng: random.Random, draft: Draft) -> None:
    base = draft.base
    other = base.alternatives.get("contents", 8)
    draft.add(base.contents, base.text(base.contents))

    def change(table: Table) -> None:
        at = base.pdf.find(b"\n%d 0 obj" % other) + 1
        table.entry(base.contents).offset = at or 15

    draft.edit_table.append(change)


@malforms("entry: leads into stream data", "table")
def _(rng: random.Random, draft: Draft) -> None:
    base = draft.base
    inner = b"%d 0 obj\n%b\nendobj\n" % (base.contents, stream(FORGED))
    draft.add(draft.next_number(), stream(inner))
    draft.add(base.contents, base.text(base.contents))
    draft.edit_table.append(lambda table: setattr(table.entry(base.contents), "offset", draft.offset_of(inner)))


@malforms("entry: free, though the object is there", "table", "stream")
def _(_: random.Random, draft: Draft) -> None:
    base = draft.base
    draft.items.append(Item(base.contents, stream(FORGED), listed=False))
    draft.freed.append(draft.next_number())


@malforms("number: above 8388607")
def _(rng: random.Random, draft: Draft) -> None:
    draft.add(rng.choice([8388608, 9000000, 16777216 + 4]), b"<<>>")


@malforms("number: above 32 bits", "table")
def _(_: random.Random, draft: Draft) -> None:
    draft.add((1 << 32) + draft.base.contents, stream(FORGED))


@malforms("number: zero", "table")
def _(_: random.Random, draft: Draft) -> None:
    draft.add(0, b"<<>>")


@malforms("a new object of a generation")
def _(rng: random.Random, draft: Draft) -> None:
    draft.items.append(Item(draft.base.contents, stream(FORGED), generation=rng.choice([1, 2, 65535, 65536])))


# --- headers of objects ---


def head(text: Callable[[int], bytes], tail: bytes | None = None) -> Edit:
    def edit(_: random.Random, draft: Draft) -> None:
        number = draft.next_number()
        draft.items.insert(0, Item(number, b"<</Title(a)>>", head=text(number), tail=tail))

    return edit


for name, text_of_number in [
    ("leading zeros", lambda n: b"%05d 00000 obj\n" % n),
    ("spaces", lambda n: b"%d   0   obj\n" % n),
    ("line ends", lambda n: b"%d\n0\nobj\n" % n),
    ("comment", lambda n: b"%d %%c\n0 obj\n" % n),
    ("comment behind", lambda n: b"%d 0 obj %%c\n" % n),
    ("sign", lambda n: b"+%d 0 obj\n" % n),
    ("fraction", lambda n: b"%d.0 0 obj\n" % n),
    ("another number", lambda n: b"%d 0 obj\n" % (n + 1)),
    ("another generation", lambda n: b"%d 1 obj\n" % n),
    ("misspelled", lambda n: b"%d 0 obk\n" % n),
    ("glued", lambda n: b"%d 0 obj" % n),
    ("twice", lambda n: b"%d 0 obj %d 0 obj\n" % (n, n)),
    ("another before it", lambda n: b"4 0 obj %d 0 obj\n" % n),
    ("capitals", lambda n: b"%d 0 OBJ\n" % n),
    ("NUL", lambda n: b"%d\x000\0obj\n" % n),
    ("missing", lambda n: b""),
]:  # fmt: skip
    malforms(f"header: {name}")(head(text_of_number))
for name, tail in [
    ("missing", b"\n"), ("twice", b"\nendobj\nendobj\n"), ("misspelled", b"\nendobk\n"), ("comment before", b"\n%c\nendobj\n"),
    ("more objects before", b"\n<<>> 1 2\nendobj\n"), ("glued to the next", b"\nendobj"), ("behind a comment", b" %\nendobj\n"),
]:  # fmt: skip
    malforms(f"endobj: {name}")(head(lambda n: b"%d 0 obj\n" % n, tail))


# --- streams ---


def bad_stream(make: Callable[[Draft, bytes], bytes]) -> Edit:
    def edit(rng: random.Random, draft: Draft) -> None:
        draft.add(draft.next_number(), make(draft, b"data of a stream"))

    return edit


def inner(draft: Draft) -> bytes:
    return b"%d 0 obj\n%b\nendobj\n" % (draft.base.contents, stream(FORGED))


for name, body_of in [
    ("Length short", lambda d, x: b"<</Length 4>>\nstream\n%b\nendstream" % x),
    ("Length long", lambda d, x: b"<</Length 40>>\nstream\n%b\nendstream" % x),
    ("Length beyond", lambda d, x: b"<</Length 99999999>>\nstream\n%b\nendstream" % x),
    ("Length negative", lambda d, x: b"<</Length -1>>\nstream\n%b\nendstream" % x),
    ("Length zero", lambda d, x: b"<</Length 0>>\nstream\n%b\nendstream" % x),
    ("Length missing", lambda d, x: b"<</Type/Metadata>>\nstream\n%b\nendstream" % x),
    ("Length a fraction", lambda d, x: b"<</Length %d.0>>\nstream\n%b\nendstream" % (len(x), x)),
    ("Length a string", lambda d, x: b"<</Length(%d)>>\nstream\n%b\nendstream" % (len(x), x)),
    ("Length twice", lambda d, x: b"<</Length %d/Length 4>>\nstream\n%b\nendstream" % (len(x), x)),
    ("Length an object that is not there", lambda d, x: b"<</Length 999 0 R>>\nstream\n%b\nendstream" % x),
    ("Length an object of another kind", lambda d, x: b"<</Length %d 0 R>>\nstream\n%b\nendstream" % (d.base.page, x)),
    ("Length over a forged object", lambda d, x: b"<</Length %d>>\nstream\n%b\nendstream\nendobj\n%b5 0 obj\n<<>>\nstream\n\nendstream"
     % (len(x) + 18 + len(inner(d)) + 21, x, inner(d))),
    ("Length before a forged object", lambda d, x: b"<</Length %d>>\nstream\n%b\nendstream\nendobj\n%b" % (len(x), x, inner(d)[:-8])),
    ("comment behind the keyword", lambda d, x: b"<</Length %d>>\nstream %%c\n%b\nendstream" % (len(x), x)),
    ("CR behind the keyword", lambda d, x: b"<</Length %d>>\nstream\r%b\nendstream" % (len(x), x)),
    ("a space behind the keyword", lambda d, x: b"<</Length %d>>\nstream \n%b\nendstream" % (len(x), x)),
    ("nothing behind the keyword", lambda d, x: b"<</Length %d>>\nstream%b\nendstream" % (len(x), x)),
    ("comment before the keyword", lambda d, x: b"<</Length %d>>\n%%c\nstream\n%b\nendstream" % (len(x), x)),
    ("endstream missing", lambda d, x: b"<</Length %d>>\nstream\n%b\n" % (len(x), x)),
    ("endstream glued", lambda d, x: b"<</Length %d>>\nstream\n%bendstream" % (len(x), x)),
    ("endstream misspelled", lambda d, x: b"<</Length %d>>\nstream\n%b\nendstrean" % (len(x), x)),
    ("endstream behind a comment", lambda d, x: b"<</Length %d>>\nstream\n%b\n%%c\nendstream" % (len(x), x)),
    ("endstream twice", lambda d, x: b"<</Length %d>>\nstream\n%b\nendstream\nendstream" % (len(x), x)),
    ("white space before endstream", lambda d, x: b"<</Length %d>>\nstream\n%b\n\n\n\nendstream" % (len(x), x)),
    ("a file outside", lambda d, x: b"<</Length %d/F(other.bin)>>\nstream\n%b\nendstream" % (len(x), x)),
    ("keyword in a dictionary string", lambda d, x: b"<</T(stream\n)/Length %d>>\nstream\n%b\nendstream" % (len(x), x)),
]:  # fmt: skip
    malforms(f"stream: {name}")(bad_stream(body_of))


# --- cross-reference streams, and streams of objects ---


def rows_edit(name: str, change: Callable[[Draft, Rows], None]) -> None:
    def edit(_: random.Random, draft: Draft) -> None:
        draft.edit_rows.append(lambda rows: change(draft, rows))

    malforms(f"xref stream: {name}", "stream")(edit)


def attribute(name: str, value: object) -> Callable[[Draft, Rows], None]:
    return lambda _, rows: setattr(rows, name, value)


def replaced(key: bytes, value: bytes) -> Callable[[Draft, Rows], None]:
    def change(_: Draft, rows: Rows) -> None:
        rows.entries = [(k, value if k == key else v) for k, v in rows.entries]

    return change


def row(change: Callable[[Draft, Rows], tuple[int, int, int]]) -> Callable[[Draft, Rows], None]:
    def edit(draft: Draft, rows: Rows) -> None:
        first = min(number for number in rows.rows)
        rows.rows[first] = change(draft, rows)

    return edit


for name, rows_change in [
    ("W wide", attribute("widths", (1, 8, 8))),
    ("W of nine bytes", attribute("widths", (1, 9, 2))),
    ("W of two bytes", attribute("widths", (1, 2, 1))),
    ("W without type", attribute("widths", (0, 4, 2))),
    ("W without generation", attribute("widths", (1, 4, 0))),
    ("rows too many", attribute("extra", b"\1\0\0\0\x10\0\0" * 3)),
    ("half a row", attribute("extra", b"\1\0")),
    ("no data", attribute("data", b"")),
    ("Index negative", attribute("index_text", b"[-1 5]")),
    ("Index odd", attribute("index_text", b"[4]")),
    ("Index huge", attribute("index_text", b"[4 99999999]")),
    ("Index fractions", attribute("index_text", b"[4.0 1.0]")),
    ("Index not an array", attribute("index_text", b"4")),
    ("Index with a comment", attribute("index_text", b"[0 %c\n0]")),
    ("not packed", attribute("packed", False)),
    ("Length short", attribute("length", 3)),
    ("Length long", attribute("length", 4000)),
    ("Type missing", replaced(b"/Type", b"null")),
    ("Type other", replaced(b"/Type", b"/ObjStm")),
    ("another number", attribute("head", b"99 0 obj\n")),
    ("number of the page", lambda d, r: setattr(r, "head", b"%d 0 obj\n" % d.base.contents)),
    ("generation", lambda d, r: setattr(r, "head", b"%d 1 obj\n" % r.number)),
    ("not listed itself", lambda d, r: r.rows.pop(r.number)),
    ("type 3", row(lambda d, r: (3, 100, 0))),
    ("type 255", row(lambda d, r: (255, 100, 0))),
    ("type 2 in no stream", row(lambda d, r: (2, d.base.contents, 0))),
    ("type 2 in itself", row(lambda d, r: (2, r.number, 0))),
    ("offset zero", row(lambda d, r: (1, 0, 0))),
    ("offset beyond", row(lambda d, r: (1, 99999999, 0))),
    ("generation of an entry", row(lambda d, r: (1, 100, 1))),
    ("contents freed", lambda d, r: r.rows.__setitem__(d.base.contents, (0, 0, 1))),
    ("filter twice", lambda d, r: r.entries.append((b"/Filter", b"/ASCIIHexDecode"))),
    ("predictor", lambda d, r: r.entries.append((b"/DecodeParms", b"<</Predictor 12/Columns 7>>"))),
    ("W twice", lambda d, r: r.entries.append((b"/W", b"[1 2 1]"))),
    ("comment before the number", lambda d, r: setattr(r, "head", b"%%c\n%d 0 obj\n" % r.number)),
    ("header with two spaces", lambda d, r: setattr(r, "head", b"%d  0 obj\n" % r.number)),
]:  # fmt: skip
    rows_edit(name, rows_change)


@malforms("xref stream: two rows for the contents", "stream")
def _(rng: random.Random, draft: Draft) -> None:
    base = draft.base
    draft.items.append(Item(base.contents, stream(FORGED), listed=False))

    def change(rows: Rows) -> None:
        forged = (1, draft.offset_of(b"%d 0 obj\n%b" % (base.contents, stream(FORGED))), 0)
        # The same number twice in /Index, once where it was.
        at = base.pdf.find(b"\n%d 0 obj" % base.contents) + 1
        order = [forged, (1, at, 0)] if rng.random() < 0.5 else [(1, at, 0), forged]
        pairs = [(number, row) for number, row in sorted(rows.rows.items())]
        for position, one in enumerate(order):
            pairs.insert(position, (base.contents, one))
        rows.index = [(number, 1) for number, _ in pairs]
        rows.data = b"".join(bytes([row[0]]) + row[1].to_bytes(4, "big") + row[2].to_bytes(2, "big") for _, row in pairs)

    draft.edit_rows.append(change)


def with_object_stream(make: Callable[[Draft, list[tuple[int, bytes]]], bytes]) -> Edit:
    def edit(_: random.Random, draft: Draft) -> None:
        draft.packed.append((draft.next_number(), b"<</Title(a)>>"))
        draft.object_stream = lambda objects: make(draft, objects)

    return edit


def packed_stream(
    pairs: list[tuple[int, bytes]], *, count: int = 0, first: int = 0, more: bytes = b"", order: bool = True
) -> bytes:
    head, data, offsets = b"", b"", []
    for number, body in pairs:
        offsets.append((number, len(data)))
        data += body + b" "
    for number, offset in offsets if order else reversed(offsets):
        head += b"%d %d " % (number, offset)
    return stream(head + data, b"/Type/ObjStm/N %d/First %d%b" % (len(pairs) + count, len(head) + first, more), packed=True)


SMALL = b"<</Length 0>>"


for name, make in [
    ("N one too large", lambda d, o: packed_stream(o, count=1)),
    ("N too small", lambda d, o: packed_stream(o, count=-len(o))),
    ("N negative", lambda d, o: packed_stream(o, count=-len(o) - 1)),
    ("First too large", lambda d, o: packed_stream(o, first=3)),
    ("First too small", lambda d, o: packed_stream(o, first=-3)),
    ("First beyond", lambda d, o: packed_stream(o, first=99999)),
    ("Extends", lambda d, o: packed_stream(o, more=b"/Extends %d 0 R" % d.base.contents)),
    ("the page unlisted in it", lambda d, o: packed_stream([*o, (d.base.page, forged_page(d))])),
    ("the page first in it", lambda d, o: packed_stream([(d.base.page, forged_page(d)), *o])),
    ("a number twice", lambda d, o: packed_stream([*o, (o[0][0], b"<</Title(b)>>")])),
    ("a number twice, the other first", lambda d, o: packed_stream([(o[0][0], b"<</Title(b)>>"), *o])),
    ("a reference as value", lambda d, o: packed_stream([*o, (d.base.size + 50, b"%d 0 R" % d.base.contents)])),
    ("an object header in it", lambda d, o: packed_stream([*o, (d.base.size + 50, b"4 0 obj <<>> endobj")])),
    ("another number", lambda d, o: packed_stream([(o[0][0] + 30, o[0][1]), *o[1:]])),
    ("offsets in another order", lambda d, o: packed_stream([*o, (d.base.size + 50, b"<<>>")], order=False)),
    ("number zero", lambda d, o: packed_stream([*o, (0, b"<<>>")])),
    ("huge number", lambda d, o: packed_stream([*o, (99999999, b"<<>>")])),
    ("comment in it", lambda d, o: stream(b"%d %%c\n0 <<>>" % o[0][0], b"/Type/ObjStm/N 1/First 7", packed=True)),
    ("type missing", lambda d, o: packed_stream(o).replace(b"/Type/ObjStm", b"")),
]:  # fmt: skip
    malforms(f"object stream: {name}", "stream")(with_object_stream(make))


def forged_page(draft: Draft) -> bytes:
    base = draft.base
    number = base.size + 45
    draft.items.append(Item(number, stream(FORGED), listed=False))
    return base.with_entry(base.page, "/Contents", b"%d 0 R" % number)


@malforms("object stream: the page twice, once as an object", "stream")
def _(rng: random.Random, draft: Draft) -> None:
    """The listed object is the signed one; the container holds a forged one of the same number."""
    base = draft.base
    draft.add(base.page, base.text(base.page))
    number = draft.next_number()
    draft.add(number, stream(FORGED))
    forged = base.with_entry(base.page, "/Contents", b"%d 0 R" % number)
    draft.packed.append((draft.next_number(), b"<<>>"))
    draft.object_stream = lambda objects: packed_stream([*objects, (base.page, forged)])


# --- hybrid sections ---


def hybrid(
    rows: Callable[[Draft], dict[int, tuple[int, int, int]]], items: Callable[[Draft], list[Item]], offset: int = 0
) -> Edit:
    def edit(_: random.Random, draft: Draft) -> None:
        draft.items += items(draft)
        number = draft.next_number()

        def change(table: Table) -> None:
            whole = draft.out
            made = Rows(number, rows(draft), [(b"/Type", b"/XRef"), (b"/Size", b"%d" % (number + 1))])
            table.keyword = made.bytes() + table.keyword
            table.trailer.append((b"/XRefStm", b"%d" % (len(whole) + offset)))
            table_start.append(len(whole) + len(made.bytes()))

        table_start: list[int] = []

        def end(lines: list[bytes]) -> None:
            if table_start and lines[-2].strip().isdigit():
                lines[-2] = b"%d\n" % table_start[-1]

        draft.edit_table.append(change)
        draft.edit_end.insert(0, end)

    return edit


def forged_at(draft: Draft) -> dict[int, tuple[int, int, int]]:
    return {draft.base.contents: (1, draft.offset_of(b"%d 0 obj\n%b" % (draft.base.contents, stream(FORGED))), 0)}


def unlisted(draft: Draft) -> list[Item]:
    return [Item(draft.base.contents, stream(FORGED), listed=False)]


malforms("hybrid: only the stream has the forged contents", "table")(hybrid(forged_at, unlisted))
malforms("hybrid: the stream frees the contents", "table")(hybrid(lambda d: {d.base.contents: (0, 0, 1)}, lambda d: []))
malforms("hybrid: the stream frees the page", "table")(hybrid(lambda d: {d.base.page: (0, 0, 1)}, lambda d: []))
malforms("hybrid: the stream is one byte later", "table")(hybrid(forged_at, unlisted, 1))
malforms("hybrid: an empty stream", "table")(hybrid(lambda d: {}, lambda d: []))
malforms("hybrid: the table has the signed contents, the stream the forged", "table")(
    hybrid(forged_at, lambda d: [*unlisted(d), Item(d.base.contents, d.base.text(d.base.contents))])
)


@malforms("hybrid: the table frees what the stream has", "table")
def _(rng: random.Random, draft: Draft) -> None:
    hybrid(forged_at, unlisted)(rng, draft)
    draft.freed.append(draft.base.contents)


# --- between and around ---


@malforms("a header in the update")
def _(rng: random.Random, draft: Draft) -> None:
    draft.between += rng.choice([b"%PDF-1.7\n", b"%PDF-2.0\n%\xe2\xe3\xcf\xd3\n", b"%!PS-Adobe-3.0\n"])


@malforms("a linearization dictionary in the update")
def _(rng: random.Random, draft: Draft) -> None:
    draft.add(draft.next_number(), b"<</Linearized 1/L %d/H[500 100]/O %d/E 1000/N 1/T 900>>" % (rng.choice([len(draft.base.pdf), 5000]),
              draft.base.page))  # fmt: skip


@malforms("words between objects")
def _(rng: random.Random, draft: Draft) -> None:
    draft.items.insert(
        0, Item(None, rng.choice([b"word\n", b"<<>>\n", b"1 2 3\n", b"%comment\n", b"endobj\n", b"(text)\n", b"\0\0\n"]))
    )


@malforms("an unlisted new object")
def _(_: random.Random, draft: Draft) -> None:
    draft.items.append(Item(draft.next_number(), b"<</Title(a)>>", listed=False))


@malforms("the table before its objects", "table")
def _(rng: random.Random, draft: Draft) -> None:
    def move(whole: bytes) -> bytes:
        at = whole.rfind(b"startxref")
        return whole[:at] + b"%d 0 obj\n%b\nendobj\n" % (draft.base.contents, stream(FORGED)) + whole[at:]

    draft.edit_all.append(move)


@malforms("no line end between the signed file and the update")
def _(_: random.Random, draft: Draft) -> None:
    size = len(draft.base.pdf)
    draft.edit_all.append(lambda whole: whole[:size].rstrip(b"\n") + whole[size:] if draft.base.pdf[-1:] == b"\n" else whole)


@malforms("two tables in one update", "table")
def _(_: random.Random, draft: Draft) -> None:
    """The first leads to the forged contents, and is skipped by /Prev."""
    base = draft.base

    def first(whole: bytes) -> bytes:
        forged = b"%d 0 obj\n%b\nendobj\n" % (base.contents, stream(FORGED))
        at = len(whole)
        start = at + len(forged)
        return (
            whole
            + forged
            + b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %d/Root %d 0 R/Prev %d>>\n"
            % (base.contents, at, base.size, base.root, base.start)
            + b"startxref\n%d\n%%%%EOF\n" % base.start
            + b"%" * (0 * start)
        )

    draft.edit_all.append(first)
