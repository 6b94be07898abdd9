"""``arcops diff``: how two moments of the past differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from arcops.cli.command import command
from arcops.cli.complete import complete_kind_or_name
from arcops.cli.errors import Exit
from arcops.cli.options import Scope, Speech, Target, exit_zero_option, output_option, scope_options, speech_options, target_options
from arcops.cli.params import Output

if TYPE_CHECKING:
    from arcops.queries.diffs import DiffPage, ObjectDiff
    from arcops.queries.fields import FieldChange


@command(
    "diff",
    examples=[
        ("diff deploy/web -n shop --from 'yesterday 14:00'", "what is other than yesterday"),
        ("diff -n shop --from 14:00 --to 14:30", "everything in a namespace that differs between two moments"),
        ("diff cm -A --from 2d", "all ConfigMaps that are not as they were"),
        ("diff deploy/web -n shop --from 2h --raw", "every line of it, noise too"),
    ],
)
@click.argument("words", metavar="[KIND[/NAME] | KIND NAME]", nargs=-1, shell_complete=complete_kind_or_name)
@click.option(
    "--from", "since", default="1h", show_default=True, metavar="TIME", help="The earlier moment: 2h, 'yesterday 14:00', RFC 3339."
)
@click.option("--to", "until", default="now", show_default=True, metavar="TIME", help="The later moment.")
@click.option("--raw", is_flag=True, help="The unified diff of each object as YAML.")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True, help="So many objects at most.")
@exit_zero_option()
@output_option("json", "yaml", "jsonpath")
@scope_options()
@target_options()
@speech_options()
@click.pass_context
def diff(
    ctx: click.Context, target: Target, scope: Scope, speech: Speech, output: Output, *,
    words: tuple[str, ...], since: str, until: str, raw: bool, limit: int, exit_zero: bool,
) -> None:  # fmt: skip
    """Tell how two moments differ: of an object, a namespace or the cluster.

    In the words of the fields, what somebody set before what followed from it; heartbeats and stamps are only counted.
    Credentials are masked. Ends with 1 if something differs, as kubectl diff does, and with 5 if a moment was not seen.
    """
    from arcops.cli.connect import questions
    from arcops.cli.output import print_answer, print_lines
    from arcops.cli.when import told
    from arcops.cli.words import maybe_object
    from arcops.queries.diffs import DiffQuery

    kind, name = maybe_object(words, "diff")
    with questions(target, speech, (kind,) if kind else None) as asked:
        namespace = "" if scope.all_namespaces else scope.namespace or asked.namespace
        query = DiffQuery(
            kind=kind, namespace=namespace or ("default" if name else None), name=name, since=told(asked, since) or "now",
            until=told(asked, until) or "now", raw=raw, limit=limit,
        )  # fmt: skip
        page = asked.diff(query)
    if output.is_table:
        speech.note(f"From {page.from_} to {page.to}.")
        print_lines(_lines(page, raw=raw))
    else:
        print_answer("Diff", page, output)
    _say_rest(page, speech)
    ctx.exit(Exit.PROBLEMS if page.items and not exit_zero else Exit.PARTIAL if page.notes else Exit.FINE)


def _lines(page: DiffPage, *, raw: bool) -> Iterator[str]:
    for item in page.items:
        if raw:
            yield (item.raw or "").rstrip("\n")
        else:
            yield from _object_lines(item)


def _object_lines(item: ObjectDiff) -> Iterator[str]:
    from arcops.cli.paint import bold, toned
    from arcops.cli.people import object_name, writers_text

    by = writers_text(item.writers)
    change = toned(item.change, {"deleted": "red", "created": "green", "replaced": "yellow"}.get(item.change, ""))
    yield f"{bold(object_name(item.object))}  {change}{f'  by {by}' if by else ''}"
    for field in item.fields:
        if field.text != item.change:
            yield f"  {_field_text(field)}"


def _field_text(field: FieldChange) -> str:
    from arcops.cli.paint import toned

    return field.text if field.weight == "spec" else toned(f"({field.weight}) {field.text}", "bright_black")


def _say_rest(page: DiffPage, speech: Speech) -> None:
    if not page.items:
        speech.note("Nothing of interest differs.")
    if page.continue_:
        speech.note(f"{page.total - len(page.items)} more objects differ; --limit shows more of them.")
    if page.folded:
        speech.note(f"In {page.folded} more only stamps and heartbeats changed.")
    for note in page.notes:
        speech.note(note)
