"""A disruption budget has fewer healthy pods than it demands.

Found: currentHealthy is below desiredHealthy for 15 minutes.

Quiet: where the budget demands more than there can be (UpdateBlockedByBudget tells that), and where no pod is expected.

Do: look at the pods that are not ready.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.pods import is_over, is_ready
from arcops.findings.replicas import names, unready_since_ms
from arcops.findings.speaker import speaker_of
from arcops.findings.view import RuleView
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.policy import PodDisruptionBudget
from arcops.kube.selectors import selector_of


def _is_short(obj: KubeObject) -> bool:
    status = obj.status if isinstance(obj, PodDisruptionBudget) else None
    return status is not None and status.current_healthy < status.desired_healthy and status.expected_pods > 0


@rule(PodDisruptionBudget, severity=Severity.WARNING, for_minutes=15, gate=_is_short, is_symptom=True, mixin="PdbNotEnoughHealthyPods")
def check(budget: PodDisruptionBudget, view: RuleView) -> Iterator[Hit]:
    """One hit, blaming the workload of the pods that are not ready where it is one."""
    status = budget.status
    if status is None or status.desired_healthy > status.expected_pods == status.current_healthy:
        return
    selector = selector_of(budget.spec.selector if budget.spec else None)
    found = view.select(Pod.GROUP_KIND, view.subject.namespace, selector) if view.sees(Pod.GROUP_KIND) else ()
    bad = [(entry.ref, entry.obj) for entry in found if isinstance(entry.obj, Pod) and not is_ready(entry.obj) and not is_over(entry.obj)]
    speakers = sorted({speaker_of(ref, pod, view) for ref, pod in bad})
    which = f"; not ready: {names([ref for ref, _ in bad])}" if bad else ""
    yield Hit(
        title=f"{view.subject} has {status.current_healthy} healthy pods and demands {status.desired_healthy}: none may be evicted{which}",
        cause=speakers[0] if len(speakers) == 1 else None,
        link="guards" if len(speakers) == 1 else "",
        evidence=(evidence.field(view.subject, "status.currentHealthy", status.current_healthy),),
        next=(advice.look(view.subject), *(advice.look(ref) for ref, _ in bad[:1])),
        since_ms=unready_since_ms(bad),
    )
