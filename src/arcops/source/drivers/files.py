"""A cluster in files: manifests, ``kubectl get -o yaml`` output, or a case with its history, logs and rights."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from arcops.base.clock import Clock
from arcops.base.errors import ContainerNotFound, LogsNotFound, ObjectNotFound
from arcops.kube.builtin import BUILTIN
from arcops.kube.kinds import ApiResource, KindCatalog
from arcops.kube.objects.pod import Pod
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.watch import Observation, Op
from arcops.source.base import KindPhase, KindsChanged, KindState, LogQuery, Observed, Replaced, SourceEvent, SourceState
from arcops.source.cases import Picture, Step
from arcops.source.log_text import tail_of
from arcops.source.manifests import ReadObject, Unreadable
from arcops.source.texts import read_picture

_PREVIOUS = " (previous)"


class FilesSource:
    """Observes what files show, once, each observation at its own time, and ends.

    Of a case, which is a whole cluster, every kind counts as listed, so that what is not there is known not to be; of
    manifests only the kinds that occur in them. A kind the case's reader may not list is ``FORBIDDEN``.
    """

    def __init__(self, picture: Picture) -> None:
        """A source of a picture that was already read; ``open`` reads one."""
        self._picture = picture
        first_ms = picture.steps[0].at_ms
        resources = {resource.group_kind: resource for resource in BUILTIN}
        resources |= {found.resource.group_kind: found.resource for step in picture.steps for found in step.apply}
        self._catalog = KindCatalog(resources.values())
        shown = {found.resource.group_kind for found in picture.steps[0].apply}
        self._kinds = [resource for kind, resource in resources.items() if picture.is_whole or kind in shown]
        self._state = SourceState("files", connected=True, since_ms=first_ms)
        for resource in self._kinds:
            phase = KindPhase.FORBIDDEN if self._is_forbidden(resource) else KindPhase.LOADING
            self._state.kinds[resource.group_kind] = KindState(resource, phase, since_ms=first_ms)
        self._live: dict[ObjectRef, ReadObject] = {}

    @classmethod
    async def open(cls, names: Sequence[str | Path], clock: Clock, *, strict: bool = False) -> FilesSource:
        """Read files, folders and ``-``; raises ``BadInput`` that names file, document and line."""
        return cls(await asyncio.to_thread(read_picture, names, clock.now_ms(), strict=strict))

    @property
    def state(self) -> SourceState:
        """Always connected; every kind is synced once it was given, or forbidden."""
        return self._state

    @property
    def catalog(self) -> KindCatalog:
        """The built-in kinds and those the files name."""
        return self._catalog

    @property
    def problems(self) -> tuple[Unreadable, ...]:
        """Documents and objects that could not be read, with the place and the reason."""
        return tuple(self._picture.problems)

    @property
    def is_whole(self) -> bool:
        """Whether the files show a whole cluster, so that what is not in them is not there."""
        return self._picture.is_whole

    @property
    def present_ms(self) -> int:
        """The time of the last observation, which is the present of these files even if nothing changed in it."""
        return self._picture.steps[-1].at_ms

    async def observe(self) -> AsyncIterator[SourceEvent]:
        """The first observation as complete lists, each later one as changes; then the end."""
        yield KindsChanged(added=tuple(self._kinds))
        first, *later = self._picture.steps
        by_kind: dict[GroupKind, list[ReadObject]] = {resource.group_kind: [] for resource in self._kinds}
        for found in first.apply:
            by_kind[found.resource.group_kind].append(found)
        for resource in self._kinds:
            if not self._is_forbidden(resource):
                yield self._replaced(resource, by_kind[resource.group_kind], first.at_ms)
        for step in later:
            for event in self._changes(step):
                yield event
                await asyncio.sleep(0)

    def _replaced(self, resource: ApiResource, found: Iterable[ReadObject], at_ms: int) -> Replaced:
        latest = {item.ref: item for item in found}
        self._live |= latest
        state = self._state.kinds[resource.group_kind]
        state.phase, state.synced_ms, state.objects, state.lists = KindPhase.SYNCED, at_ms, len(latest), 1
        observations = tuple(
            Observation(Op.RELISTED, resource.group_kind, item.obj, item.raw, at_ms, unseen=True) for item in latest.values()
        )
        return Replaced(resource, observations, "", at_ms, first=True)

    def _changes(self, step: Step) -> Iterator[SourceEvent]:
        """The changes of a step, in its order: what was applied, then what was gone."""
        observations = [seen for found in step.apply for seen in self._applied(found, step.at_ms)]
        observations += [seen for name in step.delete for seen in self._deleted(name, step.at_ms)]
        for kind, seen in groupby(observations, key=lambda observation: observation.group_kind):
            resource = self._catalog.get(kind)
            if resource is None or self._is_forbidden(resource):
                continue
            if kind not in self._state.kinds:
                self._state.kinds[kind] = KindState(resource, KindPhase.SYNCED, since_ms=step.at_ms, synced_ms=step.at_ms)
                yield KindsChanged(added=(resource,))
            of_kind = tuple(seen)
            state = self._state.kinds[kind]
            state.events += len(of_kind)
            state.last_event_ms = step.at_ms
            state.objects = sum(ref.group_kind == kind for ref in self._live)
            yield Observed(resource, of_kind)

    def _applied(self, found: ReadObject, at_ms: int) -> Iterator[Observation]:
        kind = found.resource.group_kind
        before = self._live.get(found.ref)
        if before is not None and before.obj.metadata.uid != found.obj.metadata.uid:
            yield Observation(Op.DELETED, kind, before.obj, before.raw, at_ms)
            before = None
        self._live[found.ref] = found
        yield Observation(Op.MODIFIED if before else Op.ADDED, kind, found.obj, found.raw, at_ms)

    def _deleted(self, name: tuple[str, str, str], at_ms: int) -> Iterator[Observation]:
        """Files name an object by kind, namespace and name; whichever group it is of."""
        for ref in [ref for ref in self._live if (ref.kind, ref.namespace, ref.name) == name]:
            gone = self._live.pop(ref)
            yield Observation(Op.DELETED, ref.group_kind, gone.obj, gone.raw, at_ms)

    def _is_forbidden(self, resource: ApiResource) -> bool:
        """``forbidden`` writes ``networking.k8s.io/ingressclasses``, and ``pods`` or ``core/pods`` for the core group."""
        group, plural = resource.group, resource.plural
        return not self._picture.forbidden.isdisjoint(
            {f"{group}/{plural}" if group else plural, f"{group or 'core'}/{plural}", f"/{plural}"}
        )

    async def logs(self, query: LogQuery) -> str:
        """The lines the file gives for a container."""
        return tail_of(self._log_of(query), query)

    async def follow_logs(self, query: LogQuery) -> AsyncIterator[str]:
        """The same lines, then the end: nothing more will come."""
        for line in tail_of(self._log_of(query), query).splitlines():
            yield line

    def _log_of(self, query: LogQuery) -> str:
        pod = f"{query.namespace}/{query.pod}"
        containers = self._containers(query)
        container = query.container or (containers[0] if len(containers) == 1 else "")
        if container not in containers:
            raise ContainerNotFound(pod=pod, container=query.container or "(none named)", near=", ".join(containers) or "unknown")
        text = self._picture.logs.get(f"{pod}/{container}{_PREVIOUS if query.previous else ''}")
        if text is None:
            raise LogsNotFound(what=f"{pod}/{container}", why="the file holds none")
        return text

    def _containers(self, query: LogQuery) -> list[str]:
        """Containers by the pod itself, while it is there, and by the logs, which may outlive it."""
        start = f"{query.namespace}/{query.pod}/"
        logged = [key.removeprefix(start).removesuffix(_PREVIOUS) for key in self._picture.logs if key.startswith(start)]
        found = self._live.get(ObjectRef("", "Pod", query.namespace, query.pod))
        spec = found.obj.spec if found is not None and isinstance(found.obj, Pod) else None
        if found is None and not logged:
            raise ObjectNotFound(kind="Pod", name=f"{query.namespace}/{query.pod}", near="")
        declared = [container.name for container in ((spec.init_containers or ()) + (spec.containers or ()))] if spec else []
        return list(dict.fromkeys(declared + logged))

    async def aclose(self) -> None:
        """Nothing is held open."""
