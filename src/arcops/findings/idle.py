"""Workloads that an autoscaler holds at zero replicas as long as nothing is to be done: having no pod is well then."""

from __future__ import annotations

from arcops.findings.replicas import replicas_of
from arcops.findings.view import RuleView
from arcops.kube.objects.autoscaling import HorizontalPodAutoscaler
from arcops.kube.objects.custom import CustomObject
from arcops.kube.refs import GroupKind, ObjectRef

_SCALERS = (GroupKind("keda.sh", "ScaledObject"), GroupKind("flagger.app", "Canary"), GroupKind("argoproj.io", "Rollout"))


def is_idle(view: RuleView, workload: ObjectRef) -> bool:
    """Whether it wants no pod, and something that scales to zero on purpose wants it so."""
    entry = view.get(workload)
    counts = replicas_of(entry.obj) if entry else None
    return counts is not None and not counts.wanted and is_held_at_zero(view, workload)


def is_held_at_zero(view: RuleView, workload: ObjectRef) -> bool:
    """Whether something that scales to zero on purpose names the workload."""
    for kind in _SCALERS:
        for entry in view.list(kind, workload.namespace) if view.sees(kind) else ():
            spec = entry.obj.spec if isinstance(entry.obj, CustomObject) else None
            target = (spec.scale_target_ref or spec.target_ref) if spec else None
            if target is not None and target.name == workload.name:
                return True
    hpa = HorizontalPodAutoscaler.GROUP_KIND
    for entry in view.list(hpa, workload.namespace) if view.sees(hpa) else ():
        own = entry.obj.spec if isinstance(entry.obj, HorizontalPodAutoscaler) else None
        if own and own.min_replicas == 0 and own.scale_target_ref and own.scale_target_ref.ref_in(workload.namespace) == workload:
            return True
    return False
