"""What can go wrong with a request or a stream, in one word each, and how an answer's body says it."""

from __future__ import annotations

import email.utils
import re
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

_SHOWN_CHARS = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_GONE = 410
_TOO_LARGE_STATUS = 504


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed request or broken stream.

    ``cause`` is a stable word, the key of ``KindState.errors``: ``refused``, ``dns``, ``tls``, ``connect_timeout``,
    ``reset``, ``idle``, ``cut``, ``short``, ``http_403``, ``expired`` (history no longer there), ``too_large``
    (the server's history is behind ours), ``server_error`` (an ERROR event), ``bad_body``, ``credential`` …
    ``retry_after_s`` is what the server asked for, 0 if nothing.
    """

    cause: str
    message: str
    status: int = 0
    retry_after_s: float = 0.0

    @property
    def is_lost(self) -> bool:
        """The socket is gone, silent or could not be opened: the server may be another one when it is back."""
        return self.cause in _LOST

    @property
    def is_silence(self) -> bool:
        """Nothing came for too long."""
        return self.cause in _SILENCE


_SILENCE = frozenset({"connect_timeout", "idle", "timeout"})
_LOST = _SILENCE | {"refused", "dns", "tls", "proxy", "reset"}


class StatusCause(msgspec.Struct, gc=False):
    """One of the causes in a Status."""

    reason: str | None = None
    message: str | None = None


class StatusDetails(msgspec.Struct, gc=False, rename="camel"):
    """What a Status adds to its reason."""

    retry_after_seconds: float | None = None
    causes: tuple[StatusCause, ...] | None = None


class Status(msgspec.Struct, gc=False):
    """The API's error object (``kind: Status``)."""

    kind: str | None = None
    code: int | None = None
    reason: str | None = None
    message: str | None = None
    details: StatusDetails | None = None


_STATUS = msgspec.json.Decoder(Status)


def read_status(body: bytes) -> Status | None:
    """The Status in a body, or None if it is anything else (HTML, empty, cut)."""
    try:
        status = _STATUS.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return status if status.kind == "Status" or status.code else None


def failure_of_status(status: Status, *, in_stream: bool = False) -> Failure:
    """The failure an ERROR event or a Status body tells of."""
    code = status.code or 0
    message = shown(status.message or status.reason or f"status {code}")
    wait = status.details.retry_after_seconds if status.details and status.details.retry_after_seconds else 0.0
    return Failure(_cause(status, code, in_stream=in_stream), message, code, float(wait))


def failure_of_response(status: int, headers: Mapping[str, str], body: bytes, now_ms: int) -> Failure:
    """The failure of an HTTP answer that is not 200. The body is never shown whole: it may be a page of HTML."""
    told = read_status(body)
    if told is None:
        text = shown(body[:2000].decode("utf-8", "replace"))
        failure = Failure(
            "expired" if status == _GONE else f"http_{status}", f"HTTP {status}: {text}" if text else f"HTTP {status}", status
        )
    else:
        told.code = told.code or status
        failure = failure_of_status(told)
    wait = max(failure.retry_after_s, retry_after_s(headers, now_ms))
    return Failure(failure.cause, failure.message, status, wait)


def _cause(status: Status, code: int, *, in_stream: bool) -> str:
    if code == _GONE or status.reason in {"Expired", "Gone"}:
        return "expired"
    if code == _TOO_LARGE_STATUS and _is_too_large(status):
        return "too_large"
    if in_stream:
        return "server_error"
    return f"http_{code}"


def _is_too_large(status: Status) -> bool:
    causes = (status.details.causes if status.details else None) or ()
    return any(c.reason == "ResourceVersionTooLarge" for c in causes) or "too large resource version" in (status.message or "").lower()


def retry_after_s(headers: Mapping[str, str], now_ms: int) -> float:
    """Seconds a Retry-After header asks for, written as seconds or as a date; 0 without one or if unreadable.

    A date is measured against the answer's own Date, so that a wrong clock here does not matter.
    """
    text = headers.get("Retry-After", "").strip()
    if text.isdigit():
        return float(text)
    wanted = http_date_ms(text)
    if not wanted:
        return 0.0
    return max(0.0, (wanted - (http_date_ms(headers.get("Date", "")) or now_ms)) / 1000)


def http_date_ms(text: str) -> int:
    """An HTTP date as Unix milliseconds; 0 if there is none or it cannot be read."""
    try:
        return int(email.utils.parsedate_to_datetime(text).timestamp() * 1000) if text else 0
    except (ValueError, OverflowError):
        return 0


def shown(text: str) -> str:
    """A foreign text cut and cleaned so that it fits one log line."""
    line = _CONTROL.sub(" ", text).strip()
    return line if len(line) <= _SHOWN_CHARS else line[:_SHOWN_CHARS] + "…"
