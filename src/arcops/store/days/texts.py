"""Reading bodies back: follows the frames of one object in one file to a whole one and decodes them upwards."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from arcops.base.errors import RecordError
from arcops.base.ids import id_ms
from arcops.kube.refs import ObjectRef
from arcops.kube.watch import Op
from arcops.store import frames
from arcops.store.base import Revision, RevisionPair, Writer
from arcops.store.days.framing import Encoding
from arcops.store.days.opening import Connection, statements
from arcops.store.days.packing import PackedTime, PackedUid, kind_of, unpack_lag, unpack_uid
from arcops.store.days.rows import UNSEEN
from arcops.store.revisions import version_of_body

LifeRow = tuple[int, str, str, str, PackedUid, PackedUid | None]


OPS = {number + unseen: Op(number) for number in Op for unseen in (0, UNSEEN)}
"""What happened, by the number a row holds."""


class Life(NamedTuple):
    """One object of one file: a row of ``obj``."""

    number: int
    ref: ObjectRef
    uid: str
    owner: str

    @classmethod
    def of(cls, row: LifeRow) -> Life:
        """From the columns all statements of ``sql/read.sql`` share."""
        number, kind, namespace, name, uid, owner = row
        return cls(number, ObjectRef.of(kind_of(kind), namespace, name), unpack_uid(uid), unpack_uid(owner))


class Version(NamedTuple):
    """A row of ``ver``."""

    id: int
    op: int
    encoding: int
    paths: int
    writer: int
    wrote: PackedTime | None
    base: int | None
    body: bytes


class Texts:
    """Bodies of one file, for the length of one question."""

    def __init__(self, connection: Connection) -> None:
        """Read through ``connection``."""
        self._connection = connection
        self._whole: dict[int, bytes] = {}
        self._paths: dict[int, tuple[str, ...]] = {}
        self._writers: dict[int, tuple[str, ...]] = {}

    def chain(self, life: int, newest: int, oldest: int | None = None) -> list[Version]:
        """The rows from ``newest`` back to ``oldest`` (itself if not given), and on to one that stands alone."""
        stop = newest if oldest is None else oldest
        found: list[Version] = []
        for row in self._connection.execute(statements("read")["versions_back"], (life, newest)):
            version = Version._make(row)
            found.append(version)
            if version.id <= stop and version.encoding != Encoding.DELTA:
                return found
        raise RecordError(path="the data folder", why=f"version {newest} has lost those it builds on")

    def decoded(self, chain: Sequence[Version]) -> Iterator[tuple[Version, bytes]]:
        """The rows of a chain with their bodies, oldest first."""
        text = b""
        for version in reversed(chain):
            text = self._text(version, text)
            yield version, text

    def _text(self, version: Version, before: bytes) -> bytes:
        if version.encoding == Encoding.DELTA:
            return frames.decode(version.body, before)
        if version.encoding == Encoding.REF and version.base is not None:
            return frames.decode(version.body, self.whole(version.base))
        text = frames.decode(version.body)
        self._whole[version.id] = text
        return text

    def whole(self, identity: int) -> bytes:
        """The text of a whole frame; ``RecordError`` if it is not there."""
        text = self._whole.get(identity)
        if text is None:
            row = self._connection.execute(statements("read")["whole"], (identity,)).fetchone()
            if row is None:
                raise RecordError(path="the data folder", why=f"the whole version {identity} is missing")
            text = self._whole[identity] = frames.decode(row[0])
        return text

    def newest(self, life: Life, newest: int) -> Revision:
        """One version of an object."""
        return self.top(life, self.chain(life.number, newest))

    def known(self, life: Life, identity: int, body: bytes) -> Revision:
        """One version of which the body is known, so that no frame need be decoded."""
        row = self._connection.execute(statements("read")["versions_back"], (life.number, identity)).fetchone()
        return self._revision(life, Version._make(row), body)

    def top(self, life: Life, chain: Sequence[Version]) -> Revision:
        """The version a chain leads up to."""
        *_, (version, text) = self.decoded(chain)
        return self._revision(life, version, text)

    def page(self, rows: Sequence[tuple[int, Life]]) -> list[Revision]:
        """Many versions, in the order given; each object's frames are decoded once."""
        wanted: dict[int, list[int]] = {}
        lives = {life.number: life for _, life in rows}
        for identity, life in rows:
            wanted.setdefault(life.number, []).append(identity)
        found: dict[int, Revision] = {}
        for number, identities in wanted.items():
            chosen = set(identities)
            for version, text in self.decoded(self.chain(number, max(identities), min(identities))):
                if version.id in chosen:
                    found[version.id] = self._revision(lives[number], version, text)
        return [found[identity] for identity, _ in rows]

    def pairs(self, life: Life, newest: int, wanted: Container[int]) -> dict[int, RevisionPair]:
        """``newest`` and the one before it, and every other wanted pair that the frames between tell, by the later id."""
        rows: list[Version] = []
        for row in self._connection.execute(statements("read")["versions_back"], (life.number, newest)):
            rows.append(Version._make(row))
            if len(rows) > 1 and rows[-1].encoding != Encoding.DELTA:
                break
        if not rows or rows[-1].encoding == Encoding.DELTA:
            raise RecordError(path="the data folder", why=f"version {newest} has lost those it builds on")
        found: dict[int, RevisionPair] = {}
        older: tuple[Version, bytes] | None = None
        for version, text in self.decoded(rows):
            if version.id in wanted and (older is not None or len(rows) == 1):
                before = self._revision(life, *older) if older is not None else None
                found[version.id] = RevisionPair(before, self._revision(life, version, text))
            older = version, text
        return found

    def _revision(self, life: Life, version: Version, body: bytes) -> Revision:
        return Revision(
            version.id, OPS[version.op], life.ref, life.uid, id_ms(version.id), version_of_body(body), body,
            self.paths(version.paths), self.writer(version.writer, version.wrote, version.id), version.op >= UNSEEN,
        )  # fmt: skip

    def paths(self, number: int) -> tuple[str, ...]:
        """Changed fields by their number."""
        return self._word(self._paths, "paths", number) if number else ()

    def writer(self, number: int, wrote: PackedTime | None, identity: int) -> Writer | None:
        """The writer of a version by its number, with the time it wrote, which is stored against that of the id."""
        if not number:
            return None
        manager, operation, subresource = self._word(self._writers, "writer", number)
        return Writer(manager, operation, subresource, unpack_lag(wrote, id_ms(identity)))

    def _word(self, known: dict[int, tuple[str, ...]], table: str, number: int) -> tuple[str, ...]:
        found = known.get(number)
        if found is None:
            row = self._connection.execute(f"select name from {table} where id = ?", (number,)).fetchone()  # noqa: S608
            if row is None:
                raise RecordError(path="the data folder", why=f"row {number} of {table} is missing")
            found = known[number] = tuple(row[0].split("\n"))
        return found
