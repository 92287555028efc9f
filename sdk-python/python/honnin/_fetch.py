"""Over the network, and only when called: nothing else in the package opens a connection."""

from __future__ import annotations

from honnin import errors
from honnin._honnin import ocsp_request

# As typing.TYPE_CHECKING, which would cost the import of typing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from honnin._honnin import Certificate

#: The longest answers that are read: none of a responder, and none of an authority, is near its own.
_MOST_OCSP = 256 * 1024
_MOST_TIMESTAMP = 1 << 20


def fetch_ocsp(
    url: str,
    certificate: Certificate,
    issuer: Certificate,
    *,
    nonce: bytes | bytearray | memoryview | None = None,
    timeout: float = 30.0,
) -> bytes:
    """Asks an OCSP responder about a certificate and gives back its response in DER, which nobody has believed yet:
    give it to Trust.with_ocsp, and the nonce to validate.

    For those whom the CA serves; J-LIS answers certified verifiers only. The URL is http or https, and proxies are those
    of the environment. Raises IoError if there is no answer, Timeout if it does not come in `timeout` seconds, and
    InvalidArgument for another kind of URL.
    """
    operation = "fetch_ocsp"
    _check(url, operation)
    request = ocsp_request(certificate, issuer, nonce)
    headers = {"Content-Type": "application/ocsp-request"}
    return _post(url, request, headers, timeout, _MOST_OCSP, operation)


def fetch_timestamp(url: str, *, timeout: float = 30.0, headers: Mapping[str, str] | None = None) -> Callable[[bytes], bytes]:
    """A function for `timestamp=`: it posts a request to the authority at that URL and returns the reply (RFC 3161,
    section 3.4).

    `headers` are sent beside the content type, for authorities that want to know their customers. Another kind of URL
    than http or https is InvalidArgument at once; the function raises as `fetch_ocsp` does.
    """
    operation = "fetch_timestamp"
    _check(url, operation)
    sent = {"Content-Type": "application/timestamp-query", **(headers or {})}

    def fetch(request: bytes) -> bytes:
        return _post(url, request, sent, timeout, _MOST_TIMESTAMP, operation)

    return fetch


def _check(url: str, operation: str) -> None:
    if not url.lower().startswith(("http://", "https://")):
        raise errors.InvalidArgument("the URL is neither http nor https", operation=operation)


def _post(url: str, body: bytes, headers: Mapping[str, str], timeout: float, most: int, operation: str) -> bytes:
    """What a server answers, of at most so many bytes."""
    # Importing these takes longer than the package itself.
    import http.client
    import urllib.error
    import urllib.request

    try:
        request = urllib.request.Request(url, data=body, headers=dict(headers), method="POST")
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            read: bytes = answer.read(most + 1)
    except TimeoutError as error:
        raise errors.Timeout("the server did not answer in time", operation=operation) from error
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        if isinstance(getattr(error, "reason", None), TimeoutError):
            raise errors.Timeout("the server did not answer in time", operation=operation) from error
        raise errors.IoError("the server could not be asked", operation=operation) from error
    except ValueError as error:
        raise errors.InvalidArgument("the URL cannot be read", operation=operation) from error
    if len(read) > most:
        raise errors.IoError("the answer is too long", operation=operation)
    return read
