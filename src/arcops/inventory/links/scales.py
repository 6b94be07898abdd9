"""What an autoscaler scales: a HorizontalPodAutoscaler, or a custom one with ``spec.scaleTargetRef`` (KEDA's ScaledObject)."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import AUTOSCALER, DEPLOYMENT
from arcops.inventory.links.base import Dependence, Link, scanned
from arcops.kube.objects.autoscaling import HorizontalPodAutoscaler
from arcops.kube.objects.custom import CustomObject
from arcops.kube.refs import GroupKind, ObjectRef, group_of

NAME = "scales"
SCALED_OBJECT = GroupKind("keda.sh", "ScaledObject")
_UNSAID = DEPLOYMENT
"""What a ScaledObject means when it names no kind."""


def outgoing(entry: Entry, _reader: Reader) -> Iterator[Link]:
    """From an autoscaler to its target."""
    obj = entry.obj
    if not isinstance(obj, HorizontalPodAutoscaler | CustomObject) or not obj.spec or not obj.spec.scale_target_ref:
        return
    named = obj.spec.scale_target_ref
    group = group_of(named.api_version) if named.api_version else _UNSAID.group
    yield Link(NAME, entry.ref, ObjectRef(group, named.kind or _UNSAID.kind, entry.ref.namespace, named.name), "spec.scaleTargetRef")


RELATION = scanned(NAME, outgoing, sources=(AUTOSCALER, SCALED_OBJECT), targets=None, dependence=Dependence.MUTUAL, climbs=False)
