"""Checks a record to the last byte: pages, checksums of frames, digests of closed files, and whether all of it fits together.

Reads only. What each version says of itself (its object, its changed fields, beginnings and ends) is worked out again from
the bodies. Message texts of the newest file are the one thing nothing vouches for until the file is closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from arcops.base.errors import RecordError
from arcops.kube.objects.meta import PartialObject
from arcops.kube.watch import Op
from arcops.store import frames
from arcops.store.base import EventFilter, LogFilter, Scope
from arcops.store.days import listings, opening, questions
from arcops.store.days.file import meta
from arcops.store.days.folder import SUFFIX, in_order
from arcops.store.days.framing import Encoding
from arcops.store.days.opening import Connection
from arcops.store.days.rows import ROWS, UNSEEN
from arcops.store.days.seal import digest_of, seals_in
from arcops.store.days.texts import Life
from arcops.store.revisions import SECRET, changed_paths

MOST_FAULTS = 100
_ALL = questions.Range(0, 1 << 62)

_named = msgspec.json.Decoder(PartialObject)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was written: in which file, where in it, and what is wrong."""

    file: str
    where: str
    what: str


@dataclass(slots=True)
class Verdict:
    """What was checked, and what was found; ``notes`` tells of files that could not be judged. At most 100 faults are listed."""

    files: int = 0
    versions: int = 0
    sightings: int = 0
    logs: int = 0
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Nothing is wrong."""
        return not self.faults


def verify(folder: Path) -> Verdict:
    """Check every day file of a folder; raises ``RecordError`` if there is none."""
    verdict = Verdict()
    paths = in_order(folder)
    if not paths:
        raise RecordError(path=folder, why="it holds no record")
    seals: dict[str, str] = {}
    for path in paths:
        verdict.files += 1
        for where, what in _checked(path, verdict, seals):
            _add(verdict, Fault(path.name, where, what))
    for path in paths:
        if path.name in seals and digest_of(path) != seals[path.name]:
            _add(verdict, Fault(path.name, "file", "its bytes are not those it was closed with"))
    verdict.notes += [f"{path.name} was set aside as unreadable" for path in sorted(folder.glob(f"*{SUFFIX}.unreadable-*[0-9]"))]
    return verdict


def _add(verdict: Verdict, fault: Fault) -> None:
    if len(verdict.faults) < MOST_FAULTS:
        verdict.faults.append(fault)


def _checked(path: Path, verdict: Verdict, seals: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The faults of one file, as where and what."""
    try:
        with closing(opening.open_for_reading(path, closed=False)) as connection:
            layout = opening.layout_of(connection)
            if layout > opening.LAYOUT:
                verdict.notes.append(f"{path.name} was written by a newer arcops and is not checked")
                return
            if layout != opening.LAYOUT or not meta(connection, "complete"):
                yield "file", "it is no record"
                return
            seals.update(seals_in(connection))
            yield from _pages(connection)
            yield from _orphans(connection)
            yield from _missing(connection)
            yield from _lives(connection, verdict)
            yield from _events(connection, verdict)
            yield from _logs(connection, verdict)
    except (*opening.DAMAGE, RecordError) as error:
        yield "file", f"it cannot be read: {error}"


def _pages(connection: Connection) -> Iterator[tuple[str, str]]:
    for (verdict,) in connection.execute("pragma integrity_check(20)"):
        if verdict != "ok":
            yield "pages", str(verdict)


_REFERENCES = (
    ("ver", "obj", "obj"), ("obj", "kind", "kind"), ("obj", "ns", "ns"), ("about", "kind", "kind"), ("about", "ns", "ns"),
    ("about", "inside", "ns"), ("ev", "about", "about"), ("ev", "sort", "sort"), ("ev", "msg", "msg"), ("seen", "ev", "ev"),
    ("log", "about", "about"), ("log", "container", "container"), ("snap", "counted", "counted"), ("ver", "paths", "paths"),
    ("ver", "writer", "writer"), ("cursor", "kind", "kind"),
)  # fmt: skip


def _orphans(connection: Connection) -> Iterator[tuple[str, str]]:
    """Rows that refer to rows that are not there; 0 stands for none."""
    for table, column, target in _REFERENCES:
        statement = f"select count(*) from {table} where {column} <> 0 and {column} not in (select id from {target})"  # noqa: S608
        (count,) = connection.execute(statement).fetchone()
        if count:
            yield table, f"{count} rows refer to rows of {target} that are missing"


