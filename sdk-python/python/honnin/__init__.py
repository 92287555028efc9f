"""honnin (本人): who stands at the counter, by their My Number Card.

with honnin.open_card() as card:
    card.verify_pin(honnin.PinKind.SIGNING, password)
    certificate = card.certificate(honnin.CertificateKind.SIGNING)
report = honnin.validate(certificate, waive=["revocation"])
report.require()
print(certificate.holder.name)
"""

from __future__ import annotations

import atexit as _atexit

from honnin import _honnin, errors
from honnin._connection import Connection
from honnin._fetch import fetch_ocsp, fetch_timestamp
from honnin._honnin import (
    Card,
    Certificate,
    Face,
    Pin,
    Trust,
    VirtualCard,
    __version__,
    age_check,
    cms_timestamp_add,
    code_b,
    code_birth_date,
    compare,
    languages,
    ocsp_request,
    open_card,
    pin_check,
    pin_label,
    readers,
    validate,
    verify,
    verify_cms,
    verify_pdf,
    wait_for_card,
    wait_for_removal,
)
from honnin._tables import (
    Audience,
    CardKind,
    CertificateKind,
    Difference,
    Disposition,
    ExtendedLength,
    FaceImage,
    Hash,
    HolderSource,
    ImageFormat,
    Key,
    PinKind,
    Profile,
    Purpose,
    ReaderInterface,
    Reason,
    ResultCode,
    Sex,
    Stage,
    State,
    Subject,
    Tags,
    Traits,
    TrySpent,
    Verdict,
)

# As typing.TYPE_CHECKING, which would cost the import of typing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from honnin import aio as aio
    from honnin import batch as batch
    from honnin import keys as keys
    from honnin import pyhanko as pyhanko
    from honnin import testing as testing
    from honnin._values import (
        CardInfo,
        Exchange,
        Finding,
        Hint,
        Holder,
        PdfSignature,
        Progress,
        Reader,
        Report,
    )

# No card stays verified behind a program that ends, however it ends.
_atexit.register(_honnin.close_all)


_VALUES = frozenset(("CardInfo", "Exchange", "Finding", "Hint", "Holder", "PdfSignature", "Progress", "Reader", "Report"))
_ADAPTERS = frozenset(("aio", "batch", "keys", "pyhanko", "testing"))

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """What is loaded when it is needed: values, and the adapters to other packages, which may not be there."""
        if name in _VALUES:
            from honnin import _values

            value: object = getattr(_values, name)
            globals()[name] = value
            return value
        if name in _ADAPTERS:
            from importlib import import_module

            return import_module(f"honnin.{name}")
        raise AttributeError(f"module 'honnin' has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted(__all__)


__all__ = [
    "Audience",
    "Card",
    "CardInfo",
    "CardKind",
    "Certificate",
    "CertificateKind",
    "Connection",
    "Difference",
    "Disposition",
    "Exchange",
    "ExtendedLength",
    "Face",
    "FaceImage",
    "Finding",
    "Hash",
    "Hint",
    "Holder",
    "HolderSource",
    "ImageFormat",
    "Key",
    "PdfSignature",
    "Pin",
    "PinKind",
    "Profile",
    "Progress",
    "Purpose",
    "Reader",
    "ReaderInterface",
    "Reason",
    "Report",
    "ResultCode",
    "Sex",
    "Stage",
    "State",
    "Subject",
    "Tags",
    "Traits",
    "Trust",
    "TrySpent",
    "Verdict",
    "VirtualCard",
    "__version__",
    "age_check",
    "cms_timestamp_add",
    "code_b",
    "code_birth_date",
    "compare",
    "errors",
    "fetch_ocsp",
    "fetch_timestamp",
    "languages",
    "ocsp_request",
    "open_card",
    "pin_check",
    "pin_label",
    "readers",
    "validate",
    "verify",
    "verify_cms",
    "verify_pdf",
    "wait_for_card",
    "wait_for_removal",
]
