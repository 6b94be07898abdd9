"""A PersistentVolumeClaim was enlarged, but its volume has not grown.

Found: for 10 minutes the claim has less than it asks for, while a condition says that it is being resized or waits for the file system, or
an event says why resizing failed.

Quiet: while the resize is young, and for a claim that simply has no capacity yet.

Do: read the event; where the file system waits, restart the pod that mounts the claim; where the driver or class cannot expand, move the
data to a larger claim.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.began import earliest_ms, first_seen_ms
from arcops.findings.view import RuleView
from arcops.findings.volumes import size_of, size_wanted, users_of, wanted_text
from arcops.kube.objects.condition import Condition
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.storage import PersistentVolumeClaim
from arcops.kube.times import time_ms

_CONDITIONS = ("Resizing", "FileSystemResizePending", "ControllerResizeError", "NodeResizeError")
_EVENTS = ("VolumeResizeFailed", "FileSystemResizeFailed", "ExternalExpanding")


def _is_smaller(obj: KubeObject) -> bool:
    if not isinstance(obj, PersistentVolumeClaim) or obj.status is None or obj.status.phase != "Bound":
        return False
    has, wanted = size_of(obj.status.capacity), size_wanted(obj)
    return has is not None and wanted is not None and has < wanted


@rule(PersistentVolumeClaim, severity=Severity.WARNING, for_minutes=10, gate=_is_smaller)
def check(claim: PersistentVolumeClaim, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    listed = (claim.status.conditions if claim.status else None) or ()
    conditions = [one for one in listed if one.type in _CONDITIONS and one.status == "True"]
    events = view.events(*_EVENTS)
    if not conditions and not events:
        return
    has = ((claim.status.capacity if claim.status else None) or {}).get("storage")
    users = users_of(view, view.subject.namespace, view.subject.name)
    restart = f"Restart {users[0].ref}, so that its file system grows." if users and _waits_for_pod(conditions) else ""
    yield Hit(
        title=f"{view.subject} asks for {wanted_text(claim)} but still has {has}: {_why(conditions, [event.message for event in events])}",
        evidence=(
            evidence.field(view.subject, "status.capacity.storage", has),
            *(evidence.condition(view.subject, one) for one in conditions),
            *(evidence.event(event) for event in events),
        ),
        next=tuple(step for step in (advice.look(view.subject), restart) if step),
        since_ms=earliest_ms(first_seen_ms(events), *(time_ms(one.last_transition_time) for one in conditions)),
    )


def _waits_for_pod(conditions: list[Condition]) -> bool:
    return any(one.type == "FileSystemResizePending" for one in conditions)


def _why(conditions: list[Condition], messages: list[str]) -> str:
    said = next((text for text in (*reversed(messages), *(one.message for one in conditions)) if text), "")
    if said:
        return said
    return "the file system is enlarged when a pod mounts it anew" if _waits_for_pod(conditions) else "the resize does not end"
