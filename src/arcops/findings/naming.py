"""Titles that begin with what a person knows: the Deployment, and behind it the pod with its made-up name."""

from __future__ import annotations

from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.workloads import Deployment, ReplicaSet
from arcops.kube.owners import controller_of, owner_ref
from arcops.kube.refs import ObjectRef

_HASH = "pod-template-hash"
_LOWERED = ("Container ", "Containers ", "Init container ", "Pods ", "The ", "Volume ", "No pod ")
"""Openings that go on in small letters behind a name."""


def headed(title: str, ref: ObjectRef, obj: KubeObject) -> str:
    """The title of a finding about what a workload has made, with the workload in front.

    ``Container app of Pod shop/web-7d9f-x2x crashes`` becomes ``Deployment shop/web: container app of pod web-7d9f-x2x crashes``.
    Whose it is, is read from the object alone, so that a title does not depend on what else has been seen.
    """
    owner = _maker(ref, obj)
    if owner is None or title.startswith(str(owner)):
        return title
    kind = "pod" if isinstance(obj, Pod) else ref.kind
    rest = title.replace(str(ref), f"{kind} {ref.name}")
    return f"{owner}: {rest[:1].lower() + rest[1:] if rest.startswith(_LOWERED) else rest}"


def _maker(ref: ObjectRef, obj: KubeObject) -> ObjectRef | None:
    """Who made it: the Deployment for a pod of its ReplicaSet, whose name ends with the hash in the pod's labels."""
    owner = controller_of(obj)
    if owner is None or owner.kind == "Node":
        return None
    made = owner_ref(owner, ref.namespace)
    ending = f"-{(obj.metadata.labels or {}).get(_HASH, '')}"
    if made.group_kind == ReplicaSet.GROUP_KIND and len(ending) > 1 and made.name.endswith(ending):
        return ObjectRef.of(Deployment.GROUP_KIND, ref.namespace, made.name.removesuffix(ending))
    return made
