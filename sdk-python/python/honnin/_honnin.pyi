from collections.abc import Callable, Iterable
from datetime import date, datetime
from types import TracebackType
from typing import Any, BinaryIO, NoReturn, final

import cryptography.x509

from honnin._connection import Connection
from honnin._tables import (
    Audience,
    CardKind,
    CertificateKind,
    Difference,
    Disposition,
    ExtendedLength,
    FaceImage,
    Hash,
    ImageFormat,
    Key,
    PinKind,
    Profile,
    Purpose,
    ReaderInterface,
    ResultCode,
    Sex,
    Subject,
    Verdict,
)
from honnin._values import CardInfo, Exchange, Holder, Progress, Reader, Report

__version__: str
__all__ = [
    "Card",
    "Certificate",
    "Face",
    "Pin",
    "Rows",
    "Trust",
    "VirtualCard",
    "VirtualConnection",
    "__version__",
    "age_check",
    "close_all",
    "cms_timestamp_add",
    "code_b",
    "code_birth_date",
    "code_hints",
    "code_message",
    "compare",
    "languages",
    "ocsp_request",
    "open_card",
    "pin_check",
    "pin_label",
    "readers",
    "run_command",
    "situation_hints",
    "situation_message",
    "staff_text",
    "tables",
    "validate",
    "verify",
    "verify_cms",
    "verify_pdf",
    "wait_for_card",
    "wait_for_removal",
]

_Bytes = bytes | bytearray | memoryview
_Facts = Any

@final
class Pin:
    def __new__(cls, value: _Pin) -> Pin: ...
    def wipe(self) -> None: ...
    def __enter__(self) -> Pin: ...
    def __exit__(
        self,
        kind: type[BaseException] | None = ...,
        error: BaseException | None = ...,
        traceback: TracebackType | None = ...,
    ) -> None: ...
    def __reduce__(self) -> NoReturn: ...

_Pin = str | bytes | bytearray | Pin

@final
class Certificate:
    def __new__(cls, der_or_pem: _Bytes) -> Certificate: ...
    @property
    def der(self) -> bytes: ...
    @property
    def pem(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def issuer(self) -> str: ...
    @property
    def serial(self) -> str: ...
    @property
    def not_before(self) -> datetime: ...
    @property
    def not_after(self) -> datetime: ...
    @property
    def kind(self) -> CertificateKind | None: ...
    @property
    def public_key_der(self) -> bytes: ...
    @property
    def holder(self) -> Holder: ...
    def to_cryptography(self) -> cryptography.x509.Certificate: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, ...]: ...

@final
class Card:
    @property
    def kind(self) -> CardKind: ...
    @property
    def reader(self) -> str: ...
    @property
    def reader_interface(self) -> ReaderInterface: ...
    @property
    def is_virtual(self) -> bool: ...
    @property
    def exchanges(self) -> int: ...
    @property
    def closed(self) -> bool: ...
    def info(
        self, *, serial: bool = False, municipality: bool = False, certificates: bool = True
    ) -> CardInfo: ...
    def pin_tries(self, kind: PinKind | str) -> int | None: ...
    def verify_pin(
        self,
        kind: PinKind | str,
        value: _Pin | None = None,
        *,
        keep_tries: int = 1,
        allow_last_try: bool = False,
        fold: bool = False,
    ) -> None: ...
    def change_pin(
        self,
        kind: PinKind | str,
        old: _Pin | None,
        new: _Pin,
        *,
        keep_tries: int = 1,
        allow_last_try: bool = False,
        fold: bool = False,
    ) -> None: ...
    def forget_pin(self) -> None: ...
    def certificate(self, kind: CertificateKind | str = "signing") -> Certificate: ...
    def sign(self, data: _Bytes | BinaryIO, key: Key | str = "signing", hash: Hash | str = "sha256") -> bytes: ...
    def sign_digest(self, digest: _Bytes, key: Key | str = "signing", hash: Hash | str = "sha256") -> bytes: ...
    def cancel(self) -> None: ...
    def close(self) -> None: ...
    def __enter__(self) -> Card: ...
    def __exit__(
        self,
        kind: type[BaseException] | None = ...,
        error: BaseException | None = ...,
        traceback: TracebackType | None = ...,
    ) -> None: ...
    def sign_cms(
        self,
        data: _Bytes | BinaryIO,
        *,
        detached: bool = False,
        key: Key | str = "signing",
        hash: Hash | str = "sha256",
        signing_time: bool = False,
        embed_ca: bool = False,
        allow_expired: bool = False,
        timestamp: Callable[[bytes], _Bytes] | None = None,
        timestamp_required: bool = False,
    ) -> bytes: ...
    def add_to_cms(
        self,
        cms: _Bytes,
        content: _Bytes | BinaryIO | None = None,
        *,
        key: Key | str = "signing",
        hash: Hash | str = "sha256",
        signing_time: bool = False,
        embed_ca: bool = False,
        allow_expired: bool = False,
        timestamp: Callable[[bytes], _Bytes] | None = None,
        timestamp_required: bool = False,
    ) -> bytes: ...
    def sign_pdf(
        self,
        data: _Bytes | BinaryIO,
        *,
        hash: Hash | str = "sha256",
        field: str | None = None,
        reason: str | None = None,
        location: str | None = None,
        name: str | None = None,
        box: tuple[int, float, float, float, float] | None = None,
        embed_ca: bool = False,
        allow_expired: bool = False,
        timestamp: Callable[[bytes], _Bytes] | None = None,
        timestamp_required: bool = False,
    ) -> bytes: ...
    def text(self, *, integrity: bool = False, trust: Trust | None = None) -> Holder: ...
    def my_number(self) -> str: ...
    def age_record(self, *, integrity: bool = False, trust: Trust | None = None) -> Holder: ...
    def face(self, *, trust: Trust | None = None) -> Face: ...
    def genuine(self, *, trust: Trust | None = None) -> Report: ...
    def __reduce__(self) -> NoReturn: ...

