"""An autoscaler wants another number of replicas than there are, and does not get it.

Found: desired and current replicas differ 15 minutes after the last scaling, and the desired number lies within its bounds.

Quiet: where it is blind (AutoscalerBlind) or at its maximum (AutoscalerMaxedOut), and where it has never scaled.

Do: look at the pods of the target: they may not be schedulable, or refused by a quota.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.kube.conditions import is_false
from arcops.kube.objects.autoscaling import HorizontalPodAutoscaler
from arcops.kube.objects.meta import KubeObject
from arcops.kube.times import time_ms


def _differs(obj: KubeObject) -> bool:
    status = obj.status if isinstance(obj, HorizontalPodAutoscaler) else None
    return status is not None and (status.desired_replicas or 0) != (status.current_replicas or 0) and bool(status.last_scale_time)


@rule(HorizontalPodAutoscaler, severity=Severity.WARNING, for_minutes=15, gate=_differs, is_symptom=True, mixin="HpaReplicasMismatch")
def check(autoscaler: HorizontalPodAutoscaler, view: RuleView) -> Iterator[Hit]:
    """One hit, blaming the target."""
    spec, status = autoscaler.spec, autoscaler.status
    if spec is None or status is None or spec.scale_target_ref is None:
        return
    wanted, have = status.desired_replicas or 0, status.current_replicas or 0
    if is_false(status.conditions, "ScalingActive") or not (spec.min_replicas or 1) <= wanted <= spec.max_replicas:
        return
    target = spec.scale_target_ref.ref_in(view.subject.namespace)
    yield Hit(
        title=f"{view.subject} wants {wanted} replicas of {target} and has {have}",
        cause=target,
        link="scales",
        evidence=(
            evidence.field(view.subject, "status.desiredReplicas", wanted, time=status.last_scale_time),
            evidence.field(view.subject, "status.currentReplicas", have),
        ),
        next=(advice.look(target), advice.look(view.subject)),
        since_ms=time_ms(status.last_scale_time),
    )
