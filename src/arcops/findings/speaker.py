"""Workloads speak for their pods: whom a finding about an object is really about."""

from __future__ import annotations

from arcops.inventory.base import Reader
from arcops.kube.objects.batch import CronJob, Job
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.workloads import DaemonSet, Deployment, ReplicaSet, ReplicationController, StatefulSet
from arcops.kube.owners import controller_of, owner_ref
from arcops.kube.refs import GroupKind, ObjectRef

WORKLOADS: frozenset[GroupKind] = frozenset(
    kind.GROUP_KIND for kind in (Deployment, ReplicaSet, StatefulSet, DaemonSet, ReplicationController, Job, CronJob)
)
"""Kinds that make pods."""

_DEEPEST = 4


def speaker_of(ref: ObjectRef, obj: KubeObject | None, reader: Reader) -> ObjectRef:
    """The topmost workload that manages an object (its Deployment, its CronJob), or the object itself.

    Works for objects that are gone, and where an owner is not there any more: then the last one named speaks.
    """
    for _ in range(_DEEPEST):
        owner = controller_of(obj) if obj is not None else None
        if owner is None or owner.group_kind not in WORKLOADS:
            return ref
        ref = owner_ref(owner, ref.namespace)
        entry = reader.get(ref)
        obj = entry.obj if entry else None
    return ref


def named_speaker(ref: ObjectRef, reader: Reader) -> ObjectRef:
    """The same by name alone; what does not exist speaks for itself."""
    entry = reader.get(ref)
    return speaker_of(ref, entry.obj, reader) if entry else ref
