"""Decides what becomes a version: compares each observation with the newest version of its object. Pure, no I/O.

Both engines feed everything they are given through one ledger, so that they cannot disagree on what is remembered.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterator
from sys import intern

import msgspec
import structlog

from arcops.base.errors import BadInput, RecordError
from arcops.base.ids import IdSource, id_ms, last_id
from arcops.kube.objects.event import ClusterEvent, Event, normalize
from arcops.kube.objects.meta import ObjectMeta
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.watch import Observation, Op
from arcops.store.base import Revision, Sighting
from arcops.store.heads import Head, Heads
from arcops.store.revisions import SECRET, Kept, changed_paths, is_noise, keep, secret_paths, version_of_body

log = structlog.get_logger(__name__)

EVENT_KINDS = frozenset({GroupKind("", "Event"), GroupKind("events.k8s.io", "Event")})
MOST_REMEMBERED_EVENTS = 20_000

_event = msgspec.json.Decoder(Event)


class Draft(msgspec.Struct, frozen=True, gc=False):
    """A version to be kept, with what an engine needs to store it as a difference.

    ``life`` numbers the existence of one uid; ``previous_id`` is 0 for its first version; ``owner`` is the uid of the
    controller, whose other children look alike.
    """

    revision: Revision
    life: int
    owner: str
    previous_id: int
    previous_body: bytes


class Ledger:
    """The newest version of everything, and the rules by which the next one is kept, dropped or counted."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self.ids = IdSource()
        self.heads = Heads()
        self.noise: dict[GroupKind, int] = {}
        """What was seen and not kept since the start, by kind."""
        self._new_noise: dict[GroupKind, int] = {}
        self.duplicates = 0
        self.unreadable = 0
        self.newest_ms = 0
        self._last_life = 0
        self._awaiting: set[GroupKind] = set()
        self._sighted: OrderedDict[str, tuple[int, str]] = OrderedDict()

    def resume(self, last_id: int, last_life: int) -> None:
        """Go on above ids and lives given in an earlier run."""
        self.ids = IdSource(last_id)
        self.newest_ms = id_ms(last_id)
        self._last_life = last_life

    def recall(self, life: int, owner: str, revision: Revision) -> None:
        """An object that lived when the record was last written; if it looks different when first seen, that was unseen."""
        self.heads.put(Head(life, owner, revision, recalled=True))
        self._awaiting.add(revision.ref.group_kind)

    def recall_event(self, event: ClusterEvent) -> None:
        """An Event as last seen in an earlier run; the cluster will show it again."""
        self._remember(event)

    def take_noise(self) -> dict[GroupKind, int]:
        """What was seen and not kept since this was last asked, by kind."""
        taken, self._new_noise = self._new_noise, {}
        return taken

    def bound(self, at_ms: int) -> int:
        """The highest id that counts as seen at ``at_ms``.

        More than 1,024 things seen in one millisecond get ids of the next ones; whoever asks for the newest moment
        still sees them all.
        """
        return max(last_id(at_ms), self.ids.last) if at_ms >= self.newest_ms else last_id(at_ms)

    def give_id(self, seen_ms: int) -> int:
        """The id of something seen now."""
        self.newest_ms = max(self.newest_ms, seen_ms)
        return self.ids.next(seen_ms)

    def head(self, ref: ObjectRef) -> Revision | None:
        """The newest version under a name, if it is still in memory."""
        head = self.heads.get(ref)
        return self.heads.peek(head) if head else None

    def held(self, ref: ObjectRef, identity: int) -> bytes:
        """The body of that very version if it is an object's newest. Any thread may ask: b"" where it is being changed just now."""
        head = self.heads.get(ref)
        if head is None or head.revision.id != identity:
            return b""
        try:
            revision = self.heads.peek(head)
        except RecordError:  # packed or unpacked in between: a frame never opens with a text that is not its own
            return b""
        return revision.body if revision.id == identity else b""

    def observe(self, observation: Observation) -> list[Draft | Sighting]:
        """What is to be kept of an observation: nothing, one row, or two when a name was taken over by a new object."""
        try:
            if observation.group_kind in EVENT_KINDS:
                return list(self._sight(observation))
            if observation.op is Op.DELETED:
                return list(self._delete(observation))
            return list(self._put(observation))
        except BadInput as error:
            self.unreadable += 1
            log.warning("object_not_recorded", object=str(observation.ref), reason=error.message)
            return []

    def missing(self, group_kind: GroupKind, live: Collection[str]) -> list[Head]:
        """The objects of a kind whose uid is not in ``live``, a complete list; those that never had a uid stay."""
        self._awaiting.discard(group_kind)
        uids = live if isinstance(live, (set, frozenset, dict)) else set(live)
        return [head for head in self.heads.of_kind(group_kind) if head.revision.uid and head.revision.uid not in uids]

    def bury(self, head: Head, seen_ms: int) -> Draft:
        """The tombstone of an object of which the end was not seen."""
        return self._continue(head, Op.DELETED, seen_ms, Kept(self.heads.revision(head).body, None), unseen=True)

    def _put(self, seen: Observation) -> Iterator[Draft]:
        head = self.heads.get(seen.ref)
        if head is None or head.is_gone or head.revision.uid != seen.obj.metadata.uid:
            kept = keep(seen.group_kind, seen.raw)
            if head and not head.is_gone:
                yield self.bury(head, seen.seen_ms)
            unseen = seen.unseen or seen.op is not Op.ADDED or seen.group_kind in self._awaiting
            yield self._begin(Op.ADDED, seen, kept, unseen=unseen)
            return
        recalled, head.recalled = head.recalled, False
        if seen.op is Op.MODIFIED and not seen.unseen:
            self._awaiting.discard(seen.group_kind)
        version = seen.obj.metadata.resource_version
        if version and head.version == version:
            self.duplicates += 1
            return
        kept = keep(seen.group_kind, seen.raw)
        head.version = version
        last = self.heads.revision(head)
        paths = changed_paths(last.body, kept.body)
        if seen.group_kind == SECRET:
            paths = tuple(sorted({*paths, *secret_paths(seen.raw, last.writer)}))
        if not paths:
            self.duplicates += 1
        elif is_noise(seen.group_kind, paths):
            for counts in (self.noise, self._new_noise):
                counts[seen.group_kind] = counts.get(seen.group_kind, 0) + 1
        else:
            unseen = seen.unseen or recalled or seen.op is Op.RELISTED
            op = Op.RELISTED if unseen else Op.MODIFIED
            yield self._continue(head, op, seen.seen_ms, kept, paths=paths, unseen=unseen)

    def _delete(self, seen: Observation) -> Iterator[Draft]:
        head = self.heads.get(seen.ref)
        uid = seen.obj.metadata.uid
        same = head is not None and (head.revision.uid == uid or not uid)
        if head is not None and head.is_gone is same:
            self.duplicates += 1  # deleted already, or it speaks of the life before this one
        elif head is not None and same:
            if seen.raw:
                kept = keep(seen.group_kind, seen.raw)
                paths = changed_paths(self.heads.revision(head).body, kept.body)
                yield self._continue(head, Op.DELETED, seen.seen_ms, kept, paths=paths, unseen=seen.unseen)
            else:
                yield self.bury(head, seen.seen_ms)
        elif seen.raw:
            yield self._begin(Op.DELETED, seen, keep(seen.group_kind, seen.raw), unseen=seen.unseen)

    def _begin(self, op: Op, seen: Observation, kept: Kept, *, unseen: bool) -> Draft:
        """The first version of a life."""
        meta = seen.obj.metadata
        identity = self.give_id(seen.seen_ms)
        version = meta.resource_version or version_of_body(kept.body)
        revision = Revision(identity, op, seen.ref, meta.uid, id_ms(identity), version, kept.body, (), kept.writer, unseen)
        self._last_life += 1
        self.heads.put(Head(self._last_life, owner_of(meta), revision))
        return Draft(revision, self._last_life, owner_of(meta), 0, b"")

    def _continue(self, head: Head, op: Op, seen_ms: int, kept: Kept, *, paths: tuple[str, ...] = (), unseen: bool) -> Draft:
        """The next version of a life."""
        last = self.heads.revision(head)
        identity = self.give_id(seen_ms)
        revision = Revision(
            identity, op, last.ref, last.uid, id_ms(identity), version_of_body(kept.body), kept.body, paths, kept.writer, unseen
        )
        self.heads.put(Head(head.life, head.owner, revision))
        return Draft(revision, head.life, head.owner, last.id, last.body)

    def _sight(self, seen: Observation) -> Iterator[Sighting]:
        if seen.op is Op.DELETED:
            return
        event = normalize(_event_of(seen))
        if self._sighted.get(event_key(event)) == (event.count, event.last_seen):
            self.duplicates += 1
            return
        self._remember(event)
        identity = self.give_id(seen.seen_ms)
        yield Sighting(identity, id_ms(identity), event)

    def _remember(self, event: ClusterEvent) -> None:
        key = event_key(event)
        self._sighted[key] = (event.count, event.last_seen)
        self._sighted.move_to_end(key)
        if len(self._sighted) > MOST_REMEMBERED_EVENTS:
            self._sighted.popitem(last=False)


def owner_of(meta: ObjectMeta) -> str:
    """The uid of the controller, else of the first owner, else ""."""
    owners = meta.owner_references or ()
    return intern(next((owner.uid for owner in owners if owner.controller), owners[0].uid if owners else ""))


class _Owned(msgspec.Struct, gc=False):
    metadata: ObjectMeta


_owned = msgspec.json.Decoder(_Owned)


def owner_of_body(body: bytes) -> str:
    """``owner_of`` of a kept body."""
    return owner_of(_owned.decode(body).metadata)


def event_key(event: ClusterEvent) -> str:
    """What tells one Event object from another: its uid, or its name where it has none (from files)."""
    return event.uid or f"{event.namespace}/{event.name}"


def _event_of(seen: Observation) -> Event:
    if isinstance(seen.obj, Event):
        return seen.obj
    try:
        return _event.decode(seen.raw)
    except msgspec.DecodeError as error:
        raise BadInput(what="An Event", why=error) from error
