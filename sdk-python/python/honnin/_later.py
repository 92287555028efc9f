"""What will be there and is not yet: each raises NotSupported, and nothing is sent."""

from __future__ import annotations

from honnin import errors

# As typing.TYPE_CHECKING, which would cost the import of typing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn


def _not_yet(operation: str) -> NoReturn:
    raise errors.NotSupported("not in this version", operation=operation)




def age_check(*_args: Any, **_options: Any) -> NoReturn:
    """Not in this version."""
    _not_yet("age_check")


def code_b(*_args: Any, **_options: Any) -> NoReturn:
    """Not in this version."""
    _not_yet("code_b")


def code_birth_date(*_args: Any, **_options: Any) -> NoReturn:
    """Not in this version."""
    _not_yet("code_birth_date")
