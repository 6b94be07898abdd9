"""``arcops check``: what arcops can reach and read, and what to do about the rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from arcops.cli.command import command
from arcops.cli.errors import Exit
from arcops.cli.options import Speech, Target, exit_zero_option, output_option, speech_options, target_options
from arcops.cli.params import Output

if TYPE_CHECKING:
    from arcops.cli.checks.base import Check


_NAMED = 5


@command(
    "check",
    examples=[
        ("check", "the cluster of the current context, as `arcops serve` would see it"),
        ("check --context edge-7 -o json", "another cluster, for a script"),
        ("check --api http://127.0.0.1:8000", "every endpoint of a running service, judged for shape and truth"),
    ],
)
@click.option("--api", "api_url", default="", metavar="URL", help="Check a running arcops service in place of a cluster.")
@exit_zero_option()
@output_option("json", "yaml", "wide", "jsonpath")
@target_options(short_file=False)
@speech_options()
@click.pass_context
def check(ctx: click.Context, /, *, target: Target, speech: Speech, output: Output, api_url: str, exit_zero: bool) -> None:
    """Tell what arcops can reach and read, and what to do about the rest.

    Tries the connection, the right to list and watch each kind, pod logs, the clocks, the latency and metrics-server.
    With --api calls every endpoint of a running service instead. Ends with 0 if all is well, 5 if something optional
    is missing, 1 if something fails, 3 if nobody answers, 4 if nothing may be read.
    """
    from arcops.cli.checks.base import report
    from arcops.cli.output import print_answer

    name, checks = _api(target, api_url) if api_url else _cluster(target, speech)
    made = report(name, _shown(checks, output, speech))
    if not output.is_table:
        print_answer("Check", made, output)
    ctx.exit(Exit.FINE if exit_zero else made.status)


def _api(target: Target, url: str) -> tuple[str, Iterable[Check]]:
    from dataclasses import replace

    from arcops.cli.checks.api import check_api
    from arcops.cli.connect import named_service

    service = named_service(replace(target, server=url))
    return service.url, check_api(service)


def _cluster(target: Target, speech: Speech) -> tuple[str, Iterable[Check]]:
    from arcops.cli.checks.cluster import check_cluster
    from arcops.cli.quiet import keep_quiet

    keep_quiet(speech)
    return check_cluster(target.kubeconfig, target.context, target.request_timeout_s)


def _shown(checks: Iterable[Check], output: Output, speech: Speech) -> list[Check]:
    """The checks; as a table they are printed, with what to do below each that is not well."""
    listed = list(checks)
    if not output.is_table:
        return listed
    from arcops.cli.checks.base import Result
    from arcops.cli.output import print_lines, stdout_color
    from arcops.cli.render import table

    wide = output.form == "wide"
    shown = [one for one in listed if wide or not speech.quiet or one.result is not Result.OK]
    print_lines(table(["CHECK", "RESULT", "DETAIL"], [[one.name, one.result.value, one.detail] for one in shown], color=stdout_color()))
    advice: dict[str, list[str]] = {}
    for one in listed:
        if one.advice:
            advice.setdefault(one.advice, []).append(one.name)
    if advice:
        print_lines(["", *(f"{_named(names)}: {text}" for text, names in advice.items())])
    return listed


def _named(names: list[str]) -> str:
    more = len(names) - _NAMED
    return f"{', '.join(names[:_NAMED])} and {more} more" if more > 0 else ", ".join(names)
