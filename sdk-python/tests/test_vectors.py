"""NIST CAVP vectors for RSA PKCS#1 v1.5 (FIPS 186-3 SigVer): every reject is rejected, and every accept is accepted whose
key is strong enough to be relied upon."""

from __future__ import annotations

import cryptography_vectors
import honnin
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ALLOWED = {"SHA256": "sha256", "SHA384": "sha384", "SHA512": "sha512"}


def vectors() -> list[dict[str, str]]:
    path = "asymmetric/RSA/FIPS_186-2/SigVer15_186-3.rsp"
    found: list[dict[str, str]] = []
    key: dict[str, str] = {}
    with cryptography_vectors.open_vector_file(path, "r") as lines:
        for line in lines:
            name, separator, value = (part.strip() for part in line.partition("="))
            if name.startswith("[mod"):
                key = {"bits": value.rstrip("]")}
            elif name == "n":
                key = {"bits": key["bits"], "n": value}
            elif name in {"p", "q", "d"} or not separator:
                continue
            elif name == "SHAAlg":
                found.append({**key, "SHAAlg": value})
            else:
                found[-1][name] = value
    return found


def test_nist_agrees_about_rsa_signatures() -> None:
    accepted = rejected = weak = 0
    for vector in vectors():
        numbers = RSAPublicNumbers(int(vector["e"], 16), int(vector["n"], 16))
        key = numbers.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        message, signature = bytes.fromhex(vector["Msg"]), bytes.fromhex(vector["S"])
        hashes = [ALLOWED[vector["SHAAlg"]]] if vector["SHAAlg"] in ALLOWED else list(ALLOWED.values())
        strong = int(vector["bits"]) >= 2048 and numbers.e >= 65537 and vector["SHAAlg"] in ALLOWED
        for name in hashes:
            if vector["Result"].startswith("P") and strong:
                honnin.verify(key, message, signature, name)
                accepted += 1
                continue
            with pytest.raises(honnin.errors.HonninError) as caught:
                honnin.verify(key, message, signature, name)
            if strong:
                assert caught.value.code is honnin.ResultCode.SIGNATURE_INVALID
                rejected += 1
            else:
                weak += 1
    assert accepted >= 3 and rejected >= 10 and weak >= 10, (accepted, rejected, weak)