@final
class Face:
    @property
    def holder(self) -> Holder: ...
    @property
    def expires(self) -> date | None: ...
    @property
    def report(self) -> Report: ...
    def image(self, which: FaceImage | str = "photo", format: ImageFormat | str = "png") -> bytes: ...
    def __reduce__(self) -> NoReturn: ...

@final
class Trust:
    @staticmethod
    def production() -> Trust: ...
    @staticmethod
    def with_test() -> Trust: ...
    @staticmethod
    def added() -> Trust: ...
    def with_anchors(self, anchors: Iterable[Certificate | _Bytes]) -> Trust: ...
    def with_intermediates(self, intermediates: Iterable[Certificate | _Bytes]) -> Trust: ...
    def with_crls(self, crls: Iterable[_Bytes]) -> Trust: ...
    def with_ocsp(self, responses: Iterable[_Bytes]) -> Trust: ...
    def with_card_keys(self, keys: Iterable[_Bytes]) -> Trust: ...
    def __reduce__(self) -> tuple[Any, ...]: ...

_Column = list[bytes | None]
_Shown = tuple[str, str | None, str | None, str | None, str | None]
_Buffers = tuple[list[bytes], list[str | None], list[str | None], list[_Shown | None]]

@final
class Rows:
    def __new__(
        cls,
        *,
        at: datetime | None = None,
        trust: Trust | None = None,
        purpose: Purpose | str | None = None,
        waive: Iterable[Subject | str] = ...,
        profile: Profile | str = ...,
        nonce: _Bytes | None = None,
        policies: Iterable[str] = ...,
        clock_skew: int = 0,
        max_age: int | None = None,
        max_depth: int | None = None,
        key: _Bytes | None = None,
        identify: bool = False,
    ) -> Rows: ...
    @property
    def moment(self) -> int: ...
    def fingerprint(self) -> bytes: ...
    def cms(self, cms: _Column, content: _Column | None, digest: _Column | None) -> _Buffers: ...
    def certificates(self, certificates: _Column) -> _Buffers: ...

@final
class VirtualCard:
    def __new__(cls, profile: dict[str, Any] | str | None = None) -> VirtualCard: ...
    def insert(self) -> None: ...
    def remove(self) -> None: ...
    @property
    def is_inserted(self) -> bool: ...
    def remove_before(self, nth: int) -> None: ...
    def remove_after(self, nth: int) -> None: ...
    def fail_at(self, nth: int, code: ResultCode | str) -> None: ...
    def reset(self) -> None: ...
    def transcript(self) -> list[Exchange]: ...
    def clear_transcript(self) -> None: ...
    def ca(self, kind: CertificateKind | str = "signing") -> Certificate: ...
    def card_key(self) -> bytes: ...
    def certificate(self, kind: CertificateKind | str = "signing") -> Certificate | None: ...
    def crl(self, kind: CertificateKind | str = "signing") -> bytes: ...
    def tries_left(self, pin: PinKind | str) -> int | None: ...
    def is_verified(self, pin: PinKind | str) -> bool: ...
    def verify_out_of_band(self, pin: PinKind | str) -> bool: ...
    def connect(self) -> VirtualConnection: ...
    def plug_into_pcscd(self, address: str | None = None, timeout: float | None = 5.0) -> None: ...
    def unplug(self) -> None: ...
    def __enter__(self) -> VirtualCard: ...
    def __exit__(
        self,
        kind: type[BaseException] | None = ...,
        error: BaseException | None = ...,
        traceback: TracebackType | None = ...,
    ) -> None: ...

