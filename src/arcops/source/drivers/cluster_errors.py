"""Every way in which aiohttp and the operating system say that a request or a stream broke, as a ``Failure``."""

from __future__ import annotations

import errno
import ssl

import aiohttp

from arcops.base.errors import ArcopsError
from arcops.source.failures import Failure, shown

TRANSPORT_ERRORS = (aiohttp.ClientError, TimeoutError, OSError, ssl.SSLError)
"""What may come out of opening a request or reading a body."""

_CAUSES: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    (aiohttp.ClientConnectorDNSError, "dns"),
    ((aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError, ssl.SSLError), "tls"),
    ((aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError), "proxy"),
    (aiohttp.ConnectionTimeoutError, "connect_timeout"),
    (aiohttp.SocketTimeoutError, "idle"),
    ((ConnectionRefusedError, aiohttp.ClientConnectorError), "refused"),
    ((aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError, ConnectionError), "reset"),
    (TimeoutError, "timeout"),
    (aiohttp.ClientConnectionError, "reset"),
    ((aiohttp.InvalidURL, aiohttp.ClientResponseError), "protocol"),
)
_RESET = {errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED, errno.ETIMEDOUT, errno.EHOSTUNREACH, errno.ENETUNREACH}


def failure_of_exception(error: BaseException) -> Failure:
    """The failure a transport error stands for."""
    if isinstance(error, ArcopsError):
        return Failure("credential", shown(error.message))
    cause = next((word for kinds, word in _CAUSES if isinstance(error, kinds)), "transport")
    if cause == "transport" and isinstance(error, OSError) and error.errno in _RESET:
        cause = "reset"
    return Failure(cause, shown(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__))
