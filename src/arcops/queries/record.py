"""The record itself: what it holds, how far it reaches, how it is doing, and the last lines of containers it kept."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from arcops.base.clock import rfc3339
from arcops.queries.answers import GapSpan, gap_span, stamp
from arcops.queries.cursors import page_mark, read_mark
from arcops.queries.services import Services
from arcops.queries.times import window_of
from arcops.store.base import Coverage, LogExcerpt, LogFilter, StoreStats

MOST_GAPS = 100


class RecordHolds(msgspec.Struct, frozen=True, gc=False):
    """Counts of what is kept. ``noise``: renewals and heartbeats since the start, which are not; ``dropped``: what the disk refused."""

    versions: int
    objects: int
    live_objects: int
    events: int
    log_excerpts: int
    snapshots: int
    noise: int
    dropped: int


class KindRecord(msgspec.Struct, frozen=True, gc=False):
    """One kind in the record: since when, how many lives, how many live now, what was seen of it and not kept."""

    kind: str
    since: str
    objects: int
    live_objects: int
    noise: int


class LogExcerptState(msgspec.Struct, frozen=True, gc=False):
    """How the keeping of log excerpts is doing. ``state``: ``ok``, ``off``, ``forbidden`` (no right to pods/log) or ``unreachable``.

    ``missed`` ends came too late (their lines were gone), ``empty`` ones had none, ``dropped`` ones gave way in a full queue.
    """

    state: str
    detail: str
    since: str | None
    kept: int
    empty: int
    missed: int
    dropped: int
    queued: int


class RecordReport(msgspec.Struct, frozen=True, gc=False):
    """The record: ``state`` is ``ok``, ``read_only``, ``disk_full`` or ``failed``; ``gaps`` are the newest 100 spans nobody watched."""

    engine: str
    path: str
    state: str
    detail: str
    since: str | None
    until: str | None
    last_commit: str | None
    size_bytes: int
    bytes_per_version: int
    queued: int
    holds: RecordHolds
    kinds: list[KindRecord]
    gaps: list[GapSpan]
    log_excerpts: LogExcerptState


class LogLines(msgspec.Struct, frozen=True, gc=False):
    """The last lines of one run of a container; ``previous``: they were read when the next run had begun."""

    id: int
    kept_at: str
    namespace: str
    pod: str
    uid: str
    container: str
    previous: bool
    logs: str


class LogLinesPage(msgspec.Struct, frozen=True, gc=False):
    """Kept log lines of a window, newest first; ``continue`` is null on the last page."""

    since: str
    until: str
    items: list[LogLines]
    continue_: str | None = msgspec.field(name="continue")


@dataclass(frozen=True, slots=True)
class LogLinesQuery:
    """Which kept lines; every field narrows. ``text`` is looked for in the lines, whatever its case. Without ``since`` all of them."""

    namespace: str | None = None
    pod: str | None = None
    container: str | None = None
    text: str | None = None
    since: str | None = None
    until: str | None = None
    limit: int = 20
    cursor: str | None = None


async def record_report(services: Services) -> RecordReport:
    """What the record holds and how it is doing."""
    stats, coverage = await services.store.stats(), await services.store.coverage()
    return report_of(stats, coverage, services)


def report_of(stats: StoreStats, coverage: Coverage, services: Services) -> RecordReport:
    """The report of what an engine says of itself."""
    keeping = services.log_keeping
    holds = RecordHolds(
        stats.revisions, stats.objects, stats.live_objects, stats.sightings, stats.logs, stats.snapshots, stats.noise, stats.dropped
    )
    return RecordReport(
        engine=stats.engine, path=stats.path, state=stats.state, detail=stats.state_detail, since=stamp(stats.since_ms),
        until=stamp(stats.until_ms), last_commit=stamp(stats.last_commit_ms), size_bytes=stats.bytes_on_disk,
        bytes_per_version=round(stats.bytes_on_disk / stats.revisions) if stats.revisions else 0, queued=stats.queued, holds=holds,
        kinds=[KindRecord(str(k.group_kind), rfc3339(k.since_ms), k.objects, k.live_objects, k.noise) for k in coverage.kinds],
        gaps=[gap_span(gap) for gap in coverage.gaps[-MOST_GAPS:]],
        log_excerpts=LogExcerptState(
            keeping.state, keeping.detail, stamp(keeping.since_ms), keeping.kept, keeping.empty, keeping.missed, keeping.dropped,
            keeping.queued,
        ),
    )  # fmt: skip


async def record_logs(services: Services, query: LogLinesQuery) -> LogLinesPage:
    """A page of kept log lines, newest first; those of pods that are gone too. Raises ``BadTime`` and ``BadCursor``."""
    window = window_of(services.clock.now_ms(), query.since or "1970-01-01T00:00:00Z", query.until, otherwise_hours=0)
    match = LogFilter(query.namespace, query.pod, None, query.container, query.text)
    question = ("record_logs", match, query.since, query.until)
    rows = await services.store.logs(window, match, query.limit + 1, read_mark(query.cursor, question))
    page = rows[: query.limit]
    following = page_mark(page[-1].id, question) if len(rows) > query.limit else None
    return LogLinesPage(rfc3339(window.since_ms), rfc3339(window.until_ms), [lines_of(row) for row in page], following)


def lines_of(row: LogExcerpt) -> LogLines:
    """An excerpt in the form of the answers."""
    return LogLines(row.id, rfc3339(row.seen_ms), row.ref.namespace, row.ref.name, row.uid, row.container, row.previous, row.text)
