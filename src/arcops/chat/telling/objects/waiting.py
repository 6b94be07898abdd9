"""What is as it is because it waits for something that is meant to come: no fault, and yet what a question is after."""

from __future__ import annotations

from arcops.chat.asked import Asked
from arcops.findings.volumes import uses
from arcops.inventory.base import Entry
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.storage import PersistentVolumeClaim, StorageClass
from arcops.kube.refs import ObjectRef

_LATE = "WaitForFirstConsumer"


def waiting_sentence(asked: Asked, entry: Entry) -> str:
    """What an object waits for, without full stop; "" where it waits for nothing that is known."""
    return _claim(asked, entry, entry.obj) if isinstance(entry.obj, PersistentVolumeClaim) else ""


def _claim(asked: Asked, entry: Entry, claim: PersistentVolumeClaim) -> str:
    """A claim that is bound when a pod uses it, and that none uses."""
    name = claim.spec.storage_class_name if claim.spec else None
    found = asked.inventory.get(ObjectRef.of(StorageClass.GROUP_KIND, "", name)) if name else None
    if found is None or not isinstance(found.obj, StorageClass) or found.obj.volume_binding_mode != _LATE:
        return ""
    pods = asked.inventory.list(Pod.GROUP_KIND, entry.ref.namespace)
    is_used = any(isinstance(pod.obj, Pod) and uses(pod.obj, entry.ref.name) for pod in pods)
    if claim.status is None or claim.status.phase != "Pending" or is_used:
        return ""
    return (
        f"{entry.ref} waits for its first pod, which is no fault: StorageClass {name} makes a volume when a pod uses the claim "
        f"(volumeBindingMode {_LATE}), and no pod uses it"
    )
