"""``arcops changes``: what changed, who did it, and what lies upstream of trouble."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from arcops.base.errors import UsageError
from arcops.cli.command import command
from arcops.cli.complete import complete_kind_or_name
from arcops.cli.errors import Exit
from arcops.cli.options import Scope, Speech, Target, output_option, scope_options, speech_options, target_options
from arcops.cli.params import Output

if TYPE_CHECKING:
    from arcops.queries.changes import Change, ChangedObject, ChangePage


@command(
    "changes",
    examples=[
        ("changes -n shop", "the last hour of a namespace"),
        ("changes deploy/web -n shop --since 2d", "who changed what of a deployment"),
        ("changes -A --search replicas --since 'yesterday 14:00'", "who touched replicas"),
        ("changes deploy/web -n shop --before 14:30 --upstream", "what had changed in it and in all it depends on"),
    ],
)
@click.argument("words", metavar="[KIND[/NAME] | KIND NAME]", nargs=-1, shell_complete=complete_kind_or_name)
@click.option("--since", default="", metavar="TIME", help="From then on: 2h, 'yesterday 14:00', RFC 3339; else the hour before the end.")
@click.option("--until", "--before", "until", default="", metavar="TIME", help="Until then; else until now.")
@click.option("--search", default="", metavar="WORDS", help="Only changes whose object, field or author is named like this, as replicas.")
@click.option("--upstream", is_flag=True, help="Of the object and of everything it depended on then, the nearest first.")
@click.option(
    "--all", "everything", is_flag=True, help="With status, labels and stamps too; of one object status and labels are always shown."
)
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True, help="So many objects at most.")
@output_option("json", "yaml", "wide", "jsonpath")
@scope_options()
@target_options()
@speech_options()
@click.pass_context
def changes(
    ctx: click.Context, target: Target, scope: Scope, speech: Speech, output: Output, *,
    words: tuple[str, ...], since: str, until: str, search: str, upstream: bool, everything: bool, limit: int,
) -> None:  # fmt: skip
    """List what changed and who did it: what somebody set comes first.

    By object, the weightiest first: what was set, made or deleted, what controllers made of it, then status and labels.
    With --upstream the nearest to the object in question comes first. Ends with 5 if part of the time was not seen.
    """
    from arcops.cli.connect import questions
    from arcops.cli.output import print_answer, print_lines
    from arcops.cli.when import told
    from arcops.cli.words import maybe_object
    from arcops.queries.changes import ChangeQuery

    kind, name = maybe_object(words, "changes")
    if upstream and not name:
        raise UsageError(what="--upstream is of one object", hint="Name it, as arcops changes deploy/web --upstream.")
    with questions(target, speech, None if upstream or not kind else (kind,)) as asked:
        namespace = "" if scope.all_namespaces else scope.namespace or asked.namespace
        query = ChangeQuery(
            kind=kind, namespace=namespace or ("default" if name else None), name=name, since=told(asked, since), until=told(asked, until),
            search=search or None, upstream=upstream, limit=limit,
            least="noise" if everything else "labels" if name and not upstream else "consequence",
        )  # fmt: skip
        page = asked.changes(query)
        now_ms = asked.now_ms
    if output.is_table:
        print_lines(_lines(page, now_ms, wide=output.form == "wide"))
    else:
        print_answer("ChangeList", page, output)
    _say_rest(page, speech, namespace)
    ctx.exit(Exit.PARTIAL if page.notes else Exit.FINE)


def _lines(page: ChangePage, now_ms: int, *, wide: bool) -> Iterator[str]:
    from arcops.cli.paint import bold

    rank = ""
    for item in page.items:
        if item.distance is None and item.rank != rank:
            rank = item.rank
            yield bold(_HEADS[rank])
        yield from _object_lines(item, now_ms, wide=wide)


_HEADS = {
    "deliberate": "Set, made or deleted:",
    "consequence": "By controllers:",
    "status": "Status:",
    "labels": "Labels and annotations:",
    "noise": "Stamps only:",
}


def _object_lines(item: ChangedObject, now_ms: int, *, wide: bool) -> Iterator[str]:
    from arcops.cli.paint import bold, toned
    from arcops.cli.people import object_name

    far = f"  {toned(_distance_text(item), 'cyan')}" if item.distance else ""
    yield f"  {bold(object_name(item.object))}{far}"
    for change in item.changes:
        yield f"    {_change_text(change, now_ms, wide=wide)}"
    if item.count > len(item.changes):
        yield f"    and {item.count - len(item.changes)} more"


def _distance_text(item: ChangedObject) -> str:
    return f"{item.distance} link{'s' if item.distance != 1 else ''} upstream ({item.link})"


def _change_text(change: Change, now_ms: int, *, wide: bool) -> str:
    from arcops.cli.people import writer_text
    from arcops.kube.times import age_text

    when = f"{'before ' if change.unseen else ''}{change.observed_at}"
    what = "; ".join(change.what) or change.change
    by = f"  by {writer_text(change.writer)}" if change.writer and change.change != "deleted" else ""
    paths = f"  [{', '.join(change.paths)}]" if wide and change.paths else ""
    return f"{when} ({age_text(change.observed_at, now_ms)})  {what}{by}{paths}"


def _say_rest(page: ChangePage, speech: Speech, namespace: str) -> None:
    if not page.items:
        where = f" in namespace {namespace}" if namespace else ""
        speech.note(f"Nothing changed{where} from {page.since} to {page.until}.")
        if namespace:
            speech.note("-A asks about every namespace.")
    if page.continue_:
        speech.note(f"{page.total - len(page.items)} more objects changed; --limit or --search shows them.")
    for note in page.notes:
        speech.note(note)
