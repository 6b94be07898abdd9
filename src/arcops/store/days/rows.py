"""Collects the rows of one transaction for one day file and writes them together."""

from __future__ import annotations

import msgspec

from arcops.kube.objects.event import ClusterEvent
from arcops.kube.refs import GroupKind
from arcops.kube.watch import Op
from arcops.store.base import Gap, Revision, Sighting, Snapshot, Writer
from arcops.store.days.framing import Frame, Framer
from arcops.store.days.opening import Connection, statements
from arcops.store.days.packing import EventRest, PackedTime, pack_time, pack_uid
from arcops.store.days.words import Words
from arcops.store.ledger import Draft, event_key

UNSEEN = 8
"""Added to ``op`` when the moment of the change was not seen."""
MOST_EVENTS = 20_000

_ORDER = (
    "add_object", "add_version", "end_object", "add_event", "add_sighting", "add_snapshot", "add_gap", "set_cursor", "set_meta",
)  # fmt: skip

Value = int | str | bytes | None


class Rows:
    """Rows to be written; one instance per open file, emptied by each ``write``."""

    def __init__(self, words: Words, framer: Framer, last_event: int = 0) -> None:
        """``last_event`` is the highest number of an Event object in any file."""
        self._words = words
        self._framer = framer
        self._rows: dict[str, list[tuple[Value, ...]]] = {name: [] for name in _ORDER}
        self._last_event = last_event
        self._cursors: dict[int, str] = {}
        self._known: dict[str, tuple[int, ClusterEvent]] = {}
        self._in_file: set[int] = set()

    def forget_file(self) -> None:
        """The next rows go to a new file, or the last transaction was rolled back."""
        self._words.forget_file()
        self._framer.reset()
        self._in_file.clear()
        self._cursors.clear()
        for rows in self._rows.values():
            rows.clear()

    def add_draft(self, draft: Draft) -> None:
        """A version, framed against what the file holds."""
        revision = draft.revision
        if not self._framer.knows(draft.life):
            self._add_object(draft.life, draft.owner, revision)
        previous = (draft.previous_id, draft.previous_body)
        frame = self._framer.frame(draft.life, draft.owner, revision.id, revision.body, previous)
        self.add_version(draft.life, revision, frame)
        if revision.op is Op.DELETED:
            self._rows["end_object"].append((revision.id, draft.life))
            self._framer.end(draft.life)

    def _add_object(self, life: int, owner: str, revision: Revision) -> None:
        ref = revision.ref
        kind, namespace = self._words.number("kind", str(ref.group_kind)), self._words.number("ns", ref.namespace)
        packed_owner = pack_uid(owner) if owner else None
        self._rows["add_object"].append((life, kind, namespace, ref.name, pack_uid(revision.uid), packed_owner, revision.id))

    def add_version(self, life: int, revision: Revision, frame: Frame) -> None:
        """One row of ``ver``."""
        paths = self._words.number("paths", "\n".join(revision.paths)) if revision.paths else 0
        writer, wrote = self._writer(revision.writer)
        op = int(revision.op) + (UNSEEN if revision.unseen else 0)
        self._rows["add_version"].append((revision.id, life, op, int(frame.encoding), paths, writer, wrote, frame.base, frame.body))

    def _writer(self, writer: Writer | None) -> tuple[int, PackedTime | None]:
        if writer is None:
            return 0, None
        text = f"{writer.manager}\n{writer.operation}\n{writer.subresource}"
        return self._words.number("writer", text), pack_time(writer.time) if writer.time else None

    def add_sighting(self, sighting: Sighting) -> None:
        """A sighting, and its Event if the file lacks it."""
        event = sighting.event
        number, known = self._known.get(event_key(event), (0, event))
        if not number or not _same(known, event):
            if len(self._known) >= MOST_EVENTS:
                self._in_file.discard(self._known.pop(next(iter(self._known)))[0])
            number = self._last_event = self._last_event + 1
            self._known[event_key(event)] = (number, event)
        reason = self._words.number("reason", event.reason)
        if number not in self._in_file:
            self._in_file.add(number)
            self._add_event(number, event, reason)
        self._rows["add_sighting"].append((sighting.id, number, reason, event.count, pack_time(event.last_seen)))

    def _add_event(self, number: int, event: ClusterEvent, reason: int) -> None:
        involved = event.involved
        rest = EventRest(
            event.name, pack_uid(event.uid), involved.group, involved.namespace, pack_uid(event.involved_uid), event.field_path,
            pack_time(event.first_seen),
        )  # fmt: skip
        words = self._words
        self._rows["add_event"].append(
            (
                number, words.number("kind", str(involved.group_kind)), words.number("ns", event.namespace), involved.name, event.type,
                reason, words.number("source", event.source), words.message(event.message), rest.packed(),
            )
        )  # fmt: skip

    def add_snapshot(self, snapshot: Snapshot) -> None:
        """A tick."""
        self._rows["add_snapshot"].append((snapshot.id, snapshot.at_ms, msgspec.json.encode(snapshot.counts).decode()))

    def add_gap(self, identity: int, gap: Gap) -> None:
        """A gap."""
        kind = self._words.number("kind", str(gap.group_kind)) if gap.group_kind else None
        self._rows["add_gap"].append((identity, kind, gap.since_ms, gap.until_ms, gap.why))

    def set_cursor(self, group_kind: GroupKind, version: str) -> None:
        """How far a kind was read."""
        self._cursors[self._words.number("kind", str(group_kind))] = version

    def set_meta(self, key: str, value: int) -> None:
        """A number of the file's own table."""
        self._rows["set_meta"].append((key, value))

    def write(self, connection: Connection) -> dict[str, int]:
        """Insert everything, as part of the caller's transaction; how many rows of each kind."""
        self._words.write(connection)
        self._rows["set_cursor"] += self._cursors.items()
        self._cursors.clear()
        written = {}
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
