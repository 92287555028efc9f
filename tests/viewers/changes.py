"""Changes behind a signature in a perfect structure: forbidden ones, which show or hide something, and honest ones.

The forbidden ones reach the rules about later changes, since nothing is wrong with the file itself.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import peers
import signer
from bases import FONT, FORGED, Base
from draft import Draft
from writer import stream

Change = Callable[[random.Random, Draft], None]

FORBIDDEN: dict[str, Change] = {}
HONEST: dict[str, Callable[[random.Random, Base], bytes]] = {}

BOX = b"[60 630 300 730]"
COVER = stream(
    b"1 1 1 rg 0 0 240 100 re f 0 0 0 rg BT /F 24 Tf 12 70 Td (Pay 999 yen) Tj ET 12 10 200 30 re f",
    b"/Type/XObject/Subtype/Form/BBox[0 0 240 100]/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>",
)


def forbidden(name: str) -> Callable[[Change], Change]:
    def add(change: Change) -> Change:
        FORBIDDEN[name] = change
        return change

    return add


def link(number: int) -> bytes:
    return b"%d 0 R" % number


def grow(draft: Draft, owner: int, key: str, item: bytes) -> None:
    """Adds to an array of a dictionary, which may be an object of its own."""
    found = draft.base.object(owner).get(key)
    if found is not None and found.is_indirect:
        draft.add(found.objgen[0], signer.grown(found, item))
    else:
        draft.add(owner, draft.base.with_entry(owner, key, signer.grown(found, item)))


def add_field(draft: Draft, item: bytes, more: bytes = b"") -> None:
    """Adds a field to the form, with more entries of the form."""
    base = draft.base
    form = base.document.Root.AcroForm
    fields = form.Fields
    if more or not (form.is_indirect or fields.is_indirect):
        text = signer.text_of(form) if not form.is_indirect else bytes(form.unparse(resolved=True))
        old = signer.text_of(fields)
        assert old in text
        new = text.replace(old, signer.grown(fields, item))[:-2] + more + b">>"
        if form.is_indirect:
            draft.add(form.objgen[0], new)
        else:
            draft.add(base.root, base.with_entry(base.root, "/AcroForm", new))
    elif fields.is_indirect:
        draft.add(fields.objgen[0], signer.grown(fields, item))
    else:
        draft.add(form.objgen[0], base.with_entry(form.objgen[0], "/Fields", signer.grown(fields, item)))


def new_form_entry(draft: Draft, key: str, value: bytes) -> None:
    base = draft.base
    form = base.document.Root.AcroForm
    if form.is_indirect:
        draft.add(form.objgen[0], base.with_entry(form.objgen[0], key, value))
        return
    text = signer.text_of(form)
    if key.encode() in text:
        old = signer.text_of(form[key])
        text = text.replace(key.encode() + b" " + old, key.encode() + b" " + value).replace(
            key.encode() + old, key.encode() + value
        )
    else:
        text = text[:-2].rstrip() + key.encode() + b" " + value + b">>"
    draft.add(base.root, base.with_entry(base.root, "/AcroForm", text))


# --- contents, pages ---


@forbidden("contents: replaced")
def _(_: random.Random, draft: Draft) -> None:
    draft.add(draft.base.contents, stream(FORGED))


@forbidden("contents: freed")
def _(_: random.Random, draft: Draft) -> None:
    draft.freed.append(draft.base.contents)


@forbidden("contents: null")
def _(_: random.Random, draft: Draft) -> None:
    draft.add(draft.base.contents, b"null")


@forbidden("contents: an empty stream")
def _(_: random.Random, draft: Draft) -> None:
    draft.add(draft.base.contents, stream(b""))


@forbidden("contents: the same data behind a filter that crops it")
def _(_: random.Random, draft: Draft) -> None:
    draft.add(draft.base.contents, stream(FORGED.hex().encode() + b">", b"/Filter/ASCIIHexDecode"))


@forbidden("page: other contents")
def _(_: random.Random, draft: Draft) -> None:
    number = draft.next_number()
    draft.add(number, stream(FORGED))
    draft.add(draft.base.page, draft.base.with_entry(draft.base.page, "/Contents", link(number)))


@forbidden("page: more contents")
def _(_: random.Random, draft: Draft) -> None:
    number = draft.next_number()
    draft.add(number, stream(b"0 0 0 rg 72 640 200 30 re f"))
    base = draft.base
    draft.add(base.page, base.with_entry(base.page, "/Contents", b"[%d 0 R %d 0 R]" % (base.contents, number)))


@forbidden("page: contents that lay in the file")
def _(_: random.Random, draft: Draft) -> None:
    base = draft.base
    draft.add(base.page, base.with_entry(base.page, "/Contents", link(base.alternatives.get("contents", base.size - 1))))


@forbidden("catalog: a page tree that lay in the file")
def _(_: random.Random, draft: Draft) -> None:
    base = draft.base
    draft.add(base.root, base.with_entry(base.root, "/Pages", link(base.alternatives.get("pages", base.page))))


@forbidden("an annotation that was there is taken away")
def _(rng: random.Random, draft: Draft) -> None:
    base = draft.base
    number = base.alternatives.get("overlay", 10)
    if rng.random() < 0.5:
        draft.freed.append(number)
    else:
        draft.add(number, rng.choice([b"null", b"<</Type/Annot/Subtype/Square/Rect[0 0 0 0]>>", b"<<>>"]))


@forbidden("page: a new one")
def _(_: random.Random, draft: Draft) -> None:
    base = draft.base
    page, text = draft.next_number(), draft.next_number()
    draft.add(page, b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<<>>>>" % (base.pages, text))
    draft.add(text, stream(FORGED))
    grow(draft, base.pages, "/Kids", link(page))
    count = int(base.object(base.pages).Count) + 1
    for item in draft.items:
        if item.number == base.pages:
            item.body = item.body.replace(b"/Count %d" % (count - 1), b"/Count %d" % count)


@forbidden("page: taken away")
def _(_: random.Random, draft: Draft) -> None:
    base = draft.base
    kids = [signer.text_of(kid) for kid in base.object(base.pages).Kids]
    draft.add(base.pages, base.with_entry(base.pages, "/Kids", b"[" + b" ".join(kids[1:] or kids) + b"]"))


@forbidden("page: in another order")
def _(_: random.Random, draft: Draft) -> None:
    base = draft.base
    kids = [signer.text_of(kid) for kid in base.object(base.pages).Kids]
    draft.add(base.pages, base.with_entry(base.pages, "/Kids", b"[" + b" ".join(reversed(kids)) + b"]"))


for key, values in {
    "/Rotate": [b"90", b"180", b"-90"],
    "/CropBox": [b"[0 0 300 600]", b"[0 0 595 690]"],
    "/MediaBox": [b"[0 0 300 600]", b"[0 100 595 942]"],
    "/UserUnit": [b"2"],
    "/Resources": [b"<<>>", b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Symbol>>>>>>"],
    "/Group": [b"<</S/Transparency/CS/DeviceGray>>"],
    "/Parent": [b"null"],
    "/Type": [b"/Template"],
    "/Tabs": [b"/S"],
    "/Trans": [b"<</S/Dissolve>>"],
    "/AA": [b"<</O<</S/JavaScript/JS(this.print\\(\\))>>>>"],
    "/StructParents": [b"7"],
    "/Annots": [b"null", b"[]"],
}.items():

    def of_page(rng: random.Random, draft: Draft, key: str = key, values: list[bytes] = values) -> None:
        number = draft.base.pages if rng.random() < 0.3 and key not in ("/Annots", "/Parent", "/Type") else draft.base.page
        draft.add(number, draft.base.with_entry(number, key, rng.choice(values)))

    FORBIDDEN[f"page: {key}"] = of_page

for key, values in {
    "/OpenAction": [b"<</S/JavaScript/JS(1)>>", b"[3 0 R/Fit]"],
    "/AA": [b"<</WC<</S/JavaScript/JS(1)>>>>"],
    "/Names": [
        b"<</JavaScript<</Names[(a)<</S/JavaScript/JS(1)>>]>>>>",
        b"<</EmbeddedFiles<</Names[]>>>>",
        b"<</Dests<</Names[]>>>>",
    ],
    "/Outlines": [b"<</Type/Outlines>>"],
    "/OCProperties": [b"<</OCGs[10 0 R]/D<</ON[10 0 R]/OFF[]>>>>", b"<</OCGs[]/D<<>>>>"],
    "/ViewerPreferences": [b"<</Direction/R2L>>"],
    "/PageMode": [b"/FullScreen"],
    "/PageLayout": [b"/TwoColumnLeft"],
    "/PageLabels": [b"<</Nums[0<</P(9)>>]>>"],
    "/Lang": [b"(ja)"],
    "/Version": [b"/1.0", b"/2.0", b"/9.9"],
    "/Requirements": [b"[<</S/EnableJavaScripts>>]"],
    "/Collection": [b"<<>>"],
    "/URI": [b"<</Base(http://example.com)>>"],
    "/StructTreeRoot": [b"<</Type/StructTreeRoot>>"],
    "/MarkInfo": [b"<</Marked true>>"],
    "/Perms": [b"<</UR3<<>>>>", b"<<>>"],
    "/AF": [b"[<</Type/Filespec/F(a)>>]"],
    "/OutputIntents": [b"[<</Type/OutputIntent/S/GTS_PDFX>>]"],
    "/NeedsRendering": [b"true"],
    "/Threads": [b"[]"],
    "/Legal": [b"<<>>"],
    "/AcroForm": [b"null", b"<<>>", b"<</Fields[]>>"],
}.items():

    def of_catalog(rng: random.Random, draft: Draft, key: str = key, values: list[bytes] = values) -> None:
        draft.add(draft.base.root, draft.base.with_entry(draft.base.root, key, rng.choice(values)))

    FORBIDDEN[f"catalog: {key}"] = of_catalog


@forbidden("layers: other ones are shown")
def _(_: random.Random, draft: Draft) -> None:
    draft.add(10, b"<</Type/OCG/Name(Hidden)/Usage<</View<</ViewState/ON>>>>>>")
    base = draft.base
    draft.add(base.root, base.with_entry(base.root, "/OCProperties", b"<</OCGs[10 0 R]/D<</ON[10 0 R]/Order[10 0 R]>>>>"))


@forbidden("font: another one")
def _(rng: random.Random, draft: Draft) -> None:
    body = rng.choice([
        FONT.replace(b"Helvetica", b"Symbol"),
        FONT[:-2] + b"/Encoding<</Type/Encoding/Differences[49/nine 48/nine]>>>>",
        FONT[:-2] + b"/FirstChar 48/LastChar 49/Widths[2000 2000]>>",
        b"<</Type/Font/Subtype/Type3/FontBBox[0 0 1 1]/FontMatrix[1 0 0 1 0 0]/CharProcs<<>>/Encoding<</Differences[]>>/FirstChar 0/LastChar 0"
        b"/Widths[0]>>",
    ])  # fmt: skip
    draft.add(5, body)


# --- annotations and fields ---


def annotation(entries: bytes, look: bytes | None = COVER, *, field: bool = False) -> Change:
    def change(_: random.Random, draft: Draft) -> None:
        number = draft.next_number()
        body = b"<</Type/Annot/Rect%b/F 4/P %d 0 R%b" % (BOX, draft.base.page, entries)
        if look is not None:
            appearance = draft.next_number()
            draft.add(appearance, look)
            body += b"/AP<</N %d 0 R>>" % appearance
        draft.add(number, body + b">>")
        grow(draft, draft.base.page, "/Annots", link(number))
        if field:
            add_field(draft, link(number))

    return change


for subtype in ("FreeText", "Stamp", "Square", "Text", "Popup", "Highlight", "Ink", "Watermark", "Redact", "Screen", "3D", "Movie",
                "FileAttachment", "Widget", "TrapNet", "PrinterMark", "Line", "Caret", "RichMedia", "Projection", "Unknown"):  # fmt: skip
    more = b"/DA(/Helv 24 Tf 0 g)/Contents(Pay 999 yen)" if subtype == "FreeText" else b""
    FORBIDDEN[f"annotation: {subtype} with an appearance"] = annotation(b"/Subtype/" + subtype.encode() + more)
for subtype, entries in {
    "FreeText": b"/DA(/Helv 24 Tf 0 g)/Contents(Pay 999 yen)/C[1 1 1]",
    "Square": b"/IC[0 0 0]/C[0 0 0]",
    "Highlight": b"/C[0 0 0]/QuadPoints[60 730 300 730 60 630 300 630]",
    "Line": b"/L[60 640 300 700]/BS<</W 30>>/C[0 0 0]",
    "Link": b"/Border[0 0 20]/C[0 0 0]/A<</S/URI/URI(http://example.com)>>",
    "Redact": b"/QuadPoints[60 730 300 730 60 630 300 630]/IC[0 0 0]/OverlayText(999)",
    "Stamp": b"/Name/Approved",
    "Text": b"/Contents(999)/Open true/Name/Note",
    "Popup": b"/Open true",
    "Ink": b"/InkList[[60 640 300 700]]/BS<</W 30>>/C[0 0 0]",
    "Polygon": b"/Vertices[60 640 300 700 60 700]/IC[0 0 0]/C[0 0 0]",
}.items():
    FORBIDDEN[f"annotation: {subtype} without an appearance"] = annotation(b"/Subtype/" + subtype.encode() + entries, None)

SIGNATURE = b"/Subtype/Widget/FT/Sig/T(New)"
for name, (entries, look) in {
    "an appearance": (b"", COVER),
    "a hidden appearance (/D, /R)": (b"", None),
    "a background (/MK)": (b"/MK<</BG[0 0 0]/BC[1 0 0]/CA(Pay 999 yen)/R 90>>/BS<</W 9/S/B>>", None),
    "an action": (b"/A<</S/JavaScript/JS(1)>>", None),
    "further actions": (b"/AA<</E<</S/JavaScript/JS(1)>>>>", None),
    "a state of appearance": (b"/AS/On", COVER),
    "default appearance": (b"/DA(/Helv 24 Tf 0 g)/DR<</Font<</Helv 5 0 R>>>>", None),
    "a value that is no signature": (b"/V(Pay 999 yen)", COVER),
    "a value that is a text": (b"/V<</Type/Sig/Contents(999)/ByteRange[0 1 2 3]>>", COVER),
    "a lock": (b"/Lock<</Type/SigFieldLock/Action/All>>", COVER),
    "a layer": (b"/OC<</Type/OCG/Name(a)>>", COVER),
    "a parent": (b"/Parent 3 0 R", COVER),
    "a border": (b"/Border[0 0 50]/C[0 0 0]", None),
    "contents": (b"/Contents(Pay 999 yen)", None),
}.items():
    FORBIDDEN[f"unsigned signature field with {name}"] = annotation(SIGNATURE + entries, look, field=True)
for name, entries in {
    "Tx": b"/FT/Tx/T(New)/V(Pay 999 yen)/DA(/Helv 24 Tf 0 g)",
    "Btn": b"/FT/Btn/T(New)/Ff 65536/MK<</CA(Pay 999 yen)/BG[0 0 0]>>",
    "Ch": b"/FT/Ch/T(New)/V(999)/Opt[(999)]/DA(/Helv 24 Tf 0 g)",
    "no type": b"/T(New)",
    "a type that is unknown": b"/FT/Foo/T(New)",
}.items():
    FORBIDDEN[f"new field of kind {name}, with an appearance"] = annotation(b"/Subtype/Widget" + entries, COVER, field=True)
    FORBIDDEN[f"new field of kind {name}, without"] = annotation(b"/Subtype/Widget" + entries, None, field=True)
FORBIDDEN["a widget in no form"] = annotation(SIGNATURE)
FORBIDDEN["a signature field that is a stamp"] = annotation(SIGNATURE.replace(b"Widget", b"Stamp"), field=True)
FORBIDDEN["a signature field without subtype"] = annotation(SIGNATURE.replace(b"/Subtype/Widget", b""), field=True)


@forbidden("signature field with kids that cover the page")
def _(rng: random.Random, draft: Draft) -> None:
    field, kid, look = draft.next_number(), draft.next_number(), draft.next_number()
    subtype = rng.choice([b"Widget", b"FreeText", b"Stamp"])
    draft.add(field, b"<</FT/Sig/T(New)/Kids[%d 0 R]>>" % kid)
    draft.add(kid, b"<</Type/Annot/Subtype/%b/Parent %d 0 R/Rect%b/F 4/AP<</N %d 0 R>>>>" % (subtype, field, BOX, look))
    draft.add(look, COVER)
    grow(draft, draft.base.page, "/Annots", link(kid))
    add_field(draft, link(field))


@forbidden("signature field that has the value of another")
def _(_: random.Random, draft: Draft) -> None:
    value = draft.base.fields[-1].get("/V")
    if value is None:
        raise NotApplicable
    annotation(SIGNATURE + b"/V " + signer.reference(value), COVER, field=True)(random.Random(0), draft)


class NotApplicable(Exception):
    """The base lacks what the change needs."""


def signed_field(draft: Draft) -> int:
    for field in draft.base.fields:
        if "/V" in field and str(field.get("/FT", "")) == "/Sig":
            return int(field.objgen[0])
    raise NotApplicable


@forbidden("signed field: moved over the text with an appearance")
def _(rng: random.Random, draft: Draft) -> None:
    number, look = signed_field(draft), draft.next_number()
    draft.add(look, COVER)
    body = draft.base.with_entry(number, "/Rect", BOX)[:-2].rstrip()
    draft.add(number, body + (b"/AP<</N %d 0 R>>>>" % look if b"/AP" not in body else b">>"))


@forbidden("signed field: another appearance")
def _(_: random.Random, draft: Draft) -> None:
    number, look = signed_field(draft), draft.next_number()
    draft.add(look, COVER)
    draft.add(number, draft.base.with_entry(number, "/AP", b"<</N %d 0 R>>" % look))


@forbidden("signed field: its appearance replaced")
def _(_: random.Random, draft: Draft) -> None:
    look = draft.base.object(signed_field(draft)).get("/AP")
    if look is None:
        raise NotApplicable
    draft.add(int(look.N.objgen[0]), COVER)


@forbidden("signed field: another flag, kind, name")
def _(rng: random.Random, draft: Draft) -> None:
    number = signed_field(draft)
    key, value = rng.choice(
        [("/F", b"2"), ("/FT", b"/Tx"), ("/T", b"(Other)"), ("/MK", b"<</BG[0 0 0]>>"), ("/V", b"null"), ("/Kids", b"[]")]
    )
    draft.add(number, draft.base.with_entry(number, key, value))


@forbidden("empty field: an appearance without a signature")
def _(_: random.Random, draft: Draft) -> None:
    number = next((int(f.objgen[0]) for f in draft.base.fields if "/V" not in f and str(f.get("/FT", "")) == "/Sig"), None)
    if number is None:
        raise NotApplicable
    look = draft.next_number()
    draft.add(look, COVER)
    draft.add(number, draft.base.with_entry(number, "/AP", b"<</N %d 0 R>>" % look))


@forbidden("empty field: moved")
def _(_: random.Random, draft: Draft) -> None:
    number = next((int(f.objgen[0]) for f in draft.base.fields if "/V" not in f and str(f.get("/FT", "")) == "/Sig"), None)
    if number is None:
        raise NotApplicable
    draft.add(number, draft.base.with_entry(number, "/Rect", BOX))


def text_field(draft: Draft) -> int:
    for field in draft.base.fields:
        if str(field.get("/FT", "")) == "/Tx" and field.is_indirect:
            return int(field.objgen[0])
    raise NotApplicable


@forbidden("text field: another appearance, the same value")
def _(_: random.Random, draft: Draft) -> None:
    number, look = text_field(draft), draft.next_number()
    draft.add(look, COVER)
    draft.add(number, draft.base.with_entry(number, "/AP", b"<</N %d 0 R>>" % look))


@forbidden("text field: its appearance replaced")
def _(_: random.Random, draft: Draft) -> None:
    text_field(draft)
    draft.add(11, COVER)


@forbidden("text field: filled, and moved over the text")
def _(_: random.Random, draft: Draft) -> None:
    number, look = text_field(draft), draft.next_number()
    draft.add(look, COVER)
    body = draft.base.with_entry(number, "/V", b"(999)").replace(b"[ 72 560 272 590 ]", BOX)
    draft.add(number, body.replace(b"/N 11 0 R", b"/N %d 0 R" % look))


@forbidden("text field: other entries")
def _(rng: random.Random, draft: Draft) -> None:
    number = text_field(draft)
    key, value = rng.choice([
        ("/Rect", BOX), ("/F", b"2"), ("/DA", b"(/Helv 40 Tf 1 0 0 rg)"), ("/MK", b"<</BG[0 0 0]>>"), ("/Q", b"2"), ("/Ff", b"8192"),
        ("/MaxLen", b"1"), ("/A", b"<</S/JavaScript/JS(1)>>"), ("/AA", b"<</C<</S/JavaScript/JS(1)>>>>"), ("/FT", b"/Sig"), ("/AP", b"null"),
        ("/RV", b"(<p>999</p>)"), ("/DV", b"(999)"), ("/OC", b"<</Type/OCG/Name(a)>>"),
    ])  # fmt: skip
    draft.add(number, draft.base.with_entry(number, key, value))


# --- the form ---


@forbidden("form: needs appearances")
def _(_: random.Random, draft: Draft) -> None:
    new_form_entry(draft, "/NeedAppearances", b"true")


@forbidden("form: a resource replaced")
def _(_: random.Random, draft: Draft) -> None:
    new_form_entry(draft, "/DR", b"<</Font<</Helv<</Type/Font/Subtype/Type1/BaseFont/Symbol>>>>>>")


@forbidden("form: another default appearance")
def _(_: random.Random, draft: Draft) -> None:
    new_form_entry(draft, "/DA", b"(/Helv 40 Tf 1 0 0 rg)")


@forbidden("form: further entries")
def _(rng: random.Random, draft: Draft) -> None:
    key, value = rng.choice([("/XFA", b"[]"), ("/CO", b"[3 0 R]"), ("/Q", b"2"), ("/SigFlags", b"0"), ("/Unknown", b"1")])
    new_form_entry(draft, key, value)


@forbidden("arrays: the kids of a field that are pages grow")
def _(_: random.Random, draft: Draft) -> None:
    if draft.base.name != "shared arrays":
        raise NotApplicable
    page, text = draft.next_number(), draft.next_number()
    draft.add(
        page, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<<>>/FT/Sig/T(a)/Subtype/Widget>>" % text
    )
    draft.add(text, stream(FORGED))
    draft.add(10, b"[3 0 R 7 0 R %d 0 R]" % page)


@forbidden("arrays: annotations that are contents grow")
def _(_: random.Random, draft: Draft) -> None:
    if draft.base.name != "shared arrays":
        raise NotApplicable
    text = draft.next_number()
    draft.add(text, stream(b"0 0 0 rg 72 640 200 30 re f", b"/Type/Annot/Subtype/Widget/FT/Sig/T(New)/Rect[0 0 0 0]"))
    draft.add(11, b"[4 0 R %d 0 R]" % text)
    add_field(draft, link(text))


# --- objects of two roles ---


@forbidden("material: the contents become a certificate")
def _(rng: random.Random, draft: Draft) -> None:
    base = draft.base
    store = draft.next_number()
    draft.add(base.contents, stream(b"0\x82", b""))
    draft.add(store, b"<</Type/DSS/%b[%d 0 R]>>" % (rng.choice([b"Certs", b"CRLs", b"OCSPs"]), base.contents))
    draft.add(base.root, base.with_entry(base.root, "/DSS", link(store)))


@forbidden("material: the page becomes a store")
def _(_: random.Random, draft: Draft) -> None:
    base = draft.base
    text = draft.next_number()
    draft.add(text, stream(FORGED))
    draft.add(base.page, base.with_entry(base.page, "/Contents", link(text))[:-2] + b"/Certs[]>>")
    draft.add(base.root, base.with_entry(base.root, "/DSS", link(base.page)))


@forbidden("metadata: the contents become metadata")
def _(_: random.Random, draft: Draft) -> None:
    base = draft.base
    draft.add(base.contents, stream(FORGED, b"/Type/Metadata/Subtype/XML"))
    draft.add(base.root, base.with_entry(base.root, "/Metadata", link(base.contents)))


@forbidden("information: the page becomes the information")
def _(_: random.Random, draft: Draft) -> None:
    base = draft.base
    text = draft.next_number()
    draft.add(text, stream(FORGED))
    draft.add(base.page, base.with_entry(base.page, "/Contents", link(text)))
    draft.trailer.append((b"/Info", link(base.page)))


@forbidden("information: the font becomes the information")
def _(_: random.Random, draft: Draft) -> None:
    draft.add(5, FONT.replace(b"Helvetica", b"Symbol"))
    draft.trailer.append((b"/Info", b"5 0 R"))


@forbidden("information: with actions and references")
def _(rng: random.Random, draft: Draft) -> None:
    number = draft.base.info or draft.next_number()
    draft.add(number, rng.choice([b"<</Title 4 0 R>>", b"<</A<</S/JavaScript/JS(1)>>>>", b"<</Title(a)/Kids[3 0 R]>>", b"[]"]))


# --- signatures by an attacker who may sign ---


def signed_over(box: tuple[int, int, int, int], look: bytes, name: str = "New") -> Callable[[random.Random, Base], bytes]:
    def make(_: random.Random, base: Base) -> bytes:
        return signer.sign(base.pdf, name, box=box, look=look, quick=True)

    return make


LOOK = b"1 1 1 rg 0 0 240 100 re f 0 0 0 rg BT /F 24 Tf 12 70 Td (Pay 999 yen) Tj ET 12 10 200 30 re f"


def anywhere(rng: random.Random, base: Base) -> bytes:
    """A black signature at a place by chance: it may pass only where the page shows nothing."""
    page = signer.page_of(base.document, 0)
    left, low, right, high = (
        int(number) for number in page.get("/MediaBox", base.object(base.pages).get("/MediaBox", [0, 0, 595, 842]))
    )
    width, height = rng.choice([(10, 10), (40, 20), (100, 40), (20, 200), (200, 100)])
    x = rng.randrange(left - 20, right - 10)
    y = rng.randrange(low - 20, high - 10)
    look = b"0 0 0 rg 0 0 %d %d re f" % (width, height)
    return signer.sign(base.pdf, "New", box=(x, y, x + width, y + height), look=rng.choice([look, look, look, None]), quick=True)


# Whole files instead of drafts.
SIGNED: dict[str, Callable[[random.Random, Base], bytes]] = {
    "signature whose appearance covers the text": signed_over((60, 630, 300, 730), LOOK),
    "signature whose appearance touches the text": signed_over((60, 400, 300, 705), b"0 0 0 rg 0 0 240 305 re f"),
    "signature somewhere": anywhere,
    "signature without an appearance over the text": lambda _, base: signer.sign(
        base.pdf, "New", box=(60, 630, 300, 730), quick=True
    ),
    "signature over the whole page": signed_over((0, 0, 595, 842), b"1 1 1 rg 0 0 595 842 re f"),
    "signature in a mirrored rectangle over the text": signed_over((300, 730, 60, 630), LOOK),
}


def signs_with(change: Callable[[Base, bytes], bytes]) -> Callable[[random.Random, Base], bytes]:
    """Signs, and changes something in the same update before it does."""

    def make(_: random.Random, base: Base) -> bytes:
        return change(base, base.pdf)

    return make


def with_forged_contents(base: Base, pdf: bytes) -> bytes:
    draft = Draft(base, form=base.form)
    draft.add(base.contents, stream(FORGED))
    return signer.sign(draft.bytes(), "New", quick=True)


SIGNED["signature over forged contents"] = signs_with(with_forged_contents)


def certified_afterwards(base: Base, pdf: bytes) -> bytes:
    return signer.sign(pdf, "New", certify=3, quick=True)


SIGNED["certification behind a signature"] = signs_with(certified_afterwards)


def in_the_empty_field_with_a_larger_one(base: Base, pdf: bytes) -> bytes:
    """Signs the empty field, and moves it."""
    number = next((int(f.objgen[0]) for f in base.fields if "/V" not in f and str(f.get("/FT", "")) == "/Sig"), None)
    if number is None:
        raise NotApplicable
    signed = signer.sign(pdf, "Later", box=(300, 40, 500, 90), look=LOOK, quick=True)
    draft = Draft(Base("x", signed), form=base.form)
    draft.add(number, draft.base.with_entry(number, "/Rect", BOX))
    return draft.bytes()


SIGNED["empty field: signed, then moved"] = signs_with(in_the_empty_field_with_a_larger_one)


STAMP = b"<</Type/DocTimeStamp/Filter/Adobe.PPKLite/SubFilter/ETSI.RFC3161/ByteRange [%b]/Contents <%b>>>" % (
    b"0 " + b"9999999999 " * 3,
    b"0" * 12000,
)


def stamp_with_look(draft: Draft, rectangle: bytes) -> bytes:
    """A true time-stamp over the document, in a field that has an appearance."""
    base = draft.base
    number, value, look = draft.next_number(), draft.next_number(), draft.next_number()
    draft.add(look, COVER)
    draft.add(value, STAMP)
    draft.add(
        number,
        b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Stamp)/F 132/Rect%b/P %d 0 R/V %d 0 R/AP<</N %d 0 R>>>>"
        % (rectangle, base.page, value, look),
    )
    grow(draft, base.page, "/Annots", link(number))
    add_field(draft, link(number))
    pdf = draft.bytes()
    # As `fill` does: the token is over what the range covers.
    return signer.fill(pdf, token_over=peers.token)


def covering_stamp(base: Base, pdf: bytes) -> bytes:
    return stamp_with_look(Draft(base, form=base.form), BOX)


def stamp_in_a_corner(base: Base, pdf: bytes) -> bytes:
    return stamp_with_look(Draft(base, form=base.form), b"[300 300 500 400]")


def stamp_in_the_empty_field(base: Base, pdf: bytes) -> bytes:
    """With an appearance, which only a signature may have."""
    field = next((field for field in base.fields if "/V" not in field and str(field.get("/FT", "")) == "/Sig"), None)
    if field is None:
        raise NotApplicable
    number = int(field.objgen[0])
    draft = Draft(base, form=base.form)
    value, look = draft.next_number(), draft.next_number()
    draft.add(look, COVER)
    draft.add(value, STAMP)
    draft.add(number, base.with_entry(number, "/V", link(value))[:-2] + b"/AP<</N %d 0 R>>>>" % look)
    return signer.fill(draft.bytes(), token_over=peers.token)


SIGNED["time-stamp whose appearance covers the text"] = signs_with(covering_stamp)
SIGNED["time-stamp with an appearance in the empty field"] = signs_with(stamp_in_the_empty_field)
SIGNED["time-stamp with an appearance elsewhere"] = signs_with(stamp_in_a_corner)


# --- wrapping and universal forgery ---


def wrapped(rng: random.Random, base: Base) -> bytes:
    """Signature wrapping: the signed second piece stands again behind forged objects, and the range is another."""
    at = base.pdf.rindex(b"/ByteRange [0 ")
    end = base.pdf.index(b"]", at) + 1
    _, before, after, length = (int(part) for part in base.pdf[at + 12 : end - 1].split())
    second = base.pdf[after : after + length]
    draft = Draft(base, form=base.form)
    draft.add(base.contents, stream(FORGED))
    forged = draft.bytes()
    if rng.random() < 0.5:
        # Behind everything.
        text = b"/ByteRange [0 %d %d %d]" % (before, len(forged), length)
        whole = forged + second
    else:
        text = b"/ByteRange [0 %d %d %d]" % (before, after, length)
        whole = forged
    return whole[:at] + text.ljust(end - at)[: end - at] + whole[end:]


SIGNED["wrapping: another range in the signed dictionary"] = wrapped


def without_value(rng: random.Random, base: Base) -> bytes:
    """Universal forgery: the dictionary of the signature says less than it should, behind forged contents."""
    draft = Draft(base, form=base.form)
    field = signed_field(draft)
    value = base.object(field).get("/V")
    key, text = rng.choice(
        [("/Contents", b"null"), ("/Contents", b"<>"), ("/Contents", b"<00>"), ("/Contents", b"0"), ("/ByteRange", b"null"),
         ("/ByteRange", b"[0 -1 0 -1]"), ("/ByteRange", b"[0 0 0 0]"), ("/ByteRange", b"[]"), ("/Type", b"/None"),
         ("/SubFilter", b"/adbe.x509.rsa_sha1"), ("/Filter", b"/None")]
    )  # fmt: skip
    draft.add(int(value.objgen[0]), base.with_entry(int(value.objgen[0]), key, text))
    draft.add(base.contents, stream(FORGED))
    return draft.bytes()


SIGNED["universal forgery"] = without_value


def value_elsewhere(_: random.Random, base: Base) -> bytes:
    """The field gets a copy of the signature as a new object, which says the same."""
    draft = Draft(base, form=base.form)
    field = signed_field(draft)
    copy = draft.next_number()
    draft.add(copy, base.text(int(base.object(field).V.objgen[0])))
    draft.add(field, base.with_entry(field, "/V", link(copy)))
    draft.add(base.contents, stream(FORGED))
    return draft.bytes()


SIGNED["wrapping: the signature as another object"] = value_elsewhere


def stripped(_: random.Random, base: Base) -> bytes:
    """Bytes behind the signed file that are no update at all."""
    return base.pdf + b"%d 0 obj\n%b\nendobj\n" % (base.contents, stream(FORGED))


SIGNED["incremental saving without a table"] = stripped


def with_table_only(_: random.Random, base: Base) -> bytes:
    """Only a table, which leads the contents to what lies in the file."""
    if base.form != "table":
        raise NotApplicable
    other = base.alternatives.get("contents", 8)
    at = base.pdf.find(b"\n%d 0 obj" % other) + 1
    head = b"%d 0 obj" % other
    start = len(base.pdf)
    return base.pdf + b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %d/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        base.contents,
        at + (len(head) - len(head)),
        base.size,
        base.root,
        base.start,
        start,
    )


SIGNED["shadow: only a table"] = with_table_only


# --- honest updates, which must pass ---


def honest(name: str) -> Callable[[Callable[[random.Random, Base], bytes]], Callable[[random.Random, Base], bytes]]:
    def add(make: Callable[[random.Random, Base], bytes]) -> Callable[[random.Random, Base], bytes]:
        HONEST[name] = make
        return make

    return add


def written(draft: Draft, rng: random.Random) -> bytes:
    return draft.bytes()


def may_change(base: Base) -> None:
    if base.permission == 1:
        raise NotApplicable


@honest("an object as it was")
def _(rng: random.Random, base: Base) -> bytes:
    draft = Draft(base, form=base.form)
    number = rng.choice([base.root, base.pages, base.page, base.contents])
    draft.add(number, base.text(number))
    return draft.bytes()


@honest("information: a date")
def _(rng: random.Random, base: Base) -> bytes:
    if base.info is None or base.permission == 1:
        raise NotApplicable
    draft = Draft(base, form=base.form)
    draft.add(base.info, base.with_entry(base.info, "/ModDate", b"(D:20261102120000+09'00')"))
    return draft.bytes()


@honest("material for validation")
def _(rng: random.Random, base: Base) -> bytes:
    if "/DSS" in base.document.Root:
        raise NotApplicable
    draft = Draft(base, form=base.form)
    certificate, store = draft.next_number(), draft.next_number()
    draft.add(certificate, stream(peers.certificate(peers.KEYS / "ca.pem").dump(), packed=rng.random() < 0.5))
    certificates = b"[%d 0 R]" % certificate
    if rng.random() < 0.5:
        array = draft.next_number()
        draft.add(array, certificates)
        certificates = b" %d 0 R" % array
    draft.add(store, b"<</Type/DSS/Certs%b>>" % certificates)
    draft.add(base.root, base.with_entry(base.root, "/DSS", link(store)))
    return draft.bytes()


@honest("an empty signature field of no size")
def _(rng: random.Random, base: Base) -> bytes:
    may_change(base)
    draft = Draft(base, form=base.form)
    number = draft.next_number()
    draft.add(number, b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Empty)/F 132/Rect[0 0 0 0]/P %d 0 R>>" % base.page)
    if base.name == "shared arrays":
        raise NotApplicable
    grow(draft, base.page, "/Annots", link(number))
    add_field(draft, link(number))
    return draft.bytes()


@honest("a second signature by OpenSSL's form")
def _(rng: random.Random, base: Base) -> bytes:
    may_change(base)
    return signer.sign(base.pdf, "Honest", quick=True)


@honest("a visible signature where nothing is")
def _(rng: random.Random, base: Base) -> bytes:
    may_change(base)
    return signer.sign(base.pdf, "Honest", box=(320, 300, 520, 340), look=b"BT /F 12 Tf 4 4 Td (Signed) Tj ET", quick=True)


@honest("a signature in the empty field")
def _(rng: random.Random, base: Base) -> bytes:
    if base.name != "empty field":
        raise NotApplicable
    return signer.sign(base.pdf, "Later", box=(300, 40, 500, 90), look=b"0 0 1 rg 0 0 200 50 re f", quick=True)


@honest("a signature that adds a font to the form")
def _(rng: random.Random, base: Base) -> bytes:
    may_change(base)
    if base.name in ("shared arrays", "chromium"):
        raise NotApplicable
    signed = signer.sign(base.pdf, "Honest", quick=True)
    return signed


@honest("pyHanko signs")
def _(rng: random.Random, base: Base) -> bytes:
    may_change(base)
    return cached(base, "signs", lambda: peers.pyhanko_signs(base.pdf, "Honest"))


@honest("pyHanko signs where all see it")
def _(rng: random.Random, base: Base) -> bytes:
    may_change(base)
    return cached(base, "visible", lambda: peers.pyhanko_signs(base.pdf, "Honest", box=(320, 300, 520, 340)))


@honest("pyHanko stamps the document")
def _(rng: random.Random, base: Base) -> bytes:
    return cached(base, "stamps", lambda: peers.pyhanko_stamps(base.pdf))


@honest("pyHanko adds an empty field")
def _(rng: random.Random, base: Base) -> bytes:
    may_change(base)
    return cached(base, "field", lambda: peers.pyhanko_adds_field(base.pdf, "Honest", (320, 300, 520, 340)))


CACHE: dict[tuple[str, str], bytes] = {}


def cached(base: Base, what: str, make: Callable[[], bytes]) -> bytes:
    """pyHanko takes a tenth of a second."""
    key = (base.name, what)
    if key not in CACHE:
        CACHE[key] = make()
    return CACHE[key]


@honest("a text field is filled")
def _(rng: random.Random, base: Base) -> bytes:
    """Where a certification permits it."""
    if base.permission not in (2, 3):
        raise NotApplicable
    draft = Draft(base, form=base.form)
    number, look = text_field(draft), draft.next_number()
    draft.add(
        look,
        stream(
            b"/Tx BMC q BT /Helv 14 Tf 4 8 Td (200) Tj ET Q EMC",
            b"/Type/XObject/Subtype/Form/BBox[0 0 200 30]/Resources<</Font<</Helv 5 0 R>>>>",
        ),
    )
    body = base.with_entry(number, "/V", b"(200)").replace(b"/N 11 0 R", b"/N %d 0 R" % look)
    draft.add(number, body)
    return draft.bytes()
