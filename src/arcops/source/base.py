"""What every source of objects offers, and the messages it yields."""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Protocol

from arcops.kube.kinds import ApiResource, KindCatalog
from arcops.kube.refs import GroupKind
from arcops.kube.watch import Observation


@dataclass(frozen=True, slots=True)
class Observed:
    """Objects of one kind were seen. ``cursor`` is the resourceVersion this brings the kind up to ("" if unknown)."""

    resource: ApiResource
    observations: tuple[Observation, ...]
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """Objects of a list that is still under way, for whoever keeps bodies: ``Replaced`` follows, without bodies.

    Only from a source that was asked for it, so that the bodies of a large list are never in memory all at once. If the
    list fails half-way, what was told is true all the same.
    """

    resource: ApiResource
    observations: tuple[Observation, ...]


@dataclass(frozen=True, slots=True)
class Replaced:
    """A complete list of one kind: whatever is not in it no longer exists.

    Comes once at start and after each gap. Readers must never see a half of it. ``first`` is true when this source saw
    the kind for the first time. Observations whose bodies were told by ``Listed`` before have none here.
    """

    resource: ApiResource
    observations: tuple[Observation, ...]
    cursor: str
    seen_ms: int
    first: bool


@dataclass(frozen=True, slots=True)
class GapSeen:
    """Between two moments nothing was seen: of one kind, or of all (``group_kind`` None)."""

    group_kind: GroupKind | None
    since_ms: int
    until_ms: int
    why: str


@dataclass(frozen=True, slots=True)
class KindsChanged:
    """Kinds came (a CRD was installed) or went (its objects are gone with it)."""

    added: tuple[ApiResource, ...] = ()
    removed: tuple[ApiResource, ...] = ()


@dataclass(frozen=True, slots=True)
class LogSeen:
    """The last lines of one run of a container, as they were kept when it ended. Only what was recorded tells of them."""

    namespace: str
    pod: str
    uid: str
    container: str
    previous: bool
    text: str
    seen_ms: int


SourceEvent = Observed | Listed | Replaced | GapSeen | KindsChanged | LogSeen


class KindPhase(enum.StrEnum):
    """Where the watching of one kind stands."""

    LOADING = "loading"
    SYNCED = "synced"
    STALE = "stale"
    """Was synced; the stream is down and being tried again. What is shown may be old."""
    FORBIDDEN = "forbidden"
    FAILING = "failing"
    """Never synced yet, and the last tries failed."""


@dataclass(slots=True)
class KindState:
    """Progress of one kind; counters only rise. Times are Unix milliseconds, 0 for never."""

    resource: ApiResource
    phase: KindPhase = KindPhase.LOADING
    since_ms: int = 0
    synced_ms: int = 0
    objects: int = 0
    last_event_ms: int = 0
    last_bookmark_ms: int = 0
    resource_version: str = ""
    lists: int = 0
    watches: int = 0
    events: int = 0
    bytes_read: int = 0
    unreadable: dict[str, str] = field(default_factory=dict)
    """``namespace/name`` of objects that could not be decoded, with the reason."""
    errors: dict[str, int] = field(default_factory=dict)
    """Count by cause: ``refused``, ``idle``, ``http_403``, ``expired``, ``decode`` …"""
    last_error: str = ""
    lags_ms: deque[int] = field(default_factory=lambda: deque(maxlen=512))
    """Of the latest changes: from reading one to the consumer being done with it. Empty where nothing is followed live."""

    def lag_ms(self, quantile: float) -> int:
        """A quantile (0 to 1) of the latest lags, in milliseconds; 0 before the first change."""
        ordered = sorted(self.lags_ms)
        return ordered[min(len(ordered) - 1, int(quantile * len(ordered)))] if ordered else 0


@dataclass(slots=True)
class SourceState:
    """What is known of the other end. ``connected`` turns false within 2 s of a closed socket."""

    kind_of_source: str
    server: str = ""
    context: str = ""
    version: str = ""
    connected: bool = False
    since_ms: int = 0
    last_error: str = ""
    clock_skew_ms: int = 0
    """Server time minus ours, from the Date header."""
    kinds: dict[GroupKind, KindState] = field(default_factory=dict)
    discovery_errors: dict[str, str] = field(default_factory=dict)
    """API groups that could not be discovered (a dead aggregated API), with the reason."""

    @property
    def is_synced(self) -> bool:
        """Every kind that may be read has been loaded at least once, and at least one has."""
        states = [s for s in self.kinds.values() if s.phase is not KindPhase.FORBIDDEN]
        return bool(states) and all(s.synced_ms for s in states)


@dataclass(frozen=True, slots=True)
class LogQuery:
    """Which lines of which container. ``tail_lines`` and ``limit_bytes`` are always sent to the server."""

    namespace: str
    pod: str
    container: str = ""
    previous: bool = False
    tail_lines: int = 100
    since_seconds: int | None = None
    timestamps: bool = False
    limit_bytes: int = 1_000_000


class Source(Protocol):
    """Where objects come from.

    ``observe`` is read by exactly one consumer. It never raises for a cluster that is down, forbidden or wrong: that
    is a state. It ends only when there will never be anything more (a file) or when it is cancelled.
    """

    @property
    def state(self) -> SourceState:
        """The live state; read it, do not change it."""

    @property
    def catalog(self) -> KindCatalog:
        """The kinds known so far."""

    def observe(self) -> AsyncIterator[SourceEvent]:
        """Everything that is seen, in the order in which it was seen."""

    async def logs(self, query: LogQuery) -> str:
        """Lines of a container, cleaned (no NUL, no escape sequences, undecodable bytes replaced).

        Raises ``ObjectNotFound``, ``ContainerNotFound``, ``LogsNotFound``, ``Forbidden`` or ``Unreachable``.
        """

    def follow_logs(self, query: LogQuery) -> AsyncIterator[str]:
        """Lines as they come, until the container ends or the caller stops."""

    async def aclose(self) -> None:
        """Close every connection. Safe to call twice."""
