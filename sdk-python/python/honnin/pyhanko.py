"""A pyHanko Signer on a card: pyHanko's own signing, of PDFs and of data, with the key of a My Number Card.

with honnin.open_card() as card:
    card.verify_pin("signing", password)
    signer = honnin.pyhanko.HonninSigner(card)
    pyhanko.sign.signers.sign_pdf(writer, metadata, signer=signer, in_place=True)

Needs pyHanko (`pip install pyhanko`), which is imported with this module.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from asn1crypto import x509  # type: ignore[import-untyped]
from pyhanko.sign import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from honnin._tables import Key

if TYPE_CHECKING:
    from honnin._honnin import Card, Certificate

__all__ = ["HonninSigner"]


class HonninSigner(Signer):
    """Signs with a key of an open card whose PIN has been verified.

    The certificate is read when the signer is made, and is the one that is embedded. `certificates` are embedded beside
    it, such as that of the CA (`card.certificate("signing_ca")`). A verification of the PIN serves several signatures.
    """

    def __init__(self, card: Card, key: Key | str = Key.SIGNING, *, certificates: Iterable[Certificate] = ()) -> None:
        self._card = card
        self._key = key if isinstance(key, Key) else Key[key.upper()]
        kind = "signing" if self._key is Key.SIGNING else "authentication"
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        for certificate in certificates:
            store.register(x509.Certificate.load(certificate.der))
        own = x509.Certificate.load(card.certificate(kind).der)
        store.register(own)
        self._length: int = own.public_key.byte_size
        super().__init__(signing_cert=own, cert_registry=store)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Signs with the card, in a thread of its own: the loop goes on meanwhile."""
        if dry_run:
            # As long as a signature of the key. pyHanko wants to know, and the card need not be asked.
            return bytes(self._length)
        name = digest_algorithm.lower().replace("-", "")
        digest = hashlib.new(name, data).digest()
        return await asyncio.to_thread(self._card.sign_digest, digest, self._key, name)
