"""Every enumeration, with the numbers that C uses. Generated: see tools/generate-python-tables.py."""

from __future__ import annotations

from enum import Enum, IntEnum, IntFlag

from honnin import _honnin

# As typing.TYPE_CHECKING, which would cost the import of typing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from honnin._values import Hint


class ResultCode(IntEnum):
    """The answer of an operation. Numbers and names are fixed for ever and never reused."""

    OK = 0
    INVALID_ARGUMENT = 100
    UNSUPPORTED_OPTION = 101
    BAD_STATE = 102
    NOT_SUPPORTED = 103
    NOT_PERMITTED = 104
    CANCELLED = 105
    NOT_FOUND = 106
    IO_ERROR = 107
    CLOCK_IMPLAUSIBLE = 108
    TIMEOUT = 109
    READER_SERVICE_UNAVAILABLE = 200
    READER_NOT_FOUND = 201
    READER_BUSY = 202
    READER_REMOVED = 203
    READER_FAILED = 204
    CARD_ABSENT = 300
    CARD_REMOVED = 301
    CARD_UNSTABLE = 302
    CARD_RESET = 303
    CARD_UNSUPPORTED = 304
    CARD_AMBIGUOUS = 305
    CARD_CHANGED = 306
    CARD_RESPONSE = 307
    CARD_NOT_GENUINE = 308
    CARD_MUTE = 309
    CARD_EXPIRED = 310
    CARD_WITHOUT_PIN = 311
    CARD_FEATURE_ABSENT = 312
    CARD_ISSUER_UNKNOWN = 313
    CARD_RECORDS_DIFFER = 314
    PIN_FORMAT = 400
    PIN_INCORRECT = 401
    PIN_LAST_TRY = 402
    PIN_LOCKED = 403
    PIN_REQUIRED = 404
    PIN_OUTCOME_UNKNOWN = 405
    PIN_ENTRY_TIMEOUT = 406
    PIN_REPEATED = 407
    CERTIFICATE_ABSENT = 500
    CERTIFICATE_EXPIRED = 501
    CERTIFICATE_NOT_YET_VALID = 502
    CERTIFICATE_REVOKED = 503
    CERTIFICATE_ON_HOLD = 504
    CERTIFICATE_STATUS_NOT_CHECKED = 505
    CERTIFICATE_STATUS_UNKNOWN = 506
    CERTIFICATE_UNTRUSTED = 507
    CERTIFICATE_TEST = 508
    CERTIFICATE_UNSUITABLE = 509
    CERTIFICATE_MALFORMED = 510
    CERTIFICATE_STATUS_STALE = 511
    CERTIFICATE_STATUS_UNTRUSTED = 512
    SIGNATURE_INVALID = 600
    SIGNATURE_MALFORMED = 601
    SIGNATURE_MISSING = 602
    CONTENT_MISMATCH = 603
    CONTENT_CHANGED_AFTER_SIGNING = 604
    ALGORITHM_NOT_ALLOWED = 605
    SIGNATURE_NOT_BY_CERTIFICATE = 606
    TIMESTAMP_INVALID = 607
    ATTRIBUTES_INVALID = 608
    NAME_MISMATCH = 700
    ADDRESS_MISMATCH = 701
    BIRTH_DATE_MISMATCH = 702
    SEX_MISMATCH = 703
    COMPARISON_UNDECIDED = 704
    AGE_NOT_MET = 705
    AGE_UNDECIDED = 706
    NOT_COMPARABLE = 707
    INTERNAL = 900
    INTERNAL_PANIC = 901
    OUT_OF_MEMORY = 902

    def __str__(self) -> str:
        return self.name

    def __format__(self, spec: str) -> str:
        return format(int(self), spec) if spec else self.name

    def message(self, audience: Audience | str = "cardholder", lang: str = "ja") -> str:
        """The text true for every PIN, card and reader. An unknown language is answered in Japanese."""
        return _honnin.code_message(self, audience, lang)

    def hints(self, first: Audience | str = "ja", second: str | None = None, /) -> list[Hint]:
        """Every hint for this code, for a program that chooses by the tags itself: `hints("ja")` for the
        cardholder, `hints(audience, "ja")` for others.
        """
        audience, lang = (first, second) if second is not None else (Audience.CARDHOLDER, str(first))
        from honnin._values import Hint

        found = _honnin.code_hints(self, audience, lang)
        return [Hint(name, Tags(tags), text) for name, tags, text in found]

    @property
    def traits(self) -> Traits:
        """Who can act, and whether the code is ever a pass."""
        return Traits(_TRAITS[list(ResultCode).index(self)])


class PinKind(Enum):
    """A secret that opens something on the card."""

    SIGNING = 1
    AUTHENTICATION = 2
    TEXT = 3
    TEXT_CODE_A = 4
    TEXT_CODE_B = 5
    FACE_BIRTH_DATE = 6
    FACE_CODE_B = 7
    FACE_CODE_A = 8
    RESIDENT = 9
    COMMON = 10


