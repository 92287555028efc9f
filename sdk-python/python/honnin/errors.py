"""The exceptions: one class a code. Generated: see tools/generate-python-tables.py.

`str(e)` is for developers; `e.message(audience, lang)` and `e.hints(audience, lang)` are for people and fit
the situation: the PIN, the card, the reader, the tries that are left. None of them holds a PIN or anything of
a person.
"""

from __future__ import annotations

from honnin import _honnin
from honnin._tables import (
    Audience,
    CardKind,
    PinKind,
    ReaderInterface,
    Reason,
    ResultCode,
    Tags,
    TrySpent,
)

# As typing.TYPE_CHECKING, which would cost the import of typing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar

    from honnin._values import Hint


class HonninError(Exception):
    """Something failed. Catch a subclass, or look at `code`."""

    _code: ClassVar[ResultCode] = ResultCode.INTERNAL

    #: What happened.
    code: ResultCode
    #: Which operation it happened in ("pin_verify").
    operation: str
    #: The PIN that it is about.
    pin: PinKind | None
    #: The detail within the code.
    reason: Reason | None
    #: The kind of card, where one was recognised.
    card_kind: CardKind | None
    #: How the card meets the reader.
    reader_interface: ReaderInterface
    #: The status word that the card answered, where that was the cause.
    status_word: int | None
    #: The PC/SC return code, where that was the cause.
    pcsc_code: int | None
    #: How many tries remain, as the card said; never guessed.
    tries_left: int | None
    #: Whether the operation cost a try.
    try_spent: TrySpent
    #: One English sentence for developers.
    detail: str
    #: A signed document that was finished although the time-stamp it must have failed.
    document: bytes | None

    def __init__(
        self,
        detail: str = "",
        *,
        operation: str = "",
        pin: PinKind | None = None,
        reason: Reason | None = None,
        card_kind: CardKind | None = None,
        reader_interface: ReaderInterface = ReaderInterface.UNKNOWN,
        status_word: int | None = None,
        pcsc_code: int | None = None,
        tries_left: int | None = None,
        try_spent: TrySpent = TrySpent.NO,
    ) -> None:
        super().__init__()
        self.code = self._code
        self.detail = detail
        self.document = None
        self.operation = operation
        self.pin = pin
        self.reason = reason
        self.card_kind = card_kind
        self.reader_interface = reader_interface
        self.status_word = status_word
        self.pcsc_code = pcsc_code
        self.tries_left = tries_left
        self.try_spent = try_spent

    def _facts(self) -> Any:
        return (self.code, self.reason, self.pin, self.card_kind, self.reader_interface, self.tries_left)

    def message(self, audience: Audience | str = "cardholder", lang: str = "ja") -> str:
        """The text that fits the situation. For developers the facts of the error stand first."""
        text = _honnin.situation_message(self._facts(), audience, lang)
        is_developer = audience is Audience.DEVELOPER or str(audience).lower() == "developer"
        return f"{self._stated()} | {text}" if is_developer else text

    def hints(
        self, audience: Audience | str = "cardholder", lang: str = "ja", *, offering: Tags | None = None
    ) -> list[Hint]:
        """What to try next, the most helpful first; only what fits the situation. `offering` says what only
        the program can know: that it has another way (OTHER_WAY), that a phone is the reader
        (PHONE_AS_READER).
        """
        from honnin._values import Hint

        found = _honnin.situation_hints(self._facts(), audience, lang, int(offering or 0))
        return [Hint(name, Tags(tags), text) for name, tags, text in found]

    def _stated(self) -> str:
        parts = [self.code.name]
        if self.reason is not None:
            parts.append(f" ({self.reason.name})")
        if self.operation:
            parts.append(f" in {self.operation}")
        parts.append(f": {self.detail}")
        if self.pin is not None:
            parts.append(f" [pin {self.pin.name}]")
        if self.tries_left is not None:
            parts.append(f" [tries left {self.tries_left}]")
        if self.status_word is not None:
            parts.append(f" [SW {self.status_word:04X}]")
        if self.pcsc_code is not None:
            parts.append(f" [PC/SC 0x{self.pcsc_code:08X}]")
        return "".join(parts)

    def __str__(self) -> str:
        return self.message(Audience.DEVELOPER, "en")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._stated()!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), dict(self.__dict__)))


def _rebuild(kind: type[HonninError], state: dict[str, Any]) -> HonninError:
    error = kind()
    error.__dict__.update(state)
    return error


