"""What an object depended on at a moment, by the links there were then."""

from __future__ import annotations

from typing import NamedTuple

from arcops.inventory.graph import upstream
from arcops.inventory.index import Inventory
from arcops.kube.refs import ObjectRef
from arcops.queries.missing import not_then
from arcops.queries.rebuild import rebuild
from arcops.queries.services import Services
from arcops.store.base import Window

_DEPTH = 4
_MOST = 200
"""Objects looked at, the nearest."""


class Nearness(NamedTuple):
    """How many links away, and the name of the last one ("" for the object itself)."""

    distance: int
    link: str


async def upstream_of(services: Services, ref: ObjectRef, at_ms: int, then: Inventory | None = None) -> dict[ObjectRef, Nearness]:
    """The object and all it depended on, nearest first; what it named need not have existed.

    The links are those at the moment; of an object that was gone by then, those of its last moment. ``then`` is the inventory of
    the moment for a caller who has it: rebuilding one reads the whole record. Raises ``NotThen`` for one that came later and
    ``NeverSeen``.
    """
    inventory = then or await rebuild(services.store, at_ms)
    if inventory.get(ref) is None:
        last_ms = await _last_moment(services, ref, at_ms)
        inventory = await rebuild(services.store, last_ms)
    found = {ref: Nearness(0, "")}
    for step in upstream(ref, inventory, _DEPTH)[: _MOST - 1]:
        found[step.ref] = Nearness(step.depth, step.link.relation)
    return found


async def _last_moment(services: Services, ref: ObjectRef, at_ms: int) -> int:
    """The last moment before ``at_ms`` at which an object existed."""
    rows = await services.store.versions(ref, Window(0, at_ms), 1)
    if not rows:
        raise await not_then(services, ref, at_ms)
    return rows[0].seen_ms - 1
