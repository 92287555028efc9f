"""PDF signatures through Python: signed by the card and verified by pyHanko and poppler; signed by pyHanko and verified
by us; changed afterwards in ways that are allowed and in ways that are not."""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

import asyncio
import io
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import honnin
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from test_cms import WAIVED, Authority, to_asn1


@pytest.fixture
def card(virtual: honnin.VirtualCard) -> Iterator[honnin.Card]:
    with honnin.open_card(virtual, 5) as card:
        card.verify_pin("signing", "ABC123")
        yield card


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def make(*, streams: bool = False, pages: int = 2) -> bytes:
    """A PDF with cross-reference tables, or with streams and objects inside of streams."""
    writer = PdfFileWriter(stream_xrefs=streams)
    stream = writer.prepare_object_stream() if streams else None
    for number in range(pages):
        text = generic.StreamObject(stream_data=b"BT /F1 24 Tf 72 700 Td (Page %d) Tj ET" % number)
        font = generic.DictionaryObject(
            {
                generic.pdf_name("/Type"): generic.pdf_name("/Font"),
                generic.pdf_name("/Subtype"): generic.pdf_name("/Type1"),
                generic.pdf_name("/BaseFont"): generic.pdf_name("/Helvetica"),
            }
        )
        fonts = generic.DictionaryObject({generic.pdf_name("/F1"): writer.add_object(font, obj_stream=stream)})
        resources = generic.DictionaryObject({generic.pdf_name("/Font"): fonts})
        box = generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842)))
        writer.insert_page(PageObject(contents=writer.add_object(text), media_box=box, resources=resources))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def rewritten(pdf: bytes, option: str) -> bytes:
    """The same document as other programs write it."""
    assert shutil.which("qpdf"), "qpdf is missing: apt-get install qpdf"
    with tempfile.TemporaryDirectory() as folder:
        source, result = Path(folder) / "source.pdf", Path(folder) / "result.pdf"
        source.write_bytes(pdf)
        subprocess.run(["qpdf", option, source, result], check=True)
        return result.read_bytes()


SHAPES = {
    "tables": make(),
    "streams": make(streams=True),
    "linearised": rewritten(make(), "--linearize"),
    "packed": rewritten(make(), "--object-streams=generate"),
}


def ours(virtual: honnin.VirtualCard, *more: bytes) -> honnin.Trust:
    """The card's CA, and others for persons and for time-stamps."""
    return honnin.Trust.added().with_anchors([virtual.ca(), *more]).with_timestamp_anchors(more)


def judge(pdf: bytes, trust: honnin.Trust) -> honnin.Report:
    return honnin.verify_pdf(pdf, trust=trust, waive=WAIVED)


def pyhanko_says(pdf: bytes, *roots: bytes) -> list[Any]:
    reader = PdfFileReader(io.BytesIO(pdf))
    context = ValidationContext(trust_roots=[to_asn1(root) for root in roots])
    return [
        asyncio.run(async_validate_pdf_signature(signature, context, ts_validation_context=context, skip_diff=False))
        for signature in reader.embedded_signatures
    ]


@pytest.mark.parametrize("shape", SHAPES)
def test_pyhanko_and_poppler_validate_what_the_card_signed(
    card: honnin.Card, virtual: honnin.VirtualCard, authority: Authority, shape: str, tmp_path: Path
) -> None:
    signed = card.sign_pdf(SHAPES[shape], reason="申込", location="Tokyo", name="番号 花子", embed_ca=True)
    assert signed.startswith(SHAPES[shape])
    assert judge(signed, ours(virtual))
    visible = card.sign_pdf(signed, hash="sha512", field="Second", box=(2, 36, 36, 200, 60), reason="確認")
    report = judge(visible, ours(virtual))
    assert report, report.findings
    assert [(one.field, one.covers_whole_file, one.later_changes) for one in report.signatures] == [
        ("Signature1", False, "allowed"),
        ("Second", True, "none"),
    ]
    stamped = card.sign_pdf(visible, timestamp=authority.reply, timestamp_required=True)
    assert not virtual.is_verified("signing")
    report = judge(stamped, ours(virtual, authority.ca_der))
    assert report and len(report.signatures) == 3, report.findings
    assert judge(stamped, ours(virtual)).result is honnin.ResultCode.TIMESTAMP_INVALID

    statuses = pyhanko_says(stamped, virtual.ca().der, authority.ca_der)
    assert len(statuses) == 3
    for status in statuses:
        assert status.valid and status.intact and status.trusted and status.bottom_line, status.pretty_print_details()
    assert statuses[2].timestamp_validity.trusted

    file = tmp_path / "signed.pdf"
    file.write_bytes(stamped)
    assert shutil.which("pdfsig"), "pdfsig is missing: apt-get install poppler-utils"
    said = subprocess.run(["pdfsig", file], capture_output=True, text=True, check=False).stdout
    assert said.count("Signature is Valid.") == 3, said
    assert said.count("ETSI.CAdES.detached") == 3


