"""Values that the library answers with: plain, immutable, pickleable. None shows a person in its repr.

Loaded when the first of them is needed: dataclasses take longer to import than everything else together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from honnin import _honnin, errors
from honnin._honnin import Certificate, Trust
from honnin._tables import (
    Difference,
    HolderSource,
    ReaderInterface,
    Reason,
    ResultCode,
    Sex,
    Stage,
    State,
    Subject,
    Tags,
    Verdict,
)


@dataclass(frozen=True)
class Reader:
    """A reader as it was at one moment."""

    #: The name, as people read it and as `open_card` takes it.
    name: str
    #: A card is in it or on it, though perhaps a mute one.
    card_present: bool = False
    #: Some program is connected to the card.
    in_use: bool = False
    #: Some program has the card for itself.
    exclusive: bool = False
    #: The card does not answer to reset: upside down, badly laid, or no card at all.
    mute: bool = False
    #: How the card meets the reader, as far as one can tell.
    interface: ReaderInterface = ReaderInterface.UNKNOWN
    #: The card is in software.
    is_virtual: bool = False


@dataclass(frozen=True, repr=False)
class CardInfo:
    """What a card tells without a PIN. None of it is signed."""

    #: Fifteen digits; None unless asked for.
    serial: str | None
    #: Five digits; None unless asked for.
    municipality: str | None
    #: The last day on which the card is good; None if the card does not tell.
    expires: date | None
    #: Whether there is a signing certificate; None if the card does not tell.
    signing_certificate: bool | None
    #: Whether there is an authentication certificate; None if the card does not tell.
    authentication_certificate: bool | None
    #: CARD_WITHOUT_PIN if the card seems to have been issued without passwords, else OK.
    result: ResultCode

    def __repr__(self) -> str:
        return "<honnin.CardInfo>"


@dataclass(frozen=True, repr=False)
class Holder:
    """The person that a certificate or a record of the card names, as it spells them."""

    #: 氏名
    name: str | None
    #: 住所
    address: str | None
    #: The birth date; None if parts of it are unknown.
    birth_date: date | None
    #: The birth date as YYYY-MM-DD, unknown parts 00.
    birth_date_text: str
    #: The sex; None where the source has none.
    sex: Sex | None
    #: Whether any character of the name stands for one that the certificate cannot spell (代替文字).
    name_substituted: bool
    #: Whether any character of the address does.
    address_substituted: bool
    #: The reading of the name, where the source has one.
    name_kana: str | None = None
    #: Where it was read.
    source: HolderSource = HolderSource.CERTIFICATE
    #: One digit a character of the name, 1 for a substitute; empty where nothing is said.
    name_substitutes: str = ""
    #: One digit a character of the address, 1 for a substitute; empty where nothing is said.
    address_substitutes: str = ""
    #: The findings about the record it was read from, if they were asked for.
    integrity: Report | None = field(default=None, compare=False)

    def __repr__(self) -> str:
        return "<honnin.Holder>"


@dataclass(frozen=True)
class Finding:
    """One check and how it ended."""

    #: What was checked.
    subject: Subject
    #: OK, or what is wrong.
    code: ResultCode
    #: How it ended.
    state: State
    #: Which signer, counted from 0, where there are signers.
    signer: int | None = None
    #: For comparisons: how near the two are.
    verdict: Verdict | None = None
    #: For comparisons: the kinds of difference.
    reasons: Difference = Difference(0)  # noqa: RUF009 (an enumeration: it does not change)
    #: One English sentence for developers.
    text: str = ""

    def staff_text(self, lang: str = "ja") -> str | None:
        """For comparisons: what the staff are told, in Japanese or English ("en"). It names what differs and never
        says what stands on either side.
        """
        if self.verdict is None:
            return None
        return _honnin.staff_text(self.subject, self.verdict, int(self.reasons), lang)

    @property
    def counts(self) -> bool:
        """Whether it keeps a report from being OK."""
        return self.state in (State.FAILED, State.NOT_CHECKED)


@dataclass(frozen=True)
class PdfSignature:
    """A signature of a PDF: what it covers, and what came after it."""

    #: The full name of its field.
    field: str
    #: Whether it covers the file to its last byte, but for itself.
    covers_whole_file: bool
    #: "none", "allowed", "not_allowed" or "unknown".
    later_changes: str
    #: The full names of the fields that were filled in after it, as a certification permits.
    filled: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """The findings of a verification. True only if every one passed or was waived by name."""

    #: The worst code among what failed or was not checked.
    result: ResultCode
    #: In the order in which they were made.
    findings: Sequence[Finding]
    #: The certificates that it is about, by the numbers of the signers; None where a document does not hold a signer's.
    signers: Sequence[Certificate | None] = field(default=(), repr=False)
    #: For a PDF: its signatures, by the numbers of the signers.
    signatures: Sequence[PdfSignature] = field(default=())
    #: The content that was inside a document, only if every signer signed it.
    content: bytes | None = field(default=None, repr=False)
    #: What tells the result apart from others of its code.
    reason: Reason | None = None

    def __bool__(self) -> bool:
        passed = bool(self.findings) and not any(finding.counts for finding in self.findings)
        return passed and self.result is ResultCode.OK

    def finding(self, subject: Subject) -> Finding | None:
        """The first finding about that subject."""
        return next((finding for finding in self.findings if finding.subject is subject), None)

    def require(self) -> None:
        """Raises the exception of the worst finding, unless the report is true."""
        if self:
            return
        code = self.result if self.result is not ResultCode.OK else ResultCode.INTERNAL
        text = next((f.text for f in self.findings if f.counts and f.code is code), "nothing was checked")
        raise errors.BY_CODE[code](text, operation="report_require", reason=self.reason)


class Hint(NamedTuple):
    """One thing to try next. `str(hint)` is the words."""

    #: Its name in the source of the texts; stays the same when the words change.
    name: str
    #: Where it belongs.
    tags: Tags
    #: The words.
    text: str

    def __str__(self) -> str:
        return self.text


class Progress(NamedTuple):
    """How far an operation has come."""

    #: What it is busy with.
    stage: Stage
    #: How much of that is done.
    done: int
    #: How much there is, 0 if not known.
    total: int


class Exchange(NamedTuple):
    """One command that a virtual card saw, and how it ended. Never contents, so never a PIN."""

    #: CLA INS P1 P2 in hex: "0020009B".
    header: str
    #: How many bytes of data the command carried.
    data_length: int
    #: How many bytes it asked for; None if for none.
    expected: int | None
    #: Whether its lengths were in extended form.
    extended: bool
    #: How many bytes of data came back.
    response_length: int
    #: The status word that the reader got; None if the answer was lost or had none.
    status_word: int | None


def restore_trust(first: str, added: list[tuple[str, bytes]]) -> Trust:
    """What a pickled Trust is made of again."""
    trust: Trust = getattr(Trust, first)()
    for method, data in added:
        trust = getattr(trust, method)([data])
    return trust
