"""``arcops suppress``: decisions to live with a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from arcops.cli.command import command
from arcops.cli.options import Scope, Speech, Target, output_option, scope_options, speech_options, target_options
from arcops.cli.params import Output

if TYPE_CHECKING:
    from arcops.cli.service import Service
    from arcops.queries.suppressions import SuppressionItem

_EXAMPLES = [
    ("suppress", "the decisions in force"),
    ('suppress OomKilled deploy/loadtest -n perf --why "load test" --until 4h', "live with one finding about one workload"),
    ('suppress "Probes*" -l tier=demo --why "demo only"', "with several, about everything with a label"),
    ("suppress --end 1f0c2b9a7d3e", "take one back"),
]


@command("suppress", examples=_EXAMPLES)
@click.argument("code", default="")
@click.argument("about", metavar="[KIND/NAME]", default="")
@click.option("-l", "--selector", default="", metavar="LABELS", help="Only about objects with these labels.")
@click.option("--why", default="", metavar="TEXT", help="Why; it stays in the record. Must be given.")
@click.option("--who", default="", envvar="USER", metavar="NAME", help="Who decides; else the user of this machine.")
@click.option("--until", default="", metavar="TIME", help="Until when: 4h, or RFC 3339; else until it is taken back.")
@click.option("--end", "ended", default="", metavar="ID", help="Take a decision back.")
@output_option("json", "yaml")
@scope_options()
@target_options(short_file=False)
@speech_options()
def suppress(
    target: Target, scope: Scope, speech: Speech, output: Output, *,
    code: str, about: str, selector: str, why: str, who: str, until: str, ended: str,
) -> None:  # fmt: skip
    """Live with a finding: list such decisions, make one, take one back.

    What is suppressed is still found and listed, with who and why, but makes no incident. Decisions are kept by a running
    service; nothing in the cluster changes.
    """
    from arcops.base.errors import UsageError
    from arcops.queries.suppressions import NoDecisionsHere, SuppressionItem

    service = _service(target)
    if service is None:
        raise NoDecisionsHere
    if ended:
        _print([service.tell(f"/api/suppressions/{ended}/end", SuppressionItem, {})], output, speech, "Taken back:")
    elif code or about or selector:
        kind, name = _named(about)
        if not why:
            raise UsageError(what="A suppression says why", hint='Add --why "…"; it stays in the record.')
        namespace = "" if scope.all_namespaces else scope.namespace
        decision = {
            "who": who or "unknown", "why": why, "until": until, "code": code,
            "kind": kind, "namespace": namespace, "name": name, "selector": selector,
        }  # fmt: skip
        _print([service.tell("/api/suppressions", SuppressionItem, decision)], output, speech, "Suppressed:")
    else:
        _print(service.ask("/api/suppressions", list[SuppressionItem]), output, speech, "")


def _service(target: Target) -> Service | None:
    from arcops.cli.connect import find_service

    return find_service(target)


def _named(about: str) -> tuple[str, str]:
    from arcops.base.errors import UsageError

    kind, slash, name = about.partition("/")
    if about and not (kind and slash and name):
        raise UsageError(what=f'"{about}" is not KIND/NAME', hint="Write deploy/web or pod/web-0.")
    return kind, name


def _print(rows: list[SuppressionItem], output: Output, speech: Speech, said: str) -> None:
    from arcops.cli.output import print_answer, print_table

    if not output.is_table:
        print_answer("SuppressionList", rows, output)
    elif not rows:
        speech.note("Nothing is suppressed.")
    else:
        if said:
            speech.note(said)
        print_table(["ID", "CODE", "ABOUT", "UNTIL", "WHO", "WHY"], [_row(one) for one in rows])


def _row(one: SuppressionItem) -> list[str]:
    named = "/".join(part for part in (one.namespace, one.name) if part)
    about = " ".join(part for part in (one.kind, named, one.selector) if part)
    return [one.id, one.code, about or "everything", one.until or "taken back", one.who, one.why]
