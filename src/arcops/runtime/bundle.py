"""A record as one compressed file that any arcops reads (``-f``), plays (``serve --replay``) or takes in again.

It is a recorded watch: first the state at the beginning of the span, then everything that was seen, in order. Credentials
are masked once more on the way out.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec

from arcops.base.bus import Bus
from arcops.base.clock import Clock, rfc3339
from arcops.base.errors import BadInput, RecordError
from arcops.inventory.delta import merged
from arcops.inventory.index import Inventory
from arcops.kube.builtin import BUILTIN
from arcops.kube.kinds import ApiResource
from arcops.kube.objects.decode import decode
from arcops.kube.objects.event import ClusterEvent
from arcops.kube.refs import GroupKind
from arcops.kube.watch import Observation, Op
from arcops.runtime.pipeline import Pipeline
from arcops.source.base import GapSeen, KindsChanged, LogSeen, Observed, Replaced, SourceEvent
from arcops.source.drivers.replay import ReplaySource
from arcops.source.recording import encoded, head
from arcops.store.base import EventFilter, LogFilter, Revision, Scope, Sighting, StoreStats, Window
from arcops.store.days.archive import Archive
from arcops.store.days.folder import SUFFIX
from arcops.store.engines.sqlite import SqliteStore

PIECE_MS = 15 * 60_000
"""How much of the record is in memory at a time."""
_MOST = 10_000_000
_EVENT = GroupKind("", "Event")


class _Versioned(msgspec.Struct, gc=False):
    api_version: str = msgspec.field(name="apiVersion", default="v1")


async def export(archive: Archive, window: Window, path: Path) -> int:
    """Write what a record holds of a window into a file; how many source events that were. Raises ``BadInput``, ``RecordError``."""
    draft = path.with_name(path.name + ".new")
    count = 0
    try:
        file = await asyncio.to_thread(gzip.open, draft, "wb", 6)
        try:
            await asyncio.to_thread(file.write, head(window.since_ms))
            async for event in _told(archive, window):
                await asyncio.to_thread(_write, file, event)
                count += 1
        finally:
            await asyncio.to_thread(file.close)
        await asyncio.to_thread(draft.replace, path)
    except OSError as error:
        raise BadInput(what=f"The bundle {path}", why=f"it cannot be written ({error.strerror or error})") from error
    return count


def _write(file: gzip.GzipFile, event: SourceEvent) -> None:
    file.write(encoded(event, _time_of(event)))


async def take_in(path: Path, folder: Path, clock: Clock) -> StoreStats:
    """Make a new record in a folder from a bundle or a recorded watch; raises ``BadInput`` and ``RecordError``."""
    if any(await asyncio.to_thread(lambda: list(folder.glob(f"*{SUFFIX}")))):
        raise RecordError(path=folder, why="it holds a record", hint="Move that one away first, or name another folder.")
    store = SqliteStore(folder, clock)
    source = ReplaySource(path, clock, speed=0)
    await store.start()
    try:
        await Pipeline(source, store, Inventory(), Bus(merged), clock).run()
        await store.flush()
        return await store.stats()
    finally:
        await store.aclose()


async def _told(archive: Archive, window: Window) -> AsyncIterator[SourceEvent]:
    """Everything as a source would have told it."""
    state = await archive.state_at(window.since_ms, Scope())
    resources = {kind: _resource(kind, rows[0]) for kind, rows in _by_kind(state).items()}
    known = dict.fromkeys([*resources, *await archive.kinds()])
    yield KindsChanged(added=tuple(resources.setdefault(kind, _resource(kind, None)) for kind in known))
    for kind in known:
        found = tuple(_standing(row, window.since_ms) for row in state if row.ref.group_kind == kind)
        if kind != _EVENT:
            yield Replaced(resources[kind], found, "", window.since_ms, first=True)
    for gap in await archive.gaps(window):
        yield GapSeen(gap.group_kind, gap.since_ms, gap.until_ms, gap.why)
    for since_ms in range(window.since_ms, window.until_ms + 1, PIECE_MS):
        piece = Window(since_ms, min(since_ms + PIECE_MS - 1, window.until_ms))
        for event in await _piece(archive, piece, resources, later=since_ms > window.since_ms):
            yield event


async def _piece(archive: Archive, piece: Window, resources: dict[GroupKind, ApiResource], *, later: bool) -> list[SourceEvent]:
    """All of a short span, oldest first; of the very first millisecond the state has been told already."""
    after = piece if later else Window(piece.since_ms + 1, piece.until_ms)
    told: list[tuple[int, SourceEvent]] = []
    for row in await archive.changes(after, Scope(), _MOST):
        kind = row.ref.group_kind
        resource = resources.setdefault(kind, _resource(kind, row))
        told.append((row.id, Observed(resource, (_observation(row),))))
    events = resources.setdefault(_EVENT, _resource(_EVENT, None))
    told += [(row.id, Observed(events, (_sighting(row),))) for row in await archive.events(piece, EventFilter(), _MOST)]
    for log in await archive.logs(piece, LogFilter(), _MOST):
        told.append((log.id, LogSeen(log.ref.namespace, log.ref.name, log.uid, log.container, log.previous, log.text, log.seen_ms)))
    return [event for _, event in sorted(told, key=lambda each: each[0])]


def _by_kind(rows: list[Revision]) -> dict[GroupKind, list[Revision]]:
    return {kind: list(group) for kind, group in groupby(rows, key=lambda row: row.ref.group_kind)}


def _resource(kind: GroupKind, row: Revision | None) -> ApiResource:
    """A kind as the record knows it: version and scope by an object of it, the plural by rule."""
    known = next((resource for resource in BUILTIN if resource.group_kind == kind), None)
    if known is not None:
        return known
    version = msgspec.json.decode(row.body, type=_Versioned).api_version.rpartition("/")[2] if row else ""
    return ApiResource(kind.group, version, kind.kind, f"{kind.kind.lower()}s", namespaced=row is None or bool(row.ref.namespace))


def _observation(row: Revision) -> Observation:
    return Observation(row.op, row.ref.group_kind, decode(row.ref.group_kind, row.body), row.body, row.seen_ms, row.unseen)


def _standing(row: Revision, since_ms: int) -> Observation:
    """What was there when the span begins: since when is told only of what came in that very moment."""
    came = row.seen_ms >= since_ms
    kind = row.ref.group_kind
    op = Op.ADDED if came else Op.RELISTED
    return Observation(op, kind, decode(kind, row.body), row.body, since_ms, row.unseen or not came)


def _sighting(row: Sighting) -> Observation:
    raw = msgspec.json.encode(event_body(row.event, row.id))
    return Observation(Op.ADDED if row.event.count == 1 else Op.MODIFIED, _EVENT, decode(_EVENT, raw), raw, row.seen_ms)


def event_body(event: ClusterEvent, version: int) -> dict[str, Any]:
    """An event as a core/v1 object."""
    involved = event.involved
    api_version = f"{involved.group}/v1" if involved.group else "v1"
    return {
        "apiVersion": "v1", "kind": "Event",
        "metadata": {
            "name": event.name, "namespace": event.namespace, "uid": event.uid, "resourceVersion": str(version),
            "creationTimestamp": event.first_seen or rfc3339(0),
        },
        "involvedObject": {
            "apiVersion": api_version, "kind": involved.kind, "namespace": involved.namespace, "name": involved.name,
            "uid": event.involved_uid, "fieldPath": event.field_path,
        },
        "type": event.type, "reason": event.reason, "message": event.message, "count": event.count,
        "firstTimestamp": event.first_seen or None, "lastTimestamp": event.last_seen or None, "source": {"component": event.source},
    }  # fmt: skip


def _time_of(event: SourceEvent) -> int:
    match event:
        case Observed():
            return event.observations[0].seen_ms
        case Replaced() | LogSeen():
            return event.seen_ms
        case GapSeen():
            return event.until_ms
        case _:
            return 0
