#!/usr/bin/env python3
"""Makes the keys of tests/viewers/keys, once. They protect nothing: they are public, so that signed files can be committed.

A CA with a person below it, and a CA of time-stamping authorities with one below it.
"""

import sys
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12

HERE = Path(__file__).resolve().parent / "keys"
# The policy of certificates for signing, which the rules of JPKI demand.
POLICY = x509.ObjectIdentifier("1.2.392.200149.8.5.1.1.20")


def issue(name: str, issuer: str | None, *more: tuple[x509.ExtensionType, bool]) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    key = rsa.generate_private_key(65537, 2048)
    issuer_key, issuer_name = key, name
    if issuer is not None:
        issuer_key, above = MADE[issuer]
        issuer_name = above.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value
    is_ca = issuer is None
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer_name)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2026, 1, 1))
        .not_valid_after(datetime(2049, 12, 31))
        .add_extension(x509.BasicConstraints(is_ca, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(x509.KeyUsage(not is_ca, not is_ca, False, False, False, is_ca, is_ca, False, False), critical=True)
    )
    for extension, critical in more:
        builder = builder.add_extension(extension, critical=critical)
    return key, builder.sign(issuer_key, hashes.SHA256())


if any(HERE.glob("*.key")):
    sys.exit("the keys are there already, and files that are committed were signed with them")
HERE.mkdir(exist_ok=True)
MADE: dict[str, tuple[rsa.RSAPrivateKey, x509.Certificate]] = {}
MADE["ca"] = issue("Test CA of viewers", None)
MADE["tsaca"] = issue("Test CA of time-stamps of viewers", None)
MADE["person"] = issue("Test person of viewers", "ca", (x509.CertificatePolicies([x509.PolicyInformation(POLICY, None)]), True))
STAMPING = x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.TIME_STAMPING])
MADE["tsa"] = issue("Test authority of viewers", "tsaca", (STAMPING, True))
for file, (private, certificate) in MADE.items():
    (HERE / f"{file}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (HERE / f"{file}.key").write_bytes(private.private_bytes(*form))
whose, about = MADE["person"]
(HERE / "person.p12").write_bytes(
    pkcs12.serialize_key_and_certificates(b"person", whose, about, None, serialization.BestAvailableEncryption(b"viewers"))
)