class ReaderError(HonninError):
    """The reader or the service of readers."""


class CardError(HonninError):
    """The card, or whatever lies on the reader."""


class PinError(HonninError):
    """A PIN."""


class CertificateError(HonninError):
    """A certificate."""


class SignatureError(HonninError):
    """A signature or what was signed."""


class IdentityError(HonninError):
    """A comparison with what is registered."""


class InvalidArgument(HonninError, ValueError):
    """An argument is null, out of range, of the wrong size or not UTF-8. Nothing was sent to the card.
    Fix the call; trying again changes nothing.
    """

    _code = ResultCode.INVALID_ARGUMENT


class UnsupportedOption(HonninError):
    """An option structure sets a field that this version does not know, so it was refused rather than
    ignored. Update the library or leave the field at zero.
    """

    _code = ResultCode.UNSUPPORTED_OPTION


class BadState(HonninError):
    """The handle is closed, poisoned or in use by a callback, or a PIN of another application is still
    verified: forget it first. Nothing was sent to the card.
    """

    _code = ResultCode.BAD_STATE


class NotSupported(HonninError):
    """This reader, card or build lacks the feature. Nothing was sent to the card, and trying again
    changes nothing: show another way.
    """

    _code = ResultCode.NOT_SUPPORTED


class NotPermitted(HonninError):
    """The context was opened without permit_my_number and a purpose; the 個人番号 and everything that
    reveals it stay closed. Nothing was sent to the card.
    """

    _code = ResultCode.NOT_PERMITTED


class Cancelled(HonninError):
    """Stopped on request before anything decisive was sent; no PIN try was spent by this operation.
    The application has been left.
    """

    _code = ResultCode.CANCELLED


class NotFound(HonninError):
    """No such reader, item or file. Reader names change with the port; list them anew. A card may lack
    a photo: that is no fault.
    """

    _code = ResultCode.NOT_FOUND


class IoError(HonninError):
    """A file, stream or callback of the caller failed. The card session is not affected."""

    _code = ResultCode.IO_ERROR


class ClockImplausible(HonninError):
    """The system time lies before this library was built, so no date can be judged. Set the clock
    (NTP, battery) or give the moment explicitly.
    """

    _code = ResultCode.CLOCK_IMPLAUSIBLE


class Timeout(HonninError, TimeoutError):
    """A wait that is not for a card reached its deadline. For a missing card the code is CARD_ABSENT."""

    _code = ResultCode.TIMEOUT


class ReaderServiceUnavailable(ReaderError):
    """PC/SC is not usable; the reason says why, and the PC/SC code is in the error. No card was
    touched. `honnin doctor` looks into it.
    """

    _code = ResultCode.READER_SERVICE_UNAVAILABLE


class ReaderNotFound(ReaderError):
    """No reader is connected, or none has the name asked for. Names carry a number that changes with
    the port: list the readers anew rather than keep a name.
    """

    _code = ResultCode.READER_NOT_FOUND


class ReaderBusy(ReaderError):
    """Another program held the card until the deadline (SCARD_E_SHARING_VIOLATION). Nothing was sent.
    Its name is not known to PC/SC.
    """

    _code = ResultCode.READER_BUSY


class ReaderRemoved(ReaderError):
    """The reader was unplugged or lost power. Open again once it is back; with a PIN in flight the
    code is PIN_OUTCOME_UNKNOWN instead.
    """

    _code = ResultCode.READER_REMOVED


class ReaderFailed(ReaderError):
    """The reader or its driver answered with an error of its own; the PC/SC code is in the error.
    Driver and firmware of the reader are the first suspects.
    """

    _code = ResultCode.READER_FAILED


class CardAbsent(CardError, TimeoutError):
    """No card before the deadline. No PIN was involved. Wait again, or go back to the first screen."""

    _code = ResultCode.CARD_ABSENT


class CardRemoved(CardError):
    """The card left the reader during an operation; no PIN was in flight. Start the operation again
    from opening the card.
    """

    _code = ResultCode.CARD_REMOVED


class CardUnstable(CardError):
    """Transmission errors between reader and card. Start again; if one reader shows this often,
    suspect the reader.
    """

    _code = ResultCode.CARD_UNSTABLE


class CardReset(CardError):
    """The card was reset by someone else while a PIN was verified, so the verified state is gone.
    Nothing is repeated on its own: begin again, with the PIN.
    """

    _code = ResultCode.CARD_RESET


