"""``arcops timeline``: the life of an object or workload as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from arcops.cli.command import command
from arcops.cli.complete import complete_kind_or_name
from arcops.cli.errors import Exit
from arcops.cli.options import Scope, Speech, Target, output_option, scope_options, speech_options, target_options
from arcops.cli.params import Output

if TYPE_CHECKING:
    from arcops.queries.timeline import Timeline

_USUAL_WIDTH = 100


@command(
    "timeline",
    examples=[
        ("timeline deploy/web -n shop", "the last hour of a deployment, its ReplicaSets and pods"),
        ("timeline pod/web-0 -n shop --since 6h", "one pod, deleted or not"),
        ("timeline sts db -n data --since 'yesterday 22:00' --until 'today 6:00'", "a night"),
        ("timeline deploy/web -n shop -o json", "spans and marks, for a drawing of your own"),
    ],
)
@click.argument("words", metavar="KIND/NAME | KIND NAME", nargs=-1, required=True, shell_complete=complete_kind_or_name)
@click.option("--since", default="1h", show_default=True, metavar="TIME", help="From then on: 2h, 'yesterday 14:00', RFC 3339.")
@click.option("--until", default="", metavar="TIME", help="Until then; else until now.")
@click.option("--normal", is_flag=True, help="With events that are no warnings.")
@click.option("--limit", type=click.IntRange(1, 1000), default=40, show_default=True, help="So many lanes at most.")
@click.option("--width", type=click.IntRange(40, 500), default=None, help="Columns of the picture; else those of the terminal.")
@output_option("json", "yaml", "jsonpath")
@scope_options()
@target_options()
@speech_options()
@click.pass_context
def timeline(
    ctx: click.Context, target: Target, scope: Scope, speech: Speech, output: Output, *,
    words: tuple[str, ...], since: str, until: str, normal: bool, limit: int, width: int | None,
) -> None:  # fmt: skip
    """Draw the life of an object, or of a workload with its parts and pods.

    One lane each: how it fared, when it changed, restarted, came and went; what was not seen is hatched. Below it the
    marks in words. Times are those of this machine's zone. Ends with 5 if part of the time was not seen.
    """
    from arcops.cli.connect import questions
    from arcops.cli.output import print_answer, print_lines
    from arcops.cli.picture import picture
    from arcops.cli.terminal import line_width
    from arcops.cli.when import local_zone, told
    from arcops.cli.words import one_object
    from arcops.queries.timeline import TimelineQuery

    kind, name = one_object(words, "a timeline")
    with questions(target, speech, None) as asked:
        namespace = scope.namespace or asked.namespace or "default"
        query = TimelineQuery(kind, namespace, name, told(asked, since), told(asked, until), normal=normal, limit=limit)
        found = asked.timeline(query)
    if output.is_table:
        speech.note(f"{found.object.kind} {found.object.name} from {found.since} to {found.until}.")
        if found.lanes:
            print_lines(picture(found, width or line_width() or _USUAL_WIDTH, local_zone()))
    else:
        print_answer("Timeline", found, output)
    _say_rest(found, speech)
    ctx.exit(Exit.PARTIAL if found.notes else Exit.FINE)


def _say_rest(found: Timeline, speech: Speech) -> None:
    if found.continue_:
        speech.note(f"{found.total - len(found.lanes)} more lanes; --limit shows them.")
    for note in found.notes:
        speech.note(note)
