"""``arcops history``: how one object came to be as it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from arcops.cli.command import command
from arcops.cli.complete import complete_kind_or_name
from arcops.cli.options import Scope, Speech, Target, output_option, scope_options, speech_options, target_options
from arcops.cli.params import Output

if TYPE_CHECKING:
    from arcops.queries.history import HistoryQuery, Version, VersionPage

_DEFAULT_NAMESPACE = "default"


@command(
    "history",
    examples=[
        ("history deploy/web -n shop", "who changed what of a deployment, newest first"),
        ("history pod web-0 --since 2h -o wide", "two hours of a pod, with every changed field"),
        ("history cm/settings -o json", "the same with each version's whole body"),
        ("history node edge-2 --data-dir /var/lib/arcops", "read the record of a service that does not run"),
    ],
)
@click.argument("words", metavar="KIND/NAME | KIND NAME", nargs=-1, required=True, shell_complete=complete_kind_or_name)
@click.option(
    "--since", default="", metavar="AGE|TIME", help="From then on, as 2h, 'yesterday 14:00' or RFC 3339; else as far as the record reaches."
)
@click.option("--until", default="", metavar="AGE|TIME", help="Until then; else until now.")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True, help="The newest so many versions.")
@click.option(
    "--data-dir", default="", type=click.Path(), metavar="DIR", help="Read the record in this folder, without a service; changes nothing."
)
@click.option("--no-headers", is_flag=True, help="Leave the heads of the columns out.")
@output_option("json", "yaml", "wide", "jsonpath")
@scope_options()
@target_options()
@speech_options()
def history(
    target: Target, scope: Scope, speech: Speech, output: Output, *,
    words: tuple[str, ...], since: str, until: str, limit: int, data_dir: str, no_headers: bool,
) -> None:  # fmt: skip
    """List the remembered versions of one object: when, who, what changed.

    Deleted objects are remembered too. The record belongs to the service (`arcops serve`): without one there is only
    the present, unless --data-dir names a record.
    """
    from arcops.cli.output import print_answer
    from arcops.cli.words import one_object
    from arcops.queries.history import HistoryQuery

    kind, name = one_object(words, "history")
    query = HistoryQuery(
        kind=kind, namespace=scope.namespace, name=name, since=since or None, until=until or None, limit=limit, bodies=not output.is_table
    )
    page = _read(data_dir, query) if data_dir else _ask(target, speech, query)
    if not output.is_table:
        print_answer("VersionList", _listed(page), output)
        return
    _print(page, speech, wide=output.form == "wide", headers=not no_headers)
    if page.continue_ or len(page.items) == limit:
        speech.note(f"There may be older versions; --limit or --until {page.items[-1].observed_at} shows them.")


def _ask(target: Target, speech: Speech, query: HistoryQuery) -> VersionPage:
    from arcops.cli.connect import questions
    from arcops.cli.when import told

    with questions(target, speech, (query.kind,)) as asked:
        namespace = query.namespace or asked.namespace or _DEFAULT_NAMESPACE
        return asked.history(replace(query, namespace=namespace, since=told(asked, query.since), until=told(asked, query.until)))


def _read(data_dir: str, query: HistoryQuery) -> VersionPage:
    from arcops.cli.record import record_history

    return record_history(data_dir, replace(query, namespace=query.namespace or _DEFAULT_NAMESPACE))


def _listed(page: VersionPage) -> dict[str, object]:
    """A page as a list of versions: ``kind`` says that it is one, ``involved`` of which object."""
    involved = {"kind": page.kind, "namespace": page.namespace, "name": page.name}
    return {
        "involved": involved, "since": page.since, "until": page.until, "items": page.items, "continue": page.continue_, "gaps": page.gaps
    }  # fmt: skip


def _print(page: VersionPage, speech: Speech, *, wide: bool, headers: bool) -> None:
    from arcops.cli.output import print_table
    from arcops.cli.render import with_last_fitted
    from arcops.cli.terminal import line_width
    from arcops.kube.times import time_ms

    if not page.items:
        speech.note(f"{page.kind} {page.name} did not change in this time.")
        return
    now_ms = time_ms(page.until) or 0
    heads = ["SEEN", "AGE", "CHANGE", "BY", *(["PATHS", "UID", "VERSION"] if wide else []), "WHAT"]
    rows = [_row(version, now_ms, wide=wide) for version in page.items]
    print_table(heads, rows if wide else with_last_fitted(heads, rows, line_width()), headers=headers)
    for gap in page.gaps:
        speech.note(f"Nothing was seen from {gap.since} to {gap.until}: {gap.why}.")


def _row(version: Version, now_ms: int, *, wide: bool) -> list[str]:
    from arcops.cli.people import writer_text
    from arcops.kube.times import age_text

    seen = f"before {version.observed_at}" if version.unseen else version.observed_at
    paths = ",".join(sorted(version.paths, key=lambda path: path.startswith("status."))) or "-"
    return [
        seen,
        age_text(version.observed_at, now_ms),
        version.change,
        writer_text(version.writer) if version.writer else "-",
        *([paths, version.uid, version.resource_version] if wide else []),
        "; ".join(version.what) or ("only stamps" if version.folded else "-"),
    ]