class CardUnsupported(CardError):
    """The card answers, but has no JPKI application of a kind that we know. Decided by SELECT and the
    token label, never by the ATR.
    """

    _code = ResultCode.CARD_UNSUPPORTED


class CardAmbiguous(CardError):
    """More than one reader holds a card and none was named. Name the reader; we never guess whose card
    is meant.
    """

    _code = ResultCode.CARD_AMBIGUOUS


class CardChanged(CardError):
    """Another card came back within the grace time. The session does not go on with it; open it as a
    new card.
    """

    _code = ResultCode.CARD_CHANGED


class CardResponse(CardError):
    """A status word or data that the card must not give: malformed, too long or looping. The status
    word is in the error. Could be a reader or driver; compare with a second one.
    """

    _code = ResultCode.CARD_RESPONSE


class CardNotGenuine(CardError):
    """Proved wrong: the signature of a record, the card's certificate or the answer to the challenge
    fails. The report says which. Trying again changes nothing.
    """

    _code = ResultCode.CARD_NOT_GENUINE


class CardMute(CardError):
    """A card is sensed but gives no answer to reset. In a slot: nearly always the wrong way round. In
    the field: two cards, metal, or too far away.
    """

    _code = ResultCode.CARD_MUTE


class CardExpired(CardError):
    """The card's own expiry date has passed, as the chip states it. That date is not signed. The
    certificates have dates of their own.
    """

    _code = ResultCode.CARD_EXPIRED


class CardWithoutPin(CardError):
    """EF 0008 and the counters look like a card issued without passwords; the card has no flag that
    says so. What opens with printed numbers may still be readable.
    """

    _code = ResultCode.CARD_WITHOUT_PIN


class CardFeatureAbsent(CardError):
    """The application could not be selected on this card or phone. Phones carry the keys and
    certificates only; text, face and age are on the plastic card.
    """

    _code = ResultCode.CARD_FEATURE_ABSENT


class CardIssuerUnknown(CardError):
    """The issuer key of the card's own certificate is not among those known to this version: nothing
    was proved either way. Update, or add the key to the trust.
    """

    _code = ResultCode.CARD_ISSUER_UNKNOWN


class CardRecordsDiffer(CardError):
    """Records read from one card in one session disagree after allowing for substituted characters.
    The finding RECORD says which; hand none of them out as checked.
    """

    _code = ResultCode.CARD_RECORDS_DIFFER


class PinFormat(PinError):
    """Refused by form before anything was sent: no try was spent. The reason says which rule. Let the
    person correct it.
    """

    _code = ResultCode.PIN_FORMAT


class PinIncorrect(PinError):
    """The card says the value is wrong, and one try was spent. tries_left is what the card answered,
    -1 or None if it did not say. Never send a value again on your own.
    """

    _code = ResultCode.PIN_INCORRECT


class PinLastTry(PinError):
    """No more tries remain than keep_tries asks to keep (default 1), so VERIFY was not sent.
    allow_last_try is for a person who has been told and wants it.
    """

    _code = ResultCode.PIN_LAST_TRY


class PinLocked(PinError):
    """The PIN is locked, by this try (try_spent) or before; no VERIFY is sent to it any more. Only a
    reset outside of this library helps. The other PINs are not affected.
    """

    _code = ResultCode.PIN_LOCKED


class PinRequired(PinError):
    """The PIN that this operation needs is not verified in this session; nothing was sent. A card left
    verified by another program does not count. Without a terminal there is no prompt.
    """

    _code = ResultCode.PIN_REQUIRED


class PinOutcomeUnknown(PinError):
    """Contact was lost while VERIFY or CHANGE was in flight. Read the counter once the card is back
    (this costs nothing). Never send the value again on your own.
    """

    _code = ResultCode.PIN_OUTCOME_UNKNOWN


class PinEntryTimeout(PinError):
    """The PIN callback or the PIN pad did not finish in time; nothing was sent and no try was spent.
    It is asked at most once a call: call again if the person wants to.
    """

    _code = ResultCode.PIN_ENTRY_TIMEOUT


class PinRepeated(PinError):
    """The same wrong value again in this session: answered locally, nothing was sent, no try was
    spent. Only a digest under a random key of the session is remembered.
    """

    _code = ResultCode.PIN_REPEATED


