"""Pods that failed and that their Job has made up for: another of its pods ended well, so the Job is complete."""

from __future__ import annotations

from arcops.chat.selecting.wellness import wellness_of
from arcops.inventory.base import Entry
from arcops.inventory.index import Inventory
from arcops.kube.objects.batch import Job
from arcops.kube.objects.pod import Pod
from arcops.kube.owners import controller_of, owner_ref

_COMPLETE = "Complete"


def job_made_good(entry: Entry, inventory: Inventory) -> Entry | None:
    """The complete Job of a failed pod; None where the pod did not fail, or its Job is not complete."""
    pod = entry.obj
    owner = controller_of(pod)
    if not isinstance(pod, Pod) or pod.status is None or pod.status.phase != "Failed" or owner is None or owner.kind != "Job":
        return None
    job = inventory.get(owner_ref(owner, entry.ref.namespace))
    return job if job is not None and isinstance(job.obj, Job) and wellness_of(job).word == _COMPLETE else None


def succeeded_of(job: Entry, inventory: Inventory) -> Entry | None:
    """The pod of a Job that ended well."""
    pods = inventory.owned_by(job.uid) if job.uid else ()
    return next((one for one in pods if isinstance(one.obj, Pod) and one.obj.status and one.obj.status.phase == "Succeeded"), None)
