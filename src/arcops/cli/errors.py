"""How a failure reads and ends: two lines on stderr and a status a script can test.

* 0: fine
* 1: problems were found, or what was asked for does not exist
* 2: the command line cannot be understood
* 3: the cluster, the server or the record does not answer
* 4: not allowed
* 5: an answer with gaps: some of it could not be read
* 70: a fault in arcops
* 130: Ctrl+C
"""

from __future__ import annotations

import enum
import os
import sys
import traceback
from types import TracebackType

import click

from arcops.base.errors import ArcopsError, Busy, NotAllowed, NotFound, RecordError, Refused, Unreachable, UsageError
from arcops.base.guard import safe_text


class Exit(enum.IntEnum):
    """The statuses arcops ends with. Public: scripts test them."""

    FINE = 0
    PROBLEMS = 1
    USAGE = 2
    UNREACHABLE = 3
    NOT_ALLOWED = 4
    PARTIAL = 5
    FAULT = 70
    INTERRUPTED = 130


_STATUSES: tuple[tuple[type[ArcopsError], Exit], ...] = (
    (UsageError, Exit.USAGE),
    (NotFound, Exit.PROBLEMS),
    (NotAllowed, Exit.NOT_ALLOWED),
    (Unreachable, Exit.UNREACHABLE),
    (Busy, Exit.UNREACHABLE),
    (RecordError, Exit.UNREACHABLE),
    (Refused, Exit.UNREACHABLE),
)


def exit_of(error: ArcopsError) -> Exit:
    """The status an error ends the program with."""
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), Exit.FAULT)


def complain(sentence: str, hint: str = "") -> None:
    """Print the two lines on stderr."""
    sys.stdout.flush()
    click.echo(f"{click.style('error:', fg='red', bold=True)} {_one_line(sentence)}", err=True, color=_stderr_color())
    if hint.strip():
        click.echo(f"{click.style('hint:', bold=True)} {_one_line(hint)}", err=True, color=_stderr_color())


def fail(error: ArcopsError) -> Exit:
    """Print an arcops error and give its status."""
    complain(error.message, error.advice)
    return exit_of(error)


def fail_usage(error: click.ClickException, program: str) -> Exit:
    """Print what click could not understand, with where to read more."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else program
    complain(error.format_message(), f"`{path} --help` shows what it takes.")
    return Exit.USAGE


def fail_fault(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """The hook for what nobody expected: the traceback, the two lines, and a status that means a fault in arcops."""
    traceback.print_exception(kind, error, trace)
    complain(f"Something inside arcops went wrong: {kind.__name__}: {error}", ArcopsError.hint)
    sys.stderr.flush()
    os._exit(Exit.FAULT)


def _one_line(text: str) -> str:
    return " ".join(safe_text(text).split())


def _stderr_color() -> bool:
    from arcops.cli.terminal import wants_color

    context = click.get_current_context(silent=True)
    return wants_color(context.color if context else None, sys.stderr)
