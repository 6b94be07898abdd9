"""The update of a StatefulSet does not go on: a pod is in its way.

Found: its two revisions differ, and the next pod in the order of the update is not ready for 15 minutes, or for 2 where its
containers fail. A pod of the old revision that is broken holds the update as well.

Quiet: while pods are replaced, for updates by hand (OnDelete), and below the partition that keeps the old revision on purpose.

Do: look at the pod that is named. A pod of the old revision that is broken must be deleted by hand.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.pods import boxes, is_ready, not_ready_since_ms
from arcops.findings.replicas import is_seen, living_pods
from arcops.findings.view import RuleView
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.workloads import StatefulSet
from arcops.kube.refs import ObjectRef

_REVISION = "controller-revision-hash"
_BUSY = ("", "ContainerCreating", "PodInitializing")


def _is_updating(obj: KubeObject) -> bool:
    status = obj.status if isinstance(obj, StatefulSet) else None
    return status is not None and bool(status.update_revision) and status.update_revision != status.current_revision


@rule(StatefulSet, severity=Severity.CRITICAL, for_minutes=15, gate=_is_updating, is_symptom=True, blames_changes=True,
      mixin="StatefulSetUpdateNotRolledOut")  # fmt: skip
def check(workload: StatefulSet, view: RuleView) -> Iterator[Hit]:
    """One hit, about the first pod in the way."""
    spec, status = workload.spec, workload.status
    if spec is None or status is None or not is_seen(workload) or (spec.update_strategy and spec.update_strategy.type == "OnDelete"):
        return
    found = _in_the_way(workload, view)
    if found is None:
        return
    ref, pod = found
    is_new = (pod.metadata.labels or {}).get(_REVISION) == status.update_revision
    fails = any(box.restarts or box.waiting not in _BUSY for box in boxes(pod))
    yield Hit(
        title=f"The update of {view.subject} is stuck at {ref.name}, a pod of the {'new' if is_new else 'old'} revision that is not ready "
        f"({status.updated_replicas or 0} of {1 if spec.replicas is None else spec.replicas} updated)",
        why="" if is_new else "The controller waits for it to become ready before it replaces it, so it must be deleted by hand",
        evidence=(
            evidence.field(view.subject, "status.updateRevision", status.update_revision),
            evidence.field(ref, f"metadata.labels[{_REVISION}]", (pod.metadata.labels or {}).get(_REVISION)),
        ),
        next=(advice.look(ref), *(() if is_new else (advice.kubectl(ref, "delete"),)), *advice.undo(view.subject)),
        since_ms=not_ready_since_ms(pod),
        for_minutes=2 if fails else None,
    )


def _in_the_way(workload: StatefulSet, view: RuleView) -> tuple[ObjectRef, Pod] | None:
    """The pod with the highest ordinal, not below the partition, that is not ready."""
    rolling = workload.spec.update_strategy.rolling_update if workload.spec and workload.spec.update_strategy else None
    lowest = (rolling.partition if rolling else None) or 0
    ordered = sorted(((_ordinal(ref), ref, pod) for ref, pod in living_pods(view, view.uid)), key=lambda found: -found[0])
    return next(((ref, pod) for ordinal, ref, pod in ordered if ordinal >= lowest and not is_ready(pod)), None)


def _ordinal(ref: ObjectRef) -> int:
    tail = ref.name.rpartition("-")[2]
    return int(tail) if tail.isascii() and tail.isdigit() else 0
