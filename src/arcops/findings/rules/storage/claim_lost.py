"""A PersistentVolumeClaim has lost the volume it was bound to, and the data with it.

Found: the claim's phase is Lost. The controller sets it when the bound PersistentVolume is gone, or belongs to another claim now.

Quiet: never; a lost claim does not come back by itself.

Do: restore the volume from a backup under the same name, or make a new claim. Pods that still have the volume mounted may run on until
they restart.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.began import first_seen_ms
from arcops.findings.past import Was
from arcops.findings.view import RuleView
from arcops.findings.volumes import users_of
from arcops.inventory.base import Entry
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.storage import PersistentVolume, PersistentVolumeClaim
from arcops.kube.refs import ObjectRef


def _is_lost(obj: KubeObject) -> bool:
    return isinstance(obj, PersistentVolumeClaim) and obj.status is not None and obj.status.phase == "Lost"


@rule(PersistentVolumeClaim, severity=Severity.CRITICAL, gate=_is_lost)
def check(claim: PersistentVolumeClaim, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    name = (claim.spec.volume_name if claim.spec else None) or ""
    ref = ObjectRef.of(PersistentVolume.GROUP_KIND, "", name)
    is_known = bool(name) and view.sees(ref.group_kind)
    entry = view.get(ref) if is_known else None
    gone = next((was for was in view.gone(ref.group_kind, "") if was.ref == ref), None) if is_known and entry is None else None
    users = users_of(view, view.subject.namespace, view.subject.name)
    events = view.events("ClaimLost", "ClaimMisbound")
    yield Hit(
        title=f"{view.subject} has lost its volume{f' {name}' if name else ''}{_fate(entry, gone, is_known=is_known)}"
        f"{f'; {users[0].ref} mounts it' if users else ''}",
        evidence=(evidence.field(view.subject, "status.phase", "Lost"), *_absence(ref, view, is_gone=is_known and entry is None),
                  *(evidence.event(event) for event in events)),
        next=(advice.look(view.subject), "kubectl get pv", "Restore the volume from a backup, or delete the claim and make a new one."),
        since_ms=gone.gone_ms if gone else first_seen_ms(events),
    )  # fmt: skip


def _fate(entry: Entry | None, gone: Was | None, *, is_known: bool) -> str:
    if gone is not None:
        return ": the PersistentVolume was deleted"
    if entry is None:
        return ": the PersistentVolume does not exist any more" if is_known else ""
    holder = entry.obj.spec.claim_ref if isinstance(entry.obj, PersistentVolume) and entry.obj.spec else None
    return f": the volume belongs to claim {holder.namespace}/{holder.name} now" if holder else ": the volume is not bound to it any more"


def _absence(ref: ObjectRef, view: RuleView, *, is_gone: bool) -> Iterator[Evidence]:
    yield evidence.field(view.subject, "spec.volumeName", ref.name)
    if is_gone:
        yield evidence.absence(ref, "the cluster")
