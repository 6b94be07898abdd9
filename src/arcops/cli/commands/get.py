"""``arcops get``: objects of any kind, printed as kubectl prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from arcops.base.errors import UsageError
from arcops.cli.command import command
from arcops.cli.complete import complete_kind_or_name
from arcops.cli.options import (
    Listing,
    Scope,
    Speech,
    Target,
    listing_options,
    output_option,
    scope_options,
    speech_options,
    target_options,
)
from arcops.cli.params import Output

if TYPE_CHECKING:
    from arcops.cli.questions import Questions


@command(
    "get",
    examples=[
        ("get pods -A", "every pod"),
        ("get deploy,sts,ds -n shop -o wide", "several kinds"),
        ("get pod/web-0 svc/web -o yaml", "these objects, whole"),
        ("get pods -A --field-selector status.phase=Pending --sort-by .metadata.creationTimestamp", "any field may select and sort"),
        ("get po -o custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[*].image", "columns of your own"),
        ("get pods -n shop --at 'yesterday 14:00'", "those that were there then, the deleted ones too"),
        ("get kinds", "every kind of the cluster, and how well it is followed"),
    ],
)
@click.argument(
    "words", metavar="KIND[,KIND] [NAME...] | KIND/NAME... | kinds", nargs=-1, required=True, shell_complete=complete_kind_or_name
)
@click.option("-w", "--watch", is_flag=True, help="Go on with what changes.")
@click.option("--at", default="", metavar="TIME", help="As of a past moment: 2h, 'yesterday 14:00', 14:05 or RFC 3339.")
@click.option("--ignore-not-found", is_flag=True, help="An object that does not exist is no error.")
@listing_options()
@output_option("json", "yaml", "wide", "name", "jsonpath", "custom-columns")
@scope_options()
@target_options()
@speech_options()
@click.pass_context
def get(
    ctx: click.Context, /, *, target: Target, scope: Scope, listing: Listing, speech: Speech, output: Output,
    words: tuple[str, ...], watch: bool, at: str, ignore_not_found: bool,
) -> None:  # fmt: skip
    """List objects of any kind, as kubectl does.

    Fields select and sort by any path, not only those the API server indexes. Secrets are known by their metadata
    alone. --at shows what the record remembers of a past moment; ages count from it. Ends with 1 if a named object does
    not exist, 4 if a kind may not be read, 5 if some of it may be missing.
    """
    from arcops.cli.connect import questions
    from arcops.cli.getting import Asking, get_objects, print_kinds, watch_objects
    from arcops.cli.when import moment_of
    from arcops.cli.words import wanted_objects

    if at and watch:
        raise UsageError(what="--at and --watch exclude each other", hint="The past does not change.")
    if [word.lower() for word in words] in (["kinds"], ["kind"]):
        with questions(target, speech, ()) as asked:
            print_kinds(asked.kinds(), output, headers=not listing.no_headers)
        return
    wanted = wanted_objects(words)
    with questions(target, speech, [one.kind for one in wanted]) as asked:
        then = moment_of(asked, at, wanted[0].kind if len(wanted) == 1 else None) if at else None
        asking = Asking(asked, wanted, _namespace(asked, scope), listing, output, speech, ignore_not_found, then)
        if watch:
            watch_objects(asking)
        else:
            ctx.exit(get_objects(asking))


def _namespace(asked: Questions, scope: Scope) -> str:
    return "" if scope.all_namespaces else scope.namespace or asked.namespace
