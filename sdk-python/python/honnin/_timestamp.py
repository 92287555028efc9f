"""Asking a time-stamping authority over HTTP (RFC 3161, section 3.4). The library itself never reaches a network."""

from __future__ import annotations

from honnin import errors

# As typing.TYPE_CHECKING, which would cost the import of typing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: No reply of an authority is larger.
_MOST = 1 << 20


def fetch_timestamp(
    url: str, *, timeout: float = 30, headers: Mapping[str, str] | None = None
) -> Callable[[bytes], bytes]:
    """A function for `timestamp=`: it posts a request to the authority at that URL and returns the reply.

    `headers` are sent beside the content type, for authorities that want to know their customers.
    """
    if not url.lower().startswith(("http://", "https://")):
        raise errors.InvalidArgument("the URL of an authority begins with http:// or https://")

    def fetch(request: bytes) -> bytes:
        from urllib.request import Request, urlopen

        sent = {"Content-Type": "application/timestamp-query", **(headers or {})}
        try:
            with urlopen(Request(url, data=request, headers=sent), timeout=timeout) as reply:
                content: bytes = reply.read(_MOST + 1)
        except (OSError, ValueError) as error:
            raise errors.IoError("the authority cannot be reached", operation="fetch_timestamp") from error
        if len(content) > _MOST:
            raise errors.IoError("the reply is too long", operation="fetch_timestamp")
        return content

    return fetch
