"""One thing that was looked at, and what came of it."""

from __future__ import annotations

import enum
from collections.abc import Iterable

import msgspec

from arcops.cli.errors import Exit


class Result(enum.StrEnum):
    """``missing`` is a right or a part that is not there; ``failed`` is something that should work and does not."""

    OK = "ok"
    MISSING = "missing"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


class Check(msgspec.Struct, frozen=True):
    """``detail`` says what was found, ``advice`` what to do about it; "" where there is nothing to do.

    ``status`` is what the program ends with if nothing worse happened.
    """

    name: str
    result: Result
    detail: str = ""
    advice: str = ""
    status: int = Exit.FINE


class Report(msgspec.Struct, frozen=True):
    """Everything that was looked at. ``target`` is what was checked, ``status`` what the program ends with."""

    target: str
    status: int
    checks: list[Check]


_WORST_FIRST = (Exit.UNREACHABLE, Exit.NOT_ALLOWED, Exit.PROBLEMS, Exit.PARTIAL, Exit.FINE)


def report(target: str, checks: Iterable[Check]) -> Report:
    """The checks as a report; its status is the worst of theirs."""
    listed = list(checks)
    statuses = {check.status for check in listed}
    return Report(target, next((status for status in _WORST_FIRST if status in statuses), Exit.FINE), listed)


def ok(name: str, detail: str = "") -> Check:
    """All is well."""
    return Check(name, Result.OK, detail)


def failed(name: str, detail: str, advice: str = "", status: int = Exit.PROBLEMS) -> Check:
    """Something that should work does not."""
    return Check(name, Result.FAILED, detail, advice, status)


def missing(name: str, detail: str, advice: str = "", status: int = Exit.PARTIAL) -> Check:
    """A right or an optional part is not there: arcops works, with a gap."""
    return Check(name, Result.MISSING, detail, advice, status)


def warning(name: str, detail: str, advice: str = "") -> Check:
    """It works, but somebody should look at it."""
    return Check(name, Result.WARNING, detail, advice)


def skipped(name: str, detail: str) -> Check:
    """It could not be looked at, for a reason that is no fault."""
    return Check(name, Result.SKIPPED, detail)
