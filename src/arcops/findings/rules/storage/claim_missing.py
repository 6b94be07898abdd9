"""A pod names a PersistentVolumeClaim that does not exist.

Found: a pod that has not started names a claim that is not in its namespace, for 1 minute. Claims with nearly the same name are told, and
when the claim was deleted, where the record saw it.

Quiet: for pods that run already, and for ephemeral volumes, whose claims are made with the pod.

Do: create the claim, or correct its name in the workload.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from arcops.base.clock import rfc3339
from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.began import began_ms
from arcops.findings.pods import is_waiting
from arcops.findings.view import RuleView
from arcops.kube.conditions import condition_of
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.storage import PersistentVolumeClaim
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms

_EVENTS = ("FailedScheduling", "FailedMount", "FailedAttachVolume")


@rule(Pod, severity=Severity.CRITICAL, for_minutes=1, gate=is_waiting)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit for each claim."""
    for volume in (pod.spec.volumes if pod.spec else None) or ():
        name = volume.persistent_volume_claim.claim_name if volume.persistent_volume_claim else ""
        if name:
            ref = ObjectRef.of(PersistentVolumeClaim.GROUP_KIND, view.subject.namespace, name)
            if view.get(ref) is None:
                yield _missing(pod, view, volume.name, ref)


def _missing(pod: Pod, view: RuleView, volume: str, ref: ObjectRef) -> Hit:
    names = [entry.ref.name for entry in view.list(ref.group_kind, ref.namespace)]
    near = get_close_matches(ref.name, names, n=3, cutoff=0.5)
    gone = next((was.gone_ms for was in view.gone(ref.group_kind, ref.namespace) if was.ref == ref), None)
    told = f"; it was deleted at {rfc3339(gone)}" if gone else f"; near it is {', '.join(near)}" if near else ""
    events = [event for event in view.events(*_EVENTS) if ref.name in event.message]
    scheduled = condition_of(pod.status.conditions if pod.status else None, "PodScheduled")
    return Hit(
        title=f"{view.subject} cannot start: its volume {volume} needs PersistentVolumeClaim {ref.name}, which does not exist{told}",
        cause=ref,
        link="mounts",
        evidence=(
            evidence.field(view.subject, f"spec.volumes[{volume}].persistentVolumeClaim.claimName", ref.name),
            evidence.absence(ref, f"namespace {ref.namespace}"),
            *(evidence.event(event) for event in events),
        ),
        next=(advice.listing(ref), f"Create PersistentVolumeClaim {ref.name}, or correct the name in the workload."),
        since_ms=began_ms(pod, view, *_EVENTS) or (time_ms(scheduled.last_transition_time) if scheduled else None),
    )