class CertificateAbsent(CertificateError):
    """No such certificate on this card or phone. For signing EF 0008 says so before VERIFY, so no try
    was spent. A normal result, not a fault: show another way.
    """

    _code = ResultCode.CERTIFICATE_ABSENT


class CertificateExpired(CertificateError):
    """notAfter has passed at the moment asked about. An expired certificate does not sign; for old
    documents give the moment of signing, with a time-stamp to prove it.
    """

    _code = ResultCode.CERTIFICATE_EXPIRED


class CertificateNotYetValid(CertificateError):
    """notBefore lies after the moment asked about, the allowed clock skew included. Check the clock
    and the moment given. A certificate that is not yet valid does not sign.
    """

    _code = ResultCode.CERTIFICATE_NOT_YET_VALID


class CertificateRevoked(CertificateError):
    """Revoked at the moment asked about, by the CRL or OCSP response given. Never show the reason code
    to anybody at the counter.
    """

    _code = ResultCode.CERTIFICATE_REVOKED


class CertificateOnHold(CertificateError):
    """certificateHold in the CRL or OCSP response given. It may be lifted later; at this moment it is
    no pass. Do not show the reason at the counter.
    """

    _code = ResultCode.CERTIFICATE_ON_HOLD


class CertificateStatusNotChecked(CertificateError):
    """No CRL or OCSP response was given, so revocation was not checked. It counts as a failure until
    you give status data or waive REVOCATION by name. The library never fetches it by itself.
    """

    _code = ResultCode.CERTIFICATE_STATUS_NOT_CHECKED


class CertificateStatusUnknown(CertificateError):
    """The CRL or OCSP response given does not cover this certificate: another issuer key, another CRL
    partition, or the answer "unknown". The generations of the CA share one name; match the key.
    """

    _code = ResultCode.CERTIFICATE_STATUS_UNKNOWN


class CertificateUntrusted(CertificateError):
    """No trusted anchor signed it. A certificate from a new generation of the CA needs a newer library
    or an added anchor; a test card needs the test roots by name.
    """

    _code = ResultCode.CERTIFICATE_UNTRUSTED


class CertificateTest(CertificateError):
    """Chains to the test hierarchy or to a virtual card. The finding TEST_CARD stays and fails unless
    waived by name. Never waive it in production.
    """

    _code = ResultCode.CERTIFICATE_TEST


class CertificateUnsuitable(CertificateError):
    """Key usage, policy or constraints do not fit the profile asked for. Did you ask for the signing
    profile with an authentication certificate, or the other way round?
    """

    _code = ResultCode.CERTIFICATE_UNSUITABLE


class CertificateMalformed(CertificateError):
    """Not a certificate that can be parsed under the limits of this library (strict DER, sizes,
    depth). Keep the bytes only where you may keep personal data.
    """

    _code = ResultCode.CERTIFICATE_MALFORMED


class CertificateStatusStale(CertificateError):
    """The status given is too old for the moment asked about (nextUpdate or max_age_s). Fetch a new
    one. For a past moment give data of that time.
    """

    _code = ResultCode.CERTIFICATE_STATUS_STALE


class CertificateStatusUntrusted(CertificateError):
    """The CRL or OCSP response is not signed by the issuer or a responder it authorised, or its
    signature or nonce is wrong. It says nothing about the certificate.
    """

    _code = ResultCode.CERTIFICATE_STATUS_UNTRUSTED


class SignatureInvalid(SignatureError):
    """The mathematics fail: the signature was not made by this key over these bytes. First suspects:
    content given in another encoding or with other line ends.
    """

    _code = ResultCode.SIGNATURE_INVALID


class SignatureMalformed(SignatureError):
    """Not a CMS, PDF signature or raw signature that can be parsed under the limits of this library.
    Was it base64, or cut off?
    """

    _code = ResultCode.SIGNATURE_MALFORMED


class SignatureMissing(SignatureError):
    """Nothing is signed, or there is no signer. For a detached signature give the .p7s file and the
    content separately.
    """

    _code = ResultCode.SIGNATURE_MISSING


class ContentMismatch(SignatureError):
    """The digest of the content differs from messageDigest. Wrong file, re-saved file or changed line
    ends; the signature itself may be in order.
    """

    _code = ResultCode.CONTENT_MISMATCH


