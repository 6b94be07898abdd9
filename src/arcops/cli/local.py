"""Answers without a service: this process reads the cluster, or the files, and asks its own memory.

Only what a command needs is read: of a cluster the kinds it names, each loaded once. Nothing is remembered afterwards.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from arcops.base.bus import Bus
from arcops.base.clock import Clock, SystemClock
from arcops.base.errors import ArcopsError, ClusterUnreachable, NotFound
from arcops.base.tasks import TaskGroup
from arcops.cli.options import Speech, Target
from arcops.cli.quiet import keep_quiet
from arcops.inventory.index import Inventory
from arcops.kube.kinds import ApiResource, KindCatalog
from arcops.queries import objects as object_queries
from arcops.queries.cluster import ClusterStatus, cluster_status
from arcops.queries.context import ContextStats, context_stats
from arcops.queries.coverage import Moment
from arcops.queries.events import Event, recent_events
from arcops.queries.health import Health, health
from arcops.queries.history import HistoryQuery, VersionPage, object_history
from arcops.queries.logs import LogRequest, PodLogs, pod_logs
from arcops.queries.objects import KindInfo, ObjectPage, ObjectQuery
from arcops.queries.services import Services
from arcops.runtime.pipeline import Pipeline
from arcops.source.base import KindPhase, Source
from arcops.source.connection import ClusterConnection
from arcops.source.discovery import Discovery
from arcops.source.watch_options import WatchOptions
from arcops.store.engines.memory import MemoryStore

if TYPE_CHECKING:
    from arcops.queries.changes import ChangePage, ChangeQuery
    from arcops.queries.diagnosed import FindingQuery, IncidentDetail, IncidentPage
    from arcops.queries.diffs import DiffPage, DiffQuery
    from arcops.queries.stories import Told
    from arcops.queries.timeline import Timeline, TimelineQuery

T = TypeVar("T")

_POLL_S = 0.01
_LOAD_S = 60.0
"""A cluster that has not given the kinds of one command after so long is taken for gone."""
_CONNECT_S = 10.0
_NOTHING = ("-",)
"""A pattern no kind has: an empty one would mean every kind."""


class NoRecord(NotFound):
    """There is no record here: {where} shows the present only."""

    code = "no-record"
    hint = "The record belongs to the service: run `arcops serve`, or name its folder with --data-dir."


class PresentClock(SystemClock):
    """A clock that stands at one moment: the present of recorded files."""

    def __init__(self, present_ms: int) -> None:
        """``present_ms`` in Unix milliseconds."""
        self._present_ms = present_ms

    def now_ms(self) -> int:
        """That moment."""
        return self._present_ms


@dataclass(frozen=True, slots=True)
class Place:
    """What is asked: its name in sentences, the namespace meant when none is named, and whether it remembers."""

    where: str
    namespace: str
    remembers: bool


class LocalQuestions:
    """A source, read by this process. The event loop runs only while a question is asked."""

    def __init__(self, source: Source, clock: Clock, place: Place, runner: asyncio.Runner, known: Iterable[ApiResource] = ()) -> None:
        """``known`` are kinds of the cluster that are not read, so that ``kinds`` can name them too."""
        self._place = place
        self._runner = runner
        self._clock = clock
        self._known = tuple(known)
        self._services = Services(source, Inventory(), MemoryStore(clock), clock, clock.now_ms())
        self._tasks = TaskGroup(clock)

    @property
    def where(self) -> str:
        """``the cluster of context k3d-dev``, ``the files shop.yaml``."""
        return self._place.where

    @property
    def services(self) -> Services:
        """What has been read, for questions that are not of the protocol."""
        return self._services

    @property
    def runner(self) -> asyncio.Runner:
        """The event loop everything here belongs to."""
        return self._runner

    @property
    def namespace(self) -> str:
        """The context's namespace; "" for files."""
        return self._place.namespace

    @property
    def remembers(self) -> bool:
        """Only files with steps hold a past."""
        return self._place.remembers

    @property
    def now_ms(self) -> int:
        """The present of the source."""
        return self._clock.now_ms()

    def read_all(self) -> None:
        """Read a source that ends."""

        async def work() -> None:
            await self._services.store.start()
            await self._pipeline().run()

        self._runner.run(work())

    def read_until_settled(self, kinds: int, timeout_s: float) -> None:
        """Read a source that goes on, until so many kinds are loaded or known not to load. Raises ``ClusterUnreachable``."""

        async def work() -> None:
            await self._services.store.start()
            self._tasks.spawn("pipeline", self._pipeline().run())
            try:
                async with asyncio.timeout(timeout_s):
                    while not await self._is_settled(kinds):
                        await self._clock.sleep(_POLL_S)
            except TimeoutError:
                state = self._services.source.state
                why = state.last_error or f"its objects did not come within {timeout_s:g} s"
                raise ClusterUnreachable(server=state.server, why=why) from None

        self._runner.run(work())

    def _pipeline(self) -> Pipeline:
        services = self._services
        return Pipeline(services.source, services.store, services.inventory, Bus(lambda _older, newer: newer))

    async def _is_settled(self, kinds: int) -> bool:
        """Every kind has an answer, and those that were listed have come through to the record, which is last in line."""
        states = self._services.source.state.kinds
        arrived = await self._services.store.cursors()
        return len(states) >= kinds and all(
            kind in arrived if state.phase is KindPhase.SYNCED else state.phase is not KindPhase.LOADING for kind, state in states.items()
        )

    def health(self) -> Health:
        """The connection's state."""
        return self._ask(health(self._services))

    def kinds(self) -> list[KindInfo]:
        """Every kind, those that were not read too."""
        read = object_queries.list_kinds(self._services)
        names = {(kind.group, kind.kind) for kind in read}
        rest = [object_queries.kind_info(self._services, resource) for resource in self._known if tuple(resource.group_kind) not in names]
        return sorted([*read, *rest], key=lambda kind: (kind.group, kind.kind))

    def objects(self, query: ObjectQuery) -> ObjectPage:
        """A page of objects."""
        if query.at is None:
            return self._ask(object_queries.list_objects(self._services, query))
        from arcops.queries.objects_at import list_objects_at

        return self._recall(list_objects_at(self._services, query))

    def object(self, kind: str, namespace: str, name: str, at: str | None = None) -> msgspec.Raw:
        """One object."""
        if at is None:
            return self._ask(object_queries.get_object(self._services, kind, namespace, name))
        from arcops.queries.objects_at import get_object_at

        return self._recall(get_object_at(self._services, kind, namespace, name, at=at))

    def moment(self, at: str, kind: str | None = None) -> Moment:
        """A moment of the past. Raises ``NoRecord`` where nothing was remembered before this moment."""
        from arcops.queries.moments import moment

        return self._recall(moment(self._services, at, kind=kind))

    def status(self) -> ClusterStatus:
        """All pods and recent events."""
        return cluster_status(self._services)

    def record(self) -> ContextStats:
        """What this process has seen."""
        return self._ask(context_stats(self._services))

    def events(self, hours: int, event_type: str | None = None) -> list[Event]:
        """Events of the last hours."""
        return self._ask(recent_events(self._services, hours, event_type))

    def logs(self, request: LogRequest) -> PodLogs:
        """Lines of a pod."""
        return self._ask(pod_logs(self._services, request))

    def changes(self, query: ChangeQuery) -> ChangePage:
        """What changed in a window."""
        from arcops.queries.changes import changes

        return self._recall(changes(self._services, query))

    def diff(self, query: DiffQuery) -> DiffPage:
        """What differs between two moments."""
        from arcops.queries.diffs import diff

        return self._recall(diff(self._services, query))

    def timeline(self, query: TimelineQuery) -> Timeline:
        """Lanes of an object."""
        from arcops.queries.timeline import timeline

        return self._recall(timeline(self._services, query))

    def history(self, query: HistoryQuery) -> VersionPage:
        """Versions of an object. Raises ``NoRecord`` where nothing was remembered before this moment."""
        return self._recall(object_history(self._services, query))

    @property
    def keeps_diagnosis(self) -> bool:
        """This process looks only when it is asked, and only at the kinds a command needs."""
        return False

    def told(self, query: FindingQuery) -> Told:
        """What is wrong now. Raises ``NoRecord`` for another moment where nothing was remembered before this one."""
        if query.at and not self.remembers:
            raise NoRecord(where=self.where)
        from arcops.queries.diagnosed import diagnosis

        return self._ask(diagnosis(self._services, query))

    def incidents(self, query: FindingQuery) -> IncidentPage:
        """The incidents of now; nothing is remembered of those that are over. Raises ``NoRecord`` as ``told``."""
        if query.at and not self.remembers:
            raise NoRecord(where=self.where)
        from arcops.queries.diagnosed import list_incidents

        return self._ask(list_incidents(self._services, query))

    def incident(self, identity: str) -> IncidentDetail:
        """One incident of now."""
        from arcops.queries.diagnosed import incident_detail

        return self._ask(incident_detail(self._services, identity))

    def wait(self, seconds: float) -> None:
        """Read on for so long: the source is followed only while the event loop runs."""
        self._runner.run(self._services.clock.sleep(seconds))

    def close(self) -> None:
        """End the reading and close the connections."""
        self._runner.run(self._aclose())
        self._runner.close()

    async def _aclose(self) -> None:
        await self._services.source.aclose()
        await self._tasks.aclose()
        await self._services.store.aclose()

    def _ask(self, question: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(question)

    def _recall(self, question: Coroutine[Any, Any, T]) -> T:
        """Ask about the past, if there is one."""
        if not self.remembers:
            question.close()
            raise NoRecord(where=self.where)
        return self._ask(question)


def ask_files(names: Sequence[str], speech: Speech) -> LocalQuestions:
    """Someone who knows the cluster in these files. Raises ``BadInput`` for what cannot be read at all."""
    from arcops.source.drivers.files import FilesSource

    keep_quiet(speech)
    with _closed_on_failure() as runner:
        source = runner.run(FilesSource.open(names, SystemClock()))
        for problem in source.problems:
            speech.note(f"{problem.what}: {problem.why}")
        place = Place(f"the files {', '.join(names)}", "", remembers=True)
        asked = LocalQuestions(source, PresentClock(source.present_ms), place, runner)
        asked.read_all()
    return asked


def ask_cluster(target: Target, kinds: Sequence[str] | None, speech: Speech) -> LocalQuestions:
    """Someone who reads these kinds of the cluster of a kubeconfig; None means every kind.

    Raises ``KubeconfigError``, ``CredentialFailed``, ``Unauthorized``, ``ClusterUnreachable`` or ``UnknownKind``.
    """
    from arcops.source.drivers.cluster import ClusterSource
    from arcops.source.kubeconfig import load_connection

    keep_quiet(speech)
    clock = SystemClock()
    connection = load_connection(target.kubeconfig or None, target.context or None, clock)
    wait_s = _CONNECT_S if target.request_timeout_s is None else target.request_timeout_s or _LOAD_S
    with _closed_on_failure() as runner:
        found = runner.run(_discover(connection, clock, wait_s))
        catalog = KindCatalog(found.resources)
        wanted = found.resources if kinds is None else tuple(dict.fromkeys(catalog.find(word) for word in kinds))
        include = tuple(f"{resource.plural}.{resource.group}" for resource in wanted) or _NOTHING
        source = ClusterSource(connection, clock, WatchOptions(include=include, connect_timeout_s=wait_s))
        asked = LocalQuestions(source, clock, _place(connection), runner, found.resources)
        try:
            asked.read_until_settled(len(wanted), max(wait_s, _LOAD_S))
        except ArcopsError:
            asked.close()
            raise
    return asked


def _place(connection: ClusterConnection) -> Place:
    name = f"context {connection.context}" if connection.context else "this pod"
    return Place(f"the cluster of {name} ({connection.server}), asked by this process", connection.namespace, remembers=False)


@contextmanager
def _closed_on_failure() -> Iterator[asyncio.Runner]:
    """An event loop that is closed if what was to be made with it fails."""
    runner = asyncio.Runner()
    try:
        yield runner
    except BaseException:
        runner.close()
        raise


async def _discover(connection: ClusterConnection, clock: Clock, wait_s: float) -> Discovery:
    from arcops.source.drivers.cluster_probe import ClusterProbe

    probe = ClusterProbe(connection, clock, wait_s)
    try:
        return await probe.kinds()
    finally:
        await probe.aclose()
