"""Claims and volumes: who uses a claim, and why a free volume does not serve it."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.base.errors import BadInput
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.scalars import Resources
from arcops.kube.objects.storage import PersistentVolume, PersistentVolumeClaim, StorageClass
from arcops.kube.quantities import whole
from arcops.kube.selectors import selector_of

DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
_OLD_DEFAULT_CLASS = "storageclass.beta.kubernetes.io/is-default-class"


def is_default(entry: Entry) -> bool:
    """Whether a StorageClass is a default one."""
    annotations = entry.obj.metadata.annotations or {}
    return "true" in (annotations.get(DEFAULT_CLASS), annotations.get(_OLD_DEFAULT_CLASS))


def default_class(view: RuleView) -> Entry | None:
    """The default class that new claims get: the newest, where there are several."""
    found = [entry for entry in view.list(StorageClass.GROUP_KIND) if is_default(entry)]
    return max(found, key=lambda entry: (entry.obj.metadata.creation_timestamp or "", entry.ref.name), default=None)


def users_of(view: RuleView, namespace: str, claim: str) -> list[Entry]:
    """The pods that mount a claim, in order."""
    return [entry for entry in view.list(Pod.GROUP_KIND, namespace) if isinstance(entry.obj, Pod) and uses(entry.obj, claim)]


def uses(pod: Pod, claim: str) -> bool:
    """Whether a pod mounts a claim, by its name or as an ephemeral volume of its own."""
    volumes = (pod.spec.volumes if pod.spec else None) or ()
    return any(
        (one.persistent_volume_claim is not None and one.persistent_volume_claim.claim_name == claim)
        or (one.ephemeral is not None and f"{pod.metadata.name}-{one.name}" == claim)
        for one in volumes
    )


def size_of(resources: Resources | None) -> int | None:
    """Bytes of ``storage``; None where there are none or they cannot be read."""
    quantity = (resources or {}).get("storage")
    try:
        return None if quantity is None else whole(quantity)
    except BadInput:
        return None


def size_wanted(claim: PersistentVolumeClaim) -> int | None:
    """How many bytes a claim asks for."""
    resources = claim.spec.resources if claim.spec else None
    return size_of(resources.requests) if resources else None


def wanted_text(claim: PersistentVolumeClaim) -> str:
    """The size asked for, as it is written."""
    resources = claim.spec.resources if claim.spec else None
    return str(((resources.requests if resources else None) or {}).get("storage", "no size"))


def class_of(volume: PersistentVolume) -> str:
    """The class a volume belongs to, "" for none."""
    return (volume.spec.storage_class_name if volume.spec else None) or ""


def free_volumes(view: RuleView, class_name: str) -> list[PersistentVolume]:
    """The volumes of a class that no claim holds, or that are kept for one."""
    found = [entry.obj for entry in view.list(PersistentVolume.GROUP_KIND)]
    return [one for one in found if isinstance(one, PersistentVolume) and class_of(one) == class_name and _is_available(one)]


def kept_volumes(view: RuleView, class_name: str) -> list[PersistentVolume]:
    """The volumes of a class whose claim is gone and that nobody may have before somebody lets go of them."""
    found = [entry.obj for entry in view.list(PersistentVolume.GROUP_KIND)]
    held = [one for one in found if isinstance(one, PersistentVolume) and class_of(one) == class_name]
    return [one for one in held if one.status is not None and one.status.phase == "Released"]


def _is_available(volume: PersistentVolume) -> bool:
    return volume.status is None or volume.status.phase in (None, "Available")


def misfits(claim: PersistentVolumeClaim, volume: PersistentVolume) -> list[str]:
    """Why a volume does not serve a claim, in words; empty if it does."""
    return list(_misfits(claim, volume))


def _misfits(claim: PersistentVolumeClaim, volume: PersistentVolume) -> Iterator[str]:
    spec, wanted = volume.spec, claim.spec
    if spec is None or wanted is None:
        return
    has, asks = size_of(spec.capacity), size_wanted(claim)
    if has is not None and asks is not None and has < asks:
        yield f"has {(spec.capacity or {}).get('storage')}, the claim asks for {wanted_text(claim)}"
    modes = [mode for mode in wanted.access_modes or () if mode not in (spec.access_modes or ())]
    if modes:
        yield f"offers {', '.join(spec.access_modes or ()) or 'no access mode'}, the claim asks for {', '.join(modes)}"
    if (spec.volume_mode or "Filesystem") != (wanted.volume_mode or "Filesystem"):
        yield f"is of mode {spec.volume_mode or 'Filesystem'}, the claim asks for {wanted.volume_mode or 'Filesystem'}"
    if wanted.selector is not None and not selector_of(wanted.selector).matches(volume.metadata.labels):
        yield "lacks the labels of the claim's selector"
    holder = spec.claim_ref
    if holder is not None and (holder.namespace, holder.name) != (claim.metadata.namespace, claim.metadata.name):
        yield f"is kept for claim {holder.namespace}/{holder.name}"
    if class_of(volume) != (wanted.storage_class_name or ""):
        yield f"has class {class_of(volume) or 'none'}, the claim has {wanted.storage_class_name or 'none'}"
