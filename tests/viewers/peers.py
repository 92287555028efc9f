"""Other signers and verifiers: pyHanko, and poppler's pdfsig."""

from __future__ import annotations

import asyncio
import hashlib
import io
import logging
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import pem, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfTimeStamper, fields, signers, timestamps
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from verifier import KEYS

# It warns about every test key.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


def certificate(path: Path) -> x509.Certificate:
    return x509.Certificate.load(pem.unarmor(path.read_bytes())[2])


def private_key(path: Path) -> asn1_keys.PrivateKeyInfo:
    return asn1_keys.PrivateKeyInfo.load(pem.unarmor(path.read_bytes())[2])


def person() -> signers.SimpleSigner:
    return signers.SimpleSigner(certificate(KEYS / "person.pem"), private_key(KEYS / "person.key"), SimpleCertificateStore())


def stamper() -> timestamps.DummyTimeStamper:
    return timestamps.DummyTimeStamper(certificate(KEYS / "tsa.pem"), private_key(KEYS / "tsa.key"), SimpleCertificateStore())


def token(data: bytes) -> bytes:
    """A time-stamp over these bytes."""
    return bytes(asyncio.run(stamper().async_timestamp(hashlib.sha256(data).digest(), "sha256")).dump())


def context() -> ValidationContext:
    return ValidationContext(trust_roots=[certificate(KEYS / "ca.pem"), certificate(KEYS / "tsaca.pem")])


def pyhanko_signs(
    pdf: bytes,
    name: str,
    *,
    certify: int | None = None,
    stamp: bool = False,
    box: tuple[int, int, int, int] | None = None,
    **more: Any,
) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    about = signers.PdfSignatureMetadata(
        field_name=name,
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=certify is not None,
        docmdp_permissions=fields.MDPPerm(certify or 2),
        **more,
    )
    out = io.BytesIO()
    new = fields.SigFieldSpec(name, on_page=0, box=box) if box else None
    signer = signers.PdfSigner(about, person(), timestamper=stamper() if stamp else None, new_field_spec=new)
    asyncio.run(signer.async_sign_pdf(writer, output=out))
    return out.getvalue()


def pyhanko_stamps(pdf: bytes) -> bytes:
    """A time-stamp over the document."""
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    asyncio.run(PdfTimeStamper(stamper()).async_timestamp_pdf(writer, "sha256", context(), output=out))
    return out.getvalue()


def pyhanko_adds_field(pdf: bytes, name: str, box: tuple[int, int, int, int]) -> bytes:
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    fields.append_signature_field(writer, fields.SigFieldSpec(name, on_page=0, box=box))
    writer.write(out)
    return out.getvalue()


def pyhanko_objects(pdf: bytes, *roots: Path) -> str | None:
    """What pyHanko has against the signatures, or nothing."""
    trusted = [certificate(root) for root in (KEYS / "ca.pem", KEYS / "tsaca.pem", *roots)]
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    statuses = [
        asyncio.run(async_validate_pdf_signature(signature, ValidationContext(trust_roots=trusted)))
        for signature in reader.embedded_regular_signatures
    ]
    if not statuses:
        return "it finds no signature"
    bad = [status for status in statuses if not status.bottom_line]
    return bad[0].summary() if bad else None


def pdfsig_objects(pdf: bytes, count: int) -> str | None:
    """What poppler has against them."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        said = subprocess.run(["pdfsig", "-nocert", file.name], capture_output=True, text=True, check=False).stdout
    valid = said.count("Signature is Valid.")
    return None if valid == count else f"{valid} of {count} signatures are valid"
