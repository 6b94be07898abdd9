"""What went wrong, in one word, from whatever an answer holds."""

from __future__ import annotations

import json

import pytest

from arcops.source.failures import failure_of_response, retry_after_s, shown

DATE = "Tue, 24 Nov 2026 06:00:00 GMT"
LATER = "Tue, 24 Nov 2026 06:00:07 GMT"


def status(code: int, reason: str = "", message: str = "", **details: object) -> bytes:
    return json.dumps(
        {"kind": "Status", "status": "Failure", "code": code, "reason": reason, "message": message, "details": details}
    ).encode()


@pytest.mark.parametrize(
    ("code", "body", "cause"),
    [
        (410, status(410, "Expired"), "expired"),
        (410, b"gone", "expired"),
        (400, status(400, "Expired"), "expired"),
        (504, status(504, "Timeout", "Too large resource version: 9, current: 5"), "too_large"),
        (504, status(504, "Timeout", "x", causes=[{"reason": "ResourceVersionTooLarge"}]), "too_large"),
        (504, status(504, "Timeout", "timed out"), "http_504"),
        (504, b"<html>", "http_504"),
        (403, status(403, "Forbidden"), "http_403"),
        (500, b"", "http_500"),
        (500, b'{"kind":"Status","code":"five"}', "http_500"),
        (502, b"[[[[", "http_502"),
    ],
)
def test_causes(code: int, body: bytes, cause: str) -> None:
    failure = failure_of_response(code, {}, body, 0)
    assert (failure.cause, failure.status) == (cause, code)


def test_a_page_of_html_is_never_shown_whole() -> None:
    failure = failure_of_response(500, {}, b"<html>\n\x1b[31m" + b"x" * 100_000, 0)
    assert len(failure.message) < 250
    assert "\n" not in failure.message
    assert "\x1b" not in failure.message
    assert shown("a\x00b\nc") == "a b c"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": LATER, "Date": DATE}, 7),
        ({"Retry-After": DATE, "Date": LATER}, 0),
        ({"Retry-After": "soon"}, 0),
        ({"Retry-After": "-5"}, 0),
        ({"Retry-After": "Tue, 99 Nov 9999 99:99:99 GMT"}, 0),
    ],
)
def test_retry_after_in_every_form(headers: dict[str, str], seconds: float) -> None:
    """R17: a date is measured against the server's own clock."""
    assert retry_after_s(headers, now_ms=0) == seconds


def test_the_longer_of_header_and_body_counts() -> None:
    assert failure_of_response(429, {"Retry-After": "2"}, status(429, retryAfterSeconds=9), 0).retry_after_s == 9
    assert failure_of_response(429, {"Retry-After": "20"}, status(429, retryAfterSeconds=9), 0).retry_after_s == 20
