"""Finds the objects ``arcops get`` was asked for and prints them; says what could not be found or read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import click
import msgspec

from arcops.base.errors import ArcopsError, Forbidden, NotFound
from arcops.cli.columns import Printer, printer_for
from arcops.cli.errors import Exit, fail
from arcops.cli.kinds import catalog_of, resource_of
from arcops.cli.options import Listing, Speech
from arcops.cli.output import print_json_line, print_lines, print_objects, print_table, print_value
from arcops.cli.params import Output
from arcops.cli.questions import Questions, all_objects
from arcops.cli.when import say_past
from arcops.cli.words import Wanted
from arcops.kube.kinds import ApiResource
from arcops.kube.objects.meta import PartialObject
from arcops.kube.times import time_ms
from arcops.queries.coverage import Moment
from arcops.queries.objects import KindInfo, ObjectQuery

_POLL_S = 1.0
_PHASES_WITH_GAPS = {"loading", "stale", "failing"}
_META = msgspec.json.Decoder(PartialObject)


@dataclass(frozen=True, slots=True)
class Asking:
    """What was asked of whom, and how it is to be printed. ``namespace`` "" means all."""

    asked: Questions
    wanted: Sequence[Wanted]
    namespace: str
    listing: Listing
    output: Output
    speech: Speech
    ignore_not_found: bool = False
    then: Moment | None = None
    """The past moment that was asked for, if one was."""

    @property
    def at(self) -> str | None:
        """That moment as RFC 3339."""
        return self.then.at if self.then else None

    @property
    def now_ms(self) -> int:
        """What ages count from: that moment, else now."""
        return (time_ms(self.at) or 0) if self.then else self.asked.now_ms


@dataclass(frozen=True, slots=True)
class _Found:
    """Objects of one kind, as raw JSON."""

    resource: ApiResource
    bodies: list[msgspec.Raw]
    is_named: bool


def get_objects(asking: Asking) -> Exit:
    """Print what was asked for and give the status to end with."""
    troubles: list[Exit] = []
    if asking.then:
        say_past(asking.asked, asking.then, asking.speech)
        troubles += [Exit.PARTIAL] if asking.then.notes else []
    found = list(_find(asking, troubles))
    _print(asking, found)
    if not any(group.bodies for group in found) and not troubles and asking.output.form in {"", "wide", "name"}:
        where = f" in {asking.namespace} namespace" if asking.namespace and any(group.resource.namespaced for group in found) else ""
        asking.speech.note(f"No resources found{where}.")
    return _worst(troubles, has_answer=any(group.bodies for group in found))


def watch_objects(asking: Asking) -> None:
    """Print what is there, then each object that changes, until Ctrl+C."""
    found = list(_find(asking, []))
    printers = [_printer(asking, group.resource) for group in found]
    known: dict[tuple[ApiResource, str, str], str] = {}
    first = True
    while True:
        for group, printer in zip(found, printers, strict=True):
            fresh = [body for body in group.bodies if _is_news(group.resource, body, known)]
            _print_stream(asking, group.resource, printer, fresh, headers=first)
        asking.asked.wait(_POLL_S)
        found, first = list(_find(asking, [])), False


def print_kinds(kinds: Sequence[KindInfo], output: Output, *, headers: bool) -> None:
    """Print the kinds of the cluster, as ``kubectl api-resources`` does, with how well each is followed."""
    if output.form in {"json", "yaml", "jsonpath"}:
        print_value({"apiVersion": "arcops/v1", "kind": "KindList", "items": msgspec.to_builtins(list(kinds))}, output)
    elif output.form == "name":
        print_lines(resource_of(kind).resource_name for kind in kinds)
    else:
        wide = output.form == "wide"
        heads = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND", "OBJECTS", "STATE", *(["SINCE", "ERROR"] if wide else [])]
        print_table(heads, [_kind_row(kind, wide=wide) for kind in kinds], headers=headers)


def _kind_row(kind: KindInfo, *, wide: bool) -> list[str]:
    objects = str(kind.objects) if kind.synced_at else "-"
    extra = [kind.since or "-", kind.last_error or "-"] if wide else []
    short = ",".join(kind.short_names)
    return [kind.plural, short, kind.api_version, str(kind.namespaced).lower(), kind.kind, objects, kind.phase, *extra]


def _find(asking: Asking, troubles: list[Exit]) -> Iterator[_Found]:
    """The objects, kind by kind; what cannot be had is said on stderr and added to ``troubles``."""
    kinds = asking.asked.kinds()
    catalog = catalog_of(kinds)
    phases = {resource_of(kind).group_kind: kind for kind in kinds}
    for wanted in asking.wanted:
        resource = catalog.find(wanted.kind)
        try:
            _check_phase(asking, resource, phases[resource.group_kind], troubles)
            bodies = _named(asking, resource, wanted.names, troubles) if wanted.names else _listed(asking, resource)
        except ArcopsError as error:
            if len(asking.wanted) == 1:
                raise
            troubles.append(fail(error))
            continue
        yield _Found(resource, bodies, bool(wanted.names))


def _check_phase(asking: Asking, resource: ApiResource, kind: KindInfo, troubles: list[Exit]) -> None:
    if asking.then:
        return
    if kind.phase == "forbidden":
        raise Forbidden(verb="list", resource=resource.resource_name)
    if kind.phase in _PHASES_WITH_GAPS:
        why = f" ({kind.last_error})" if kind.last_error else ""
        asking.speech.note(f"{resource.resource_name} are {kind.phase}: some may be missing or old{why}.")
        troubles.append(Exit.PARTIAL)


def _listed(asking: Asking, resource: ApiResource) -> list[msgspec.Raw]:
    listing = asking.listing
    query = ObjectQuery(
        kind=resource.resource_name, namespace=asking.namespace or None, label_selector=listing.selector or None,
        field_selector=listing.field_selector or None, sort=listing.sort_by or None, limit=1000, at=asking.at,
    )  # fmt: skip
    return all_objects(asking.asked, query)


def _named(asking: Asking, resource: ApiResource, names: Sequence[str], troubles: list[Exit]) -> list[msgspec.Raw]:
    bodies: list[msgspec.Raw] = []
    for name in names:
        try:
            bodies.append(asking.asked.object(resource.resource_name, asking.namespace or "default", name, asking.at))
        except NotFound as error:
            if not asking.ignore_not_found:
                troubles.append(fail(error))
    return bodies


def _print(asking: Asking, found: Sequence[_Found]) -> None:
    output = asking.output
    if output.is_table:
        several = len(asking.wanted) > 1
        shown = [group for group in found if group.bodies]
        for position, group in enumerate(shown):
            if position:
                click.echo()
            heads, rows = _table(asking, group.resource, _printer(asking, group.resource), group.bodies, prefixed=several)
            print_table(heads, rows, headers=not asking.listing.no_headers)
    elif output.form == "name":
        print_lines(_full_name(group.resource, _META.decode(body).metadata.name) for group in found for body in group.bodies)
    else:
        bodies: list[dict[str, Any]] = [msgspec.json.decode(body) for group in found for body in group.bodies]
        single = len(asking.wanted) == 1 and len(asking.wanted[0].names) == 1
        if bodies or not single:
            print_objects(bodies, output, as_list=not single)


def _print_stream(asking: Asking, resource: ApiResource, printer: Printer, bodies: list[msgspec.Raw], *, headers: bool) -> None:
    if not bodies:
        return
    if asking.output.is_table:
        heads, rows = _table(asking, resource, printer, bodies, prefixed=len(asking.wanted) > 1)
        print_table(heads, rows, headers=headers and not asking.listing.no_headers)
    elif asking.output.form == "json":
        for body in bodies:
            print_json_line(body)
    elif asking.output.form == "name":
        print_lines(_full_name(resource, _META.decode(body).metadata.name) for body in bodies)
    else:
        print_objects([msgspec.json.decode(body) for body in bodies], asking.output, as_list=False)


def _is_news(resource: ApiResource, body: msgspec.Raw, known: dict[tuple[ApiResource, str, str], str]) -> bool:
    """Whether an object is new or another than when it was last seen; remembers it."""
    meta = _META.decode(body).metadata
    key, version = (resource, meta.namespace, meta.name), f"{meta.uid} {meta.resource_version}"
    if known.get(key) == version:
        return False
    known[key] = version
    return True


def _printer(asking: Asking, resource: ApiResource) -> Printer:
    return printer_for(asking.asked, resource, wide=asking.output.form == "wide")


def _table(
    asking: Asking, resource: ApiResource, printer: Printer, bodies: Sequence[msgspec.Raw], *, prefixed: bool
) -> tuple[list[str], list[list[str]]]:
    """Heads and rows: the kind's own columns, the namespace before them if several are shown, labels behind them."""
    listing = asking.listing
    with_namespace = resource.namespaced and not asking.namespace
    heads = [*(["NAMESPACE"] if with_namespace else []), *printer.heads]
    heads += [label.rpartition("/")[2].upper() for label in listing.label_columns]
    heads += ["LABELS"] if listing.show_labels else []
    rows: list[list[str]] = []
    for body in bodies:
        meta = _META.decode(body).metadata
        cells = printer.row(bytes(body), asking.now_ms)
        if prefixed:
            cells[0] = _full_name(resource, cells[0])
        labels = meta.labels or {}
        cells = [*([meta.namespace] if with_namespace else []), *cells, *(labels.get(label, "") for label in listing.label_columns)]
        rows.append([*cells, _labels_text(labels)] if listing.show_labels else cells)
    return heads, rows


def _labels_text(labels: dict[str, str]) -> str:
    return ",".join(f"{key}={value}" for key, value in sorted(labels.items())) or "<none>"


def _full_name(resource: ApiResource, name: str) -> str:
    """``pod/web-0``, ``deployment.apps/web``: as ``kubectl get -o name``."""
    word = resource.singular or resource.kind.lower()
    return f"{word}.{resource.group}/{name}" if resource.group else f"{word}/{name}"


def _worst(troubles: Sequence[Exit], *, has_answer: bool) -> Exit:
    """The status of a whole answer: not found before gaps; what was refused is a gap if there is an answer beside it."""
    if not troubles:
        return Exit.FINE
    if Exit.PROBLEMS in troubles:
        return Exit.PROBLEMS
    return Exit.PARTIAL if has_answer or Exit.PARTIAL in troubles else troubles[0]
