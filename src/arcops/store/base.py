"""The questions a record answers, whatever keeps it.

Two engines implement ``HistoryStore``: ``engines/memory.py`` and ``engines/sqlite.py``; one contract suite runs over
both. All times are Unix milliseconds, all ids are ``base.ids`` ids (they rise with time, so an id is also a page mark).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import msgspec

from arcops.kube.objects.event import ClusterEvent
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.watch import Observation, Op


class Writer(msgspec.Struct, frozen=True, gc=False):
    """Who wrote a version, from managedFields: the entry with the newest time."""

    manager: str
    operation: str = ""
    subresource: str = ""
    time: str = ""


class Revision(msgspec.Struct, frozen=True, gc=False):
    """One remembered state of one object.

    ``body`` is its JSON without managedFields; for a deletion, the last state known. ``paths`` are the fields that
    differ from the version before, list positions folded (``spec.containers.image``) and keys with dots in brackets
    (``metadata.labels[app.kubernetes.io/name]``); empty when it is the first. ``seen_ms`` is the time of the id: what
    was seen, unless the clock stepped back. ``unseen``: it came to be so at an unknown moment before ``seen_ms``,
    while nobody watched; a change of that sort has the op ``RELISTED``.
    """

    id: int
    op: Op
    ref: ObjectRef
    uid: str
    seen_ms: int
    resource_version: str
    body: bytes
    paths: tuple[str, ...] = ()
    writer: Writer | None = None
    unseen: bool = False


class RevisionSummary(msgspec.Struct, frozen=True, gc=False):
    """A revision as a listing tells it: without its body and resourceVersion, so that nothing need be decoded."""

    id: int
    op: Op
    ref: ObjectRef
    uid: str
    seen_ms: int
    paths: tuple[str, ...] = ()
    writer: Writer | None = None
    unseen: bool = False


class RevisionPair(NamedTuple):
    """A revision and the one before it in the same life; ``before`` is None where the life, or the record, begins."""

    before: Revision | None
    after: Revision


class SeenObject(msgspec.Struct, frozen=True, gc=False):
    """One life of one object: when it was first and, if it is gone, last there. ``owner_uid`` is its controller's."""

    ref: ObjectRef
    uid: str
    owner_uid: str
    first_ms: int
    gone_ms: int | None


class LogExcerpt(msgspec.Struct, frozen=True, gc=False):
    """The last lines of one run of a container, kept when it ended or began to fail; credentials masked.

    ``previous``: they are those of the run before the one that was on when they were read.
    """

    id: int
    seen_ms: int
    ref: ObjectRef
    uid: str
    container: str
    previous: bool
    text: str


class Sighting(msgspec.Struct, frozen=True, gc=False):
    """One time a Kubernetes Event was seen: first, or again with a higher count."""

    id: int
    seen_ms: int
    event: ClusterEvent


