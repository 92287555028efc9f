"""honnin.keys: what cryptography and PyJWT do with the key of a card, and what a card cannot do."""

from __future__ import annotations

import copy
import email
import hashlib
import pickle
from collections.abc import Callable
from typing import Any

import honnin
import honnin.keys
import jwt
import pytest
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils
from cryptography.hazmat.primitives.serialization import pkcs7
from honnin import errors


@pytest.fixture
def key(card: honnin.Card) -> honnin.keys.CardPrivateKey:
    card.verify_pin("signing", "ABC123")
    return honnin.keys.CardPrivateKey(card)


def test_a_certificate_request(key: honnin.keys.CardPrivateKey) -> None:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "counter 7")])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA384())
    assert request.is_signature_valid
    public = request.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    assert public.public_numbers() == key.public_key().public_numbers()


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
def test_a_token_of_the_authentication_key(card: honnin.Card, algorithm: str) -> None:
    card.verify_pin("authentication", "1234")
    key = honnin.keys.CardPrivateKey(card, "authentication")
    token = jwt.encode({"sub": "4711"}, key, algorithm=algorithm)
    assert jwt.decode(token, key.public_key(), algorithms=[algorithm]) == {"sub": "4711"}


def test_a_mail_is_signed_as_s_mime(key: honnin.keys.CardPrivateKey) -> None:
    builder = pkcs7.PKCS7SignatureBuilder().set_data(b"Hello\r\n")
    builder = builder.add_signer(key.certificate.to_cryptography(), key, hashes.SHA256())
    signed = builder.sign(serialization.Encoding.SMIME, [pkcs7.PKCS7Options.DetachedSignature])
    (signature,) = [
        part for part in email.message_from_bytes(signed).walk() if "pkcs7" in part.get_content_type() and not part.is_multipart()
    ]
    der = signature.get_payload(decode=True)
    assert isinstance(der, bytes)
    report = honnin.verify_cms(der, b"Hello\r\n")
    finding = report.finding(honnin.Subject.SIGNATURE)
    assert finding is not None
    assert finding.state is honnin.State.PASSED


def test_a_digest_is_signed_as_its_data_is(key: honnin.keys.CardPrivateKey) -> None:
    digest = hashlib.sha256(b"order").digest()
    prehashed = key.sign(digest, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))
    assert prehashed == key.sign(b"order", padding.PKCS1v15(), hashes.SHA256())
    key.public_key().verify(prehashed, b"order", padding.PKCS1v15(), hashes.SHA256())
    assert key.key_size == 2048


PSS = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
CANNOT: list[tuple[type[Exception], Callable[[Any], object]]] = [
    (UnsupportedAlgorithm, lambda key: key.sign(b"x", PSS, hashes.SHA256())),
    (UnsupportedAlgorithm, lambda key: key.sign(b"x", padding.PKCS1v15(), hashes.SHA1())),
    (
        UnsupportedAlgorithm,
        lambda key: key.sign(b"x" * 20, padding.PKCS1v15(), utils.Prehashed(hashes.SHA1())),
    ),
    (UnsupportedAlgorithm, lambda key: key.sign(b"x", padding.PKCS1v15(), utils.NoDigestInfo())),
    (UnsupportedAlgorithm, lambda key: jwt.encode({}, key, algorithm="PS256")),
    (errors.NotSupported, lambda key: key.decrypt(b"x" * 256, padding.PKCS1v15())),
    (errors.NotSupported, lambda key: key.private_numbers()),
    (errors.NotSupported, lambda key: key.private_bytes(None, None, None)),
    (TypeError, pickle.dumps),
]


@pytest.mark.parametrize(("kind", "act"), CANNOT)
def test_what_a_card_cannot_do_asks_nothing_of_it(
    key: honnin.keys.CardPrivateKey,
    virtual: honnin.VirtualCard,
    kind: type[Exception],
    act: Callable[[Any], object],
) -> None:
    virtual.clear_transcript()
    with pytest.raises(kind):
        act(key)
    assert virtual.transcript() == []


def test_it_signs_only_while_its_pin_is_verified(
    card: honnin.Card, virtual: honnin.VirtualCard, key: honnin.keys.CardPrivateKey
) -> None:
    card.forget_pin()
    virtual.clear_transcript()
    with pytest.raises(errors.PinRequired):
        key.sign(b"order", padding.PKCS1v15(), hashes.SHA256())
    assert not [seen for seen in virtual.transcript() if seen.header.startswith(("0020", "802A"))]
    card.close()
    with pytest.raises(errors.BadState):
        key.sign(b"order", padding.PKCS1v15(), hashes.SHA256())
    assert virtual.tries_left("signing") == 5


def test_without_the_pin_there_is_no_signing_key(card: honnin.Card) -> None:
    with pytest.raises(errors.PinRequired):
        honnin.keys.CardPrivateKey(card)


def test_a_copy_is_the_same_key_and_shows_nobody(key: honnin.keys.CardPrivateKey) -> None:
    assert copy.copy(key) is key
    assert copy.deepcopy(key) is key
    assert repr(key) == "<honnin.keys.CardPrivateKey SIGNING>"
