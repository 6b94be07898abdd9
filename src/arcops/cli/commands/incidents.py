"""``arcops incidents``: what is wrong, a line each, and what was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from arcops.cli.command import command
from arcops.cli.errors import Exit
from arcops.cli.options import Scope, Speech, Target, exit_zero_option, output_option, scope_options, speech_options, target_options
from arcops.cli.params import Output

if TYPE_CHECKING:
    from arcops.queries.diagnosed import IncidentDetail, IncidentPage, IncidentRow

_ROOMY = 120
"""On a narrower terminal id and state are left out, so that there is room to say what is wrong."""
_EXAMPLES = [
    ("incidents", "what is wrong now, the worst first"),
    ("incidents --state all -o wide", "what was wrong too, with every line whole"),
    ("incidents 24c8cba6867e063e", "one of them in full, also when it is over"),
]


@command("incidents", examples=_EXAMPLES)
@click.argument("identity", metavar="[ID]", default="")
@click.option("--state", default="", metavar="STATES", help="open, settling, unseen, resolved or all; else what is not over.")
@click.option("--severity", default="", metavar="SEVERITIES", help="critical, warning; several with commas.")
@click.option("--code", default="", metavar="CODES", help="Only with a finding of these codes.")
@click.option("--at", default="", metavar="TIME", help="As of a past moment the service remembers.")
@exit_zero_option()
@output_option("json", "yaml", "wide", "jsonpath")
@scope_options()
@target_options()
@speech_options()
@click.pass_context
def incidents(
    ctx: click.Context, target: Target, scope: Scope, speech: Speech, output: Output, *,
    identity: str, state: str, severity: str, code: str, at: str, exit_zero: bool,
) -> None:  # fmt: skip
    """List incidents: one fault each, with everything that follows from it.

    A service remembers those that are over, with their evidence. Ends with 1 while one of them is open, or was and cannot be looked at
    any more.
    """
    from arcops.cli.connect import questions
    from arcops.cli.output import print_answer
    from arcops.cli.when import told
    from arcops.queries.diagnosed import FindingQuery

    with questions(target, speech, None) as asked:
        namespace = "" if scope.all_namespaces else scope.namespace
        moment = told(asked, at) or ""
        query = FindingQuery(severity=severity, code=code, state=state, namespace=namespace, at=moment)
        if identity:
            rows = [_print_one(asked.incident(identity), output)]
        else:
            page = asked.incidents(query)
            rows = page.items
            if output.is_table:
                _print(page, asked.now_ms, speech, wide=output.form == "wide")
            else:
                print_answer("IncidentList", page, output)
    problem = any(row.state in ("open", "unseen") for row in rows)
    ctx.exit(Exit.PROBLEMS if problem and not exit_zero else Exit.FINE)


def _print_one(whole: IncidentDetail, output: Output) -> IncidentRow:
    from arcops.cli.output import print_answer
    from arcops.cli.stories import print_story

    if output.is_table:
        turns = [f"{turn.at} {turn.what}: {turn.severity}, {_many(turn.findings)}" for turn in whole.turns]
        print_story(whole.incident, whole.sections, whole.incident.state, turns)
    else:
        print_answer("Incident", whole, output)
    return whole.incident


def _many(findings: int) -> str:
    return "1 finding" if findings == 1 else f"{findings} findings"


def _print(page: IncidentPage, now_ms: int, speech: Speech, *, wide: bool) -> None:
    from arcops.cli.output import print_lines, stdout_color
    from arcops.cli.render import table, with_last_fitted
    from arcops.cli.terminal import line_width

    if not page.items:
        speech.note(
            "Nothing is wrong." if not page.coverage.forbidden else "Nothing is wrong in what may be read (`arcops diagnose` says more)."
        )
        return
    heads = ["ID", "STATE", "SEVERITY", "SINCE", "ROOT", "WHAT"]
    rows = [_row(one, now_ms) for one in page.items]
    width = None if wide else line_width()
    if width is not None and width < _ROOMY:
        heads, rows = heads[2:], [row[2:] for row in rows]
    print_lines(table(heads, with_last_fitted(heads, rows, width), color=stdout_color()))


def _row(one: IncidentRow, now_ms: int) -> list[str]:
    from arcops.cli.stories import said
    from arcops.kube.times import age_text

    count = f" (and {len(one.findings) - 1} more)" if len(one.findings) > 1 else ""
    since = age_text(one.since.time, now_ms) if one.since.time else "before"
    return [one.id, one.state, one.severity, since, said(one.root), one.title + count]
