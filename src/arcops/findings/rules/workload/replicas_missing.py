"""A workload has fewer available replicas than it wants, and no rollout is under way.

Found: fewer replicas are available than wanted for 15 minutes, in a Deployment, a StatefulSet, or a ReplicaSet or
ReplicationController that stands alone. It counts as critical when none is available. The pods that are missing or not ready are
named; what is wrong with them is told by findings of their own.

Quiet: while the controller has not seen the newest generation, during a rollout (RolloutStuck and StatefulSetUpdateStuck watch
those), and when it wants none.

Do: look at the pods; where there are none, at the events of the workload.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.replicas import is_seen, living_pods, names, replicas_of, unready, unready_since_ms
from arcops.findings.view import RuleView
from arcops.kube.conditions import condition_of
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.workloads import Deployment, ReplicaSet, ReplicationController, StatefulSet
from arcops.kube.owners import controller_of
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms

_DONE = ("NewReplicaSetAvailable", "DeploymentPaused")
Pods = list[tuple[ObjectRef, Pod]]


def _lacks_replicas(obj: KubeObject) -> bool:
    counts = replicas_of(obj)
    return counts is not None and counts.available < counts.wanted and not obj.metadata.deletion_timestamp


@rule(
    Deployment, StatefulSet, ReplicaSet, ReplicationController,
    severity=Severity.CRITICAL, for_minutes=15, gate=_lacks_replicas, is_symptom=True, mixin="DeploymentReplicasMismatch",
)  # fmt: skip
def check(workload: Deployment | StatefulSet | ReplicaSet | ReplicationController, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    counts = replicas_of(workload)
    if counts is None or not is_seen(workload) or controller_of(workload) is not None or _rolls_out(workload):
        return
    pods = _pods(workload, view)
    bad = unready(pods)
    none = "it has no pods" if not counts.made else f"{counts.made} were created, {counts.ready} of them are ready"
    what = f"not ready: {names([ref for ref, _ in bad])}" if bad else none if not pods else "the others were not created"
    yield Hit(
        title=f"{view.subject} has {counts.available} of {counts.wanted} replicas available; {what}",
        severity=Severity.WARNING if counts.available else Severity.CRITICAL,
        evidence=tuple(_evidence(view.subject, workload, bad)),
        next=(advice.look(bad[0][0] if bad else view.subject), advice.kubectl(view.subject, "get", "-o wide")),
        since_ms=_since_ms(workload, bad),
    )


def _rolls_out(workload: KubeObject) -> bool:
    """Whether new pods are on their way, so that another rule watches."""
    if isinstance(workload, StatefulSet) and workload.status is not None:
        status = workload.status
        return bool(status.update_revision) and status.update_revision != status.current_revision
    if isinstance(workload, Deployment) and workload.status is not None:
        progress = condition_of(workload.status.conditions, "Progressing")
        return progress is not None and progress.reason not in _DONE
    return False


def _pods(workload: KubeObject, view: RuleView) -> Pods:
    if not view.sees(Pod.GROUP_KIND):
        return []
    if not isinstance(workload, Deployment):
        return living_pods(view, view.uid)
    sets = view.owned_by(view.uid, ReplicaSet.GROUP_KIND) if view.sees(ReplicaSet.GROUP_KIND) else ()
    return [pod for entry in sets for pod in living_pods(view, entry.uid)]


def _since_ms(workload: KubeObject, bad: Pods) -> int | None:
    conditions = workload.status.conditions if isinstance(workload, Deployment) and workload.status else None
    available = condition_of(conditions, "Available")
    if available is not None and available.status == "False":
        return time_ms(available.last_transition_time)
    return unready_since_ms(bad)


def _evidence(subject: ObjectRef, workload: KubeObject, bad: Pods) -> Iterator[Evidence]:
    counts = replicas_of(workload)
    if counts is not None:
        yield evidence.field(
            subject, "status.availableReplicas", counts.available, f"{subject}: {counts.available} of {counts.wanted} available"
        )
    for ref, pod in bad[:5]:
        found = condition_of(pod.status.conditions if pod.status else None, "Ready")
        yield evidence.condition(ref, found) if found else evidence.field(ref, "status.conditions[Ready]", "")
