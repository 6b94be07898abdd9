"""What an earlier run left: checks each day file, sets broken ones aside, reads the newest state of everything."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from arcops.base.errors import RecordError
from arcops.base.ids import id_ms
from arcops.kube.refs import GroupKind
from arcops.store.base import EventFilter, Gap, Scope
from arcops.store.days import opening, questions
from arcops.store.days.carry import NEW, discard
from arcops.store.days.file import OPEN_END, DayFile, highest_id, meta
from arcops.store.days.folder import SUFFIX, day_of_name, in_order
from arcops.store.days.framing import Encoding, Stored, kin_of
from arcops.store.days.opening import Connection, statements
from arcops.store.days.rows import Numbers
from arcops.store.days.texts import Life, Texts
from arcops.store.ledger import Ledger

EVENT_MEMORY_IDS = 3 * questions.HOUR
"""A cluster shows its Events of the last hour again at each list; older ones need not be known."""


@dataclass(slots=True)
class Recalled:
    """Everything a new run goes on from."""

    files: list[DayFile] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)
    """Knows the state the record ends with."""
    stored: dict[int, tuple[tuple[str, ...], Stored]] = field(default_factory=dict)
    """The kin of each life, and how its newest version lies in the newest file."""
    owners: dict[str, str] = field(default_factory=dict)
    """The owner of whatever lives and has one, pods left out, by uid."""
    cursors: dict[GroupKind, str] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    last_id: int = 0
    last_life: int = 0
    numbers: Numbers = field(default_factory=Numbers)
    alive_ms: int = 0
    """When the last commit was; 0 if there never was one."""


def recall(folder: Path, now_ms: int) -> Recalled:
    """Read the record in a folder; ``RecordError`` if the folder itself cannot be used."""
    found = Recalled()
    try:
        paths = in_order(folder)
        for draft in folder.glob(f"*{SUFFIX}{NEW}"):
            discard(draft)
    except OSError as error:
        raise RecordError(path=folder, why=error.strerror or error) from error
    for path in paths:
        _examine(path, found, now_ms, newest=path == paths[-1])
    for file, later in zip(found.files, found.files[1:], strict=False):
        file.end_id = later.start_id
    while found.files and not _read_newest(found, now_ms):
        found.files.pop()
        if found.files:
            found.files[-1].end_id = OPEN_END
    found.ledger.resume(found.last_id, found.last_life)
    return found


def _examine(path: Path, found: Recalled, now_ms: int, *, newest: bool) -> None:
    """Add a file to those found, or skip it, or set it aside."""
    file = DayFile(path, day_of_name(path))
    try:
        with closing(_opened(path)) as connection:
            layout = opening.layout_of(connection)
            if layout > opening.LAYOUT:
                found.notes.append(f"{path.name} was written by a newer arcops and is not read")
                return
            fault = "it is no record" if not layout else opening.fault_of(connection) if newest else ""
            if not fault:
                _measure(file, connection, found)
                return
    except opening.DAMAGE as error:
        fault = str(error)
    _set_aside(file, found, now_ms, fault)


def _opened(path: Path) -> Connection:
    """Open for reading; for writing, so that SQLite recovers the file, if a log was left behind."""
    if path.with_name(path.name + "-wal").exists():
        try:
            return opening.open_for_writing(path)
        except sqlite3.OperationalError as error:
            if opening.state_of(error) != "read_only":
                raise
    return opening.open_for_reading(path, closed=True)


def _measure(file: DayFile, connection: Connection, found: Recalled) -> None:
    file.start_id = meta(connection, "start")
    file.recount(connection)
    found.last_id = max(found.last_id, highest_id(connection), file.start_id)
    life, event, about = connection.execute(statements("read")["last_numbers"]).fetchone()
    found.last_life = max(found.last_life, life or 0)
    found.numbers = Numbers(max(found.numbers.event, event or 0), max(found.numbers.about, about or 0))
    found.alive_ms = max(found.alive_ms, meta(connection, "alive_ms"))
    found.files.append(file)


def _set_aside(file: DayFile, found: Recalled, now_ms: int, fault: str) -> None:
    """Rename a broken file and say which span is gone with it."""
    try:
        aside = file.set_aside(now_ms)
    except OSError as error:
        raise RecordError(path=file.path, why=f"{fault}, and it cannot be renamed: {error.strerror}") from error
    found.notes.append(f"{file.path.name} was unreadable ({fault}) and is now {aside.name}")
    since_ms = id_ms(file.start_id)
    until_ms = max(since_ms, min(now_ms, since_ms + 86_400_000))
    found.gaps.append(Gap(None, since_ms, until_ms, f"the record file {file.path.name} was unreadable: {fault}"))


def _read_newest(found: Recalled, now_ms: int) -> bool:
    """Read the state the newest file ends with; False, and set aside, if that fails."""
    file = found.files[-1]
    found.ledger, found.stored, found.owners = Ledger(), {}, {}
    try:
        with closing(_opened(file.path)) as connection:
            _read_lives(connection, found)
            found.cursors = questions.cursors(connection)
            span = questions.Range(found.last_id - EVENT_MEMORY_IDS, found.last_id)
            for sighting in reversed(list(questions.sightings(connection, span, EventFilter()))):
                found.ledger.recall_event(sighting.event)
    except (*opening.DAMAGE, RecordError) as error:
        _set_aside(file, found, now_ms, str(error))
        return False
    return True


def _read_lives(connection: Connection, found: Recalled) -> None:
    texts = Texts(connection)
    everything = {"bound": OPEN_END, **questions.scope_values(Scope())}
    lives = [(Life.of(row[:6]), row[6]) for row in connection.execute(statements("read")["lives_at"], everything)]
    found.owners = {life.uid: life.owner for life, _ in lives if life.owner and life.ref.kind != "Pod"}
    for life, newest in lives:
        chain = texts.chain(life.number, newest)
        key = chain[-1]
        base = key.base if key.encoding == Encoding.REF and key.base is not None else key.id
        found.ledger.recall(life.number, life.owner, texts.top(life, chain))
        kin = kin_of(life.ref.kind, life.owner, found.owners)
        found.stored[life.number] = (kin, Stored(newest, base, len(chain) - 1))