def test_only_what_can_be_signed_is_signed(card: honnin.Card, virtual: honnin.VirtualCard) -> None:
    pdf = SHAPES["tables"]
    for damaged in (b"", b"hello", pdf[:-20], pdf.replace(b"startxref", b"startxxxx"), b" " + pdf, pdf + b"more"):
        with pytest.raises(honnin.errors.InvalidArgument):
            card.sign_pdf(damaged)
    with pytest.raises(honnin.errors.InvalidArgument):
        card.sign_pdf(pdf, box=(3, 0, 0, 10, 10))
    with pytest.raises(honnin.errors.InvalidArgument):
        card.sign_pdf(pdf, box=(1, 0, 0, 0, 10))
    signed = card.sign_pdf(pdf, field="Here")
    with pytest.raises(honnin.errors.InvalidArgument):
        card.sign_pdf(signed, field="Here")

    writer = PdfFileWriter()
    box = generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842)))
    text = writer.add_object(generic.StreamObject(stream_data=b""))
    writer.insert_page(PageObject(contents=text, media_box=box))
    writer.encrypt(owner_pass="secret", user_pass="secret")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(honnin.errors.NotSupported):
        card.sign_pdf(out.getvalue())
    with pytest.raises(honnin.errors.NotSupported):
        honnin.verify_pdf(out.getvalue())
    assert honnin.verify_pdf(pdf).result is honnin.ResultCode.SIGNATURE_MISSING
    assert honnin.verify_pdf(b"hello").result is honnin.ResultCode.SIGNATURE_MALFORMED


@pytest.mark.parametrize("shape", SHAPES)
def test_an_empty_field_is_filled(card: honnin.Card, virtual: honnin.VirtualCard, shape: str) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(SHAPES[shape]))
    fields.append_signature_field(writer, fields.SigFieldSpec("Prepared", on_page=0, box=(10, 10, 110, 60)))
    out = io.BytesIO()
    writer.write(out)
    first = card.sign_pdf(out.getvalue(), field="First")
    both = card.sign_pdf(first, field="Prepared", name="番号 花子")
    report = judge(both, ours(virtual))
    assert report, report.findings
    assert [one.later_changes for one in report.signatures] == ["allowed", "none"]
    assert all(status.bottom_line for status in pyhanko_says(both, virtual.ca().der))


def pyhanko_signs(
    pdf: bytes, authority: Authority, name: str, *, certify: fields.MDPPerm | None = None, stamp: bool = False
) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    about = signers.PdfSignatureMetadata(
        field_name=name,
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=certify is not None,
        docmdp_permissions=certify or fields.MDPPerm.FILL_FORMS,
    )
    out = io.BytesIO()
    asyncio.run(
        signers.PdfSigner(about, authority.signer(), timestamper=authority.stamper() if stamp else None).async_sign_pdf(
            writer, output=out
        )
    )
    return out.getvalue()


