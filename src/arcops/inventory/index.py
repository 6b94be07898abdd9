"""The live objects of every kind, kept up to date by what is observed.

Objects are known by uid. Within a kind the highest resourceVersion wins, so that the outcome is the same in whatever
order observations come, doubled or not: an older state of the same uid is ignored, a deletion of an earlier object
never takes away the later one of the same name, and what was deleted does not come back by an old event.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from arcops.inventory.base import Entry
from arcops.inventory.buckets import Buckets
from arcops.inventory.delta import Change, Delta
from arcops.inventory.events import EventIndex
from arcops.inventory.sharing import share_with_before, share_with_relative
from arcops.inventory.table import KindTable
from arcops.kube.objects.event import ClusterEvent, Event
from arcops.kube.objects.meta import KubeObject, ObjectMeta
from arcops.kube.objects.pod import Pod
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.selectors import Selector
from arcops.kube.watch import Observation, Op

POD = Pod.GROUP_KIND

Changes = list[Change]


class Inventory:
    """What is there now. One writer calls ``apply`` and ``replace``; readers of the same thread never see half of a call.

    ``revision`` rises with every change; ``kind_revision`` is the revision at which a kind last changed.
    """

    def __init__(self) -> None:
        """Nothing is known yet."""
        self.revision = 0
        self._tables: dict[GroupKind, KindTable] = {}
        self._owned = Buckets()
        self._bound = Buckets()
        self._events = EventIndex()

    # What changes

    def apply(self, observations: Sequence[Observation]) -> Delta:
        """Take in what was seen, in its order, and say what that changed."""
        changes: Changes = []
        for seen in observations:
            group_kind = seen.group_kind
            table = self._tables.get(group_kind) or self._table(group_kind)
            if seen.op is Op.DELETED:
                self._delete(table, seen.obj.metadata, changes)
            else:
                self._upsert(table, group_kind, seen.obj, changes)
        return Delta(self.revision, tuple(changes))

    def replace(self, group_kind: GroupKind, observations: Sequence[Observation]) -> Delta:
        """Take in a complete list: objects not in it are gone, others change only where their resourceVersion differs.

        The list is the truth even where it is older than what is held (a cluster restored from a backup).
        """
        table = self._table(group_kind)
        table.graves.clear()
        changes: Changes = []
        live = {_key(seen.obj.metadata) for seen in observations}
        for key in [key for key in table.by_uid if key not in live]:
            self._remove(table, key, changes)
        for seen in observations:
            entry = table.by_uid.get(_key(seen.obj.metadata))
            if entry is None:
                self._upsert(table, group_kind, seen.obj, changes)
            elif _differs(seen.obj.metadata, entry.obj.metadata):
                self._exchange(table, entry, seen.obj, changes)
        table.is_complete = True
        return Delta(self.revision, tuple(changes))

    def drop_kind(self, group_kind: GroupKind) -> Delta:
        """Forget a kind that is served no more, and all its objects."""
        delta = self.replace(group_kind, ())
        del self._tables[group_kind]
        return delta

    # What is asked

    def get(self, ref: ObjectRef) -> Entry | None:
        """The object of that name, or None."""
        table = self._tables.get(ref.group_kind)
        return table.get(ref.namespace, ref.name) if table else None

    def by_uid(self, uid: str) -> Entry | None:
        """The object with that uid, or None."""
        for table in self._tables.values():
            if (entry := table.by_uid.get(uid)) is not None:
                return entry
        return None

    def list(self, group_kind: GroupKind, namespace: str | None = None) -> tuple[Entry, ...]:
        """All objects of a kind, of one namespace or all, sorted by namespace and name."""
        table = self._tables.get(group_kind)
        return table.entries(namespace) if table else ()

    def select(self, group_kind: GroupKind, namespace: str | None, selector: Selector) -> tuple[Entry, ...]:
        """The objects of a kind whose labels match, sorted by namespace and name."""
        table = self._tables.get(group_kind)
        return table.select(namespace, selector) if table else ()

    def owned_by(self, uid: str) -> tuple[Entry, ...]:
        """The objects whose owner references name ``uid``, sorted by kind, namespace and name."""
        return self._owned.of(uid)

    def on_node(self, name: str) -> tuple[Entry, ...]:
        """The pods bound to a node, sorted by namespace and name; the node need not exist."""
        return self._bound.of(name)

    def events_of(self, target: ObjectRef | str) -> tuple[ClusterEvent, ...]:
        """The events about an object, by name or uid, oldest first; not those of an earlier object with the same name."""
        if isinstance(target, str):
            return self._events.of_uid(target)
        entry = self.get(target)
        return self._events.of_ref(target, entry.uid if entry else "")

    def events(self) -> tuple[ClusterEvent, ...]:
        """Every event the cluster still keeps, oldest first."""
        return self._events.all()

    def kinds(self) -> tuple[GroupKind, ...]:
        """The kinds that were listed or seen, sorted; one may have no objects."""
        return tuple(sorted(self._tables))

    def is_complete(self, group_kind: GroupKind) -> bool:
        """Whether a whole list of the kind was taken in, so that what is not here does not exist."""
        table = self._tables.get(group_kind)
        return table is not None and table.is_complete

    def namespaces(self) -> tuple[str, ...]:
        """Every namespace that exists or has objects, sorted."""
        found = {entry.ref.name for entry in self.list(GroupKind("", "Namespace"))}
        for table in self._tables.values():
            found.update(table.namespaces())
        return tuple(sorted(found - {""}))

    def count(self, group_kind: GroupKind, namespace: str | None = None) -> int:
        """How many objects of a kind there are."""
        table = self._tables.get(group_kind)
        return table.count(namespace) if table else 0

    def kind_revision(self, group_kind: GroupKind) -> int:
        """The revision at which the kind last changed; 0 if it never did."""
        table = self._tables.get(group_kind)
        return table.revision if table else 0

    def __len__(self) -> int:
        return sum(len(table.by_uid) for table in self._tables.values())

    # How it is done

    def _table(self, group_kind: GroupKind) -> KindTable:
        table = self._tables.get(group_kind)
        if table is None:
            table = self._tables[group_kind] = KindTable(labelled=group_kind == POD)
        return table

    def _upsert(self, table: KindTable, group_kind: GroupKind, obj: KubeObject, changes: Changes) -> None:
        meta = obj.metadata
        entry = table.by_uid.get(meta.uid or _key(meta))
        if entry is not None and (entry.ref.name != meta.name or entry.ref.namespace != meta.namespace):
            self._remove(table, _key(meta), changes)
            entry = None
        if entry is not None:
            held = entry.obj.metadata.resource_version
            version = meta.resource_version
            if version and held and (version == held or is_older(version, held)):
                return
            self._exchange(table, entry, obj, changes)
        elif self._make_room(table, meta, changes):
            self._insert(table, ObjectRef(*group_kind, meta.namespace, meta.name), obj, changes)

    def _make_room(self, table: KindTable, meta: ObjectMeta, changes: Changes) -> bool:
        """Clear the name of an earlier object; False if it is the new one that is out of date."""
        buried = table.graves.get(meta.uid)
        if buried is not None and not is_older(buried, meta.resource_version):
            return False
        other = table.get(meta.namespace, meta.name)
        if other is None:
            return True
        held = other.obj.metadata
        if is_older(meta.resource_version, held.resource_version):
            table.bury(meta.uid, meta.resource_version)
            return False
        self._remove(table, _key(held), changes)
        table.bury(held.uid, meta.resource_version)
        return True

    def _insert(self, table: KindTable, ref: ObjectRef, obj: KubeObject, changes: Changes) -> None:
        entry = Entry(ref, obj)
        key = _key(obj.metadata)
        owners = tuple(_owner_uids(obj))
        self._share_template(obj, owners)
        table.add(key, entry)
        self._owned.add(owners, entry)
        if type(obj) is Pod:
            self._bound.add(_node_of(obj), entry)
        elif type(obj) is Event:
            self._events.put(key, obj)
        self._touch(table, entry)
        changes.append(Change(Op.ADDED, ref, None, obj))

    def _share_template(self, obj: KubeObject, owners: tuple[str, ...]) -> None:
        """Let an object, one of its children, one of its owner's and the owner hold equal parts once."""
        meta = obj.metadata
        child = self._owned.any_of(meta.uid)
        if child is not None:
            share_with_relative(obj, child.obj)
        if not owners:
            return
        sibling = self._owned.any_of(owners[0])
        if sibling is not None and child is not None:
            share_with_relative(sibling.obj, obj)
        elif sibling is not None:
            share_with_relative(obj, sibling.obj)
        elif (table := self._tables.get((meta.owner_references or ())[0].group_kind)) and (owner := table.by_uid.get(owners[0])):
            share_with_relative(owner.obj, obj)

    def _exchange(self, table: KindTable, entry: Entry, obj: KubeObject, changes: Changes) -> None:
        """Put the new state in the old one's place, touching only those indexes whose field changed."""
        old = entry.obj
        before, after = old.metadata, obj.metadata
        key = _key(after)
        if before.labels == after.labels:
            after.labels = before.labels
        else:
            table.relabel(key, entry, before.labels, after.labels)
        if before.owner_references == after.owner_references:
            after.owner_references = before.owner_references
        else:
            self._owned.drop(_owner_uids(old), entry)
            self._owned.add(_owner_uids(obj), entry)
        share_with_before(obj, old)
        if type(obj) is Pod:
            if _node_of(obj) != _node_of(old):
                self._bound.drop(_node_of(old), entry)
                self._bound.add(_node_of(obj), entry)
        elif type(obj) is Event:
            self._events.put(key, obj)
        entry.obj = obj
        self._touch(table, entry)
        changes.append(Change(Op.MODIFIED, entry.ref, old, obj))

    def _delete(self, table: KindTable, meta: ObjectMeta, changes: Changes) -> None:
        key = _key(meta)
        entry = table.by_uid.get(key)
        held = entry.obj.metadata.resource_version if entry else ""
        if entry is not None:
            self._remove(table, key, changes)
        if meta.uid:
            version = meta.resource_version or held
            buried = table.graves.get(meta.uid, held)
            table.bury(meta.uid, buried if is_older(version, buried) else version)

    def _remove(self, table: KindTable, key: str, changes: Changes) -> None:
        entry = table.remove(key)
        obj = entry.obj
        self._owned.drop(_owner_uids(obj), entry)
        if type(obj) is Pod:
            self._bound.drop(_node_of(obj), entry)
        elif type(obj) is Event:
            self._events.drop(key)
        self._touch(table, entry)
        changes.append(Change(Op.DELETED, entry.ref, obj, None))

    def _touch(self, table: KindTable, entry: Entry) -> None:
        self.revision += 1
        table.revision = entry.revision = self.revision


def is_older(version: str, other: str) -> bool:
    """Whether one resourceVersion of a kind is before another of the same kind; anything that is not a number is not.

    Kubernetes compares them so too (apimachinery, ``CompareResourceVersion``): shorter is older, then as text.
    """
    if len(version) == len(other):
        return version < other and version.isdigit() and other.isdigit()
    return len(version) < len(other) and version.isdigit() and other.isdigit()


def _differs(new: ObjectMeta, held: ObjectMeta) -> bool:
    return not new.resource_version or new.resource_version != held.resource_version


def _key(meta: ObjectMeta) -> str:
    """The uid; for a manifest, which has none, its name (a uid never holds a slash)."""
    return meta.uid or f"{meta.namespace}/{meta.name}"


def _owner_uids(obj: KubeObject) -> Iterator[str]:
    return (owner.uid for owner in obj.metadata.owner_references or () if owner.uid)


def _node_of(pod: KubeObject) -> tuple[str, ...]:
    """The node a pod is bound to, as keys of an index."""
    node = pod.spec.node_name if type(pod) is Pod and pod.spec else None
    return (node,) if node else ()
