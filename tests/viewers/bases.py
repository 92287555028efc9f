"""Signed files that attacks begin with. Each has the same parts, in another structure."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pikepdf

import peers
import signer
from writer import Update, cross_references, last_size, last_start, object_stream, stream

HERE = Path(__file__).resolve().parent

SHOWN = b"BT /F 24 Tf 72 700 Td (Pay 100 yen) Tj ET"
FORGED = b"BT /F 24 Tf 72 700 Td (Pay 999 yen) Tj ET 0 0 0 rg 72 640 200 30 re f"
SECOND = b"BT /F 24 Tf 72 700 Td (Nothing else) Tj ET"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
RESOURCES = b"/Resources<</Font<</F 5 0 R>>>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R" + RESOURCES + b">>"
OTHER = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 8 0 R" + RESOURCES + b">>"
CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Kids[3 0 R 7 0 R]/Count 2>>"
INFO = b"<</Title(Order)/CreationDate(D:20261101120000+09'00')>>"
TRAILER = b"/Root 1 0 R/Info 6 0 R/ID[<0123456789abcdef0123456789abcdef><0123456789abcdef0123456789abcdef>]"


def objects(**changed: bytes) -> list[tuple[int, bytes]]:
    bodies = {
        1: changed.get("catalog", CATALOG),
        2: changed.get("pages", PAGES),
        3: changed.get("page", PAGE),
        4: stream(SHOWN),
        5: FONT,
        6: INFO,
        7: OTHER,
        8: stream(SECOND),
    }
    more = {int(name[1:]): body for name, body in changed.items() if name.startswith("n")}
    return sorted({**bodies, **more}.items())


def plain(**changed: bytes) -> bytes:
    return Update(objects=objects(**changed), trailer=TRAILER).bytes()


@dataclass
class Base:
    """A signed file, and the numbers of its parts."""

    name: str
    pdf: bytes
    # What a certification permits.
    permission: int | None = None
    # Objects that lie in the file and are not shown.
    alternatives: dict[str, int] = field(default_factory=dict)

    @cached_property
    def document(self) -> pikepdf.Pdf:
        return pikepdf.open(io.BytesIO(self.pdf), inherit_page_attributes=False)

    @cached_property
    def size(self) -> int:
        return max(int(self.document.trailer.Size), last_size(self.pdf))

    @cached_property
    def root(self) -> int:
        return int(self.document.Root.objgen[0])

    @cached_property
    def info(self) -> int | None:
        found = self.document.trailer.get("/Info")
        return found.objgen[0] if found is not None and found.is_indirect else None

    @cached_property
    def pages(self) -> int:
        return int(self.document.Root.Pages.objgen[0])

    @cached_property
    def page(self) -> int:
        return int(signer.page_of(self.document, 0).objgen[0])

    @cached_property
    def contents(self) -> int:
        found = signer.page_of(self.document, 0).Contents
        return int((found[0] if isinstance(found, pikepdf.Array) else found).objgen[0])

    @cached_property
    def form(self) -> str:
        return "stream" if signer.is_stream_form(self.pdf) else "table"

    @cached_property
    def start(self) -> int:
        return last_start(self.pdf)

    def object(self, number: int) -> pikepdf.Object:
        return self.document.get_object(number, 0)

    def text(self, number: int) -> bytes:
        found = self.object(number)
        if isinstance(found, pikepdf.Stream):
            # The length may be an object of its own, and stays one.
            head = bytes(found.stream_dict.unparse(resolved=True))
            return head + b"\nstream\n" + found.read_raw_bytes() + b"\nendstream"
        return bytes(found.unparse(resolved=True))

    def with_entry(self, number: int, key: str, value: bytes) -> bytes:
        """The text of a dictionary with an entry added or changed; other uses of it are not disturbed."""
        document = pikepdf.open(io.BytesIO(self.pdf), inherit_page_attributes=False)
        return signer.with_entry(document.get_object(number, 0), key, value)

    @cached_property
    def trailer(self) -> list[tuple[bytes, bytes]]:
        trailer = self.document.trailer
        return [(key.encode(), signer.text_of(trailer[key])) for key in ("/Root", "/Info", "/ID") if key in trailer]

    @property
    def fields(self) -> list[pikepdf.Object]:
        return list(self.document.Root.AcroForm.Fields)


def hybrid() -> bytes:
    """As Word writes it."""
    catalog = CATALOG.replace(b">>", b"/StructTreeRoot 9 0 R>>")
    first = Update(objects=[*objects(catalog=catalog)], trailer=TRAILER, size=12)
    pdf = first.bytes()
    out = bytearray(pdf)
    container = len(out)
    out += first.object(10, object_stream([(9, b"<</Type/StructTreeRoot>>")]))
    hidden = len(out)
    out += first.object(11, cross_references({9: (2, 10, 0), 10: (1, container, 0), 11: (1, hidden, 0)}, 12, b""))
    second = len(out)
    out += b"xref\n0 0\ntrailer\n<</Size 12%b/Prev %d/XRefStm %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        TRAILER,
        last_start(pdf),
        hidden,
        second,
    )
    return bytes(out)


FIELD = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Later)/F 4/Rect[300 40 500 90]/P 3 0 R>>"
TEXT_FIELD = (
    b"<</Type/Annot/Subtype/Widget/FT/Tx/T(amount)/V(100)/F 4/Rect[72 560 272 590]/P 3 0 R/DA(/Helv 14 Tf 0 g)/AP<</N 11 0 R>>>>"
)
APPEARANCE = stream(b"/Tx BMC q BT /Helv 14 Tf 4 8 Td (100) Tj ET Q EMC", b"/Type/XObject/Subtype/Form/BBox[0 0 200 30]"
                    b"/Resources<</Font<</Helv 5 0 R>>>>")  # fmt: skip
FORM = b"/AcroForm<</Fields[%b]/DA(/Helv 0 Tf 0 g)/DR<</Font<</Helv 5 0 R>>>>>>"


def with_text_field(certify: int | None = None) -> bytes:
    page = PAGE[:-2] + b"/Annots[10 0 R]>>"
    pdf = plain(catalog=CATALOG[:-2] + FORM % b"10 0 R" + b">>", page=page, n10=TEXT_FIELD, n11=APPEARANCE)
    return signer.sign(pdf, certify=certify)


def with_empty_field() -> bytes:
    page = PAGE[:-2] + b"/Annots[10 0 R]>>"
    return signer.sign(plain(catalog=CATALOG[:-2] + FORM % b"10 0 R" + b">>", page=page, n10=FIELD))


def with_tree() -> bytes:
    """Pages on two levels, which inherit their size and resources."""
    inherited = b"/MediaBox[0 0 595 842]" + RESOURCES
    pages = b"<</Type/Pages/Kids[10 0 R 7 0 R]/Count 2" + inherited + b">>"
    page = b"<</Type/Page/Parent 10 0 R/Contents 4 0 R>>"
    return signer.sign(plain(pages=pages, page=page, n10=b"<</Type/Pages/Parent 2 0 R/Kids[3 0 R]/Count 1>>"))


def with_alternatives() -> bytes:
    """What is to be shown later lies in the file already: the shadow attacks."""
    overlay = b"<</Type/Annot/Subtype/Square/Rect[60 630 300 680]/IC[1 1 1]/C[1 1 1]/F 4/AP<</N 11 0 R>>>>"
    white = stream(b"1 1 1 rg 0 0 240 50 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 240 50]")
    shown = stream(SHOWN + b" 0 0 0 rg 72 640 200 30 re f")
    page = PAGE[:-2] + b"/Annots 14 0 R>>"
    return signer.sign(
        Update(
            objects=sorted(
                {
                    **dict(objects(page=page)),
                    4: shown,
                    10: overlay,
                    11: white,
                    12: stream(FORGED),
                    13: b"<</Type/Pages/Kids[15 0 R]/Count 1>>",
                    14: b"[10 0 R]",
                    15: PAGE.replace(b"4 0 R", b"12 0 R").replace(b"Parent 2", b"Parent 13"),
                }.items()
            ),
            trailer=TRAILER,
        ).bytes()
    )


def with_shared_arrays() -> bytes:
    """An array that is at once the pages of the file and the kids of a field; another for annotations and contents."""
    catalog = CATALOG[:-2] + b"/AcroForm<</Fields[12 0 R]/SigFlags 3>>>>"
    pages = PAGES.replace(b"[3 0 R 7 0 R]", b" 10 0 R")
    page = PAGE.replace(b"/Contents 4 0 R", b"/Contents 11 0 R")
    other = OTHER[:-2] + b"/Annots 11 0 R>>"
    shared = {"n7": other, "n10": b"[3 0 R 7 0 R]", "n11": b"[4 0 R]", "n12": b"<</T(group)/Kids 10 0 R>>"}
    return signer.sign(plain(catalog=catalog, pages=pages, page=page, **shared))


def with_layers() -> bytes:
    catalog = (
        CATALOG[:-2] + b"/OCProperties<</OCGs[10 0 R]/D<</OFF[10 0 R]/Order[10 0 R]>>>>/Outlines 11 0 R/Names<</Dests 12 0 R>>>>"
    )
    page = PAGE.replace(b"<</Font", b"<</Properties<</L 10 0 R>>/Font").replace(b"/Contents 4 0 R", b"/Contents[4 0 R 13 0 R]")
    return signer.sign(
        plain(
            catalog=catalog,
            page=page,
            n10=b"<</Type/OCG/Name(Hidden)>>",
            n11=b"<</Type/Outlines/First 14 0 R/Last 14 0 R/Count 1>>",
            n12=b"<</Names[(a)[3 0 R/Fit]]>>",
            n13=stream(b"/OC /L BDC 0 0 0 rg 72 640 200 30 re f EMC"),
            n14=b"<</Title(Order)/Parent 11 0 R/Dest[3 0 R/Fit]>>",
        )
    )


XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/></x:xmpmeta>"


def with_annotations() -> bytes:
    note = b"<</Type/Annot/Subtype/Square/Rect[72 640 272 670]/F 4/C[0 0 0]/IC[0 0 0]/AP<</N 11 0 R>>>>"
    look = stream(b"0 0 0 rg 0 0 200 30 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 200 30]")
    link = b"<</Type/Annot/Subtype/Link/Rect[72 600 272 620]/Border[0 0 0]/A<</S/URI/URI(https://example.com)>>>>"
    metadata = stream(XMP, b"/Type/Metadata/Subtype/XML")
    catalog = CATALOG[:-2] + b"/Metadata 13 0 R>>"
    return signer.sign(plain(catalog=catalog, page=PAGE[:-2] + b"/Annots 14 0 R>>", n10=note, n11=look, n12=link, n13=metadata,
                             n14=b"[10 0 R 12 0 R]"))  # fmt: skip


def archived() -> bytes:
    """With material for validation and a time-stamp over the document."""
    signed = signer.sign(plain())
    certificate = stream(peers.certificate(peers.KEYS / "ca.pem").dump())
    catalog = Base("signed", signed).with_entry(1, "/DSS", b"20 0 R")
    return peers.pyhanko_stamps(signer.update(signed, {1: catalog, 20: b"<</Type/DSS/Certs[21 0 R]>>", 21: certificate}))


def producer(name: str) -> bytes:
    return (HERE / "producers" / f"{name}.pdf").read_bytes()


def reverted() -> bytes:
    """The forged contents lie in the file; the last table leads back to what stood there before."""
    first = plain()
    forged = Update(before=first, objects=[(4, stream(FORGED))], trailer=TRAILER).bytes()
    at = first.index(b"4 0 obj")
    return forged + b"xref\n4 1\n%010d 00000 n \ntrailer\n<</Size 9%b/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        at,
        TRAILER,
        last_start(forged),
        len(forged),
    )


def prepared() -> bytes:
    """The forged contents lie in the file, and no table names them."""
    pdf = plain()
    hidden = b"4 0 obj\n%b\nendobj\n" % stream(FORGED)
    at, start = pdf.index(b"xref\n"), last_start(pdf)
    return pdf[:at] + hidden + pdf[at:].replace(b"startxref\n%d" % start, b"startxref\n%d" % (start + len(hidden)))


def drawn(contents: bytes, *, page: bytes = b"", resources: bytes = b"<</Font<</F 5 0 R>>>>", **more: bytes) -> bytes:
    """A page that draws in another way than with plain text."""
    box = b"" if b"/MediaBox" in page else b"/MediaBox[0 0 595 842]"
    body = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources" + resources + box + page + b">>"
    found = {**dict(objects(page=body)), 4: stream(contents), **{int(name[1:]): text for name, text in more.items()}}
    return signer.sign(Update(objects=sorted(found.items()), trailer=TRAILER).bytes())


GLYPH = stream(b"500 0 d0 0 0 400 700 re f")
TYPE3 = (
    b"<</Type/Font/Subtype/Type3/FontBBox[0 0 0 0]/FontMatrix[.001 0 0 .001 0 0]/FirstChar 65/LastChar 65/Widths[500]/Resources<<>>"
    b"/CharProcs<</a 11 0 R>>/Encoding<</Type/Encoding/Differences[65/a]>>>>"
)
SHADING = (
    b"<</ShadingType 2/ColorSpace/DeviceRGB/Coords[100 0 400 0]/BBox[100 200 400 600]"
    b"/Function<</FunctionType 2/Domain[0 1]/C0[1 0 0]/C1[0 0 1]/N 1>>>>"
)
TILE = b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 20 20]/XStep 40/YStep 40/Resources<<>>"
MARKS = b"0 0 0 rg 100 200 300 20 re f 100 500 20 200 re f"
XOBJECT = b"/Type/XObject/Subtype/Form/BBox[0 0 300 400]/Matrix[1 0 0 1 100 200]/Resources<<>>"

# Pages on which it is not plain where something is drawn: later signatures may not cover it.
DRAWN: dict[str, Callable[[], bytes]] = {
    "rotated": lambda: drawn(MARKS, page=b"/Rotate 90"),
    "upside down": lambda: drawn(MARKS, page=b"/Rotate 180"),
    "moved origin": lambda: drawn(MARKS, page=b"/MediaBox[-100 -100 495 742]"),
    "cropped": lambda: drawn(MARKS, page=b"/CropBox[50 100 450 700]"),
    "user unit": lambda: drawn(MARKS, page=b"/MediaBox[0 0 300 400]/UserUnit 2"),
    "transformed": lambda: drawn(b"q .7 .7 -.7 .7 300 100 cm 0 0 300 40 re f Q q 0 -2 2 0 100 700 cm 0 0 50 20 re f Q"),
    "strokes": lambda: drawn(b"40 w 100 200 m 400 600 l S 2 J 10 w 450 300 m 450 300 l S 0 j 20 w 100 650 m 300 700 l 100 700 l S"),
    "curves": lambda: drawn(b"100 200 m 500 900 700 -100 100 600 c f 3 w 300 650 m 500 900 600 400 400 650 c S"),
    "clipped": lambda: drawn(b"q 100 200 100 100 re W n 0 0 595 842 re f Q 300 500 100 100 re f"),
    "large text": lambda: drawn(b"BT /F 200 Tf 50 300 Td (gW) Tj ET BT /F 60 Tf 30 Ts 1 Tr 300 700 Td 10 Tc (ay) Tj ET"),
    "text that turns": lambda: drawn(b"BT /F 40 Tf 0 1 -1 0 300 200 Tm (turned by this) Tj 200 Tz T* 0 -50 Td (x) ' ET"),
    "Type 3": lambda: drawn(b"BT /T 200 Tf 100 200 Td (AAA) Tj ET", resources=b"<</Font<</T 10 0 R>>>>", n10=TYPE3, n11=GLYPH),
    "inline image": lambda: drawn(b"q 200 0 0 100 100 400 cm BI /W 2 /H 2 /BPC 8 /CS /G ID \0\200\200\0 EI Q"),
    "shading": lambda: drawn(b"/S sh", resources=b"<</Shading<</S 10 0 R>>>>", n10=SHADING),
    "pattern": lambda: drawn(b"/Pattern cs /P scn 100 200 300 400 re f", resources=b"<</Pattern<</P 10 0 R>>>>",
                             n10=stream(b"0 0 10 10 re f", TILE)),
    "form": lambda: drawn(b"q 1 0 0 1 20 20 cm /X Do Q", resources=b"<</XObject<</X 10 0 R>>>>",
                          n10=stream(b"0 0 300 20 re f 0 0 20 400 re f", XOBJECT)),
    "transparent": lambda: drawn(b"/G gs 0 0 0 rg 100 200 300 20 re f 100 500 200 200 re f",
                                 resources=b"<</ExtGState<</G<</ca .5/CA .5/BM/Multiply>>>>>>"),
    "annotated": lambda: drawn(b"", page=b"/Annots[10 0 R 12 0 R]",
                               n10=b"<</Type/Annot/Subtype/Stamp/F 4/Rect[100 200 300 400]/AP<</N 11 0 R>>>>",
                               n11=stream(b"0 0 100 100 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 100 100]/Resources<<>>"),
                               n12=b"<</Type/Annot/Subtype/Square/F 4/Rect[350 500 550 700]/C[0 0 0]/IC[1 0 0]/BS<</W 9>>>>"),
}  # fmt: skip

MAKERS: dict[str, Callable[[], Base]] = {
    "table": lambda: Base("table", signer.sign(plain())),
    "stream": lambda: Base("stream", signer.sign(Update(objects=objects(), trailer=TRAILER, form="stream").bytes())),
    "packed": lambda: Base(
        "packed",
        signer.sign(
            Update(
                objects=[one for one in objects() if one[0] in (4, 8)],
                packed=[one for one in objects() if one[0] not in (4, 8)],
                trailer=TRAILER,
                form="stream",
            ).bytes()
        ),
    ),
    "hybrid": lambda: Base("hybrid", signer.sign(hybrid())),
    "crlf": lambda: Base("crlf", signer.sign(Update(objects=objects(), trailer=TRAILER, eol=b"\r\n").bytes(), eol=b"\r\n")),
    "certified 1": lambda: Base("certified 1", signer.sign(plain(), certify=1), permission=1),
    "certified 2": lambda: Base("certified 2", with_text_field(2), permission=2),
    "certified 3": lambda: Base("certified 3", with_text_field(3), permission=3),
    "text field": lambda: Base("text field", with_text_field()),
    "empty field": lambda: Base("empty field", with_empty_field()),
    "tree": lambda: Base("tree", with_tree()),
    "alternatives": lambda: Base("alternatives", with_alternatives(), alternatives={"contents": 12, "pages": 13, "overlay": 10}),
    "shared arrays": lambda: Base("shared arrays", with_shared_arrays()),
    "layers": lambda: Base("layers", with_layers()),
    "annotations": lambda: Base("annotations", with_annotations()),
    "visible": lambda: Base(
        "visible", signer.sign(plain(), box=(72, 580, 272, 620), look=b"BT /F 12 Tf 4 4 Td (Signed by a person) Tj ET")
    ),
    "twice": lambda: Base("twice", signer.sign(signer.sign(plain()), "Second")),
    "archived": lambda: Base("archived", archived()),
    "pyhanko": lambda: Base("pyhanko", peers.pyhanko_signs(plain(), "Theirs")),
    "libreoffice": lambda: Base("libreoffice", signer.sign(producer("libreoffice-calc"))),
    "chromium": lambda: Base("chromium", signer.sign(producer("chromium-form"))),
    "pdftex": lambda: Base("pdftex", signer.sign(producer("pdftex-objects-packed"))),
    "reverted": lambda: Base("reverted", signer.sign(reverted())),
    "prepared": lambda: Base("prepared", signer.sign(prepared())),
    "linearized": lambda: Base("linearized", signer.sign(producer("qpdf-linearize"))),
}


def of_drawn(name: str) -> Callable[[], Base]:
    return lambda: Base(name, DRAWN[name]())


MAKERS |= {name: of_drawn(name) for name in DRAWN}

# Whether honnin refuses these as they are is not said here.
DOUBTFUL = ("reverted", "prepared")