@pytest.mark.parametrize("shape", SHAPES)
def test_what_pyhanko_signs_holds(authority: Authority, shape: str) -> None:
    trust = honnin.Trust.added().with_anchors([authority.ca_der]).with_timestamp_anchors([authority.ca_der])
    pdf = SHAPES[shape]
    for number, stamp in enumerate((False, True, False)):
        pdf = pyhanko_signs(pdf, authority, f"Sig{number}", stamp=stamp)
        report = judge(pdf, trust)
        assert report, report.findings
    assert [one.later_changes for one in report.signatures] == ["allowed", "allowed", "none"]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("level", ["pkcs7", "B-LT", "B-LTA"])
def test_what_archives_add_to_a_signature_holds_and_can_be_signed(
    card: honnin.Card, virtual: honnin.VirtualCard, authority: Authority, shape: str, level: str
) -> None:
    """Signatures of the older kind, and those with what later verifiers need behind them: certificates, lists, a time-stamp
    over the document."""
    context = ValidationContext(trust_roots=[to_asn1(authority.ca_der)], crls=[authority.crl()])
    archived: dict[str, Any] = {
        "subfilter": fields.SigSeedSubFilter.PADES,
        "embed_validation_info": True,
        "use_pades_lta": level == "B-LTA",
        "validation_context": context,
    }
    plain = {"subfilter": fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED}
    metadata = signers.PdfSignatureMetadata(field_name="Theirs", **(plain if level == "pkcs7" else archived))
    signer = signers.PdfSigner(metadata, authority.signer(), timestamper=authority.stamper())
    out = io.BytesIO()
    signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(SHAPES[shape])), output=out)
    theirs = honnin.Trust.added().with_anchors([authority.ca_der]).with_timestamp_anchors([authority.ca_der])
    report = judge(out.getvalue(), theirs)
    assert report, report.findings
    assert len(report.signatures) == (2 if level == "B-LTA" else 1)
    assert report.signatures[0].later_changes == ("none" if level == "pkcs7" else "allowed")
    both = judge(card.sign_pdf(out.getvalue()), ours(virtual, authority.ca_der))
    assert both, both.findings


def test_both_sign_one_document(card: honnin.Card, virtual: honnin.VirtualCard, authority: Authority) -> None:
    trust = ours(virtual, authority.ca_der)
    pdf = card.sign_pdf(SHAPES["streams"])
    pdf = pyhanko_signs(pdf, authority, "Theirs", stamp=True)
    pdf = card.sign_pdf(pdf, box=(1, 10, 10, 100, 40))
    report = judge(pdf, trust)
    assert report and len(report.signatures) == 3, report.findings
    assert all(status.bottom_line for status in pyhanko_says(pdf, virtual.ca().der, authority.ca_der))


def test_a_certification_forbids_what_it_forbids(card: honnin.Card, virtual: honnin.VirtualCard, authority: Authority) -> None:
    trust = ours(virtual, authority.ca_der)
    certified = pyhanko_signs(SHAPES["tables"], authority, "Certified", certify=fields.MDPPerm.FILL_FORMS)
    more = card.sign_pdf(certified)
    report = judge(more, trust)
    assert report, report.findings
    locked = pyhanko_signs(SHAPES["tables"], authority, "Certified", certify=fields.MDPPerm.NO_CHANGES)
    assert judge(locked, trust)
    with pytest.raises(honnin.errors.NotPermitted):
        card.sign_pdf(locked)


