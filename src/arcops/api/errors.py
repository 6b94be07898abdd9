"""Errors on the wire: ``application/problem+json`` (RFC 9457) that still carries ``detail`` as text, as the classic clients read it.

No answer holds a traceback, a foreign server's headers or its whole body.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from arcops.base.errors import (
    ArcopsError,
    Busy,
    NotAllowed,
    NotFound,
    RecordError,
    Refused,
    TokenNeeded,
    Unreachable,
    UsageError,
)
from arcops.base.guard import safe_text
from arcops.chat.backends.base import FailureKind, ModelFailure

MEDIA_TYPE = "application/problem+json"
_STATUS: tuple[tuple[type[ArcopsError], int], ...] = (
    (TokenNeeded, 401), (NotAllowed, 403), (NotFound, 404), (UsageError, 422), (Busy, 429), (Refused, 502),
    (Unreachable, 503), (RecordError, 503), (ModelFailure, 502),
)  # fmt: skip
"""The first that fits counts."""
_MODEL_STATUS = {FailureKind.OFF: 409, FailureKind.UNREACHABLE: 503, FailureKind.UNKNOWN_MODEL: 404, FailureKind.BUSY: 429}
_RETRY_S = 5
_LONGEST_VALUE = 80


class FieldError(msgspec.Struct, frozen=True, gc=False):
    """One part of a request that cannot be used: where (``query.hours``) and why."""

    field: str
    message: str


class Problem(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What went wrong. ``code`` is stable and meant for programs, ``detail`` for people, ``hint`` says what to do next."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    hint: str
    errors: list[FieldError] = []


class UnknownParameter(UsageError):
    """There is no parameter "{name}" here."""

    code = "unknown-parameter"
    hint = "{near}"


class RepeatedParameter(UsageError):
    """The parameter "{name}" is given more than once."""

    code = "repeated-parameter"
    hint = "Give each parameter once."


class BodyTooLarge(UsageError):
    """The body of the request is larger than {most} bytes."""

    code = "body-too-large"
    hint = "Ask a shorter question."


def status_of(error: ArcopsError) -> int:
    """The HTTP status of an error; 500 for those that are our own fault."""
    if isinstance(error, BodyTooLarge):
        return 413
    if isinstance(error, ModelFailure):
        return _MODEL_STATUS.get(error.kind, 502)
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def problem_of(error: ArcopsError) -> Problem:
    """An error as a problem."""
    return problem(status_of(error), error.code, error.message, error.advice)


def problem(status: int, code: str, detail: str, hint: str, errors: Sequence[FieldError] = ()) -> Problem:
    """A problem with its title and type made from its code."""
    title = code.replace("-", " ").capitalize()
    return Problem(f"urn:arcops:problem:{code}", title, status, code, safe_text(detail), safe_text(hint), list(errors))


def respond(found: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """A problem as a response that no cache keeps."""
    body = msgspec.json.encode(found)
    return Response(body, found.status, {"cache-control": "no-store", **(headers or {})}, MEDIA_TYPE)


def response_of(error: ArcopsError) -> Response:
    """An error as a response, with the headers its status asks for."""
    headers = {}
    if isinstance(error, TokenNeeded):
        headers["www-authenticate"] = 'Bearer realm="arcops"'
    if isinstance(error, (Busy, Unreachable)):
        headers["retry-after"] = str(error.fields.get("retry_s", _RETRY_S))
    return respond(problem_of(error), headers)


def install(app: FastAPI) -> None:
    """Answer every failure of ``app`` with a problem."""
    app.add_exception_handler(ArcopsError, _on_arcops_error)
    app.add_exception_handler(RequestValidationError, _on_bad_request)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(Exception, _on_fault)


async def _on_arcops_error(_request: Request, error: Exception) -> Response:
    return response_of(error) if isinstance(error, ArcopsError) else await _on_fault(_request, error)


async def _on_fault(_request: Request, _error: Exception) -> Response:
    """The server logs the traceback; the caller learns that it was not their fault."""
    return respond(problem(500, ArcopsError.code, "Something inside arcops went wrong.", ArcopsError.hint))


async def _on_bad_request(_request: Request, error: Exception) -> Response:
    found = [_field_error(e) for e in error.errors()] if isinstance(error, RequestValidationError) else []
    detail = "; ".join(f"{e.field}: {e.message}" for e in found) or "The request cannot be understood."
    return respond(problem(422, UsageError.code, detail, UsageError.hint, found))


async def _on_http_error(request: Request, error: Exception) -> Response:
    if isinstance(error.__cause__, ArcopsError):  # FastAPI wraps what reading the body raised
        return response_of(error.__cause__)
    status = error.status_code if isinstance(error, HTTPException) else 500
    given = (error.headers or {}) if isinstance(error, HTTPException) else {}
    headers = {name.lower(): value for name, value in given.items()}
    path = request.url.path[:_LONGEST_VALUE]
    if status == HTTPStatus.NOT_FOUND:
        return respond(problem(404, "no-such-path", f"There is nothing at {path}.", _near_path(request)), headers)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = headers.get("allow", "another method")
        detail = f"{request.method} is not answered at {path}."
        return respond(problem(405, "method-not-allowed", detail, f"Use {allowed}."), headers)
    if status == HTTPStatus.BAD_REQUEST:  # FastAPI's answer to a body that is not even text
        return respond(problem(422, UsageError.code, "The body of the request cannot be read.", UsageError.hint), headers)
    phrase = HTTPStatus(status).phrase
    return respond(problem(status, phrase.lower().replace(" ", "-"), f"{phrase}.", UsageError.hint), headers)


def _near_path(request: Request) -> str:
    near = get_close_matches(request.url.path[:_LONGEST_VALUE], request.app.state.paths, n=1, cutoff=0.6)
    return f"Did you mean {near[0]}? GET /openapi.json lists all paths." if near else "GET /openapi.json lists all paths."


def _field_error(found: Mapping[str, Any]) -> FieldError:
    where = ".".join(str(step) for step in found.get("loc", ()))
    message = str(found.get("msg", "cannot be used"))
    given = found.get("input")
    shown = f" (given: {str(given)[:_LONGEST_VALUE]!r})" if isinstance(given, (str, int, float)) and "body" not in where else ""
    return FieldError(where, safe_text(f"{message[:1].lower()}{message[1:]}{shown}"))
