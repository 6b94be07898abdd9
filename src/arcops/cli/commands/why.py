"""``arcops why``: what is the matter with one object."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from arcops.cli.command import command
from arcops.cli.complete import complete_kind_slash_name
from arcops.cli.errors import Exit
from arcops.cli.options import Scope, Speech, Target, exit_zero_option, scope_options, speech_options, target_options

if TYPE_CHECKING:
    from arcops.cli.diagnosing import Diagnosed


@command(
    "why",
    examples=[
        ("why deploy/checkout -n shop", "the story of a workload's trouble"),
        ("why service/payments -n shop -f monday.yaml", "the same in a recorded cluster"),
    ],
)
@click.argument("about", metavar="KIND/NAME", shell_complete=complete_kind_slash_name)
@click.option("-f", "each", multiple=True, metavar="FILE", type=click.Path(allow_dash=True), help="Look into a case or manifests.")
@click.option("--at", default="", metavar="TIME", help="As of a past moment of a recorded file, in RFC 3339.")
@exit_zero_option()
@scope_options()
@target_options(short_file=False)
@speech_options()
@click.pass_context
def why(
    ctx: click.Context, target: Target, scope: Scope, speech: Speech, *, about: str, each: tuple[str, ...], at: str, exit_zero: bool
) -> None:
    """Tell what is the matter with one object, from the root of its trouble.

    The incidents it takes part in are told in full: what, since when, why, what changed, the evidence, what was ruled
    out, what to do next. Ends with 1 if there is one.
    """
    from arcops.cli.diagnosing import Wanted, diagnosed
    from arcops.cli.stories import print_diagnosis

    problem = False
    for one in diagnosed(target, each, scope, Wanted(scope.namespace, "", about, at), speech):
        if one.report.incidents:
            print_diagnosis(one)
        else:
            _print_well(one, about)
        problem = problem or one.report.has_problem
    ctx.exit(Exit.PROBLEMS if problem and not exit_zero else Exit.FINE)


def _print_well(one: Diagnosed, about: str) -> None:
    from arcops.base.errors import ObjectNotFound
    from arcops.cli.output import print_lines
    from arcops.findings.report import ruled_out

    kind = one.scope.kind
    found = [entry for entry in one.inventory.list(kind, one.scope.namespace or None) if entry.ref.name == one.scope.name] if kind else []
    if not found:
        raise ObjectNotFound(kind=kind.kind if kind else "", name=one.scope.name, near="Check namespace and spelling.")
    for entry in found:
        looked = " · ".join(ruled_out(one.diagnosis.engine, entry.ref))
        print_lines([f"Nothing is wrong with {entry.ref}.", *([f"  Looked at: {looked}"] if looked else [])])
    if one.report.findings:
        print_lines([f"  {finding.code}: {finding.title}" for finding in one.report.findings])
    del about