def changed(pdf: bytes, change: Any) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("shape", SHAPES)
def test_later_changes_are_told_apart(card: honnin.Card, virtual: honnin.VirtualCard, shape: str) -> None:
    signed = card.sign_pdf(SHAPES[shape])
    trust = ours(virtual)
    assert judge(signed, trust)

    def text_of_a_page(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        stream = page["/Contents"]
        stream._data = b"BT /F1 24 Tf 72 700 Td (Another) Tj ET"
        stream._encoded_data = None
        writer.mark_update(page.raw_get("/Contents"))

    def an_annotation(writer: IncrementalPdfFileWriter) -> None:
        note = generic.DictionaryObject(
            {
                generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
                generic.pdf_name("/Subtype"): generic.pdf_name("/Square"),
                generic.pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 600, 800))),
            }
        )
        page = writer.root["/Pages"]["/Kids"][0]
        annotations = page.get("/Annots", generic.ArrayObject())
        annotations.append(writer.add_object(note))
        page[generic.pdf_name("/Annots")] = annotations
        writer.update_container(annotations)
        writer.update_container(page)

    def a_page(writer: IncrementalPdfFileWriter) -> None:
        box = generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842)))
        text = writer.add_object(generic.StreamObject(stream_data=b""))
        writer.insert_page(PageObject(contents=text, media_box=box))

    def an_action(writer: IncrementalPdfFileWriter) -> None:
        writer.root[generic.pdf_name("/OpenAction")] = generic.DictionaryObject()
        writer.update_root()

    for change in (text_of_a_page, an_annotation, a_page, an_action):
        report = judge(changed(signed, change), trust)
        assert report.result is honnin.ResultCode.CONTENT_CHANGED_AFTER_SIGNING, change.__name__
        assert [one.later_changes for one in report.signatures] == ["not_allowed"]
        finding = report.finding(honnin.Subject.CHANGES)
        assert finding is not None and finding.state is honnin.State.FAILED
        # The signature itself is as good as ever.
        assert [one.subject for one in report.findings if one.counts] == [honnin.Subject.CHANGES]

    def information(writer: IncrementalPdfFileWriter) -> None:
        info = generic.DictionaryObject({generic.pdf_name("/Title"): generic.pdf_string("Order")})
        writer.set_info(writer.add_object(info))

    report = judge(changed(signed, information), trust)
    assert report, report.findings
    assert judge(signed + b"\n\0", trust), "white space shows nothing"
    for behind in (b"more", b"\n%%EOF\n"):
        report = judge(signed + behind, trust)
        assert report.result is honnin.ResultCode.SIGNATURE_MALFORMED, behind[:20]
        assert report.findings[0].text.startswith("at byte ")
    # Another file behind it, whose own cross-references lead to no signature.
    assert judge(signed + SHAPES[shape], trust).result is honnin.ResultCode.SIGNATURE_MISSING


def with_text_field(pdf: bytes) -> bytes:
    def add(writer: IncrementalPdfFileWriter) -> None:
        name = generic.pdf_name
        page = writer.root["/Pages"]["/Kids"][0]
        field = generic.DictionaryObject(
            {
                name("/Type"): name("/Annot"),
                name("/Subtype"): name("/Widget"),
                name("/FT"): name("/Tx"),
                name("/T"): generic.pdf_string("Sum"),
                name("/DA"): generic.pdf_string("/Helv 12 Tf"),
                name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (72, 600, 200, 620))),
            }
        )
        reference = writer.add_object(field)
        page[name("/Annots")] = generic.ArrayObject([reference])
        writer.update_container(page)
        form = generic.DictionaryObject({name("/Fields"): generic.ArrayObject([reference])})
        writer.root[name("/AcroForm")] = form
        writer.update_root()

    return changed(pdf, add)


def filled_in(pdf: bytes) -> bytes:
    def fill(writer: IncrementalPdfFileWriter) -> None:
        reference = writer.root["/AcroForm"]["/Fields"].raw_get(0)
        field = reference.get_object()
        looks = generic.StreamObject(stream_data=b"BT /F1 12 Tf 2 2 Td (250) Tj ET")
        looks[generic.pdf_name("/Subtype")] = generic.pdf_name("/Form")
        looks[generic.pdf_name("/BBox")] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 128, 20)))
        field[generic.pdf_name("/V")] = generic.pdf_string("250")
        field[generic.pdf_name("/AP")] = generic.DictionaryObject({generic.pdf_name("/N"): writer.add_object(looks)})
        writer.mark_update(reference)

    return changed(pdf, fill)


