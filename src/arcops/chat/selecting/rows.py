"""Rows of a list as kubectl shows them, the namespace and what was asked about beside them; each row is a fact."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from arcops.chat.asked import Asked
from arcops.chat.base import FactType, Table
from arcops.chat.read.kinds import OBJECT, WORKLOAD
from arcops.chat.selecting.amounts import cells, containers_of, node_name
from arcops.chat.selecting.images import images_of
from arcops.chat.selecting.scope import NAMESPACE, POD
from arcops.chat.selecting.wellness import wellness_of
from arcops.inventory.base import Entry
from arcops.kube.columns import GENERIC, columns_for, row
from arcops.kube.objects.event import Event, normalize
from arcops.kube.objects.node import Node
from arcops.kube.printers.base import labels_text
from arcops.kube.refs import GroupKind

MOST_ROWS = 20
_LONGEST_CELL = 120
Extra = tuple[tuple[str, ...], Callable[[Entry], list[str]]]

EXTRAS: dict[str, Extra] = {
    "image": (("IMAGES",), lambda entry: [", ".join(dict.fromkeys(images_of(entry)))]),
    "label": (("LABELS",), lambda entry: [labels_text(entry.obj.metadata.labels)]),
    "node": (("NODE",), lambda entry: [node_name(entry) or "<none>"]),
    "cpu": (("CPU REQUEST", "CPU LIMIT"), lambda entry: cells(entry, "cpu")),
    "memory": (("MEMORY REQUEST", "MEMORY LIMIT"), lambda entry: cells(entry, "memory")),
    "kind": (("KIND",), lambda entry: [entry.ref.kind]),
    "state": (("STATE",), lambda entry: [wellness_of(entry).word]),
    "taint": (("TAINTS",), lambda entry: [", ".join(_taints(entry)) or "<none>"]),
    "container": (("CONTAINERS",), lambda entry: [", ".join(one.name for one in containers_of(entry))]),
}
"""Columns that show what a condition was about, by its field."""


def _taints(entry: Entry) -> list[str]:
    """The taints of a node as kubectl writes them."""
    taints = (entry.obj.spec.taints if isinstance(entry.obj, Node) and entry.obj.spec else None) or ()
    return [f"{one.key}{f'={one.value}' if one.value else ''}:{one.effect}" for one in taints]


def table_of(asked: Asked, kind: GroupKind, entries: Sequence[Entry], extras: Collection[str], total: int) -> Table:
    """The first rows of ``entries`` as a table; every row is written down as a fact about its object."""
    heads, cells_of = _columns(asked, kind, extras)
    shown = entries[:MOST_ROWS]
    rows = [tuple(short(cell) for cell in cells_of(entry)) for entry in shown]
    facts = [_write_down(asked, entry, heads, of) for entry, of in zip(shown, rows, strict=True)]
    return Table(tuple(heads), tuple(rows), total, tuple(facts))


def _columns(asked: Asked, kind: GroupKind, extras: Collection[str]) -> tuple[list[str], Callable[[Entry], list[str]]]:
    own = [column.header for column in columns_for(kind)]
    if columns_for(kind) == GENERIC:
        extras = (*(("kind",) if kind in (OBJECT, WORKLOAD) else ()), "state", *extras)
    elif kind == NAMESPACE:
        extras = ("pods", *extras)
    resource = asked.services.source.catalog.get(kind)
    is_wide = resource is not None and not resource.namespaced
    known = {**EXTRAS, "pods": (("PODS",), lambda entry: [f"{asked.inventory.count(POD, entry.ref.name):,}"])}
    chosen = [known[name] for name in dict.fromkeys(extras) if name in known]
    heads = [*([] if is_wide else ["NAMESPACE"]), *own, *(head for names, _ in chosen for head in names)]

    def cells_of(entry: Entry) -> list[str]:
        made = [] if is_wide else [entry.ref.namespace]
        made += row(kind, entry.obj, asked.at_ms)
        return [*made, *(cell for _, of in chosen for cell in of(entry))]

    return heads, cells_of


def _write_down(asked: Asked, entry: Entry, heads: Sequence[str], values: Sequence[str]) -> str:
    told = ", ".join(f"{head} {cell}" for head, cell in zip(heads, values, strict=True) if head not in ("NAME", "NAMESPACE") and cell)
    if isinstance(entry.obj, Event):
        ref = normalize(entry.obj).involved
        told = f"event in {entry.ref.namespace}, {told}"
    else:
        ref = entry.ref
    type_ = FactType.EVENT if isinstance(entry.obj, Event) else FactType.FIELD
    return asked.book.add(type_, f"{ref}: {told}", ref=ref, rank=1)


def short(text: str) -> str:
    """A cell on one line, not too long; kubectl's ``<none>`` without brackets, which would be taken for markup."""
    line = " ".join(text.split())
    line = line[1:-1] if line in ("<none>", "<unset>", "<unknown>") else line
    return line if len(line) <= _LONGEST_CELL else f"{line[: _LONGEST_CELL - 1]}…"
