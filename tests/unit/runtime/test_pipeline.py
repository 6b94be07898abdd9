"""The pipeline keeps the record and the inventory equal to what a source yields."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest

from arcops.base.bus import Bus
from arcops.inventory.delta import Delta
from arcops.inventory.index import Inventory
from arcops.kube.kinds import ApiResource, KindCatalog
from arcops.kube.objects.decode import decode
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.watch import Observation, Op
from arcops.runtime.pipeline import Pipeline
from arcops.source.base import GapSeen, KindsChanged, LogQuery, Observed, Replaced, SourceEvent, SourceState
from arcops.store.base import Window
from arcops.store.engines.memory import MemoryStore
from arcops.testing.clock import START_MS, FakeClock

pytestmark = pytest.mark.anyio

CONFIG_MAP = GroupKind("", "ConfigMap")
RESOURCE = ApiResource("", "v1", "ConfigMap", "configmaps")
ALL = Window(0, START_MS * 2)


class Script:
    """A source that yields what it is told to."""

    def __init__(self, *events: SourceEvent) -> None:
        self._events = events
        self.state = SourceState("script")
        self.catalog = KindCatalog()

    async def observe(self) -> AsyncIterator[SourceEvent]:
        for event in self._events:
            yield event

    async def logs(self, query: LogQuery) -> str:
        return ""

    async def follow_logs(self, query: LogQuery) -> AsyncIterator[str]:
        lines: tuple[str, ...] = ()
        for line in lines:
            yield line

    async def aclose(self) -> None:
        pass


def seen(op: Op, name: str, version: int, at_ms: int = START_MS) -> Observation:
    meta = {"name": name, "namespace": "shop", "uid": f"uid-{name}", "resourceVersion": str(version)}
    raw = msgspec.json.encode({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {"version": str(version)}})
    return Observation(op, CONFIG_MAP, decode(CONFIG_MAP, raw), raw, at_ms)


def ref(name: str) -> ObjectRef:
    return ObjectRef("", "ConfigMap", "shop", name)


async def run(*events: SourceEvent) -> tuple[Inventory, MemoryStore, list[Delta]]:
    inventory, store = Inventory(), MemoryStore(FakeClock())
    bus: Bus[Delta] = Bus(lambda _older, newer: newer)
    listener = bus.subscribe()
    await Pipeline(Script(*events), store, inventory, bus, FakeClock()).run()
    bus.close()
    return inventory, store, [delta async for delta in listener]


async def test_a_list_and_what_follows_it_reach_record_and_inventory() -> None:
    inventory, store, deltas = await run(
        Replaced(RESOURCE, (seen(Op.ADDED, "a", 1), seen(Op.ADDED, "b", 1)), "10", START_MS, first=True),
        Observed(RESOURCE, (seen(Op.MODIFIED, "a", 11, START_MS + 1000),), "11"),
        Observed(RESOURCE, (seen(Op.DELETED, "b", 12, START_MS + 2000),), "12"),
    )
    assert [e.ref.name for e in inventory.list(CONFIG_MAP)] == ["a"]
    head = await store.head(ref("a"))
    assert head is not None
    assert head.resource_version == "11"
    gone = await store.head(ref("b"))
    assert gone is not None
    assert gone.op is Op.DELETED
    assert await store.cursors() == {CONFIG_MAP: "12"}
    assert [len(delta.changes) for delta in deltas] == [2, 1, 1]


async def test_what_a_later_list_lacks_is_gone_and_nobody_saw_it_go() -> None:
    inventory, store, _ = await run(
        Replaced(RESOURCE, (seen(Op.ADDED, "a", 1), seen(Op.ADDED, "b", 1)), "10", START_MS, first=True),
        GapSeen(None, START_MS + 1000, START_MS + 5000, "refused"),
        Replaced(RESOURCE, (seen(Op.RELISTED, "a", 1, START_MS + 5000),), "20", START_MS + 5000, first=False),
    )
    assert [e.ref.name for e in inventory.list(CONFIG_MAP)] == ["a"]
    gone = await store.head(ref("b"))
    assert gone is not None
    assert gone.op is Op.DELETED
    assert gone.unseen
    assert [gap.why for gap in await store.gaps(ALL)] == ["refused"]


async def test_a_kind_that_is_served_no_more_takes_its_objects_along() -> None:
    inventory, _, deltas = await run(
        Replaced(RESOURCE, (seen(Op.ADDED, "a", 1),), "10", START_MS, first=True),
        KindsChanged(removed=(RESOURCE,)),
    )
    assert inventory.count(CONFIG_MAP) == 0
    assert deltas[-1].deleted == [ref("a")]


async def test_what_changes_nothing_is_told_to_nobody() -> None:
    once = seen(Op.MODIFIED, "a", 11)
    _, _, deltas = await run(Observed(RESOURCE, (once,), "11"), Observed(RESOURCE, (once,), "11"))
    assert len(deltas) == 1
