"""Commits what the pipeline saw to the open day file; rolls to the next; outlasts a disk that refuses."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby

import structlog

from arcops.base.clock import Clock
from arcops.base.errors import RecordError
from arcops.base.ids import id_ms
from arcops.kube.refs import GroupKind
from arcops.store.base import Gap, LogExcerpt, Sighting, Snapshot
from arcops.store.days import carry, opening
from arcops.store.days.carry import Held, nothing_held
from arcops.store.days.file import DayFile
from arcops.store.days.folder import Folder, day_start, next_day
from arcops.store.days.framing import Framer
from arcops.store.days.opening import Connection
from arcops.store.days.recall import Recalled
from arcops.store.days.rows import Rows
from arcops.store.days.seal import SEAL, digest_of
from arcops.store.days.words import Words
from arcops.store.ledger import Draft, event_key
from arcops.store.retention import Retention

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class GapRow:
    """A gap with its id."""

    id: int
    gap: Gap


@dataclass(frozen=True, slots=True)
class CursorRow:
    """Cursors; they take the place of the row before them. ``id`` is that row's."""

    id: int
    cursors: Mapping[GroupKind, str]


@dataclass(frozen=True, slots=True)
class LogRow:
    """A log excerpt, and the uid of its pod's owner."""

    excerpt: LogExcerpt
    owner: str

    @property
    def id(self) -> int:
        """The excerpt's."""
        return self.excerpt.id


@dataclass(frozen=True, slots=True)
class NoiseRow:
    """How much was seen and not kept since the row like it before; ``id`` as for cursors."""

    id: int
    noise: Mapping[GroupKind, int]


Row = Draft | Sighting | Snapshot | GapRow | CursorRow | LogRow | NoiseRow
_IDLESS = (CursorRow, NoiseRow)


def id_of(row: Row) -> int:
    """The id of a row of any kind."""
    return row.revision.id if isinstance(row, Draft) else row.id


