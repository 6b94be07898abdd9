"""The node a pod is bound to."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import NODE, POD
from arcops.inventory.links.base import Dependence, Link, Relation
from arcops.kube.objects.pod import Pod
from arcops.kube.refs import ObjectRef

NAME = "runs on"


def outgoing(entry: Entry, _reader: Reader) -> Iterator[Link]:
    """From a pod to its node."""
    pod = entry.obj
    if isinstance(pod, Pod) and pod.spec and pod.spec.node_name:
        yield Link(NAME, entry.ref, ObjectRef.of(NODE, "", pod.spec.node_name), "spec.nodeName")


def incoming(target: ObjectRef, reader: Reader) -> Iterator[Link]:
    """From the pods of a node."""
    for entry in reader.on_node(target.name):
        yield from outgoing(entry, reader)


RELATION = Relation(NAME, (POD,), (NODE,), Dependence.ON_TARGET, outgoing, incoming)
