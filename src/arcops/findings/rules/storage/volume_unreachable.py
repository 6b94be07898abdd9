"""A bound volume can be reached from no node that is there: its node is gone, or has lost its labels.

Found: the volume's node affinity names labels that no node has. Critical where a pod waits for the claim.

Quiet: where some node fits, cordoned or not, and for volumes that are not bound. Without a waiting pod it is info.

Do: bring the node back; or restore the data into a new claim and delete this one. A volume of a local disk is gone with its node.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.placement import meets_terms, terms_text
from arcops.findings.pods import is_unscheduled
from arcops.findings.view import RuleView
from arcops.findings.volumes import users_of
from arcops.kube.conditions import condition_of
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.node import Node
from arcops.kube.objects.placement import NodeSelector
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.storage import PersistentVolume
from arcops.kube.times import time_ms


def _required(obj: KubeObject) -> NodeSelector | None:
    affinity = obj.spec.node_affinity if isinstance(obj, PersistentVolume) and obj.spec else None
    return affinity.required if affinity else None


def _is_bound_somewhere(obj: KubeObject) -> bool:
    return isinstance(obj, PersistentVolume) and obj.status is not None and obj.status.phase == "Bound" and _required(obj) is not None


@rule(PersistentVolume, severity=Severity.CRITICAL, for_minutes=2, gate=_is_bound_somewhere)
def check(volume: PersistentVolume, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    required, claim = _required(volume), volume.spec.claim_ref if volume.spec else None
    nodes = view.list(Node.GROUP_KIND)
    if required is None or claim is None or any(meets_terms(required, node.ref.name, node.obj.metadata.labels or {}) for node in nodes):
        return
    waiting = [entry for entry in users_of(view, claim.namespace, claim.name) if is_unscheduled(entry.obj)]
    told = f"; {waiting[0].ref} waits for it" if waiting else ""
    yield Hit(
        title=f"{view.subject} of claim {claim.namespace}/{claim.name} can be reached from no node: it needs {terms_text(required)}, "
        f"which none of the {len(nodes)} nodes has (volume node affinity){told}",
        severity=Severity.CRITICAL if waiting else Severity.INFO,
        evidence=(
            evidence.field(view.subject, "spec.nodeAffinity.required", terms_text(required)),
            *(evidence.field(entry.ref, "status.phase", "Pending") for entry in waiting[:3]),
        ),
        next=(advice.look(view.subject), "kubectl get nodes --show-labels"),
        since_ms=min((since for entry in waiting if (since := _since(entry.obj)) is not None), default=None),
    )


def _since(obj: KubeObject) -> int | None:
    found = condition_of(obj.status.conditions, "PodScheduled") if isinstance(obj, Pod) and obj.status else None
    return time_ms(found.last_transition_time) if found else None