@final
class VirtualConnection:
    def transmit(self, command: _Bytes, timeout: float | None = 20.0) -> bytes: ...
    def begin(self, timeout: float | None = 30.0) -> None: ...
    def end(self, disposition: Disposition | str = "leave") -> None: ...
    def claim(self, timeout: float | None = 30.0) -> None: ...
    @property
    def interface(self) -> ReaderInterface: ...
    def close(self) -> None: ...

def readers() -> list[Reader]: ...
def wait_for_card(
    timeout: float | None = 30.0, *, reader: str | Reader | VirtualCard | None = None
) -> Reader: ...
def wait_for_removal(
    timeout: float | None = 30.0, *, reader: str | Reader | VirtualCard | None = None
) -> None: ...
def open_card(
    reader: str | Reader | VirtualCard | None = None,
    timeout: float | None = 30.0,
    *,
    connection: Connection | None = None,
    permit_my_number: bool = False,
    my_number_purpose: str | None = None,
    exclusive: bool = False,
    extended_length: ExtendedLength | str = "auto",
    grace: float | None = 0.0,
    progress: Callable[[Progress], bool | None] | None = None,
    pin_entry: Callable[[PinKind, int | None], _Pin | None] | None = None,
    secure_messaging: bool = False,
) -> Card: ...
def close_all() -> None: ...
def age_check(
    holder: Holder, years: int, on: date | str | None = None, *, count_eve: bool = False
) -> bool: ...
def code_b(birth_date: date | str, expiry_year: int | str, security_code: str) -> str: ...
def code_birth_date(birth_date: date | str) -> str: ...
def pin_check(kind: PinKind | str, value: _Pin, *, fold: bool = False) -> None: ...
def validate(
    certificate: Certificate,
    *,
    at: datetime | None = None,
    trust: Trust | None = None,
    purpose: Purpose | str | None = None,
    waive: Iterable[Subject | str] = (),
    profile: Profile | str = "jpki",
    nonce: _Bytes | None = None,
    policies: Iterable[str] = (),
    clock_skew: int = 0,
    max_age: int | None = None,
    max_depth: int | None = None,
) -> Report: ...
def ocsp_request(certificate: Certificate, issuer: Certificate, nonce: _Bytes | None = None) -> bytes: ...
def verify(
    certificate: Certificate | _Bytes, data: _Bytes, signature: _Bytes, hash: Hash | str = "sha256"
) -> None: ...
def cms_timestamp_add(cms: _Bytes, timestamp: Callable[[bytes], _Bytes]) -> bytes: ...
def verify_cms(
    cms: _Bytes,
    content: _Bytes | BinaryIO | None = None,
    *,
    at: datetime | None = None,
    trust: Trust | None = None,
    purpose: Purpose | str | None = None,
    waive: Iterable[Subject | str] = (),
    profile: Profile | str = "jpki",
    nonce: _Bytes | None = None,
    policies: Iterable[str] = (),
    clock_skew: int = 0,
    max_age: int | None = None,
    max_depth: int | None = None,
) -> Report: ...
def verify_pdf(
    data: _Bytes | BinaryIO,
    *,
    at: datetime | None = None,
    trust: Trust | None = None,
    purpose: Purpose | str | None = None,
    waive: Iterable[Subject | str] = (),
    profile: Profile | str = "jpki",
    nonce: _Bytes | None = None,
    policies: Iterable[str] = (),
    clock_skew: int = 0,
    max_age: int | None = None,
    max_depth: int | None = None,
) -> Report: ...
def compare(
    holder: Holder,
    *,
    name: str | None = None,
    name_kana: str | None = None,
    address: str | None = None,
    birth_date: date | str | None = None,
    sex: Sex | str | None = None,
    script: str | None = None,
    accept: Difference | Iterable[Difference | str] | None = None,
) -> Report: ...
def staff_text(subject: Subject | str, verdict: Verdict | str, reasons: int, lang: str) -> str | None: ...
def run_command(arguments: list[str]) -> int: ...
def tables() -> dict[str, dict[str, Any]]: ...
def code_message(code: ResultCode | str, audience: Audience | str, lang: str) -> str: ...
def code_hints(code: ResultCode | str, audience: Audience | str, lang: str) -> list[tuple[str, int, str]]: ...
def situation_message(facts: _Facts, audience: Audience | str, lang: str) -> str: ...
def situation_hints(
    facts: _Facts, audience: Audience | str, lang: str, offering: int
) -> list[tuple[str, int, str]]: ...
def pin_label(pin: PinKind | str, lang: str) -> str: ...
def languages() -> list[str]: ...
