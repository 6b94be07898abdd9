"""A PersistentVolume could not be reclaimed or made: it is in phase Failed, or its deletion fails.

Found: the phase is Failed for 5 minutes, or a Released volume with reclaim policy Delete has failed deletions to show. The volume's
message says why; a node named in it is told.

Quiet: Released volumes under Retain, which are meant to stay.

Do: remove what holds the disk (a node that still has it attached, a snapshot), then delete the volume; its disk may have to be deleted by
hand.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.began import first_seen_ms
from arcops.findings.view import RuleView
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.storage import PersistentVolume
from arcops.kube.times import time_ms


def _is_over(obj: KubeObject) -> bool:
    return isinstance(obj, PersistentVolume) and obj.status is not None and obj.status.phase in ("Failed", "Released")


@rule(PersistentVolume, severity=Severity.WARNING, for_minutes=5, mixin="PersistentVolumeErrors", gate=_is_over)
def check(volume: PersistentVolume, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    status, spec = volume.status, volume.spec
    if status is None:
        return
    events = view.events("VolumeFailedDelete", "VolumeFailedRecycle", "VolumeUnknownReclaimPolicy")
    if status.phase == "Released" and (not events or (spec and spec.persistent_volume_reclaim_policy == "Retain")):
        return
    said = status.message or (events[-1].message if events else "") or status.reason or ""
    holder = spec.claim_ref if spec else None
    claim = f" (last used by claim {holder.namespace}/{holder.name})" if holder else ""
    doing = "could not be deleted" if events or (status.reason or "").endswith("DeleteFailed") else "is in phase Failed"
    yield Hit(
        title=f"{view.subject}{claim} {doing} and stays {status.phase}{f': {said}' if said else ''}",
        evidence=(
            evidence.field(view.subject, "status.phase", status.phase, time=status.last_phase_transition_time),
            *((evidence.field(view.subject, "status.message", status.message),) if status.message else ()),
            *(evidence.event(event) for event in events),
        ),
        next=(advice.look(view.subject), "kubectl get volumeattachments", "Detach the disk where it is held: the controller tries again."),
        since_ms=time_ms(status.last_phase_transition_time) or first_seen_ms(events),
    )
