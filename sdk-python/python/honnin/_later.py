"""What will be there and is not yet: each raises NotSupported, and nothing is sent."""

from __future__ import annotations

from honnin import errors

# As typing.TYPE_CHECKING, which would cost the import of typing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn


def _not_yet(operation: str) -> NoReturn:
    raise errors.NotSupported("not in this version", operation=operation)


def verify_cms(*_args: Any, **_options: Any) -> NoReturn:
    """Not in this version."""
    _not_yet("verify_cms")


def verify_pdf(*_args: Any, **_options: Any) -> NoReturn:
    """Not in this version."""
    _not_yet("verify_pdf")


def compare(*_args: Any, **_options: Any) -> NoReturn:
    """Not in this version."""
    _not_yet("compare")


def ocsp_request(*_args: Any, **_options: Any) -> NoReturn:
    """Not in this version."""
    _not_yet("ocsp_request")


def fetch_ocsp(*_args: Any, **_options: Any) -> NoReturn:
    """Not in this version."""
    _not_yet("fetch_ocsp")


def fetch_timestamp(*_args: Any, **_options: Any) -> NoReturn:
    """Not in this version."""
    _not_yet("fetch_timestamp")
