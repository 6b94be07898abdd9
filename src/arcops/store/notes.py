"""What arcops itself decided and saw, beside the cluster's own record: incidents as they came and went, suppressions.

Few and small (an incident changes a few times a day), and wanted for longer than versions of objects are kept: so they have
a file of their own in the record's folder, ``notes.jsonl``, one line each, only ever appended to and written anew at a start when
half of it is out of date. Everything is in memory too; while the disk refuses, that is what answers.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import msgspec
import structlog

from arcops.base.ids import IdSource

log = structlog.get_logger(__name__)

FILE = "notes.jsonl"
MOST_NOTES = 2_000
"""About 8 MB of incidents; the oldest go first, but never the newest of a key that is not over."""


class Note(msgspec.Struct, frozen=True, gc=False):
    """One thing noted: a ``topic`` ("incident", "suppression"), whose (``key``), what became of it (``op``), and the JSON of it."""

    id: int
    at_ms: int
    topic: str
    key: str
    op: str
    body: msgspec.Raw
    is_over: bool = False


class Notes(Protocol):
    """Notes in the order in which they were made."""

    async def start(self) -> None:
        """Read what an earlier run noted."""

    async def add(self, at_ms: int, topic: str, key: str, op: str, body: bytes, *, is_over: bool = False) -> Note:
        """Note something; ``is_over`` when there will be nothing more to say of the key."""

    def latest(self, topic: str, until_ms: int | None = None) -> list[Note]:
        """The newest note of every key of a topic, newest first; of those made until a moment, if one is given."""

    def of(self, topic: str, key: str) -> list[Note]:
        """Every note of one key, oldest first."""

    def all(self, topic: str) -> list[Note]:
        """Every note of a topic, oldest first."""

    async def forget(self, topic: str, keys: Collection[str]) -> int:
        """Forget every note of these keys, on disk too; how many there were."""

    async def aclose(self) -> None:
        """Close the file."""


class MemoryNotes:
    """Notes that end with the process."""

    def __init__(self, most: int = MOST_NOTES) -> None:
        """None yet; ``most`` are kept."""
        self._most = most
        self._notes: list[Note] = []
        self._ids = IdSource()

    async def start(self) -> None:
        """Nothing to read."""

    async def add(self, at_ms: int, topic: str, key: str, op: str, body: bytes, *, is_over: bool = False) -> Note:
        """Keep a note; the oldest go when there are too many."""
        note = Note(self._ids.next(at_ms), at_ms, topic, key, op, msgspec.Raw(body), is_over)
        self._notes.append(note)
        if len(self._notes) > self._most:
            self._notes = kept(self._notes, self._most * 3 // 4)
        return note

    def latest(self, topic: str, until_ms: int | None = None) -> list[Note]:
        """The newest of every key."""
        newest = {note.key: note for note in self._notes if note.topic == topic and (until_ms is None or note.at_ms <= until_ms)}
        return sorted(newest.values(), key=_id, reverse=True)

    def of(self, topic: str, key: str) -> list[Note]:
        """All of one key."""
        return [note for note in self._notes if note.topic == topic and note.key == key]

    def all(self, topic: str) -> list[Note]:
        """All of one topic."""
        return [note for note in self._notes if note.topic == topic]

    async def forget(self, topic: str, keys: Collection[str]) -> int:
        """Forget them."""
        before = len(self._notes)
        self._notes = [note for note in self._notes if note.topic != topic or note.key not in keys]
        return before - len(self._notes)

    async def aclose(self) -> None:
        """Nothing to close."""


class FileNotes(MemoryNotes):
    """The same, kept in a file of a folder."""

    def __init__(self, folder: Path, file: str = FILE, most: int = MOST_NOTES) -> None:
        """Nothing is opened before ``start``."""
        super().__init__(most)
        self._path = folder / file
        self._writing = asyncio.Lock()
        self._refused = ""

    async def start(self) -> None:
        """Read the file; lines that make no sense (a torn last one) are left out."""
        notes, lines = await asyncio.to_thread(_read, self._path)
        self._notes = kept(notes, self._most)
        self._ids = IdSource(max((note.id for note in self._notes), default=0))
        if lines > 2 * len(self._notes):
            await self._write(lambda: _write_anew(self._path, self._notes))

    async def add(self, at_ms: int, topic: str, key: str, op: str, body: bytes, *, is_over: bool = False) -> Note:
        """Keep it, and append it to the file; a disk that refuses is named once in the log."""
        note = await super().add(at_ms, topic, key, op, body, is_over=is_over)
        await self._write(lambda: _append(self._path, note))
        return note

    async def forget(self, topic: str, keys: Collection[str]) -> int:
        """Forget them, and write the file anew without them."""
        count = await super().forget(topic, keys)
        if count:
            await self._write(lambda: _write_anew(self._path, self._notes))
        return count

    async def _write(self, work: Callable[[], None]) -> None:
        async with self._writing:
            try:
                await asyncio.to_thread(work)
            except OSError as error:
                why = error.strerror or str(error)
                if why != self._refused:
                    log.warning("notes_not_writable", path=str(self._path), reason=why)
                self._refused = why
            else:
                self._refused = ""


def kept(notes: Sequence[Note], most: int) -> list[Note]:
    """The newest ``most``, and before them the newest note of every key that is not over."""
    if len(notes) <= most:
        return list(notes)
    newest = {(note.topic, note.key): note.id for note in notes}
    old = [note for note in notes[:-most] if newest[note.topic, note.key] == note.id and not note.is_over]
    return [*old, *notes[-most:]]


def _id(note: Note) -> int:
    return note.id


def _read(path: Path) -> tuple[list[Note], int]:
    decoder = msgspec.json.Decoder(Note)
    notes: list[Note] = []
    lines = 0
    try:
        with path.open("rb") as file:
            for line in file:
                lines += 1
                with suppress(msgspec.MsgspecError):
                    notes.append(decoder.decode(line))
    except FileNotFoundError:
        pass
    except OSError as error:
        log.warning("notes_not_readable", path=str(path), reason=error.strerror or str(error))
    return notes, lines


def _append(path: Path, note: Note) -> None:
    """One write, so that a torn line can only be the last; a line that follows a torn one begins anew."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        os.write(file.fileno(), (b"" if _ends_well(descriptor) else b"\n") + msgspec.json.encode(note) + b"\n")


def _ends_well(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    if not size:
        return True
    os.lseek(descriptor, size - 1, os.SEEK_SET)
    return os.read(descriptor, 1) == b"\n"


def _write_anew(path: Path, notes: Sequence[Note]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.writelines(msgspec.json.encode(note) + b"\n" for note in notes)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
