"""Validation with status data: lists and responses made with the package cryptography, and one fetched from a responder."""

from __future__ import annotations

import datetime
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import honnin
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import NameOID
from honnin import ResultCode, errors

NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
DAY = datetime.timedelta(days=1)


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """A root, a CA below it, and a certificate, under the rules of RFC 5280."""

    def __init__(self) -> None:
        self.keys = {who: rsa.generate_private_key(65537, 2048) for who in ("root", "between", "leaf")}
        self.root = self.issue("root", "root", ca=True)
        self.between = self.issue("between", "root", ca=True)
        self.leaf = self.issue("leaf", "between", ca=False)

    def issue(self, subject: str, issuer: str, *, ca: bool) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(name(subject))
            .issuer_name(name(issuer))
            .public_key(self.keys[subject].public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - 10 * DAY)
            .not_valid_after(NOW + 10 * DAY)
            .add_extension(x509.BasicConstraints(ca, None), critical=True)
        )
        return builder.sign(self.keys[issuer], hashes.SHA256())

    def crl(self, issuer: str, *revoked: x509.Certificate) -> bytes:
        builder = x509.CertificateRevocationListBuilder().issuer_name(name(issuer))
        builder = builder.last_update(NOW - DAY).next_update(NOW + DAY)
        for certificate in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number)
            builder = builder.add_revoked_certificate(entry.revocation_date(NOW - 2 * DAY).build())
        return builder.sign(self.keys[issuer], hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def respond(self, request: bytes, status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD) -> bytes:
        asked = ocsp.load_der_ocsp_request(request)
        assert asked.serial_number == self.leaf.serial_number
        is_good = status is ocsp.OCSPCertStatus.GOOD
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=self.leaf,
            issuer=self.between,
            algorithm=hashes.SHA1(),
            cert_status=status,
            this_update=NOW - DAY,
            next_update=NOW + DAY,
            revocation_time=None if is_good else NOW - DAY,
            revocation_reason=None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self.between)
        for extension in asked.extensions:
            builder = builder.add_extension(extension.value, critical=False)
        response = builder.sign(self.keys["between"], hashes.SHA256())
        return response.public_bytes(serialization.Encoding.DER)


def ours(certificate: x509.Certificate) -> honnin.Certificate:
    return honnin.Certificate(certificate.public_bytes(serialization.Encoding.DER))


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def trust(authority: Authority) -> honnin.Trust:
    return (
        honnin.Trust.added()
        .with_anchors([ours(authority.root)])
        .with_intermediates([ours(authority.between)])
        .with_crls([authority.crl("root")])
    )


def result(authority: Authority, trust: honnin.Trust, nonce: bytes | None = None) -> ResultCode:
    return honnin.validate(ours(authority.leaf), trust=trust, profile="rfc5280", nonce=nonce).result


def test_lists_tell_a_revoked_certificate_from_a_good_one(authority: Authority, trust: honnin.Trust) -> None:
    assert result(authority, trust) is ResultCode.CERTIFICATE_STATUS_UNKNOWN
    assert result(authority, trust.with_crls([authority.crl("between")])) is ResultCode.OK
    revoked = trust.with_crls([authority.crl("between", authority.leaf)])
    assert result(authority, revoked) is ResultCode.CERTIFICATE_REVOKED
    later = honnin.validate(
        ours(authority.leaf),
        at=NOW + 5 * DAY,
        trust=trust.with_crls([authority.crl("between")]),
        profile=honnin.Profile.RFC5280,
    )
    assert later.result is ResultCode.CERTIFICATE_STATUS_STALE
    shallow = honnin.validate(ours(authority.leaf), trust=trust, profile="rfc5280", max_depth=0)
    assert shallow.result is ResultCode.CERTIFICATE_UNTRUSTED


def test_a_response_must_answer_what_was_asked(authority: Authority, trust: honnin.Trust) -> None:
    leaf, between = ours(authority.leaf), ours(authority.between)
    asked = trust.with_ocsp([authority.respond(honnin.ocsp_request(leaf, between, b"0123456789abcdef"))])
    assert result(authority, asked) is ResultCode.OK
    assert result(authority, asked, b"0123456789abcdef") is ResultCode.OK
    assert result(authority, asked, b"another") is ResultCode.CERTIFICATE_STATUS_UNKNOWN
    revoked = authority.respond(honnin.ocsp_request(leaf, between), ocsp.OCSPCertStatus.REVOKED)
    assert result(authority, asked.with_ocsp([revoked])) is ResultCode.CERTIFICATE_REVOKED
    with pytest.raises(errors.InvalidArgument):
        honnin.ocsp_request(leaf, ours(authority.root))


@pytest.fixture
def responder(authority: Authority) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/gone":
                self.send_error(404)
                return
            assert self.headers["Content-Type"] == "application/ocsp-request"
            answer = b"x" * 300_000 if self.path == "/long" else authority.respond(body)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_responder_is_asked_only_when_it_is_told_to(authority: Authority, trust: honnin.Trust, responder: str) -> None:
    leaf, between = ours(authority.leaf), ours(authority.between)
    response = honnin.fetch_ocsp(f"{responder}/", leaf, between, nonce=b"0123456789abcdef", timeout=10)
    assert result(authority, trust.with_ocsp([response]), b"0123456789abcdef") is ResultCode.OK
    for path in ("/gone", "/long"):
        with pytest.raises(errors.IoError):
            honnin.fetch_ocsp(responder + path, leaf, between, timeout=10)
    for url in ("file:///etc/passwd", "ftp://127.0.0.1/", "http://[", "127.0.0.1"):
        with pytest.raises(errors.InvalidArgument):
            honnin.fetch_ocsp(url, leaf, between)


def test_nobody_there_and_nobody_answering_are_two_errors(authority: Authority) -> None:
    import socket

    leaf, between = ours(authority.leaf), ours(authority.between)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(errors.Timeout) as caught:
            honnin.fetch_ocsp(f"http://127.0.0.1:{port}/", leaf, between, timeout=0.2)
        assert isinstance(caught.value, TimeoutError)
    with pytest.raises(errors.IoError):
        honnin.fetch_ocsp(f"http://127.0.0.1:{port}/", leaf, between, timeout=5)


def test_validating_opens_no_socket(
    authority: Authority, python: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    (tmp_path / "leaf.der").write_bytes(ours(authority.leaf).der)
    (tmp_path / "root.der").write_bytes(ours(authority.root).der)
    python(
        """
import sys
def audit(event, arguments):
    if event.startswith("socket."):
        raise SystemExit(event)
sys.addaudithook(audit)
import honnin
read = lambda name: open(name, "rb").read()
trust = honnin.Trust.added().with_anchors([read("root.der")])
honnin.validate(honnin.Certificate(read("leaf.der")), trust=trust, profile="rfc5280")
assert "socket" not in sys.modules
""",
        cwd=tmp_path,
    )