class ContentChangedAfterSigning(SignatureError):
    """The PDF is not wholly covered, or later revisions change more than is allowed. The findings
    COVERAGE and CHANGES say which.
    """

    _code = ResultCode.CONTENT_CHANGED_AFTER_SIGNING


class AlgorithmNotAllowed(SignatureError):
    """SHA-1, MD5, a public exponent of 3, a short key or the like. There is no switch to allow them."""

    _code = ResultCode.ALGORITHM_NOT_ALLOWED


class SignatureNotByCertificate(SignatureError):
    """Every signature is checked against the certificate just read before it is handed out; this one
    did not fit and was discarded. The application has been left.
    """

    _code = ResultCode.SIGNATURE_NOT_BY_CERTIFICATE


class TimestampInvalid(SignatureError):
    """The time-stamp is missing where it is required, wrong, or not over this signature. While
    signing: the finished signature without it is in the output.
    """

    _code = ResultCode.TIMESTAMP_INVALID


class AttributesInvalid(SignatureError):
    """Signed attributes are missing, doubled or wrong: contentType, messageDigest or
    signingCertificateV2; or one of them stands among the unsigned attributes.
    """

    _code = ResultCode.ATTRIBUTES_INVALID


class NameMismatch(IdentityError):
    """The names differ after every equivalence that the caller accepts. The finding's reason bits say
    how. The library does not know which side is current.
    """

    _code = ResultCode.NAME_MISMATCH


class AddressMismatch(IdentityError):
    """The addresses differ after every equivalence that the caller accepts. The finding's reason bits
    say how. The library does not know which side is current.
    """

    _code = ResultCode.ADDRESS_MISMATCH


class BirthDateMismatch(IdentityError):
    """The birth dates differ. Unknown parts (00) are not a difference; they leave the comparison
    undecided.
    """

    _code = ResultCode.BIRTH_DATE_MISMATCH


class SexMismatch(IdentityError):
    """The sexes differ. Decide whether your purpose needs this item at all."""

    _code = ResultCode.SEX_MISMATCH


class ComparisonUndecided(IdentityError):
    """Substituted characters, 外字, missing parts, or equivalences that the caller does not accept. A
    person must look; do not round it up to a pass.
    """

    _code = ResultCode.COMPARISON_UNDECIDED


class AgeNotMet(IdentityError):
    """Not old enough on that day, in Japan, under the rule asked for (count_eve). This is an answer,
    not a fault.
    """

    _code = ResultCode.AGE_NOT_MET


class AgeUndecided(IdentityError):
    """The birth date on the card has unknown parts (00) and the answer depends on them. Never guess."""

    _code = ResultCode.AGE_UNDECIDED


class NotComparable(IdentityError):
    """No common script (kana against kanji) or no such field on this source. Compare another field or
    give the other script.
    """

    _code = ResultCode.NOT_COMPARABLE


class Internal(HonninError):
    """A fault of this library: a state that must not occur. Please report it with the version and the
    operation; the error holds no personal data.
    """

    _code = ResultCode.INTERNAL


class InternalPanic(HonninError):
    """A panic was caught at the boundary of this library; the handle is poisoned and only closing it
    is useful. The log sink has the location. Please report it.
    """

    _code = ResultCode.INTERNAL_PANIC


class OutOfMemory(HonninError):
    """An allocation failed. Large files: use the stream functions, which need constant memory."""

    _code = ResultCode.OUT_OF_MEMORY