@pytest.mark.parametrize("shape", SHAPES)
def test_fields_are_filled_in_only_where_a_certification_permits_it(authority: Authority, shape: str) -> None:
    trust = honnin.Trust.added().with_anchors([authority.ca_der])
    base = with_text_field(SHAPES[shape])
    for permission, later in (
        (fields.MDPPerm.NO_CHANGES, "not_allowed"),
        (fields.MDPPerm.FILL_FORMS, "allowed"),
        (fields.MDPPerm.ANNOTATE, "allowed"),
        (None, "not_allowed"),
    ):
        signed = pyhanko_signs(base, authority, "Certified", certify=permission)
        assert judge(signed, trust), permission
        report = judge(filled_in(signed), trust)
        assert [one.later_changes for one in report.signatures] == [later], permission
        assert report.signatures[0].filled == (("Sum",) if later == "allowed" else ())
        assert bool(report) is (later == "allowed")


def document_timestamp(pdf: bytes, authority: Authority) -> bytes:
    out = io.BytesIO()
    stamper = signers.PdfTimeStamper(authority.stamper(), field_name="Stamp")
    asyncio.run(stamper.async_timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), "sha256", output=out))
    return out.getvalue()


@pytest.mark.parametrize("shape", SHAPES)
def test_a_timestamp_over_the_document_is_judged_as_one(
    card: honnin.Card, virtual: honnin.VirtualCard, authority: Authority, shape: str
) -> None:
    trust = ours(virtual).with_timestamp_anchors([authority.ca_der])
    # Alone it says when the document was there, and that no person has signed.
    report = judge(document_timestamp(SHAPES[shape], authority), trust)
    assert report.result is honnin.ResultCode.SIGNATURE_MISSING
    assert [one.field for one in report.signatures] == ["Stamp"]
    states = {one.subject: one.state for one in report.findings}
    assert states[honnin.Subject.TIMESTAMP] is states[honnin.Subject.COVERAGE] is honnin.State.PASSED
    # Behind a signature it is an allowed change.
    stamped = document_timestamp(card.sign_pdf(SHAPES[shape]), authority)
    report = judge(stamped, trust)
    assert report and [one.later_changes for one in report.signatures] == ["allowed", "none"], report.findings
    # One whose authority is not known may be waived; one that is wrong is an unknown change.
    unknown = honnin.verify_pdf(stamped, trust=ours(virtual), waive=[*WAIVED, "timestamp"])
    assert unknown, unknown.findings
    at = stamped.rindex(b"/Contents <") + 11
    wrong = stamped[: at + 600] + b"00000000" + stamped[at + 608 :]
    report = honnin.verify_pdf(wrong, trust=trust, waive=[*WAIVED, "timestamp"])
    assert not report
    assert report.signatures[0].later_changes == "not_allowed", report.findings


@pytest.mark.parametrize("shape", SHAPES)
def test_pyhanko_signs_with_the_card(card: honnin.Card, virtual: honnin.VirtualCard, authority: Authority, shape: str) -> None:
    from honnin.pyhanko import HonninSigner

    signer = HonninSigner(card, certificates=[card.certificate("signing_ca")])
    virtual.clear_transcript()
    pdf = SHAPES[shape]
    for digest in ("sha256", "sha384", "sha512"):
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        about = signers.PdfSignatureMetadata(
            field_name=f"By card {digest}", md_algorithm=digest, subfilter=fields.SigSeedSubFilter.PADES
        )
        out = io.BytesIO()
        stamper = authority.stamper() if digest == "sha512" else None
        asyncio.run(signers.PdfSigner(about, signer, timestamper=stamper).async_sign_pdf(writer, output=out))
        pdf = out.getvalue()
    assert [exchange.header for exchange in virtual.transcript()] == ["802A009A"] * 3
    report = judge(pdf, ours(virtual, authority.ca_der))
    assert report and len(report.signatures) == 3, report.findings
    statuses = pyhanko_says(pdf, virtual.ca().der, authority.ca_der)
    assert all(status.bottom_line for status in statuses), [one.pretty_print_details() for one in statuses]

    data = asyncio.run(signer.async_sign_general_data(b"order", "sha256")).dump()
    assert honnin.verify_cms(data, b"order", trust=ours(virtual), waive=WAIVED)
    with pytest.raises(honnin.errors.PinRequired):
        card.forget_pin()
        asyncio.run(signer.async_sign_general_data(b"order", "sha256"))
