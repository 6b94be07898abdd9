"""Reads the record at a moment into an inventory, giving way to other answers in between."""

from __future__ import annotations

import asyncio

from arcops.inventory.index import Inventory
from arcops.inventory.rebuild import Rebuilding, Remembered
from arcops.queries.remembered import events_before
from arcops.queries.times import HOUR_MS
from arcops.store.base import HistoryStore, Scope

_CHUNK = 200
"""Bodies decoded between two pauses: about 4 ms of work."""


async def rebuild(store: HistoryStore, at_ms: int) -> Inventory:
    """The inventory as of a moment, with the events of the hour before it.

    What the record did not see then is not in it: ask ``coverage.seen_at``. Heartbeats and lease renewals are those of the
    last version that was kept.
    """
    state = await store.state_at(at_ms, Scope())
    making = Rebuilding(await store.cursors())
    for start in range(0, len(state), _CHUNK):
        making.add(Remembered(one.ref, one.uid, one.body, one.seen_ms) for one in state[start : start + _CHUNK])
        await asyncio.sleep(0)
    making.add_events(await events_before(store, at_ms, HOUR_MS), at_ms)
    return making.inventory()