class DaySink:
    """A ``Sink`` for day files. Everything here runs in the writer's thread; the public fields may be read by any."""

    def __init__(self, folder: Folder, clock: Clock, retention: Retention, recalled: Recalled, held: Held = nothing_held) -> None:
        """Go on from what was recalled. ``held`` gives versions that memory has, so that a new file begins sooner."""
        self.state = "ok"
        self.detail = ""
        self.dropped = 0
        self.last_commit_ms = recalled.alive_ms
        self._folder = folder
        self._clock = clock
        self._most_file_bytes = max(1, retention.max_bytes // 8)
        self._stored = recalled.stored
        self._held = held
        self._connection: Connection | None = None
        self._committed_id = recalled.last_id
        self._lost: Gap | None = None
        self._lost_id = 0
        self._seals: dict[str, str] = {}
        self._framer = Framer(lambda identity: carry.read_whole(self._connection, identity))
        self._words = Words()
        self._rows = Rows(self._words, self._framer, recalled.numbers, recalled.owners)

    def open(self) -> None:
        """Go on with the newest file, if it can be written."""
        with suppress(sqlite3.Error):
            self._reopen()

    def _reopen(self) -> None:
        file = self._folder.newest
        if self._connection is not None or file is None:
            return
        connection = opening.open_for_writing(file.path)
        try:
            self._words.load(connection, current=True)
        except sqlite3.Error:
            connection.close()
            raise
        for life, (kin, stored) in self._stored.items():
            self._framer.resume(life, kin, stored)
        self._stored = {}
        self._connection = connection

    def commit(self, rows: Sequence[Row]) -> bool:
        """Commit to the file of each row's day; False while the disk refuses."""
        try:
            self._reopen()
            fresh = [row for row in rows if isinstance(row, _IDLESS) or id_of(row) > self._committed_id]
            for _, of_day in groupby(fresh, lambda row: day_start(id_of(row))):
                self._commit_day(list(of_day))
        except (sqlite3.Error, OSError, RecordError) as error:
            return self._refused(error)
        if self.state != "ok":
            log.info("record_writable_again", state=self.state, dropped=self.dropped)
            self.state, self.detail = "ok", ""
        return True

    def _commit_day(self, rows: list[Row]) -> None:
        file, connection = self._ready_for(rows)
        now_ms = self._clock.now_ms()
        try:
            connection.execute("begin immediate")
            for row in rows:
                self._stage(row)
            if self._lost is not None:
                self._rows.add_gap(self._lost_id, self._lost)
            self._rows.set_meta("alive_ms", now_ms)
            for name, digest in self._seals.items():
                self._rows.set_meta(name, digest)
            written = self._rows.write(connection)
            connection.execute("commit")
        except (sqlite3.Error, RecordError):
            self._rows.forget_file()
            with suppress(sqlite3.Error):
                connection.execute("rollback")
            raise
        self._committed_id = max(self._committed_id, *map(id_of, rows))
        self._lost = None
        self._seals.clear()
        self.last_commit_ms = now_ms
        _count(file, written)

    def _ready_for(self, rows: list[Row]) -> tuple[DayFile, Connection]:
        """The open file, a new one if that of another day is open or it has grown too large."""
        file, connection, first = self._folder.newest, self._connection, id_of(rows[0])
        if file is None or connection is None or first >= next_day(file.start_id) or file.size_bytes > self._most_file_bytes:
            before = {row.previous_id: row.previous_body for row in rows if isinstance(row, Draft)}
            return self._roll(first, connection, lambda ref, identity: before.get(identity) or self._held(ref, identity))
        return file, connection

    def _stage(self, row: Row) -> None:
        rows = self._rows
        if isinstance(row, Draft):
            rows.add_draft(row)
        elif isinstance(row, Sighting):
            rows.add_sighting(row)
        elif isinstance(row, Snapshot):
            rows.add_snapshot(row)
        elif isinstance(row, GapRow):
            rows.add_gap(row.id, row.gap)
        elif isinstance(row, LogRow):
            rows.add_log(row.excerpt, row.owner)
        elif isinstance(row, NoiseRow):
            rows.add_noise(row.noise)
        else:
            for group_kind, version in row.cursors.items():
                rows.set_cursor(group_kind, version)

    def _roll(self, first: int, older: Connection | None, held: Held) -> tuple[DayFile, Connection]:
        """Begin the file that holds ``first``, with the state the one before ended with."""
        newest = self._folder.newest
        start_id = day_start(first)
        if newest is None or start_id <= max(newest.start_id, self._committed_id):
            # The record reaches back to the first thing seen, not to that day's midnight. Cursors alone bear the id of a row
            # that is in the older file already.
            start_id = max(first, self._committed_id + 1)
        path = self._folder.name_for(start_id)
        self._connection = None  # what the framer knows of the older file is no use in the new one
        try:
            self._connection = carry.begin(path, start_id, self._rows, older, held)
        except (sqlite3.Error, RecordError, OSError):
            self._rows.forget_file()
            self._connection = older
            raise
        file = DayFile(path, start_id)
        self._folder.add(file)
        if older is not None:
            _close(older)
            self._seal(newest)
        return file, self._connection

    def _seal(self, closed: DayFile | None) -> None:
        """Keep a digest of a file that will not change any more, if nothing of it is left in its log.

        The log itself stays, empty, while a reader has the file open.
        """
        if closed is None:
            return
        wal = closed.path.with_name(closed.path.name + "-wal")
        with suppress(OSError):
            if not wal.exists() or wal.stat().st_size == 0:
                self._seals[f"{SEAL}{closed.path.name}"] = digest_of(closed.path)

    def _refused(self, error: Exception) -> bool:
        state = opening.state_of(error)
        if state == "disk_full" and self._make_room():
            return False
        if state == "read_only":
            self._let_go()
        if state != self.state:
            log.warning("record_not_writable", state=state, reason=str(error))
        self.state, self.detail = state, str(error)
        return False

    def _let_go(self) -> None:
        """Close the file: what was opened on a read-only disk stays so when the disk no longer is."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _make_room(self) -> bool:
        """Let the oldest file go, never the open one."""
        oldest = next((file for file in self._folder.files[:-1] if not file.is_pinned), None)
        if oldest is None:
            return False
        log.warning("record_file_removed", file=oldest.path.name, reason="disk full")
        with suppress(OSError):
            self._folder.remove(oldest)
        return True

    def thin(self, rows: list[Row]) -> list[Row]:
        """Keep the newest version of each object and the newest sighting of each Event; say what span has holes."""
        newest: dict[object, int] = {}
        for place, row in enumerate(rows):
            newest[_thin_key(row, place)] = place
        kept_places = set(newest.values())
        lost = [row for place, row in enumerate(rows) if place not in kept_places]
        if lost:
            self.dropped += len(lost)
            since_ms = self._lost.since_ms if self._lost else id_ms(id_of(lost[0]))
            self._lost_id = max(self._lost_id, id_of(lost[-1]))
            self._lost = Gap(
                None, since_ms, id_ms(self._lost_id), f"the record could not be written ({self.state}): only newest states kept"
            )
        return [row for place, row in enumerate(rows) if place in kept_places]

    def close(self) -> None:
        """Close the file; what an earlier ``commit`` could not write is lost and the next start marks the gap."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                if self.state == "ok":
                    self._rows.set_meta("alive_ms", self._clock.now_ms())
                    self._rows.write(self._connection)
            _close(self._connection)
            self._connection = None
        self._put_logs_away()

    def _put_logs_away(self) -> None:
        """Empty logs that readers kept from going when their file was closed. The file itself stays as it was sealed."""
        for file in self._folder.files[:-1]:
            if file.path.with_name(file.path.name + "-wal").exists():
                with suppress(sqlite3.Error):
                    opening.open_for_writing(file.path).close()


def _thin_key(row: Row, place: int) -> object:
    if isinstance(row, Draft):
        return row.life
    if isinstance(row, Sighting):
        return event_key(row.event)
    if isinstance(row, LogRow):
        return (row.excerpt.uid, row.excerpt.container)
    if isinstance(row, CursorRow):
        return ("cursors", frozenset(row.cursors))
    return type(row) if isinstance(row, (Snapshot, NoiseRow)) else ("kept", place)


def _count(file: DayFile, written: Mapping[str, int]) -> None:
    for name, counted in _COUNTED.items():
        file.counts[counted] += written[name]


_COUNTED = {
    "add_version": "revisions", "add_sighting": "sightings", "add_snapshot": "snapshots", "add_gap": "gaps", "end_object": "ended",
    "add_log": "logs",
}  # fmt: skip


def _close(connection: Connection) -> None:
    """Bring the log into the file, and leave no log behind unless somebody still reads."""
    with suppress(sqlite3.Error):
        connection.execute("pragma busy_timeout = 0")
        connection.execute("pragma wal_checkpoint(truncate)").fetchone()
        connection.execute("pragma journal_mode = delete").fetchone()
    connection.close()
