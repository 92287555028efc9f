"""A hint: one thing to try next."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from honnin._tables import Tags


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
