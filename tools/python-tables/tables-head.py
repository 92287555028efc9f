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

    # CODES

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
