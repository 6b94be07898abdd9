"""Answers from a running arcops service: each question is one GET."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from arcops.cli.service import Service
from arcops.queries.changes import ChangePage, ChangeQuery
from arcops.queries.cluster import ClusterStatus
from arcops.queries.context import ContextStats
from arcops.queries.coverage import Moment
from arcops.queries.diffs import DiffPage, DiffQuery
from arcops.queries.events import Event
from arcops.queries.health import Health
from arcops.queries.history import HistoryQuery, Version, VersionPage
from arcops.queries.logs import LogRequest, PodLogs
from arcops.queries.objects import NO_NAMESPACE, KindInfo, ObjectPage, ObjectQuery
from arcops.queries.timeline import Timeline, TimelineQuery

if TYPE_CHECKING:
    from arcops.queries.diagnosed import FindingQuery, IncidentDetail, IncidentPage
    from arcops.queries.stories import Told


class _Version(Version, frozen=True, gc=False):
    """A version as it comes over the wire: msgspec writes ``Raw | None`` but cannot read it, so null is raw too."""

    object: msgspec.Raw


class _VersionPage(VersionPage, frozen=True, gc=False):
    items: list[_Version]  # type: ignore[assignment]  # a list is only read here


class RemoteQuestions:
    """A service, asked by HTTP. ``namespace`` is the one meant when none is named."""

    remembers = True

    def __init__(self, service: Service, namespace: str) -> None:
        self._service = service
        self.namespace = namespace

    @property
    def where(self) -> str:
        """``the arcops service at http://127.0.0.1:8000``."""
        return f"the arcops service at {self._service.url}"

    @property
    def now_ms(self) -> int:
        """This machine's time."""
        return time.time_ns() // 1_000_000

    def health(self) -> Health:
        """``GET /api/health``."""
        return self._service.ask("/api/health", Health)

    def kinds(self) -> list[KindInfo]:
        """``GET /api/kinds``."""
        return self._service.ask("/api/kinds", list[KindInfo])

    def objects(self, query: ObjectQuery) -> ObjectPage:
        """``GET /api/objects/{kind}``."""
        return self._service.ask(
            f"/api/objects/{quote(query.kind, safe='')}",
            ObjectPage,
            {
                "namespace": query.namespace, "labelSelector": query.label_selector, "fieldSelector": query.field_selector, "q": query.q,
                "sort": query.sort, "limit": query.limit, "continue": query.cursor, "at": query.at, "tz": query.zone,
            },
        )  # fmt: skip

    def object(self, kind: str, namespace: str, name: str, at: str | None = None) -> msgspec.Raw:
        """``GET /api/objects/{kind}/{namespace}/{name}``."""
        return self._service.ask(f"/api/objects/{_path(kind, namespace or NO_NAMESPACE, name)}", msgspec.Raw, {"at": at})

    def moment(self, at: str, kind: str | None = None) -> Moment:
        """``GET /api/history/moment``."""
        return self._service.ask("/api/history/moment", Moment, {"at": at, "kind": kind})

    def status(self) -> ClusterStatus:
        """``GET /api/cluster/status``."""
        return self._service.ask("/api/cluster/status", ClusterStatus)

    def record(self) -> ContextStats:
        """``GET /api/context/stats``."""
        return self._service.ask("/api/context/stats", ContextStats)

    def events(self, hours: int, event_type: str | None = None) -> list[Event]:
        """``GET /api/cluster/events``."""
        return self._service.ask("/api/cluster/events", list[Event], {"hours": hours, "event_type": event_type})

    def logs(self, request: LogRequest) -> PodLogs:
        """``GET /api/cluster/pods/{namespace}/{pod}/logs``."""
        return self._service.ask(f"/api/cluster/pods/{_path(request.namespace, request.pod)}/logs", PodLogs, _log_params(request))

    def changes(self, query: ChangeQuery) -> ChangePage:
        """``GET /api/changes``."""
        return self._service.ask(
            "/api/changes",
            ChangePage,
            {
                "kind": query.kind, "namespace": query.namespace, "name": query.name, "since": query.since, "until": query.until,
                "tz": query.zone, "search": query.search, "upstream": query.upstream or None, "least": query.least,
                "limit": query.limit, "continue": query.cursor,
            },
        )  # fmt: skip

    def diff(self, query: DiffQuery) -> DiffPage:
        """``GET /api/history/diff``."""
        return self._service.ask(
            "/api/history/diff",
            DiffPage,
            {
                "kind": query.kind, "namespace": query.namespace, "name": query.name, "from": query.since, "to": query.until,
                "tz": query.zone, "raw": query.raw or None, "limit": query.limit, "continue": query.cursor,
            },
        )  # fmt: skip

    def timeline(self, query: TimelineQuery) -> Timeline:
        """``GET /api/timeline/{kind}/{namespace}/{name}``."""
        return self._service.ask(
            f"/api/timeline/{_path(query.kind, query.namespace or NO_NAMESPACE, query.name)}",
            Timeline,
            {
                "since": query.since, "until": query.until, "tz": query.zone, "normal": query.normal or None, "limit": query.limit,
                "continue": query.cursor,
            },
        )  # fmt: skip

    def history(self, query: HistoryQuery) -> VersionPage:
        """``GET /api/history/{kind}/{namespace}/{name}``."""
        return self._service.ask(
            f"/api/history/{_path(query.kind, query.namespace or NO_NAMESPACE, query.name)}",
            _VersionPage,
            {"since": query.since, "until": query.until, "limit": query.limit, "continue": query.cursor, "bodies": query.bodies},
        )

    @property
    def keeps_diagnosis(self) -> bool:
        """A service always does."""
        return True

    def told(self, query: FindingQuery) -> Told:
        """``GET /api/diagnosis``."""
        from arcops.queries.stories import Told

        return self._service.ask("/api/diagnosis", Told, _finding_params(query))

    def incidents(self, query: FindingQuery) -> IncidentPage:
        """``GET /api/incidents``."""
        from arcops.queries.diagnosed import IncidentPage

        return self._service.ask("/api/incidents", IncidentPage, _finding_params(query))

    def incident(self, identity: str) -> IncidentDetail:
        """``GET /api/incidents/{id}``."""
        from arcops.queries.diagnosed import IncidentDetail

        return self._service.ask(f"/api/incidents/{_path(identity)}", IncidentDetail)

    def wait(self, seconds: float) -> None:
        """Sleep: the service goes on by itself."""
        time.sleep(seconds)

    def close(self) -> None:
        """Nothing stays open between two questions."""


def _path(*parts: str) -> str:
    return "/".join(quote(part, safe="") for part in parts)


def _log_params(request: LogRequest) -> dict[str, str | int | bool | None]:
    return {
        "container": request.container, "previous": request.previous or None, "tail_lines": request.tail_lines,
        "since": request.since, "timestamps": request.timestamps or None,
    }  # fmt: skip


def _finding_params(query: FindingQuery) -> dict[str, str | int | float | bool | None]:
    return {
        "severity": query.severity, "code": query.code, "state": query.state, "namespace": query.namespace, "kind": query.kind,
        "name": query.name, "labelSelector": query.selector, "at": query.at, "tz": query.zone,
    }  # fmt: skip
