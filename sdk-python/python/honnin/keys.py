"""A key of an open card as a private key of cryptography: for certificate requests, JWTs and S/MIME.

with honnin.open_card() as card:
    card.verify_pin("authentication", pin)
    key = honnin.keys.CardPrivateKey(card, "authentication")
    token = jwt.encode({"sub": "4711"}, key, algorithm="RS256")

Needs cryptography (`pip install cryptography`), which is imported with this module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding as paddings
from cryptography.hazmat.primitives.asymmetric import rsa, utils

from honnin import errors
from honnin._tables import Hash, Key

if TYPE_CHECKING:
    from honnin._honnin import Card, Certificate

__all__ = ["CardPrivateKey"]

_HASHES = {"sha256": Hash.SHA256, "sha384": Hash.SHA384, "sha512": Hash.SHA512}


class CardPrivateKey(rsa.RSAPrivateKey):
    """A private key that never leaves its card. The card must stay open, and its PIN verified, while it is used.

    It neither asks for a PIN nor keeps one: `sign` on a card without a verified PIN is PinRequired, and after
    `card.forget_pin()` or the end of the `with` block it signs no more. Nothing is tried a second time. The certificate
    is read when the key is made; for the signing key that needs its PIN to be verified already.

    The card makes PKCS #1 v1.5 signatures with SHA-256, SHA-384 or SHA-512. Other paddings and digests are
    cryptography's UnsupportedAlgorithm; to decrypt with the key or to take it out of the card is NotSupported. Neither
    asks anything of the card.
    """

    def __init__(self, card: Card, key: Key | str = Key.SIGNING) -> None:
        self._card = card
        self._key = key if isinstance(key, Key) else Key[key.upper()]
        self._certificate = card.certificate("signing" if self._key is Key.SIGNING else "authentication")
        public = self._certificate.to_cryptography().public_key()
        if not isinstance(public, rsa.RSAPublicKey):
            # No card of today has another: a refusal, and not a signature that nobody can check.
            raise errors.NotSupported("the key of the card is not RSA", operation="sign")
        self._public = public

    @property
    def certificate(self) -> Certificate:
        """The certificate of the key, as it is on the card."""
        return self._certificate

    @property
    def key_size(self) -> int:
        """The bits of the modulus."""
        return self._public.key_size

    def public_key(self) -> rsa.RSAPublicKey:
        """The public half, from the certificate."""
        return self._public

    def sign(
        self,
        data: Any,
        padding: paddings.AsymmetricPadding,
        algorithm: utils.Prehashed | hashes.HashAlgorithm | utils.NoDigestInfo,
    ) -> bytes:
        """Signs with the card: data, or with `Prehashed` a digest."""
        if not isinstance(padding, paddings.PKCS1v15):
            raise UnsupportedAlgorithm(f"a My Number Card signs with PKCS1v15 padding only, not {padding.name}")
        if isinstance(algorithm, utils.NoDigestInfo):
            raise UnsupportedAlgorithm("a My Number Card signs digests of a named algorithm only")
        prehashed = isinstance(algorithm, utils.Prehashed)
        digest: Any = algorithm._algorithm if isinstance(algorithm, utils.Prehashed) else algorithm
        name = _HASHES.get(digest.name)
        if name is None:
            raise UnsupportedAlgorithm(f"signatures are made with SHA-256, SHA-384 or SHA-512, not {digest.name}")
        if prehashed:
            return self._card.sign_digest(data, self._key, name)
        return self._card.sign(data, self._key, name)

    def decrypt(self, ciphertext: bytes, padding: paddings.AsymmetricPadding) -> NoReturn:
        """NotSupported: the keys of the card sign and do nothing else."""
        raise errors.NotSupported("the keys of a My Number Card sign and do not decrypt", operation="decrypt")

    def private_numbers(self) -> NoReturn:
        """NotSupported: the key does not leave the card."""
        raise _stays()

    def private_bytes(self, encoding: Any, format: Any, encryption_algorithm: Any) -> NoReturn:
        """NotSupported: the key does not leave the card."""
        raise _stays()

    def __copy__(self) -> CardPrivateKey:
        # The same key: it holds nothing that could change.
        return self

    def __deepcopy__(self, memo: dict[Any, Any]) -> CardPrivateKey:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("the key of a card is not pickled")

    def __repr__(self) -> str:
        return f"<honnin.keys.CardPrivateKey {self._key.name}>"


def _stays() -> errors.HonninError:
    return errors.NotSupported("the private key never leaves the card", operation="export")
