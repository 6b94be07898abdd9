"""What a command may ask, whoever answers: a service over HTTP (``remote.py``) or this very process (``local.py``).

The answers are those of ``arcops.queries``, so that both give the same. A command asks a few questions and ends: the
protocol is synchronous, and a local answerer runs its event loop only while it is asked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import msgspec

from arcops.queries.changes import ChangePage, ChangeQuery
from arcops.queries.cluster import ClusterStatus
from arcops.queries.context import ContextStats
from arcops.queries.coverage import Moment
from arcops.queries.diffs import DiffPage, DiffQuery
from arcops.queries.events import Event
from arcops.queries.health import Health
from arcops.queries.history import HistoryQuery, VersionPage
from arcops.queries.logs import LogRequest, PodLogs
from arcops.queries.objects import KindInfo, ObjectPage, ObjectQuery
from arcops.queries.timeline import Timeline, TimelineQuery

if TYPE_CHECKING:
    from arcops.queries.diagnosed import FindingQuery, IncidentDetail, IncidentPage
    from arcops.queries.stories import Told


class Questions(Protocol):
    """The questions. Every method raises arcops' own errors."""

    @property
    def where(self) -> str:
        """Who answers, for ``-v`` and for sentences: ``the arcops service at http://127.0.0.1:8000``."""

    @property
    def namespace(self) -> str:
        """The namespace meant when none is named; "" for all (files)."""

    @property
    def now_ms(self) -> int:
        """The present of what is looked at: now, or the last moment of a recorded file. Unix milliseconds."""

    @property
    def remembers(self) -> bool:
        """Whether there is a record of what was before this moment."""

    def health(self) -> Health:
        """How arcops and its connection are doing."""

    def kinds(self) -> list[KindInfo]:
        """Every kind of the cluster, by group and name."""

    def objects(self, query: ObjectQuery) -> ObjectPage:
        """A page of objects of one kind. Raises ``UnknownKind`` and ``BadSelector``."""

    def object(self, kind: str, namespace: str, name: str, at: str | None = None) -> msgspec.Raw:
        """The body of one object, now or at a moment. Raises ``UnknownKind``, ``ObjectNotFound`` and ``NotThen``."""

    def moment(self, at: str, kind: str | None = None) -> Moment:
        """What a past moment is, and whether the record saw it (of one kind or of all). Raises ``BadTime`` and ``BadInput``."""

    def status(self) -> ClusterStatus:
        """All pods and the events of the last hour."""

    def record(self) -> ContextStats:
        """What the record holds."""

    def events(self, hours: int, event_type: str | None = None) -> list[Event]:
        """Every event of the last hours, newest first."""

    def logs(self, request: LogRequest) -> PodLogs:
        """Lines of a pod's containers."""

    def changes(self, query: ChangeQuery) -> ChangePage:
        """A page of what changed in a window."""

    def diff(self, query: DiffQuery) -> DiffPage:
        """A page of what differs between two moments."""

    def timeline(self, query: TimelineQuery) -> Timeline:
        """A page of lanes of an object's timeline."""

    def history(self, query: HistoryQuery) -> VersionPage:
        """A page of an object's versions, newest first."""

    @property
    def keeps_diagnosis(self) -> bool:
        """Whether somebody diagnoses all the time, so that asking costs nothing."""

    def told(self, query: FindingQuery) -> Told:
        """What is wrong, with the story of each incident."""

    def incidents(self, query: FindingQuery) -> IncidentPage:
        """Incidents in a row each."""

    def incident(self, identity: str) -> IncidentDetail:
        """One incident in full. Raises ``IncidentNotFound``."""

    def wait(self, seconds: float) -> None:
        """Let time pass before the next question."""

    def close(self) -> None:
        """Let go of connections."""


def all_objects(asked: Questions, query: ObjectQuery) -> list[msgspec.Raw]:
    """The objects of every page."""
    items: list[msgspec.Raw] = []
    while True:
        page = asked.objects(query)
        items += page.items
        if not page.metadata.continue_:
            return items
        query = replace(query, cursor=page.metadata.continue_)
