"""A cluster in memory that does what it is told: for tests of everything above, and for embedding."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

import msgspec

from arcops.base.clock import Clock, rfc3339
from arcops.base.errors import BadInput, Busy, ContainerNotFound, Forbidden, LogsNotFound, ObjectNotFound
from arcops.kube.builtin import BUILTIN
from arcops.kube.kinds import ApiResource, KindCatalog
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.watch import Observation, Op
from arcops.source.base import GapSeen, KindPhase, KindsChanged, KindState, LogQuery, Observed, Replaced, SourceEvent, SourceState
from arcops.source.log_text import tail_of
from arcops.source.manifests import ReadObject, Unreadable, read_objects

_MOST_WAITING = 100_000
_PODS = GroupKind("", "Pod")


class FakeSource:
    """Objects are put and deleted by calls; ``observe`` gives first what is there, then each call as an event.

    What an API server fills in is filled in: uid, resourceVersion, creationTimestamp. Events that nobody has read wait,
    at most 100,000; one more raises ``Busy``.
    """

    def __init__(self, clock: Clock, kinds: Iterable[ApiResource] = BUILTIN) -> None:
        """An empty cluster that serves ``kinds``."""
        self._clock = clock
        self._catalog = KindCatalog(kinds)
        self._state = SourceState("fake", server="fake", context="fake", connected=True, since_ms=clock.now_ms())
        for resource in self._catalog:
            self._state.kinds[resource.group_kind] = KindState(resource, since_ms=clock.now_ms())
        self._live: dict[ObjectRef, ReadObject] = {}
        self._logs: dict[tuple[str, str, str, bool], str] = {}
        self._waiting: asyncio.Queue[SourceEvent | None] = asyncio.Queue(_MOST_WAITING)
        self._is_watched = False
        self._version = 0
        self._born: dict[ObjectRef, int] = {}

    @property
    def state(self) -> SourceState:
        """Connected, unless ``gap`` is being played; kinds are synced once ``observe`` has given them."""
        return self._state

    @property
    def catalog(self) -> KindCatalog:
        """The kinds it serves now."""
        return self._catalog

    def put(self, body: dict[str, Any]) -> ObjectRef:
        """Create or change an object (or the objects of a List); gives the name of the last one.

        Raises ``BadInput`` for what is not an object.
        """
        ref: ObjectRef | None = None
        for found in list(read_objects(body)):
            if isinstance(found, Unreadable):
                raise BadInput(what=found.what, why=found.why)
            ref = self._put(found, body if found.resource.kind == body.get("kind") else None)
        if ref is None:
            raise BadInput(what="the List", why="it is empty")
        return ref

    def _put(self, found: ReadObject, given: dict[str, Any] | None) -> ObjectRef:
        ref = found.ref
        before = self._live.get(ref)
        if self._catalog.get(ref.group_kind) is None:
            self.add_kind(found.resource)
        self._version += 1
        meta = found.obj.metadata
        named = bool(given and given.get("metadata", {}).get("uid"))
        if before is None and not named:
            self._born[ref] = self._born.get(ref, 0) + 1
        uid = meta.uid if named else (before.obj.metadata.uid if before else f"{meta.uid[:-4]}{self._born[ref]:04x}")
        created = (
            meta.creation_timestamp or (before and before.obj.metadata.creation_timestamp) or rfc3339(self._clock.now_ms() // 1000 * 1000)
        )
        whole = _with_metadata(found, uid=uid, resourceVersion=str(self._version), creationTimestamp=created)
        if before is not None and before.obj.metadata.uid != uid:
            self.delete(ref)
            before = None
        self._live[ref] = whole
        self._tell(whole, Op.MODIFIED if before else Op.ADDED)
        return ref

    def delete(self, ref: ObjectRef) -> None:
        """Delete an object; raises ``ObjectNotFound`` if it is not there."""
        gone = self._live.pop(ref, None)
        if gone is None:
            raise ObjectNotFound(kind=ref.kind, name=f"{ref.namespace}/{ref.name}".lstrip("/"), near="")
        self._version += 1
        self._tell(_with_metadata(gone, resourceVersion=str(self._version)), Op.DELETED)

    def gap(self, why: str, *, seconds: float, group_kind: GroupKind | None = None) -> None:
        """Play that until now nothing was seen for ``seconds``, of one kind or of all."""
        until_ms = self._clock.now_ms()
        self._send(GapSeen(group_kind, until_ms - round(seconds * 1000), until_ms, why))

    def relist(self, group_kind: GroupKind) -> None:
        """Play a complete list of a kind, as after a gap."""
        resource = self._catalog.get(group_kind)
        if resource is not None:
            self._send(self._replaced(resource, first=False))

    def forget(self, ref: ObjectRef) -> None:
        """Take an object away without a word, as during a gap; the next ``relist`` shows that it is gone."""
        self._live.pop(ref, None)

    def forbid(self, group_kind: GroupKind) -> None:
        """Refuse a kind from now on."""
        state = self._state.kinds[group_kind]
        state.phase, state.since_ms, state.last_error = KindPhase.FORBIDDEN, self._clock.now_ms(), "http_403"

    def add_kind(self, resource: ApiResource) -> None:
        """Serve another kind, as after a CRD was installed."""
        self._catalog.add(resource)
        now_ms = self._clock.now_ms()
        self._state.kinds[resource.group_kind] = KindState(resource, since_ms=now_ms)
        if self._is_watched:
            self._send(KindsChanged(added=(resource,)))
            self._send(self._replaced(resource, first=True))

    def remove_kind(self, group_kind: GroupKind) -> None:
        """Stop serving a kind; its objects are gone with it."""
        resource = self._catalog.get(group_kind)
        if resource is None:
            return
        self._catalog.remove(group_kind)
        self._state.kinds.pop(group_kind, None)
        self._live = {ref: found for ref, found in self._live.items() if ref.group_kind != group_kind}
        self._send(KindsChanged(removed=(resource,)))

    def set_log(self, namespace: str, pod: str, container: str, text: str, *, previous: bool = False) -> None:
        """Give a container a log."""
        self._logs[namespace, pod, container, previous] = text

    def end(self) -> None:
        """Nothing more will come: ``observe`` ends once everything is read."""
        self._put_in_line(None)

    def _tell(self, found: ReadObject, op: Op) -> None:
        kind = found.resource.group_kind
        seen = Observation(op, kind, found.obj, found.raw, self._clock.now_ms())
        self._send(Observed(self._catalog.get(kind) or found.resource, (seen,), str(self._version)))

    def _send(self, event: SourceEvent) -> None:
        if self._is_watched and not self._is_refused(event):
            self._put_in_line(event)

    def _is_refused(self, event: SourceEvent) -> bool:
        if not isinstance(event, Observed | Replaced):
            return False
        state = self._state.kinds.get(event.resource.group_kind)
        return state is not None and state.phase is KindPhase.FORBIDDEN

    def _put_in_line(self, event: SourceEvent | None) -> None:
        try:
            self._waiting.put_nowait(event)
        except asyncio.QueueFull as error:
            raise Busy(what="The fake cluster", retry_s=1) from error

    def _replaced(self, resource: ApiResource, *, first: bool) -> Replaced:
        now_ms, kind = self._clock.now_ms(), resource.group_kind
        found = [item for ref, item in self._live.items() if ref.group_kind == kind]
        seen = tuple(Observation(Op.RELISTED, kind, item.obj, item.raw, now_ms, unseen=True) for item in found)
        return Replaced(resource, seen, str(self._version), now_ms, first=first)

    async def observe(self) -> AsyncIterator[SourceEvent]:
        """What is there as complete lists, then every call as it comes, until ``end``."""
        self._is_watched = True
        resources = tuple(self._catalog)
        lists = [event for resource in resources if not self._is_refused(event := self._replaced(resource, first=True))]
        yield KindsChanged(added=resources)
        for event in lists:
            self._count(event)
            yield event
        while (following := await self._waiting.get()) is not None:
            self._count(following)
            yield following

    def _count(self, event: SourceEvent) -> None:
        if not isinstance(event, Observed | Replaced):
            return
        state = self._state.kinds.get(event.resource.group_kind)
        if state is None:
            return
        now_ms = self._clock.now_ms()
        state.resource_version = event.cursor
        state.objects = sum(ref.group_kind == event.resource.group_kind for ref in self._live)
        if isinstance(event, Replaced):
            state.phase, state.synced_ms, state.lists = KindPhase.SYNCED, now_ms, state.lists + 1
        else:
            state.events, state.last_event_ms = state.events + len(event.observations), now_ms

    async def logs(self, query: LogQuery) -> str:
        """The end of the log that ``set_log`` gave."""
        return tail_of(self._log_of(query), query)

    async def follow_logs(self, query: LogQuery) -> AsyncIterator[str]:
        """The same, line by line, then the end."""
        for line in tail_of(self._log_of(query), query).splitlines():
            yield line

    def _log_of(self, query: LogQuery) -> str:
        if self._state.kinds[_PODS].phase is KindPhase.FORBIDDEN:
            raise Forbidden(verb="get", resource="pods/log")
        containers = sorted({c for (ns, pod, c, _) in self._logs if (ns, pod) == (query.namespace, query.pod)})
        pod = f"{query.namespace}/{query.pod}"
        is_there = ObjectRef("", "Pod", query.namespace, query.pod) in self._live
        if not containers:
            if is_there:
                raise LogsNotFound(what=pod, why="it has none")
            raise ObjectNotFound(kind="Pod", name=pod, near="")
        container = query.container or (containers[0] if len(containers) == 1 else "")
        if container not in containers:
            raise ContainerNotFound(pod=pod, container=query.container or "(none named)", near=", ".join(containers))
        text = self._logs.get((query.namespace, query.pod, container, query.previous))
        if text is None:
            raise LogsNotFound(what=f"{pod}/{container}", why="it has none")
        return text

    async def aclose(self) -> None:
        """End ``observe``."""
        if not self._waiting.full():
            self.end()


def _with_metadata(found: ReadObject, **fields: str) -> ReadObject:
    """The same object with other metadata."""
    body: dict[str, Any] = msgspec.json.decode(found.raw)
    body["metadata"] |= fields
    again = next(iter(read_objects(body)))
    return again if isinstance(again, ReadObject) else found
