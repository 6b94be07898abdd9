"""Random histories through the record on disk against a plain list of what happened: every state, every change, every page."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.watch import Op
from arcops.store.base import HistoryStore, Revision, Scope, Window
from arcops.store.engines.memory import MemoryStore
from arcops.store.engines.sqlite import SqliteStore
from arcops.store.filters import summary_of
from arcops.store.retention import DAY_MS, Retention
from tests.observations import DEPLOYMENT, LEASE, POD, START_MS, ManualClock, inferred_end, ref, seen

KINDS: tuple[GroupKind, ...] = (POD, DEPLOYMENT, LEASE)
KEEP_MS = 3 * DAY_MS
EVER = Window(0, START_MS * 2)

steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.sampled_from(KINDS), st.integers(0, 3), st.integers(0, 5)),
        st.tuples(st.just("put"), st.sampled_from(KINDS), st.integers(0, 3), st.integers(0, 5)),
        st.tuples(st.just("again"), st.sampled_from(KINDS), st.integers(0, 3), st.just(0)),
        st.tuples(st.just("renew"), st.just(LEASE), st.integers(0, 3), st.integers(0, 9)),
        st.tuples(st.just("delete"), st.sampled_from(KINDS), st.integers(0, 3), st.just(0)),
        st.tuples(st.just("infer"), st.sampled_from(KINDS), st.integers(0, 3), st.just(0)),
        st.tuples(st.just("recreate"), st.sampled_from(KINDS), st.integers(0, 3), st.integers(0, 5)),
        st.tuples(st.just("relist"), st.sampled_from(KINDS), st.integers(0, 15), st.integers(0, 5)),
        st.tuples(st.just("wait"), st.just(POD), st.integers(1, 20), st.just(0)),
        st.tuples(st.just("restart"), st.just(POD), st.just(0), st.just(0)),
        st.tuples(st.just("prune"), st.just(POD), st.just(0), st.just(0)),
        st.tuples(st.just("page"), st.sampled_from(KINDS), st.integers(0, 3), st.integers(1, 4)),
    ),
    min_size=25,
    max_size=80,
)
Step = tuple[str, GroupKind, int, int]


@dataclass
class Cluster:
    """The truth: what lives now, and a list of all that happened: (when, ref, image or None for its end)."""

    now_ms: int = START_MS
    version: int = 0
    lives: dict[ObjectRef, tuple[str, str, int, int]] = field(default_factory=dict)
    """uid, image, resourceVersion, renewals."""
    past: list[tuple[int, ObjectRef, str | None]] = field(default_factory=list)
    since_ms: int = 0

    def happened(self, name: ObjectRef, image: str | None) -> None:
        """Write it down."""
        self.past.append((self.now_ms, name, image))

    def state_at(self, at_ms: int) -> dict[ObjectRef, str]:
        """What existed at a moment, by its image."""
        state = {name: image for when, name, image in self.past if when <= at_ms}
        return {name: image for name, image in state.items() if image is not None}


class Player:
    """Plays steps into a store and the truth."""

    def __init__(self, folder: Path | None, max_bytes: int = 10**9) -> None:
        self.folder = folder
        self.retention = Retention(KEEP_MS, max_bytes)
        self.truth = Cluster()
        self.clock = ManualClock()
        self.store: HistoryStore = MemoryStore(self.clock, self.retention)

    async def start(self) -> None:
        """Begin, or go on after a restart."""
        if self.folder:
            self.store = SqliteStore(self.folder, self.clock, self.retention)
        await self.store.start()

    async def play(self, step: Step) -> None:
        """One step, a second after the one before."""
        what, kind, number, value = step
        self.truth.now_ms += number * DAY_MS // 10 if what == "wait" else 1000
        self.clock.ms = self.truth.now_ms
        name = ref(f"{kind.kind.lower()}-{number}", kind=kind)
        if what in {"put", "recreate"}:
            await self.put(name, f"i{value}", same_uid=what == "put")
        elif what == "relist":
            await self.relist(kind, number, value)
        elif what == "page":
            await self.check_pages(name, value)
        elif what in {"restart", "prune"}:
            await self.care(what)
        elif name in self.truth.lives:
            await self.touch(what, name)

    async def touch(self, what: str, name: ObjectRef) -> None:
        """Something that can happen to what lives."""
        uid, image, _, renewals = self.truth.lives[name]
        if what == "again":
            await self.tell(Op.MODIFIED, name)
        elif what == "renew":
            self.truth.version += 1
            self.truth.lives[name] = (uid, image, self.truth.version, renewals + 1)
            await self.tell(Op.MODIFIED, name)
        elif what == "delete":
            await self.tell(Op.DELETED, name)
            self.end(name)
        elif what == "infer":
            await self.store.append([inferred_end(name.name, self.truth.now_ms, kind=name.group_kind, uid=uid)])
            self.end(name)

    async def care(self, what: str) -> None:
        """Restart the service or prune the record."""
        if what == "prune":
            await self.store.prune(self.truth.now_ms)
            began_ms = (await self.store.coverage()).since_ms if self.folder else 0
            self.truth.since_ms = max(self.truth.since_ms, self.truth.now_ms - KEEP_MS, began_ms)
        elif self.folder:
            await self.store.aclose()
            await self.start()

    async def put(self, name: ObjectRef, image: str, *, same_uid: bool) -> None:
        """Create it, change it, or let another of the same name take its place."""
        truth = self.truth
        truth.version += 1
        old = truth.lives.get(name)
        if old and same_uid:
            uid, renewals = old[0], old[3]
        else:
            uid, renewals = f"uid-{truth.version}", 0
        truth.lives[name] = (uid, image, truth.version, renewals)
        if not (old and same_uid and old[1] == image):
            truth.happened(name, image)
        await self.tell(Op.MODIFIED if old and same_uid else Op.ADDED, name)

    async def tell(self, op: Op, name: ObjectRef) -> None:
        """Show the store what lives under a name."""
        uid, image, version, renewals = self.truth.lives[name]
        fields = {"spec": {"image": image, "renewTime": renewals} if name.kind == "Lease" else {"image": image}}
        await self.store.append([seen(op, name.name, version, self.truth.now_ms, kind=name.group_kind, uid=uid, fields=fields)])

    def end(self, name: ObjectRef) -> None:
        """It is gone."""
        del self.truth.lives[name]
        self.truth.happened(name, None)

    async def relist(self, kind: GroupKind, kept: int, value: int) -> None:
        """A list after a time without sight: some are gone, some changed, and the store is told of what is there only."""
        names = [name for name in self.truth.lives if name.group_kind == kind]
        for place, name in enumerate(sorted(names)):
            if kept >> place & 1:
                await self.put(name, f"i{value}", same_uid=True)
            else:
                self.end(name)
        live = {life[0] for name, life in self.truth.lives.items() if name.group_kind == kind}
        await self.store.replace(kind, live, self.truth.now_ms)

    async def check_pages(self, name: ObjectRef, size: int) -> None:
        """Pages of a listing, put together, are the listing."""
        await check_listing(partial(self.store.versions, name, EVER), size)
        await check_listing(partial(self.store.changes, EVER, Scope(name.group_kind)), size)
        await self.check_summaries()

    async def check_summaries(self) -> None:
        """Listings without bodies tell the same, and each version comes with the one before it."""
        whole = await self.store.changes(EVER, Scope(), limit=10_000)
        assert await self.store.change_list(EVER, Scope(), None, 10_000) == [summary_of(row) for row in whole]
        older: dict[str, Revision] = {}
        for pair in await self.store.pairs([row.id for row in reversed(whole)]):
            before = older.get(pair.after.uid)
            if before is not None and before.op is not Op.DELETED:
                assert pair.before == before
            older[pair.after.uid] = pair.after

    async def check(self) -> None:
        """Every change and every state the record tells, against the truth."""
        truth = self.truth
        whole = await self.store.changes(EVER, Scope(), limit=10_000)
        happened = [(when, name, image) for when, name, image in truth.past if when >= truth.since_ms]
        told = [(row.seen_ms, row.ref, None if row.op is Op.DELETED else image_of(row)) for row in reversed(whole)]
        assert squeezed([row for row in told if row[0] >= truth.since_ms]) == squeezed(happened)
        moments = sorted({when + shift for when, _, _ in truth.past for shift in (-1, 0, 1)} | {truth.now_ms})
        for moment in [moment for moment in moments if moment >= truth.since_ms]:
            state = await self.store.state_at(moment, Scope())
            assert {row.ref: image_of(row) for row in state} == truth.state_at(moment)
            assert len(state) == len({row.ref for row in state})
        for name in {name for _, name, _ in truth.past}:
            found = await self.store.object_at(name, truth.now_ms)
            head = await self.store.head(name)
            assert (image_of(found) if found else None) == truth.state_at(truth.now_ms).get(name)
            assert head is None or found is None or head == found


async def check_listing(ask: Callable[[int, int | None], Awaitable[list[Revision]]], size: int) -> None:
    whole = await ask(10_000, None)
    paged: list[Revision] = []
    while page := await ask(size, paged[-1].id if paged else None):
        assert len(page) <= size
        paged += page
    assert paged == whole
    assert [row.id for row in whole] == sorted({row.id for row in whole}, reverse=True)


def squeezed(rows: list[tuple[int, ObjectRef, str | None]]) -> dict[tuple[int, ObjectRef], str | None]:
    """The last word on each name in each moment: a name taken over has an end and a beginning in the same one."""
    return {(when, name): image for when, name, image in rows}


def image_of(row: Revision) -> str:
    return str(json.loads(row.body)["spec"]["image"])


async def play(folder: Path | None, script: list[Step], max_bytes: int = 10**9) -> None:
    player = Player(folder, max_bytes)
    await player.start()
    try:
        for step in script:
            await player.play(step)
        await player.check()
        await player.check_summaries()
    finally:
        await player.store.aclose()


@settings(max_examples=50, deadline=None)
@given(steps)
def test_the_record_on_disk_equals_the_list_of_what_happened(script: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder), script))


@settings(max_examples=30, deadline=None)
@given(steps, st.sampled_from([1, 8 * 100_000, 8 * 130_000]))
def test_the_record_in_many_small_files_equals_the_list_of_what_happened(script: list[Step], max_bytes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder), script, max_bytes))


@settings(max_examples=100, deadline=None)
@given(steps)
def test_the_record_in_memory_equals_the_list_of_what_happened(script: list[Step]) -> None:
    asyncio.run(play(None, script))