class CardKind(Enum):
    """What kind of thing answered."""

    PLASTIC = 1
    ANDROID = 2
    IPHONE = 3
    OTHER = 9


class ReaderInterface(Enum):
    """How the card meets the reader."""

    UNKNOWN = 0
    CONTACT = 1
    CONTACTLESS = 2


class Reason(Enum):
    """The detail that tells two failures of the same code apart."""

    LIBRARY_ABSENT = 1
    SERVICE_STOPPED = 2
    PROTOCOL_MISMATCH = 3
    ACCESS_REFUSED = 4
    DRIVING_LICENCE = 10
    RESIDENCE_CARD = 11
    PASSPORT = 12
    JUKI = 13
    OTHER = 14
    FOUR_DIGITS_FOR_SIGNING = 20
    TOO_SHORT = 21
    TOO_LONG = 22
    CHARACTER = 23
    EMPTY = 24
    DATE = 25
    CHECK_DIGIT = 26
    NEEDS_LETTER_AND_DIGIT = 27
    SIGNING_CERTIFICATE_ABSENT = 30
    EARLIER_SIGNATURE = 31
    FILE_AMBIGUOUS = 32


class CertificateKind(Enum):
    """Which certificate of a card."""

    SIGNING = 1
    AUTHENTICATION = 2
    SIGNING_CA = 3
    AUTHENTICATION_CA = 4


class Key(Enum):
    """Which key of the card."""

    SIGNING = 1
    AUTHENTICATION = 2


class Hash(Enum):
    """A digest algorithm that signatures may use."""

    SHA256 = 1
    SHA384 = 2
    SHA512 = 3


class Subject(Enum):
    """What a finding is about."""

    SIGNATURE = 1
    CONTENT = 2
    ATTRIBUTES = 3
    ALGORITHM = 4
    CHAIN = 5
    VALIDITY = 6
    PROFILE = 7
    REVOCATION = 8
    TIMESTAMP = 9
    COVERAGE = 10
    CHANGES = 11
    TEST_CARD = 12
    RECORD = 13
    CARD_CERTIFICATE = 14
    CHALLENGE = 15
    CARD_EXPIRY = 16
    NAME = 17
    ADDRESS = 18
    BIRTH_DATE = 19
    SEX = 20


class State(Enum):
    """How a check ended."""

    PASSED = 1
    FAILED = 2
    NOT_CHECKED = 3
    WAIVED = 4


class Audience(Enum):
    """Whom a text is for."""

    CARDHOLDER = 1
    OPERATOR = 2
    DEVELOPER = 3
    CARDHOLDER_SHORT = 4


class Purpose(Enum):
    """What a certificate is to be used for."""

    DOCUMENT = 1
    AUTHENTICATION = 2


class Profile(Enum):
    """The rules by which a certificate is validated."""

    JPKI = 1
    RFC5280 = 2


class Stage(Enum):
    """What an operation is busy with."""

    CHECKING = 1
    VERIFYING = 2
    READING = 3
    SIGNING = 4
    HASHING = 5
    TIMESTAMPING = 6
    ENTERING = 7


class Verdict(Enum):
    """How near a card and what is registered are."""

    MATCH = 1
    EQUIVALENT = 2
    MISMATCH = 3
    UNDECIDED = 4
    NOT_COMPARABLE = 5


class FaceImage(Enum):
    """A picture on the card face."""

    PHOTO = 1
    NAME = 2
    ADDRESS = 3
    CODE = 4


class ImageFormat(Enum):
    """In which form a picture is wanted."""

    AS_STORED = 1
    PNG = 2


class TrySpent(Enum):
    """Whether a failed operation cost one of the tries of a PIN."""

    NO = 0
    YES = 1
    UNKNOWN = 2


class Sex(Enum):
    """The sex as the register has it, numbered as in the records of the card."""

    MALE = 1
    FEMALE = 2
    UNKNOWN = 9


class HolderSource(Enum):
    """Where the attributes of a person were read."""

    CERTIFICATE = 1
    TEXT = 2
    FACE = 3
    AGE = 4


class ExtendedLength(Enum):
    """Whether long reads use extended-length APDUs."""

    AUTO = 0
    NEVER = 1
    ALWAYS = 2


class Disposition(Enum):
    """What becomes of the card when a transaction ends."""

    LEAVE = 0
    RESET = 1
    UNPOWER = 2


