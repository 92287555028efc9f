"""CMS through Python: signed by the card, verified, time-stamped; pyHanko verifies ours and we verify what it signs."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer

import honnin
import pytest
from asn1crypto import cms, keys, tsp  # type: ignore[import-untyped]
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from pyhanko.sign import signers, timestamps
from pyhanko.sign.validation import async_validate_cms_signature, async_validate_detached_cms
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

ORDER = b"One order of soba"
WAIVED = ("revocation", "test_card")


@pytest.fixture
def card(virtual: honnin.VirtualCard) -> Iterator[honnin.Card]:
    with honnin.open_card(virtual, 5) as card:
        card.verify_pin("signing", "ABC123")
        yield card


@pytest.fixture
def trust(virtual: honnin.VirtualCard) -> honnin.Trust:
    return honnin.Trust.added().with_anchors([virtual.ca()])


def to_asn1(certificate: bytes) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate)


def empty_store() -> SimpleCertificateStore:
    return SimpleCertificateStore()  # type: ignore[no-untyped-call]


class Authority:
    """A CA, and a time-stamping authority with a certificate of it."""

    def __init__(self) -> None:
        self.ca_key = rsa.generate_private_key(65537, 2048)
        self.ca = self.issue("Root", self.ca_key, is_ca=True)
        self.key = rsa.generate_private_key(65537, 2048)
        usage = x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.TIME_STAMPING])
        self.certificate = self.issue("Authority", self.key, usage)

    def issue(
        self,
        name: str,
        key: rsa.RSAPrivateKey,
        usage: x509.ExtendedKeyUsage | None = None,
        *,
        is_ca: bool = False,
        policy: str | None = None,
    ) -> x509.Certificate:
        named = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        issuer = named if is_ca else self.ca.subject
        now = datetime.now(timezone.utc)
        builder = (
            x509.CertificateBuilder()
            .subject_name(named)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=30))
            .add_extension(x509.BasicConstraints(is_ca, None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.ca_key.public_key()), critical=False)
            .add_extension(x509.KeyUsage(not is_ca, not is_ca, False, False, False, is_ca, is_ca, False, False), critical=True)
        )
        if usage is not None:
            builder = builder.add_extension(usage, critical=True)
        if policy is not None:
            information = x509.PolicyInformation(x509.ObjectIdentifier(policy), None)
            builder = builder.add_extension(x509.CertificatePolicies([information]), critical=True)
        return builder.sign(self.ca_key, hashes.SHA256())

    def crl(self) -> asn1_crl.CertificateList:
        """Nobody is on it."""
        now = datetime.now(timezone.utc)
        made = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.ca.subject)
            .last_update(now - timedelta(hours=1))
            .next_update(now + timedelta(days=5))
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.ca_key.public_key()), critical=False)
            .add_extension(x509.CRLNumber(1), critical=False)
            .sign(self.ca_key, hashes.SHA256())
        )
        return asn1_crl.CertificateList.load(made.public_bytes(serialization.Encoding.DER))

    @property
    def ca_der(self) -> bytes:
        return self.ca.public_bytes(serialization.Encoding.DER)

    def stamper(self) -> timestamps.DummyTimeStamper:
        der = self.certificate.public_bytes(serialization.Encoding.DER)
        key = self.key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return timestamps.DummyTimeStamper(to_asn1(der), keys.PrivateKeyInfo.load(key), certs_to_embed=empty_store())

    def reply(self, request: bytes) -> bytes:
        asked = tsp.TimeStampReq.load(request)
        reply: bytes = self.stamper().request_tsa_response(asked).dump()
        return reply

    def signer(self) -> signers.SimpleSigner:
        """A person who signs without a card."""
        key = rsa.generate_private_key(65537, 2048)
        certificate = self.issue("Person", key, policy="1.2.392.200149.8.5.1.1.20")
        der = certificate.public_bytes(serialization.Encoding.DER)
        private = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return signers.SimpleSigner(to_asn1(der), keys.PrivateKeyInfo.load(private), empty_store())


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def test_what_the_card_signs_is_verified_and_handed_out(card: honnin.Card, trust: honnin.Trust) -> None:
    signed = card.sign_cms(ORDER)
    report = honnin.verify_cms(signed, trust=trust, waive=WAIVED)
    assert report and report.content == ORDER
    assert [signer and signer.fingerprint for signer in report.signers] == [card.certificate().fingerprint]
    assert {finding.signer for finding in report.findings} == {0}
    report = honnin.verify_cms(signed, trust=trust)
    assert not report and report.result is honnin.ResultCode.CERTIFICATE_TEST
    assert "soba" not in repr(report)


def test_a_file_is_signed_and_verified_outside(card: honnin.Card, trust: honnin.Trust) -> None:
    content = ORDER * 100_000
    signed = card.sign_cms(io.BytesIO(content), detached=True, hash="sha512", signing_time=True, embed_ca=True)
    assert len(signed) < 5000
    for given in (content, io.BytesIO(content)):
        assert honnin.verify_cms(signed, given, trust=trust, waive=WAIVED)
    other = honnin.verify_cms(signed, io.BytesIO(b"other"), trust=trust, waive=WAIVED)
    assert other.result is honnin.ResultCode.CONTENT_MISMATCH and other.content is None
    inside = card.sign_cms(io.BytesIO(content))
    assert honnin.verify_cms(inside, trust=trust, waive=WAIVED).content == content
    with pytest.raises(honnin.errors.ContentMismatch):
        honnin.verify_cms(signed, b"other", trust=trust, waive=WAIVED).require()


def test_a_file_that_fails_says_so(card: honnin.Card) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError("the disk is gone")

    with pytest.raises(honnin.errors.IoError) as caught:
        card.sign_cms(Broken(), detached=True)
    assert isinstance(caught.value.__cause__, OSError)
    with pytest.raises(honnin.errors.IoError):
        honnin.verify_cms(card.sign_cms(ORDER, detached=True), Broken())


def test_a_second_signature_is_added(card: honnin.Card, trust: honnin.Trust) -> None:
    first = card.sign_cms(ORDER, detached=True)
    both = card.add_to_cms(first, ORDER, hash="sha384", signing_time=True)
    report = honnin.verify_cms(both, ORDER, trust=trust, waive=WAIVED)
    assert report and len(report.signers) == 2
    with pytest.raises(honnin.errors.ContentMismatch):
        card.add_to_cms(first, b"other")


def test_pyhanko_validates_what_the_card_signed(card: honnin.Card, virtual: honnin.VirtualCard, authority: Authority) -> None:
    roots = [to_asn1(virtual.ca().der), to_asn1(authority.ca_der)]

    def validated(signed: bytes, content: bytes | None) -> None:
        data = cms.ContentInfo.load(signed)["content"]
        context = ValidationContext(trust_roots=roots)
        if content is None:
            status = asyncio.run(async_validate_cms_signature(data, validation_context=context))
        else:
            status = asyncio.run(
                async_validate_detached_cms(content, data, signer_validation_context=context, ts_validation_context=context)
            )
            if status.timestamp_validity is not None:
                assert status.timestamp_validity.valid and status.timestamp_validity.trusted
        assert status.valid and status.intact and status.trusted

    validated(card.sign_cms(ORDER), None)
    for hash_name in ("sha256", "sha384", "sha512"):
        validated(card.sign_cms(ORDER, detached=True, hash=hash_name, signing_time=True), ORDER)
    stamped = card.sign_cms(ORDER, detached=True, timestamp=authority.reply, timestamp_required=True)
    validated(stamped, ORDER)


def test_what_pyhanko_signs_holds(authority: Authority) -> None:
    trust = honnin.Trust.added().with_anchors([authority.ca_der]).with_timestamp_anchors([authority.ca_der])
    for digest in ("sha256", "sha384", "sha512"):
        for stamper in (None, authority.stamper()):
            inside = asyncio.run(
                authority.signer().async_sign_general_data(ORDER, digest, timestamper=stamper, detached=False)
            ).dump()
            report = honnin.verify_cms(inside, trust=trust, waive=["revocation"])
            assert report and report.content == ORDER, report.findings
            outside = asyncio.run(authority.signer().async_sign_general_data(ORDER, digest, timestamper=stamper)).dump()
            assert honnin.verify_cms(outside, ORDER, trust=trust, waive=["revocation"]), report.findings
            assert not honnin.verify_cms(outside, b"other", trust=trust, waive=["revocation"])


def test_a_signature_that_binds_no_certificate_is_accepted_by_name_only(authority: Authority) -> None:
    key = rsa.generate_private_key(65537, 2048)
    certificate = authority.issue("Person", key, policy="1.2.392.200149.8.5.1.1.20")
    options = [pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.DetachedSignature]
    signed = (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(ORDER)
        .add_signer(certificate, key, hashes.SHA256())
        .sign(serialization.Encoding.DER, options)
    )
    trust = honnin.Trust.added().with_anchors([authority.ca_der])
    report = honnin.verify_cms(signed, ORDER, trust=trust, waive=["revocation"])
    assert not report and report.reason is honnin.Reason.SIGNING_CERTIFICATE_ABSENT
    finding = report.finding(honnin.Subject.ATTRIBUTES)
    assert finding is not None and finding.state is honnin.State.NOT_CHECKED
    with pytest.raises(honnin.errors.AttributesInvalid) as caught:
        report.require()
    assert caught.value.reason is honnin.Reason.SIGNING_CERTIFICATE_ABSENT
    assert caught.value.message("operator", "en") != honnin.errors.AttributesInvalid().message("operator", "en")
    waived = ["revocation", "signing_certificate"]
    assert honnin.verify_cms(signed, ORDER, trust=trust, waive=waived)
    assert honnin.verify_cms(signed, ORDER, trust=trust, waive=[honnin.Subject.REVOCATION, "SIGNING-CERTIFICATE"])
    with pytest.raises(honnin.errors.InvalidArgument):
        honnin.verify_cms(signed, ORDER, trust=trust, waive=[honnin.Subject.ATTRIBUTES])


def test_a_time_stamp_comes_over_http(card: honnin.Card, virtual: honnin.VirtualCard, authority: Authority) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path != "/tsa" or self.headers["Content-Type"] != "application/timestamp-query":
                self.send_error(404)
                return
            reply = authority.reply(asked)
            self.send_response(200)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    try:
        signed = card.sign_cms(ORDER, timestamp=honnin.fetch_timestamp(f"{url}/tsa"), timestamp_required=True)
        assert not virtual.is_verified("signing")
        both = honnin.Trust.added().with_anchors([virtual.ca()]).with_timestamp_anchors([authority.ca_der])
        report = honnin.verify_cms(signed, trust=both, waive=WAIVED)
        assert report, report.findings
        # An anchor for persons does not vouch for time-stamps.
        only_card = honnin.Trust.added().with_anchors([virtual.ca(), authority.ca_der])
        report = honnin.verify_cms(signed, trust=only_card, waive=WAIVED)
        assert report.result is honnin.ResultCode.TIMESTAMP_INVALID
        assert honnin.verify_cms(signed, trust=only_card, waive=(*WAIVED, "timestamp"))

        # It fails: the signature is there all the same.
        card.verify_pin("signing", "ABC123")
        with pytest.raises(honnin.errors.IoError) as caught:
            card.sign_cms(ORDER, timestamp=honnin.fetch_timestamp(f"{url}/other"), timestamp_required=True)
        document = caught.value.document
        assert document is not None and honnin.verify_cms(document, trust=only_card, waive=WAIVED)
        assert caught.value.__cause__ is not None
        later = honnin.cms_timestamp_add(document, honnin.fetch_timestamp(f"{url}/tsa"))
        assert honnin.verify_cms(later, trust=both, waive=WAIVED)

        def refuses(_request: bytes) -> bytes:
            raise ConnectionError("no network")

        card.verify_pin("signing", "ABC123")
        with pytest.warns(RuntimeWarning, match="without a time-stamp"):
            document = card.sign_cms(ORDER, timestamp=refuses)
        assert honnin.verify_cms(document, trust=only_card, waive=WAIVED)
        with pytest.raises(honnin.errors.IoError) as caught:
            honnin.cms_timestamp_add(document, refuses)
        assert isinstance(caught.value.__cause__, ConnectionError)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    with pytest.raises(honnin.errors.InvalidArgument):
        honnin.fetch_timestamp("ftp://example.org")
    with pytest.raises(honnin.errors.InvalidArgument):
        card.sign_cms(ORDER, timestamp_required=True)


def test_progress_tells_reading_the_content_and_asking_the_authority(virtual: honnin.VirtualCard, authority: Authority) -> None:
    told: list[honnin.Stage] = []
    with honnin.open_card(virtual, 5, progress=lambda now: told.append(now.stage)) as card:
        card.verify_pin("signing", "ABC123")
        card.certificate()
        told.clear()
        card.sign_cms(io.BytesIO(b"order" * 1_000_000), detached=True, timestamp=authority.reply)
    stages = [honnin.Stage.HASHING, honnin.Stage.SIGNING, honnin.Stage.TIMESTAMPING]
    assert [*dict.fromkeys(told)] == stages

    def stop(now: honnin.Progress) -> bool:
        return now.stage is not honnin.Stage.HASHING

    with honnin.open_card(virtual, 5, progress=stop) as card:
        card.verify_pin("signing", "ABC123")
        virtual.clear_transcript()
        with pytest.raises(honnin.errors.Cancelled):
            card.sign_cms(io.BytesIO(b"order"), detached=True)
        assert not any(exchange.header == "802A009A" for exchange in virtual.transcript())
