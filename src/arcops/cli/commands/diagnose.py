"""``arcops diagnose``: what is wrong, why, since when, with proof."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from arcops.cli.command import command
from arcops.cli.complete import complete_kind_slash_name
from arcops.cli.errors import Exit
from arcops.cli.options import Scope, Speech, Target, exit_zero_option, output_option, scope_options, speech_options, target_options
from arcops.cli.params import Output

if TYPE_CHECKING:
    from arcops.cli.diagnosing import Diagnosed


@command(
    "diagnose",
    examples=[
        ("diagnose", "the service on this machine, or the cluster of the current context"),
        ("diagnose deploy/checkout -n shop", "one workload and everything its trouble comes from"),
        ("diagnose -f monday.yaml -f tuesday.yaml -o json", "recorded clusters, one document a line"),
        ("diagnose -f must-gather/ -o sarif", "for a build server; junit as well"),
    ],
)
@click.argument("about", metavar="[KIND/NAME]", default="", shell_complete=complete_kind_slash_name)
@click.option(
    "-f", "each", multiple=True, metavar="FILE", type=click.Path(allow_dash=True),
    help="Diagnose a case or manifests as if they were a cluster, each file for itself; a folder is one cluster, - is stdin.",
)  # fmt: skip
@click.option("-l", "--selector", default="", metavar="LABELS", help="Only findings about objects with these labels.")
@click.option("--at", default="", metavar="TIME", help="As of a past moment the service remembers, or of a recorded file.")
@exit_zero_option()
@output_option("json", "yaml", "text", "junit", "sarif")
@scope_options()
@target_options(short_file=False)
@speech_options()
@click.pass_context
def diagnose(
    ctx: click.Context, target: Target, scope: Scope, speech: Speech, output: Output, *,
    about: str, each: tuple[str, ...], selector: str, at: str, exit_zero: bool,
) -> None:  # fmt: skip
    """Say what is wrong, why, and since when, with the evidence.

    Findings that follow from one fault are one incident, told from its root. Ends with 1 when something of warning or
    above is open. What may not be read is listed, never taken for absent.
    """
    from arcops.cli.diagnosing import Wanted, diagnosed

    wanted = Wanted(scope.namespace, selector, about, at)
    problem = _print(diagnosed(target, each, scope, wanted, speech), output)
    ctx.exit(Exit.PROBLEMS if problem and not exit_zero else Exit.FINE)


def _print(made: Iterable[Diagnosed], output: Output) -> bool:
    """Print each as it comes, or all at the end where the format is one document; says whether there is a problem."""
    if output.form in ("junit", "sarif"):
        return _print_report(list(made), output.form)
    from arcops.cli.output import print_json_line

    problem = False
    for number, one in enumerate(made):
        problem = problem or one.told.has_problem
        if output.form == "json":
            print_json_line(one.told.document)
        elif output.form == "yaml":
            _print_yaml(one, number)
        else:
            from arcops.cli.stories import print_diagnosis

            print_diagnosis(one)
    return problem


def _print_yaml(one: Diagnosed, number: int) -> None:
    import msgspec

    from arcops.cli.output import to_yaml

    click.echo(("---\n" if number else "") + to_yaml(msgspec.to_builtins(one.told.document)), nl=False)


def _print_report(made: list[Diagnosed], form: str) -> bool:
    import json

    from arcops.cli.ci_reports import junit, sarif

    documents = [one.told.document for one in made]
    click.echo(junit(documents) if form == "junit" else json.dumps(sarif(documents), indent=2, ensure_ascii=False))
    return any(one.told.has_problem for one in made)
