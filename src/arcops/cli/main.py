"""The entry point of ``arcops`` and of ``kubectl arcops``."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from pathlib import PurePath

import click

from arcops.base.errors import ArcopsError
from arcops.cli.errors import Exit, fail, fail_fault, fail_usage
from arcops.cli.group import COMPLETE_VAR, cli


def main() -> int:
    """Run the command line of this process and give its exit status."""
    sys.excepthook = fail_fault
    return run(sys.argv[1:], called_as(sys.argv[0]))


def run(args: Sequence[str], program: str) -> int:
    """Run one command line and give its exit status; errors are printed as two lines on stderr."""
    _never_fail_to_print()
    stdout = sys.stdout
    if os.environ.get(COMPLETE_VAR, "").startswith("powershell"):
        import arcops.cli.shells  # noqa: F401 - registers the shell that click does not know
    try:
        status = cli.main(args=list(args), prog_name=program, standalone_mode=False, complete_var=COMPLETE_VAR)
        sys.stdout.flush()
    except ArcopsError as error:
        return fail(error)
    except click.ClickException as error:
        return fail_usage(error, program)
    except (click.Abort, KeyboardInterrupt):
        return Exit.INTERRUPTED
    except SystemExit:
        if sys.stdout is stdout:
            raise
        return _end_silently()  # click met a closed pipe: it has put a wrapper around stdout and asks for status 1
    except BrokenPipeError:
        return _end_silently()
    return status if isinstance(status, int) else Exit.FINE


def _end_silently() -> int:
    """The reader has seen enough. Python flushes stdout once more at exit, which must not fail either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Exit.FINE


def called_as(path: str) -> str:
    """``kubectl arcops`` when kubectl runs us as its plugin, else ``arcops``."""
    return "kubectl arcops" if PurePath(path).stem.startswith("kubectl-arcops") else "arcops"


def _never_fail_to_print() -> None:
    """A terminal that cannot show a character gets a question mark instead of a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
