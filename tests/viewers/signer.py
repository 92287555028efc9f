"""Signs PDF files with OpenSSL, by a writer of our own: the appended update is plain to see, and can have every form."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
from asn1crypto import cms as asn1_cms
from asn1crypto import pem, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from writer import Update, last_size, stream

KEYS = Path(__file__).resolve().parent / "keys"
ROOM = 6000

Object = pikepdf.Object


def cms(data: bytes, *, attribute: bool = True, person: str = "person") -> bytes:
    """A detached signature by `openssl cms`; without the attribute it does not say by which certificate."""
    with tempfile.NamedTemporaryFile() as content:
        content.write(data)
        content.flush()
        command = ["openssl", "cms", "-sign", "-binary", "-in", content.name, "-outform", "DER", "-md", "sha256"]
        command += ["-signer", f"{KEYS}/{person}.pem", "-inkey", f"{KEYS}/{person}.key", *(["-cades"] if attribute else [])]
        return subprocess.run(command, check=True, capture_output=True).stdout


@cache
def parts() -> tuple[x509.Certificate, Any]:
    certificate = x509.Certificate.load(pem.unarmor((KEYS / "person.pem").read_bytes())[2])
    return certificate, serialization.load_pem_private_key((KEYS / "person.key").read_bytes(), None)


def quick_cms(data: bytes) -> bytes:
    """The same without a process, for attackers who may sign too."""
    certificate, key = parts()
    digest = hashlib.sha256(certificate.dump()).digest()
    attributes = asn1_cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["data"]},
            {"type": "message_digest", "values": [hashlib.sha256(data).digest()]},
            {"type": "signing_certificate_v2", "values": [{"certs": [{"cert_hash": digest}]}]},
        ]
    )
    signer = {
        "version": "v1",
        "sid": {"issuer_and_serial_number": {"issuer": certificate.issuer, "serial_number": certificate.serial_number}},
        "digest_algorithm": {"algorithm": "sha256"},
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": "sha256_rsa"},
        "signature": key.sign(attributes.dump(), padding.PKCS1v15(), hashes.SHA256()),
    }
    signed = asn1_cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {"content_type": "data"},
            "certificates": [certificate],
            "signer_infos": [signer],
        }
    )
    return bytes(asn1_cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


def fill(
    pdf: bytes,
    contents: bytes | None = None,
    *,
    attribute: bool = True,
    quick: bool = False,
    token_over: Callable[[bytes], bytes] | None = None,
) -> bytes:
    """Writes the range and the signature into the last place that was left for them."""
    start = pdf.rindex(b"/Contents <0000") + 10
    end = pdf.index(b">", start) + 1
    at = pdf.rindex(b"/ByteRange [0 ")
    close = pdf.index(b"]", at) + 1
    text = b"/ByteRange [0 %d %d %d]" % (start, end, len(pdf) - end)
    pdf = pdf[:at] + text.ljust(close - at) + pdf[close:]
    covered = pdf[:start] + pdf[end:]
    if token_over is not None:
        contents = token_over(covered)
    made = contents or (quick_cms(covered) if quick else cms(covered, attribute=attribute))
    digits = made.hex().encode()
    assert len(digits) <= end - start - 2, len(digits)
    return pdf[:start] + b"<" + digits.ljust(end - start - 2, b"0") + b">" + pdf[end:]


def text_of(value: object) -> bytes:
    return bytes(pikepdf.Array([value]).unparse())[1:-1].strip()


def is_stream_form(pdf: bytes) -> bool:
    start = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])
    return not pdf[start:].lstrip().startswith(b"xref")


def with_entry(dictionary: Object, key: str, value: bytes) -> bytes:
    """The text of the dictionary with one entry in place of the one that it had. References in it stay references."""
    mark = "/Placeholder-of-an-entry"
    dictionary[key] = pikepdf.Name(mark)
    return bytes(dictionary.unparse(resolved=True)).replace(mark.encode(), value).replace(b" >>", b">>")


def reference(value: Object) -> bytes:
    number, generation = value.objgen
    return b"%d %d R" % (number, generation)


def grown(array: Object | None, item: bytes) -> bytes:
    parts = [text_of(part) for part in array] if array is not None else []
    return b"[" + b" ".join([*parts, item]) + b"]"


def update(pdf: bytes, changes: dict[int, bytes], **more: object) -> bytes:
    """An update behind the file, in the form that the file has."""
    document = pikepdf.open(io.BytesIO(pdf), inherit_page_attributes=False)
    trailer = document.trailer
    kept = b"".join(key.encode() + b" " + text_of(trailer[key]) for key in ("/Root", "/Info", "/ID") if key in trailer)
    options = {"form": "stream" if is_stream_form(pdf) else "table", "size": int(trailer.Size), "trailer": kept, **more}
    return Update(before=pdf, objects=sorted(changes.items()), **options).bytes()  # type: ignore[arg-type]


def page_of(document: pikepdf.Pdf, index: int) -> Object:
    """The page as it stands in the file; pikepdf's list of pages adds what a page lacks."""
    todo = [document.Root.Pages]
    while todo:
        node = todo.pop(0)
        if "/Kids" in node:
            todo = [*node.Kids, *todo]
        elif index == 0:
            return node
        else:
            index -= 1
    raise IndexError("there is no such page")


