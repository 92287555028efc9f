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
