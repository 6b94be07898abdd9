"""The newest version of each object, in memory, so that the next one can be compared with it without reading the disk.

Texts that were not used lately are kept compressed, against that of a sibling (another child of the same owner) once
there are several: 10,000 pods then cost their busy texts up to a cap, and some hundred bytes each for the rest.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.watch import Op
from arcops.store import frames
from arcops.store.base import Revision

MOST_TEXT_BYTES = 2 * 1024 * 1024
MOST_GONE = 4096
MOST_MODELS = 1024
"""Sibling texts that packed ones may build on; each packed head holds on to its own."""


class Head:
    """One object's newest version. ``life`` numbers the existence of one uid; ``version`` is the last one seen, kept or not."""

    __slots__ = ("life", "model", "owner", "packed", "recalled", "revision", "version")

    def __init__(self, life: int, owner: str, revision: Revision, *, recalled: bool = False) -> None:
        """``recalled``: read back from disk at the start and not yet seen in this run."""
        self.life = life
        self.owner = owner
        self.revision = revision
        self.version = revision.resource_version
        self.recalled = recalled
        self.packed = b""
        self.model: bytes | None = None

    @property
    def is_gone(self) -> bool:
        """The newest version is a tombstone."""
        return self.revision.op is Op.DELETED


class Heads:
    """Heads by kind and name. Live ones are always here; of those gone only the latest ``most_gone``."""

    def __init__(self, most_text_bytes: int = MOST_TEXT_BYTES, most_gone: int = MOST_GONE) -> None:
        """Keep at most that many bytes of texts uncompressed."""
        self._by_kind: dict[GroupKind, dict[ObjectRef, Head]] = {}
        self._plain: OrderedDict[ObjectRef, Head] = OrderedDict()
        self._gone: OrderedDict[ObjectRef, None] = OrderedDict()
        self._models: OrderedDict[str, bytes | None] = OrderedDict()
        self._text_bytes = 0
        self._most_text_bytes = most_text_bytes
        self._most_gone = most_gone

    def get(self, ref: ObjectRef) -> Head | None:
        """The head under a name, or None."""
        of_kind = self._by_kind.get(ref.group_kind)
        return of_kind.get(ref) if of_kind else None

    @property
    def kinds(self) -> list[GroupKind]:
        """The kinds of which there are any."""
        return list(self._by_kind)

    def of_kind(self, group_kind: GroupKind) -> list[Head]:
        """The live heads of a kind."""
        return [head for head in self._by_kind.get(group_kind, {}).values() if not head.is_gone]

    def __iter__(self) -> Iterator[Head]:
        for of_kind in self._by_kind.values():
            yield from of_kind.values()

    def __len__(self) -> int:
        return sum(map(len, self._by_kind.values())) - len(self._gone)

    def put(self, head: Head) -> None:
        """Add or replace the head of its name."""
        ref = head.revision.ref
        self._forget_text(ref)
        self._by_kind.setdefault(ref.group_kind, {})[ref] = head
        self._gone.pop(ref, None)
        self._keep_text(ref, head)
        if head.is_gone:
            self._gone[ref] = None
            if len(self._gone) > self._most_gone:
                self._drop(next(iter(self._gone)))

    def peek(self, head: Head) -> Revision:
        """The head's version with its body, for a reader: what is packed stays packed."""
        return _with_body(head.revision, frames.decode(head.packed, head.model)) if head.packed else head.revision

    def revision(self, head: Head) -> Revision:
        """The head's version with its body, for the writer, who will want it again."""
        if head.packed:
            head.revision = self.peek(head)
            head.packed, head.model = b"", None
            self._keep_text(head.revision.ref, head)
        else:
            self._plain.move_to_end(head.revision.ref)
        return head.revision

    def _drop(self, ref: ObjectRef) -> None:
        self._forget_text(ref)
        self._gone.pop(ref, None)
        of_kind = self._by_kind[ref.group_kind]
        del of_kind[ref]
        if not of_kind:
            del self._by_kind[ref.group_kind]

    def _forget_text(self, ref: ObjectRef) -> None:
        head = self._plain.pop(ref, None)
        if head:
            self._text_bytes -= len(head.revision.body)

    def _keep_text(self, ref: ObjectRef, head: Head) -> None:
        self._plain[ref] = head
        self._text_bytes += len(head.revision.body)
        while self._text_bytes > self._most_text_bytes and len(self._plain) > 1:
            _, coldest = self._plain.popitem(last=False)
            self._text_bytes -= len(coldest.revision.body)
            self._pack(coldest)

    def _pack(self, head: Head) -> None:
        text = head.revision.body
        head.model = self._model_for(head.owner, text) if head.owner else None
        head.packed = frames.encode(text, head.model)
        head.revision = _with_body(head.revision, b"")

    def _model_for(self, owner: str, text: bytes) -> bytes | None:
        """The text that children of an owner are packed against: none for the first, its own for the second."""
        if owner not in self._models:
            self._models[owner] = None
            if len(self._models) > MOST_MODELS:
                self._models.popitem(last=False)
            return None
        self._models.move_to_end(owner)
        model = self._models[owner]
        if model is None:
            model = self._models[owner] = text
        return model


def _with_body(revision: Revision, body: bytes) -> Revision:
    return Revision(
        revision.id, revision.op, revision.ref, revision.uid, revision.seen_ms, revision.resource_version, body,
        revision.paths, revision.writer, revision.unseen,
    )  # fmt: skip
