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
from honnin._fetch import fetch_ocsp
from honnin._honnin import (
    Card,
    Certificate,
    Pin,
    Trust,
    VirtualCard,
    __version__,
    cms_timestamp_add,
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
from honnin._later import age_check, code_b, code_birth_date
from honnin._tables import (
    Audience,
    CardKind,
    CertificateKind,
    Difference,
    Disposition,
    ExtendedLength,
    Hash,
    HolderSource,
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
from honnin._timestamp import fetch_timestamp

# As typing.TYPE_CHECKING, which would cost the import of typing.
TYPE_CHECKING = False
if TYPE_CHECKING:
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


_VALUES = frozenset(
    ("CardInfo", "Exchange", "Finding", "Hint", "Holder", "PdfSignature", "Progress", "Reader", "Report")
)

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """The values, which are loaded when the first of them is needed."""
        if name in _VALUES:
            from honnin import _values

            value: object = getattr(_values, name)
            globals()[name] = value
            return value
        raise AttributeError(f"module 'honnin' has no attribute {name!r}")


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
    "Finding",
    "Hash",
    "Hint",
    "Holder",
    "HolderSource",
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