def _missing(connection: Connection) -> Iterator[tuple[str, str]]:
    """Rows that were written and are not there: a difference may well decode without the version in between."""
    for table in ("ver", "seen", "log"):
        (count,) = connection.execute(f"select count(*) from {table}").fetchone()  # noqa: S608 - our own table names
        written = meta(connection, f"{ROWS}{table}")
        if count != written:
            yield table, f"{written} rows were written to {table}, and {count} are there"


def _lives(connection: Connection, verdict: Verdict) -> Iterator[tuple[str, str]]:
    start = meta(connection, "start")
    wholes: dict[int, bytes] = {}
    rows = connection.execute("select id, body from ver where how >> 4 = ?", (int(Encoding.WHOLE),))
    for identity, body in rows:
        try:
            wholes[identity] = frames.decode(body)
        except RecordError as error:
            yield f"version {identity}", str(error)
    for life, first, gone in listings.lives_within(connection, _ALL.until, Scope()):
        yield from _versions(connection, verdict, wholes, _Expected(life, first, gone, start))


@dataclass(frozen=True, slots=True)
class _Expected:
    life: Life
    first: int
    gone: int | None
    start: int


def _versions(connection: Connection, verdict: Verdict, wholes: dict[int, bytes], expected: _Expected) -> Iterator[tuple[str, str]]:
    """All versions of one life, each decoded from the one before it, and what they must agree with."""
    statement = "select v.id, v.how, p.name, v.base, v.body from ver v left join paths p on p.id = v.paths where v.obj = ? order by v.id"
    before: bytes | None = None
    ids: list[int] = []
    ended: list[int] = []
    for identity, how, paths, base, body in connection.execute(statement, (expected.life.number,)):
        verdict.versions += 1
        where = f"version {identity} of {expected.life.ref}"
        ids.append(identity)
        op = Op(how & 15 & ~UNSEEN)
        if op is Op.DELETED:
            ended.append(identity)
        try:
            text = _decoded(Encoding(how >> 4), base, body, before, wholes)
            fault = _disagreement(expected.life, text, before if identity > expected.start else None, op, paths)
        except (RecordError, msgspec.MsgspecError, ValueError) as error:
            yield where, str(error)
            before = None
            continue
        if fault:
            yield where, fault
        before = text
    if not ids or ids[0] != expected.first:
        yield f"{expected.life.ref}", "its first version is missing"
    if ended != ([] if expected.gone is None else [expected.gone]) or (ended and ended[0] != ids[-1]):
        yield f"{expected.life.ref}", "its end is not where it was noted"


def _decoded(encoding: Encoding, base: int | None, body: bytes, before: bytes | None, wholes: dict[int, bytes]) -> bytes:
    if encoding is Encoding.WHOLE:
        return frames.decode(body)
    model = before if encoding is Encoding.DELTA else wholes.get(base or 0)
    if model is None:
        raise RecordError(path="the data folder", why="the version it builds on is missing or damaged")
    return frames.decode(body, model)


def _disagreement(life: Life, text: bytes, before: bytes | None, op: Op, paths: str | None) -> str:
    """What a version's body says otherwise than its row, "" if nothing."""
    meta_ = _named.decode(text).metadata
    if (meta_.namespace, meta_.name) != (life.ref.namespace, life.ref.name) or meta_.uid != life.uid:
        return "its body is another object's"
    if before is None or life.ref.group_kind == SECRET:
        return ""
    changed = "\n".join(changed_paths(before, text))
    return "" if changed == (paths or "") or op is Op.ADDED else "its changed fields are not those of its body"


def _events(connection: Connection, verdict: Verdict) -> Iterator[tuple[str, str]]:
    (rows,) = connection.execute("select count(*) from seen").fetchone()
    read = sum(1 for _ in questions.sightings(connection, _ALL, EventFilter()))
    verdict.sightings += read
    if read != rows:
        yield "seen", f"{rows - read} sightings cannot be read"


def _logs(connection: Connection, verdict: Verdict) -> Iterator[tuple[str, str]]:
    ids = [identity for (identity,) in connection.execute("select id from log")]
    for identity in ids:
        try:
            list(listings.excerpts(connection, questions.Range(identity, identity), LogFilter()))
        except (RecordError, UnicodeDecodeError) as error:
            yield f"log excerpt {identity}", str(error)
    verdict.logs += len(ids)