def sign(
    pdf: bytes,
    name: str = "Signature1",
    *,
    box: tuple[int, int, int, int] = (0, 0, 0, 0),
    page: int = 0,
    certify: int | None = None,
    attribute: bool = True,
    look: bytes | None = None,
    subfilter: bytes = b"ETSI.CAdES.detached",
    trailer: bytes = b"",
    quick: bool = False,
    **more: object,
) -> bytes:
    """Signs in a new field, or in an empty one of that name.

    `certify` is the permission of a certification (/DocMDP), `look` the content of the appearance.
    """
    document = pikepdf.open(io.BytesIO(pdf), inherit_page_attributes=False)
    root = document.Root
    next_number = max(int(document.trailer.Size), last_size(pdf))
    value, changes = next_number, {}
    certified = b""
    if certify is not None:
        certified = (
            b"/Reference [<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/V/1.2/P %d>>>>]" % certify
        )
    entries = b"/Type/Sig/Filter/Adobe.PPKLite/SubFilter/%b%b/M(D:20261101120000+09'00')/ByteRange [%b]/Contents <%b>"
    changes[value] = (
        b"<<"
        + entries
        % (
            subfilter,
            certified,
            b"0 " + b"9999999999 " * 3,
            b"0" * (2 * ROOM),
        )
        + b">>"
    )
    next_number += 1
    appearance = b""
    if look is not None:
        appearance = b"/AP<</N %d 0 R>>" % next_number
        left, low, right, high = box
        size = b"/Type/XObject/Subtype/Form/BBox[0 0 %d %d]" % (right - left, high - low)
        fonts = b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
        changes[next_number] = stream(look, size + fonts)
        next_number += 1
    form = root.get("/AcroForm")
    fields = form.get("/Fields") if form is not None else None
    empty = next((field for field in fields or [] if str(field.get("/T", "")) == name), None)
    if empty is not None:
        changes[empty.objgen[0]] = with_entry(empty, "/V", b"%d 0 R" % value)[:-2] + appearance + b">>"
    else:
        widget = next_number
        onto = page_of(document, page)
        changes[widget] = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(%b)/F 132/Rect[%d %d %d %d]/P %b/V %d 0 R%b>>" % (
            name.encode(),
            *box,
            reference(onto),
            value,
            appearance,
        )
        link = b"%d 0 R" % widget
        annotations = onto.get("/Annots")
        if annotations is not None and annotations.is_indirect:
            changes[annotations.objgen[0]] = grown(annotations, link)
        else:
            changes[onto.objgen[0]] = with_entry(onto, "/Annots", grown(annotations, link))
        if fields is not None and fields.is_indirect:
            changes[fields.objgen[0]] = grown(fields, link)
        elif form is not None and form.is_indirect:
            changes[form.objgen[0]] = with_entry(form, "/Fields", grown(fields, link))
        else:
            entries = b"/SigFlags 3" if form is None or "/SigFlags" not in form else b""
            whole = with_entry(form, "/Fields", grown(fields, link)) if form is not None else b"<</Fields[" + link + b"]>>"
            changes[root.objgen[0]] = with_entry(root, "/AcroForm", whole[:-2] + entries + b">>")
    if certify is not None:
        catalog = changes.get(root.objgen[0]) or with_entry(root, "/Type", b"/Catalog")
        changes[root.objgen[0]] = catalog[:-2] + b"/Perms<</DocMDP %d 0 R>>>>" % value
    unsigned = update(pdf, changes, **more)
    if trailer:
        at = unsigned.rindex(b"/Size")
        unsigned = unsigned[:at] + trailer + unsigned[at:]
    return fill(unsigned, attribute=attribute, quick=quick)
