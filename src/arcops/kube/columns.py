"""The columns ``get`` shows of a kind: kubectl's own where arcops knows the kind, NAME and AGE otherwise.

tests/cluster compares them with the tables of a real API server.
"""

from __future__ import annotations

from functools import cache

from arcops.base.registry import discover
from arcops.kube.objects.decode import type_of
from arcops.kube.objects.meta import KubeObject
from arcops.kube.printers.base import NAME, Columns, age
from arcops.kube.refs import GroupKind

GENERIC: Columns = (NAME, age())
"""The columns of a kind nobody described."""


def columns_for(group_kind: GroupKind, *, wide: bool = False) -> Columns:
    """The columns of a kind, in kubectl's order."""
    columns = _all().get(group_kind, GENERIC)
    return columns if wide else tuple(column for column in columns if not column.wide)


def row(group_kind: GroupKind, obj: KubeObject, now_ms: int, *, wide: bool = False) -> list[str]:
    """The cells of one object; only its name and age are filled in where metadata is all that is known of it."""
    columns = columns_for(group_kind, wide=wide)
    if isinstance(obj, type_of(group_kind)):
        return [column.text(obj, now_ms) for column in columns]
    return [column.text(obj, now_ms) if column.header in ("NAME", "AGE") else "" for column in columns]


@cache
def _all() -> dict[GroupKind, Columns]:
    from arcops.kube import printers

    found: dict[GroupKind, Columns] = {}
    for module in discover(printers):
        found.update(module.COLUMNS)
    return found
