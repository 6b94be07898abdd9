"""Objects as a table: the columns kubectl shows, each row written down as a fact."""

from __future__ import annotations

from collections.abc import Sequence

from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.telling.page import Page
from arcops.inventory.base import Entry
from arcops.kube.columns import columns_for, row
from arcops.kube.refs import GroupKind

_NOTHING = ("", "<none>", "<unset>")
MOST_ROWS = 20


def tell_rows(asked: Asked, page: Page, kind: GroupKind, entries: Sequence[Entry], *, total: int = 0, rank: int = 1) -> None:
    """A table of objects of one kind; columns that are empty throughout are left out."""
    shown = list(entries)[:MOST_ROWS]
    if not shown:
        return
    heads = [column.header for column in columns_for(kind, wide=True)]
    rows = [row(kind, entry.obj, asked.at_ms, wide=True) for entry in shown]
    kept = [place for place in range(len(heads)) if any(cells[place] not in _NOTHING for cells in rows)]
    facts = []
    for entry, cells in zip(shown, rows, strict=True):
        told = ", ".join(f"{heads[place]} {cells[place]}" for place in kept if cells[place] not in _NOTHING and heads[place] != "NAME")
        facts.append(page.book.add(FactType.FIELD, f"{entry.ref}: {told or 'it exists'}", ref=entry.ref, rank=rank))
    spaced = len({entry.ref.namespace for entry in shown}) > 1
    head = (["NAMESPACE"] if spaced else []) + [heads[place] for place in kept]
    body = [([entry.ref.namespace] if spaced else []) + [cells[place] for place in kept] for entry, cells in zip(shown, rows, strict=True)]
    page.table(head, body, total or len(entries), facts)