@dataclass(frozen=True, slots=True)
class Gap:
    """A span in which nothing was seen, of one kind or (``group_kind`` None) of all."""

    group_kind: GroupKind | None
    since_ms: int
    until_ms: int
    why: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Which objects a question is about; what is left out is not restricted."""

    group_kind: GroupKind | None = None
    namespace: str | None = None
    name: str | None = None
    uid: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time, both ends included."""

    since_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events; every field narrows. ``text`` is looked for in the message, whatever its case."""

    type: str | None = None
    reason: str | None = None
    namespace: str | None = None
    kind: str | None = None
    name: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """Which changes; every field narrows.

    ``text`` is looked for in the names of the changed fields, the object's name and the writer's, whatever its case
    (``replicas``, ``limit``, ``kubectl``). ``field`` is the beginning of a changed field's path (``spec`` leaves out what
    only the status tells). ``ops`` are the kinds of change. Objects of the kinds ``without`` are left out.
    """

    text: str | None = None
    field: str | None = None
    ops: frozenset[Op] | None = None
    without: frozenset[GroupKind] = frozenset()


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which log excerpts; every field narrows. ``text`` is looked for in the lines, whatever its case."""

    namespace: str | None = None
    pod: str | None = None
    uid: str | None = None
    container: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class KindCoverage:
    """What the record knows of one kind: since when, how many lives, how many live now, and what was not kept (``noise``)."""

    group_kind: GroupKind
    since_ms: int
    objects: int
    live_objects: int
    noise: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the record reaches: its span, each kind's, and the spans nobody watched, oldest first."""

    since_ms: int
    until_ms: int
    kinds: tuple[KindCoverage, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One tick of the context buffer: counts of that moment. The objects themselves are the record's state at T."""

    id: int
    at_ms: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class StoreStats:
    """What the record holds and how it is doing. ``state`` is ``ok``, ``read_only``, ``disk_full`` or ``failed``."""

    engine: str
    path: str
    state: str
    state_detail: str
    since_ms: int
    until_ms: int
    revisions: int
    objects: int
    live_objects: int
    sightings: int
    snapshots: int
    gaps: int
    bytes_on_disk: int
    queued: int
    dropped: int
    """Versions that could not be kept because the disk refused them; a gap names the span."""
    last_commit_ms: int
    noise: int = 0
    """Lease renewals and node heartbeats seen since the start; they are not versions."""
    logs: int = 0
    """Log excerpts."""


class HistoryStore(Protocol):
    """A record that is written by one pipeline and read by many.

    Writing: ``append`` gives ids and queues; the queue is bounded (10,000 observations or 32 MB) and ``append`` waits
    while it is full, so that nothing is merged or dropped and the source stops reading instead. What is queued is
    committed at least once a second. Reads see everything appended before them, committed or not.
    """

    async def start(self) -> None:
        """Open or create the record; raises ``RecordError`` if it cannot be used. Marks the gap since the last run."""

    async def append(self, observations: Sequence[Observation], cursors: Mapping[GroupKind, str] | None = None) -> None:
        """Remember what was seen, in this order. ``cursors`` are committed together with it, never before it."""

    async def replace(self, group_kind: GroupKind, live: Collection[str], seen_ms: int) -> int:
        """Tell that of a kind exactly the objects with the uids ``live`` exist; others get an ``unseen`` tombstone.

        Returns how many tombstones were written. Call after appending the observations of that list.
        """

    async def add_gap(self, gap: Gap) -> None:
        """Remember that nothing was seen in a span."""

    async def add_snapshot(self, at_ms: int, counts: Mapping[str, int]) -> None:
        """Remember a tick of the context buffer."""

    async def append_log(self, ref: ObjectRef, uid: str, container: str, text: str, seen_ms: int, *, previous: bool) -> None:
        """Remember the last lines of one run of a pod's container. The caller has masked and capped them."""

    async def flush(self) -> None:
        """Wait until everything appended so far is committed."""

    async def head(self, ref: ObjectRef) -> Revision | None:
        """The newest version of an object under that name (a tombstone if it is gone), or None if never seen."""

    async def heads(self, refs: Sequence[ObjectRef]) -> list[Revision | None]:
        """``head`` of many, in their order."""

    async def object_at(self, ref: ObjectRef, at_ms: int) -> Revision | None:
        """The version in force at a moment; None if it did not exist then (or was not yet seen)."""

    async def versions(self, ref: ObjectRef, window: Window, limit: int = 100, before: int | None = None) -> list[Revision]:
        """Versions seen in a window, newest first, of every object that had that name; ``before`` is a page mark."""

    async def state_at(self, at_ms: int, scope: Scope) -> list[Revision]:
        """Every object of a scope that existed at a moment, sorted by kind, namespace, name."""

    async def changes(self, window: Window, scope: Scope, limit: int = 100, before: int | None = None) -> list[Revision]:
        """What changed in a window, newest first. Events and lease renewals are not changes."""

    async def change_list(
        self, window: Window, scope: Scope, match: ChangeFilter | None = None, limit: int = 100, before: int | None = None
    ) -> list[RevisionSummary]:
        """What ``changes`` tells, without bodies: 20 times as fast, and narrowed by ``match`` without reading any."""

    async def pairs(self, ids: Sequence[int]) -> list[RevisionPair]:
        """The revisions with these ids, each with the one before it, in the order asked for; unknown ids are left out.

        For what a listing found and a reader wants to see: the bodies of some, not of all.
        """

    async def objects_seen(self, window: Window, scope: Scope, limit: int = 10_000) -> list[SeenObject]:
        """The lives that touch a window, gone ones too, sorted by name: for "did you mean" and "what was here then"."""

    async def logs(self, window: Window, match: LogFilter, limit: int = 100, before: int | None = None) -> list[LogExcerpt]:
        """Log excerpts read in a window, newest first. With ``text`` every excerpt of the window is decoded and searched."""

    async def coverage(self) -> Coverage:
        """Since when the record knows what, and where it has holes."""

    async def events(self, window: Window, match: EventFilter, limit: int = 100, before: int | None = None) -> list[Sighting]:
        """Events seen in a window, newest sighting first, one row per sighting."""

    async def gaps(self, window: Window) -> list[Gap]:
        """Gaps that touch a window, oldest first."""

    async def snapshots(self, window: Window, limit: int = 1000) -> list[Snapshot]:
        """Ticks of the context buffer in a window, newest first."""

    async def cursors(self) -> dict[GroupKind, str]:
        """The last committed resourceVersion of each kind."""

    async def prune(self, now_ms: int) -> int:
        """Forget what is older than the retention or above the byte budget; returns how many rows went.

        The newest version of an object that still lives is never forgotten.
        """

    async def stats(self) -> StoreStats:
        """Counts, span and health."""

    async def aclose(self) -> None:
        """Commit what is queued and close. Safe to call twice."""