#: The exception of each code but OK.
BY_CODE: dict[ResultCode, type[HonninError]] = {
    ResultCode.INVALID_ARGUMENT: InvalidArgument,
    ResultCode.UNSUPPORTED_OPTION: UnsupportedOption,
    ResultCode.BAD_STATE: BadState,
    ResultCode.NOT_SUPPORTED: NotSupported,
    ResultCode.NOT_PERMITTED: NotPermitted,
    ResultCode.CANCELLED: Cancelled,
    ResultCode.NOT_FOUND: NotFound,
    ResultCode.IO_ERROR: IoError,
    ResultCode.CLOCK_IMPLAUSIBLE: ClockImplausible,
    ResultCode.TIMEOUT: Timeout,
    ResultCode.READER_SERVICE_UNAVAILABLE: ReaderServiceUnavailable,
    ResultCode.READER_NOT_FOUND: ReaderNotFound,
    ResultCode.READER_BUSY: ReaderBusy,
    ResultCode.READER_REMOVED: ReaderRemoved,
    ResultCode.READER_FAILED: ReaderFailed,
    ResultCode.CARD_ABSENT: CardAbsent,
    ResultCode.CARD_REMOVED: CardRemoved,
    ResultCode.CARD_UNSTABLE: CardUnstable,
    ResultCode.CARD_RESET: CardReset,
    ResultCode.CARD_UNSUPPORTED: CardUnsupported,
    ResultCode.CARD_AMBIGUOUS: CardAmbiguous,
    ResultCode.CARD_CHANGED: CardChanged,
    ResultCode.CARD_RESPONSE: CardResponse,
    ResultCode.CARD_NOT_GENUINE: CardNotGenuine,
    ResultCode.CARD_MUTE: CardMute,
    ResultCode.CARD_EXPIRED: CardExpired,
    ResultCode.CARD_WITHOUT_PIN: CardWithoutPin,
    ResultCode.CARD_FEATURE_ABSENT: CardFeatureAbsent,
    ResultCode.CARD_ISSUER_UNKNOWN: CardIssuerUnknown,
    ResultCode.CARD_RECORDS_DIFFER: CardRecordsDiffer,
    ResultCode.PIN_FORMAT: PinFormat,
    ResultCode.PIN_INCORRECT: PinIncorrect,
    ResultCode.PIN_LAST_TRY: PinLastTry,
    ResultCode.PIN_LOCKED: PinLocked,
    ResultCode.PIN_REQUIRED: PinRequired,
    ResultCode.PIN_OUTCOME_UNKNOWN: PinOutcomeUnknown,
    ResultCode.PIN_ENTRY_TIMEOUT: PinEntryTimeout,
    ResultCode.PIN_REPEATED: PinRepeated,
    ResultCode.CERTIFICATE_ABSENT: CertificateAbsent,
    ResultCode.CERTIFICATE_EXPIRED: CertificateExpired,
    ResultCode.CERTIFICATE_NOT_YET_VALID: CertificateNotYetValid,
    ResultCode.CERTIFICATE_REVOKED: CertificateRevoked,
    ResultCode.CERTIFICATE_ON_HOLD: CertificateOnHold,
    ResultCode.CERTIFICATE_STATUS_NOT_CHECKED: CertificateStatusNotChecked,
    ResultCode.CERTIFICATE_STATUS_UNKNOWN: CertificateStatusUnknown,
    ResultCode.CERTIFICATE_UNTRUSTED: CertificateUntrusted,
    ResultCode.CERTIFICATE_TEST: CertificateTest,
    ResultCode.CERTIFICATE_UNSUITABLE: CertificateUnsuitable,
    ResultCode.CERTIFICATE_MALFORMED: CertificateMalformed,
    ResultCode.CERTIFICATE_STATUS_STALE: CertificateStatusStale,
    ResultCode.CERTIFICATE_STATUS_UNTRUSTED: CertificateStatusUntrusted,
    ResultCode.SIGNATURE_INVALID: SignatureInvalid,
    ResultCode.SIGNATURE_MALFORMED: SignatureMalformed,
    ResultCode.SIGNATURE_MISSING: SignatureMissing,
    ResultCode.CONTENT_MISMATCH: ContentMismatch,
    ResultCode.CONTENT_CHANGED_AFTER_SIGNING: ContentChangedAfterSigning,
    ResultCode.ALGORITHM_NOT_ALLOWED: AlgorithmNotAllowed,
    ResultCode.SIGNATURE_NOT_BY_CERTIFICATE: SignatureNotByCertificate,
    ResultCode.TIMESTAMP_INVALID: TimestampInvalid,
    ResultCode.ATTRIBUTES_INVALID: AttributesInvalid,
    ResultCode.NAME_MISMATCH: NameMismatch,
    ResultCode.ADDRESS_MISMATCH: AddressMismatch,
    ResultCode.BIRTH_DATE_MISMATCH: BirthDateMismatch,
    ResultCode.SEX_MISMATCH: SexMismatch,
    ResultCode.COMPARISON_UNDECIDED: ComparisonUndecided,
    ResultCode.AGE_NOT_MET: AgeNotMet,
    ResultCode.AGE_UNDECIDED: AgeUndecided,
    ResultCode.NOT_COMPARABLE: NotComparable,
    ResultCode.INTERNAL: Internal,
    ResultCode.INTERNAL_PANIC: InternalPanic,
    ResultCode.OUT_OF_MEMORY: OutOfMemory,
}
