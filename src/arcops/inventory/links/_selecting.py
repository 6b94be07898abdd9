"""What the four relations by label selector have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import POD
from arcops.inventory.links.base import Dependence, Link, Relation
from arcops.kube.objects.meta import KubeObject
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.selectors import Selector


def selecting(
    name: str,
    field: str,
    sources: tuple[GroupKind, ...],
    selector: Callable[[KubeObject], Selector],
    dependence: Dependence,
    *,
    climbs: bool | None = None,
) -> Relation:
    """The relation from objects with a selector to the pods of their namespace that it matches."""

    def outgoing(entry: Entry, reader: Reader) -> Iterator[Link]:
        for pod in reader.select(POD, entry.ref.namespace, selector(entry.obj)):
            yield Link(name, entry.ref, pod.ref, field)

    def incoming(target: ObjectRef, reader: Reader) -> Iterator[Link]:
        pod = reader.get(target)
        if pod is None:
            return
        for kind in sources:
            for entry in reader.list(kind, target.namespace):
                if selector(entry.obj).matches(pod.obj.metadata.labels):
                    yield Link(name, entry.ref, target, field)

    return Relation(name, sources, (POD,), dependence, outgoing, incoming, climbs)