class Difference(IntFlag):
    """How a card and what is registered differ. SPELLING is what passes unless one says otherwise."""

    WIDTH = 1
    SPACE = 2
    CASE = 4
    ITERATION_MARK = 8
    KANJI_VARIANT = 16
    SUBSTITUTED = 32
    NUMERAL = 64
    DASH = 128
    BLOCK_STYLE = 256
    PREFECTURE_OMITTED = 512
    PLACE_SPELLING = 1024
    KANA_SCRIPT = 2048
    KANA_SPELLING = 4096
    PUNCTUATION = 8192
    DIACRITIC = 16384
    NAME_ORDER = 32768
    OLD_SURNAME = 65536
    ALIAS = 131072
    BRACKET_OMITTED = 262144
    BUILDING_OMITTED = 524288
    KYOTO_STREET = 1048576
    WARD = 2097152
    PART_OMITTED = 4194304
    BLOCK_KIND = 8388608
    BUILDING_NAME = 16777216
    UNREADABLE = 33554432
    KANA_FOR_KANJI = 67108864
    ABROAD = 134217728
    LETTERS = 268435456
    PLACE = 536870912
    NUMBER = 1073741824
    ROOM = 2147483648
    SCRIPT = 4294967296
    VALUE = 8589934592
    SPELLING = 4095
    ACCEPTABLE = 2097151


class Tags(IntFlag):
    """Where a hint belongs."""

    CONTACT = 1
    CONTACTLESS = 2
    PLASTIC = 4
    PHONE_AS_READER = 8
    PHONE_AS_CARD = 16
    PIN_SIGNING = 32
    PIN_AUTHENTICATION = 64
    PIN_OTHER = 128
    PIN_PRINTED = 256
    OFFICE = 512
    OTHER_WAY = 1024
    NAME_MUST_MATCH = 2048


class Traits(IntFlag):
    """What kind of answer a code is: who can act, and whether it is ever a pass."""

    RETRY = 1
    CARDHOLDER_ACTS = 2
    STAFF_ACTS = 4
    OFFICE = 8
    FALLBACK = 16
    NOT_A_PASS = 32


_TRAITS = (
    0,  # OK
    36,  # INVALID_ARGUMENT
    36,  # UNSUPPORTED_OPTION
    36,  # BAD_STATE
    52,  # NOT_SUPPORTED
    36,  # NOT_PERMITTED
    33,  # CANCELLED
    36,  # NOT_FOUND
    36,  # IO_ERROR
    36,  # CLOCK_IMPLAUSIBLE
    33,  # TIMEOUT
    52,  # READER_SERVICE_UNAVAILABLE
    52,  # READER_NOT_FOUND
    37,  # READER_BUSY
    52,  # READER_REMOVED
    53,  # READER_FAILED
    35,  # CARD_ABSENT
    35,  # CARD_REMOVED
    35,  # CARD_UNSTABLE
    35,  # CARD_RESET
    50,  # CARD_UNSUPPORTED
    39,  # CARD_AMBIGUOUS
    35,  # CARD_CHANGED
    52,  # CARD_RESPONSE
    52,  # CARD_NOT_GENUINE
    35,  # CARD_MUTE
    56,  # CARD_EXPIRED
    48,  # CARD_WITHOUT_PIN
    50,  # CARD_FEATURE_ABSENT
    52,  # CARD_ISSUER_UNKNOWN
    56,  # CARD_RECORDS_DIFFER
    35,  # PIN_FORMAT
    35,  # PIN_INCORRECT
    50,  # PIN_LAST_TRY
    56,  # PIN_LOCKED
    38,  # PIN_REQUIRED
    34,  # PIN_OUTCOME_UNKNOWN
    35,  # PIN_ENTRY_TIMEOUT
    35,  # PIN_REPEATED
    56,  # CERTIFICATE_ABSENT
    56,  # CERTIFICATE_EXPIRED
    52,  # CERTIFICATE_NOT_YET_VALID
    56,  # CERTIFICATE_REVOKED
    56,  # CERTIFICATE_ON_HOLD
    36,  # CERTIFICATE_STATUS_NOT_CHECKED
    52,  # CERTIFICATE_STATUS_UNKNOWN
    52,  # CERTIFICATE_UNTRUSTED
    36,  # CERTIFICATE_TEST
    52,  # CERTIFICATE_UNSUITABLE
    52,  # CERTIFICATE_MALFORMED
    52,  # CERTIFICATE_STATUS_STALE
    52,  # CERTIFICATE_STATUS_UNTRUSTED
    36,  # SIGNATURE_INVALID
    36,  # SIGNATURE_MALFORMED
    36,  # SIGNATURE_MISSING
    36,  # CONTENT_MISMATCH
    36,  # CONTENT_CHANGED_AFTER_SIGNING
    36,  # ALGORITHM_NOT_ALLOWED
    52,  # SIGNATURE_NOT_BY_CERTIFICATE
    37,  # TIMESTAMP_INVALID
    36,  # ATTRIBUTES_INVALID
    36,  # NAME_MISMATCH
    36,  # ADDRESS_MISMATCH
    36,  # BIRTH_DATE_MISMATCH
    36,  # SEX_MISMATCH
    36,  # COMPARISON_UNDECIDED
    32,  # AGE_NOT_MET
    52,  # AGE_UNDECIDED
    36,  # NOT_COMPARABLE
    36,  # INTERNAL
    36,  # INTERNAL_PANIC
    36,  # OUT_OF_MEMORY
)
