"""How arcops itself is doing: each part's real state, since when, and how far behind."""

from __future__ import annotations

import msgspec

from arcops.base.clock import rfc3339
from arcops.queries.answers import stamp
from arcops.queries.live import is_loaded
from arcops.queries.services import Services
from arcops.source.base import KindPhase, KindState
from arcops.store.base import StoreStats, Window

_LATE_TICKS = 3
"""A snapshot tick may be late by this many intervals before the context buffer counts as not working."""


class ServicesUp(msgspec.Struct, frozen=True, gc=False):
    """Which parts work, as the first version's clients read it."""

    kubernetes: bool
    context_buffer: bool
    foundry: bool


class KindProblem(msgspec.Struct, frozen=True, gc=False):
    """A kind that is not complete and current: ``loading``, ``stale``, ``forbidden`` or ``failing``; since when, and why."""

    kind: str
    resource: str
    phase: str
    since: str | None
    last_seen: str | None
    last_error: str


class KubernetesHealth(msgspec.Struct, frozen=True, gc=False):
    """The connection to the cluster. ``state``: ``connected``, ``syncing`` (connected, not all loaded) or ``disconnected``.

    ``behind_s`` is for how long the picture may have been out of date: 0 while every kind is followed.
    """

    state: str
    since: str | None
    source: str
    server: str
    context: str
    version: str
    synced: bool
    behind_s: float
    clock_skew_ms: int
    kinds: int
    objects: int
    problems: list[KindProblem]
    undiscovered: dict[str, str]
    last_error: str


class ContextBufferHealth(msgspec.Struct, frozen=True, gc=False):
    """The record: what it covers, whether it is written, and how much waits. ``last_snapshot`` is the newest tick."""

    state: str
    detail: str
    engine: str
    since: str | None
    last_commit: str | None
    last_snapshot: str | None
    snapshots: int
    retention_hours: float
    queued: int
    dropped: int
    behind_s: float


class FoundryHealth(msgspec.Struct, frozen=True, gc=False):
    """The language model. Its absence is no fault: answers are then given by rule.

    ``state``: ``absent`` (none is wanted or found), ``starting``, ``ready``, ``unloaded`` (it answers, no model is loaded) or
    ``unreachable``. ``window`` is in tokens, 0 while unknown.
    """

    state: str
    detail: str
    reachable: bool
    loaded: bool
    model: str
    window: int
    since: str | None
    last_answer: str | None
    last_failure: str


class HealthDetails(msgspec.Struct, frozen=True, gc=False):
    """The parts, one by one."""

    kubernetes: KubernetesHealth
    context_buffer: ContextBufferHealth
    foundry: FoundryHealth


class Health(msgspec.Struct, frozen=True, gc=False):
    """``healthy`` or ``degraded``, and the parts behind the word."""

    status: str
    services: ServicesUp
    timestamp: str
    uptime_s: float
    details: HealthDetails


async def health(services: Services) -> Health:
    """The health of this service. Never raises for a part that does not work: that is the answer."""
    now = services.clock.now_ms()
    stats = await services.store.stats()
    kubernetes = kubernetes_health(services, now)
    buffer = await _buffer_health(services, stats, now)
    foundry = _foundry_health(services)
    up = ServicesUp(kubernetes=services.source.state.connected, context_buffer=buffer.state == "ok", foundry=foundry.loaded)
    hurt = any(p.phase in {KindPhase.STALE, KindPhase.FAILING} for p in kubernetes.problems)
    well = up.kubernetes and up.context_buffer and kubernetes.synced and not hurt
    return Health(
        status="healthy" if well else "degraded", services=up, timestamp=rfc3339(now),
        uptime_s=max(0.0, (now - services.started_ms) / 1000), details=HealthDetails(kubernetes, buffer, foundry),
    )  # fmt: skip


def _foundry_health(services: Services) -> FoundryHealth:
    """The state of the language model, as its back end keeps it."""
    model = services.model
    return FoundryHealth(
        state="absent" if model.state == "off" else model.state, detail=model.detail, reachable=model.state in {"ready", "unloaded"},
        loaded=model.state == "ready", model=model.model, window=model.window, since=stamp(model.since_ms),
        last_answer=stamp(model.last_answer_ms or 0), last_failure=model.last_failure,
    )  # fmt: skip


def is_ready(services: Services) -> bool:
    """Every kind that may be read has been loaded once, so that answers are complete. Stays true through later faults."""
    return is_loaded(services)


def kubernetes_health(services: Services, now_ms: int) -> KubernetesHealth:
    """The state of the connection and of every kind that is not complete and current."""
    state = services.source.state
    problems = [kind_problem(k) for k in state.kinds.values() if k.phase is not KindPhase.SYNCED]
    problems.sort(key=lambda p: p.resource)
    word = "disconnected" if not state.connected else "connected" if state.is_synced else "syncing"
    return KubernetesHealth(
        state=word, since=stamp(state.since_ms), source=state.kind_of_source, server=state.server, context=state.context,
        version=state.version, synced=state.is_synced, behind_s=_behind_s(services, now_ms), clock_skew_ms=state.clock_skew_ms,
        kinds=len(state.kinds), objects=len(services.inventory), problems=problems,
        undiscovered=dict(state.discovery_errors), last_error=state.last_error,
    )  # fmt: skip


def kind_problem(state: KindState) -> KindProblem:
    """A kind's trouble in the form of the answers."""
    return KindProblem(
        kind=str(state.resource.group_kind), resource=state.resource.resource_name, phase=state.phase.value,
        since=stamp(state.since_ms), last_seen=stamp(max(state.last_event_ms, state.last_bookmark_ms)), last_error=state.last_error,
    )  # fmt: skip


def _behind_s(services: Services, now_ms: int) -> float:
    state = services.source.state
    lost = [k.since_ms for k in state.kinds.values() if k.phase is KindPhase.STALE and k.since_ms]
    if not state.connected:
        lost.append(state.since_ms or services.started_ms)
    return max(0.0, (now_ms - min(lost)) / 1000) if lost else 0.0


async def _buffer_health(services: Services, stats: StoreStats, now_ms: int) -> ContextBufferHealth:
    latest = await services.store.snapshots(Window(0, now_ms), 1)
    newest_ms = latest[0].at_ms if latest else 0
    silent_ms = now_ms - max(newest_ms, services.started_ms, *(kind.synced_ms for kind in services.source.state.kinds.values()))
    late = is_ready(services) and silent_ms > _LATE_TICKS * services.context.interval_s * 1000
    state, detail = stats.state, stats.state_detail
    if state == "ok" and late:
        state, detail = "late", f"No snapshot for {round(silent_ms / 1000)} s."
    behind = (now_ms - stats.last_commit_ms) / 1000 if stats.queued and stats.last_commit_ms else 0.0
    return ContextBufferHealth(
        state=state, detail=detail, engine=stats.engine, since=stamp(stats.since_ms), last_commit=stamp(stats.last_commit_ms),
        last_snapshot=stamp(newest_ms), snapshots=stats.snapshots, retention_hours=services.context.retention_hours,
        queued=stats.queued, dropped=stats.dropped, behind_s=max(0.0, behind),
    )  # fmt: skip
