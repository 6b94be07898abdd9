"""Collects the rows of one transaction for one day file and writes them together."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from arcops.base.ids import id_ms
from arcops.kube.objects.event import ClusterEvent
from arcops.kube.refs import GroupKind
from arcops.kube.watch import Op
from arcops.store.base import Gap, LogExcerpt, Revision, Sighting, Snapshot, Writer
from arcops.store.days.abouts import About, AboutRow, Abouts
from arcops.store.days.excerpts import Excerpts
from arcops.store.days.framing import Frame, Framer, kin_of
from arcops.store.days.opening import Connection, statements
from arcops.store.days.packing import PackedTime, pack_event_name, pack_lag, pack_message, pack_sort, pack_time, pack_uid
from arcops.store.days.words import Words
from arcops.store.ledger import Draft, event_key

UNSEEN, ENCODED = 8, 16
"""``how`` is the op, 8 more when the moment of the change was not seen, and 16 times the encoding."""
MOST_EVENTS = 20_000
NOISE = "noise "
"""Begins the names under which a file counts what it did not keep; the kind follows."""

_ORDER = (
    "add_object", "add_version", "end_object", "add_event", "add_sighting", "add_log", "add_snapshot", "add_gap", "set_cursor",
    "set_meta", "add_count",
)  # fmt: skip
ROWS = "rows "
"""Begins the names under which a file counts the rows written to a table, so that a missing one can be found."""
_TALLIED = {"add_version": "ver", "add_sighting": "seen", "add_log": "log"}
_CHILDLESS = frozenset({"Pod", "Event"})

Value = int | str | bytes | None


class Numbers(msgspec.Struct, frozen=True):
    """The highest numbers in any file: of Event objects, and of objects that events speak of."""

    event: int = 0
    about: int = 0


class Rows:
    """Rows to be written; one instance per open file, emptied by each ``write``."""

    def __init__(self, words: Words, framer: Framer, numbers: Numbers, owners: Mapping[str, str] | None = None) -> None:
        """``owners`` are the owners of what lives and may have children, by uid."""
        self._words = words
        self._framer = framer
        self._owners = dict(owners or {})
        self._rows: dict[str, list[tuple[Value, ...]]] = {name: [] for name in _ORDER}
        self._about_rows: list[AboutRow] = []
        self._abouts = Abouts(words, numbers.about)
        self._excerpts = Excerpts()
        self._last_event = numbers.event
        self._cursors: dict[int, str] = {}
        self._known: dict[str, tuple[int, ClusterEvent]] = {}
        self._in_file: set[int] = set()

    def forget_file(self) -> None:
        """The next rows go to a new file, or the last transaction was rolled back."""
        self._words.forget_file()
        self._framer.reset()
        self._abouts.forget_file()
        self._excerpts.forget_file()
        self._in_file.clear()
        self._cursors.clear()
        self._about_rows.clear()
        for rows in self._rows.values():
            rows.clear()

    def add_draft(self, draft: Draft) -> None:
        """A version, framed against what the file holds."""
        revision = draft.revision
        kind = revision.ref.kind
        if not self._framer.knows(draft.life):
            self._add_object(draft.life, draft.owner, revision)
            if draft.owner and kind not in _CHILDLESS:
                self._owners[revision.uid] = draft.owner
        previous = (draft.previous_id, draft.previous_body)
        kin = kin_of(kind, draft.owner, self._owners)
        frame = self._framer.frame(draft.life, kin, revision.id, revision.body, previous)
        self.add_version(draft.life, revision, frame)
        if revision.op is Op.DELETED:
            self._rows["end_object"].append((revision.id, draft.life))
            self._framer.end(draft.life)
            self._owners.pop(revision.uid, None)

    def _add_object(self, life: int, owner: str, revision: Revision) -> None:
        ref = revision.ref
        kind, namespace = self._words.number("kind", str(ref.group_kind)), self._words.number("ns", ref.namespace)
        packed_owner = pack_uid(owner) if owner else None
        self._rows["add_object"].append((life, kind, namespace, ref.name, pack_uid(revision.uid), packed_owner, revision.id))

    def add_version(self, life: int, revision: Revision, frame: Frame) -> None:
        """One row of ``ver``."""
        paths = self._words.number("paths", "\n".join(revision.paths)) if revision.paths else 0
        writer, wrote = self._writer(revision.writer, revision.id)
        how = int(revision.op) + (UNSEEN if revision.unseen else 0) + ENCODED * frame.encoding
        self._rows["add_version"].append((revision.id, life, how, paths, writer, wrote, frame.base, frame.body))

    def _writer(self, writer: Writer | None, identity: int) -> tuple[int, PackedTime | None]:
        if writer is None:
            return 0, None
        text = f"{writer.manager}\n{writer.operation}\n{writer.subresource}"
        return self._words.number("writer", text), pack_lag(writer.time, id_ms(identity)) if writer.time else None

    def add_sighting(self, sighting: Sighting) -> None:
        """A sighting, and its Event if the file lacks it."""
        event = sighting.event
        number, known = self._known.get(event_key(event), (0, event))
        if not number or not _same(known, event):
            if len(self._known) >= MOST_EVENTS:
                self._in_file.discard(self._known.pop(next(iter(self._known)))[0])
            number = self._last_event = self._last_event + 1
            self._known[event_key(event)] = (number, event)
        if number not in self._in_file:
            self._in_file.add(number)
            self._add_event(number, event)
        self._rows["add_sighting"].append((sighting.id, number, event.count, pack_lag(event.last_seen, sighting.seen_ms)))

    def _add_event(self, number: int, event: ClusterEvent) -> None:
        about = self._abouts.number(About(event.involved, event.involved_uid, event.namespace), self._about_rows)
        words, name = self._words, event.involved.name
        message = words.message(pack_message(event.message, name, event.namespace))
        sort = words.number("sort", pack_sort(event))
        packed = pack_event_name(event.name, name), pack_uid(event.uid), pack_time(event.first_seen)
        self._rows["add_event"].append((number, about, sort, message, *packed))

    def add_log(self, excerpt: LogExcerpt, owner: str) -> None:
        """The last lines of a container; ``owner`` is the uid of its pod's controller, whose other pods log alike."""
        about = self._abouts.number(About(excerpt.ref, excerpt.uid, excerpt.ref.namespace), self._about_rows)
        kin = (owner or excerpt.uid or str(excerpt.ref), excerpt.container)
        base, body = self._excerpts.frame(kin, excerpt.id, excerpt.text.encode())
        container = self._words.number("container", excerpt.container)
        self._rows["add_log"].append((excerpt.id, about, container, int(excerpt.previous), base, body))

    def add_snapshot(self, snapshot: Snapshot) -> None:
        """A tick."""
        counted = self._words.number("counted", "\n".join(snapshot.counts))
        counts = msgspec.msgpack.encode(list(snapshot.counts.values()))
        self._rows["add_snapshot"].append((snapshot.id, snapshot.at_ms, counted, counts))

    def add_gap(self, identity: int, gap: Gap) -> None:
        """A gap."""
        kind = self._words.number("kind", str(gap.group_kind)) if gap.group_kind else None
        self._rows["add_gap"].append((identity, kind, gap.since_ms, gap.until_ms, gap.why))

    def add_noise(self, noise: Mapping[GroupKind, int]) -> None:
        """What was seen and not kept, by kind."""
        self._rows["add_count"] += [(f"{NOISE}{kind}", count) for kind, count in noise.items()]

    def set_cursor(self, group_kind: GroupKind, version: str) -> None:
        """How far a kind was read."""
        self._cursors[self._words.number("kind", str(group_kind))] = version

    def set_meta(self, key: str, value: int | str) -> None:
        """A number or text of the file's own table."""
        self._rows["set_meta"].append((key, value))

    def write(self, connection: Connection) -> dict[str, int]:
        """Insert everything, as part of the caller's transaction; how many rows of each kind."""
        self._words.write(connection)
        connection.executemany(statements("write")["add_about"], self._about_rows)
        self._about_rows.clear()
        self._rows["set_cursor"] += self._cursors.items()
        self._cursors.clear()
        written = {}
        self._rows["add_count"] += [(f"{ROWS}{table}", len(self._rows[name])) for name, table in _TALLIED.items() if self._rows[name]]
        for name, rows in self._rows.items():
            written[name] = len(rows)
            if rows:
                connection.executemany(statements("write")[name], rows)
                rows.clear()
        return written


def _same(known: ClusterEvent, event: ClusterEvent) -> bool:
    """Whether two sightings may share one row: all but count and last time are equal."""
    return known is event or (
        known.message == event.message
        and known.reason == event.reason
        and known.type == event.type
        and known.first_seen == event.first_seen
        and known.source == event.source
    )
