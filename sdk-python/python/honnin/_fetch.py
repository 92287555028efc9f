"""Over the network, and only when called: nothing else in the package opens a connection."""

from __future__ import annotations

from honnin import errors
from honnin._honnin import ocsp_request

# As typing.TYPE_CHECKING, which would cost the import of typing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from honnin._honnin import Certificate

#: The longest answer that is read: no response is near it.
_MOST = 256 * 1024


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
    request = ocsp_request(certificate, issuer, nonce)
    return _post(url, request, "application/ocsp-request", timeout, "fetch_ocsp")


def _post(url: str, body: bytes, kind: str, timeout: float, operation: str) -> bytes:
    """What a server answers to a body of that media type."""
    # Importing these takes longer than the package itself.
    import http.client
    import urllib.error
    import urllib.request

    if not url.lower().startswith(("http://", "https://")):
        raise errors.InvalidArgument("the URL is neither http nor https", operation=operation)
    try:
        request = urllib.request.Request(url, data=body, headers={"Content-Type": kind}, method="POST")
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            read: bytes = answer.read(_MOST + 1)
    except TimeoutError as error:
        raise errors.Timeout("the server did not answer in time", operation=operation) from error
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        if isinstance(getattr(error, "reason", None), TimeoutError):
            raise errors.Timeout("the server did not answer in time", operation=operation) from error
        raise errors.IoError("the server could not be asked", operation=operation) from error
    except ValueError as error:
        raise errors.InvalidArgument("the URL cannot be read", operation=operation) from error
    if len(read) > _MOST:
        raise errors.IoError("the answer is too long", operation=operation)
    return read
