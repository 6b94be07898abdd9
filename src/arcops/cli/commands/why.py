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
@click.option("--at", default="", metavar="TIME", help="As of a past moment the service remembers, or of a recorded file.")
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
        if one.told.document.incidents:
            print_diagnosis(one)
        else:
            _print_well(one)
        problem = problem or one.told.has_problem
    ctx.exit(Exit.PROBLEMS if problem and not exit_zero else Exit.FINE)


def _print_well(one: Diagnosed) -> None:
    from arcops.base.errors import ObjectNotFound
    from arcops.cli.output import print_lines
    from arcops.cli.stories import rest_lines, said
    from arcops.findings.report import briefly

    if not one.told.looked:
        name = f"{one.query.namespace}/{one.query.name}" if one.query.namespace else one.query.name
        raise ObjectNotFound(kind=one.query.kind, name=name, near="Check namespace and spelling.")
    for looked in one.told.looked:
        ruled_out = " · ".join(briefly(line) for line in looked.ruled_out)
        print_lines([f"Nothing is wrong with {said(looked.object)}.", *([f"  Looked at: {ruled_out}"] if ruled_out else [])])
    print_lines(rest_lines(one.told.document))
