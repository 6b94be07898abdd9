"""Two disruption budgets guard the same pod, so every eviction of it fails.

Found: a pod is selected by this budget and by another of the namespace; the API server then refuses to evict it at all.

Quiet: for budgets that share no pod.

Do: keep one budget for these pods.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.policy import PodDisruptionBudget
from arcops.kube.selectors import Selector, is_apart, selector_of


@rule(PodDisruptionBudget, severity=Severity.WARNING, for_minutes=5)
def check(budget: PodDisruptionBudget, view: RuleView) -> Iterator[Hit]:
    """One hit for each budget before this one in the alphabet, so that two say it once."""
    namespace = view.subject.namespace
    mine = _selector(budget)
    before = [entry for entry in view.list(PodDisruptionBudget.GROUP_KIND, namespace) if entry.ref.name < view.subject.name]
    near = [(entry, selector) for entry in before if not is_apart(mine, selector := _selector(entry.obj))]
    if not near or not view.sees(Pod.GROUP_KIND):
        return
    own = view.select(Pod.GROUP_KIND, namespace, mine)
    for entry, selector in near:
        shared = [pod.ref for pod in own if selector.matches(pod.obj.metadata.labels)]
        if shared:
            yield Hit(
                title=f"{view.subject} and {entry.ref} both guard {len(shared)} pods ({shared[0].name}, …): they cannot be evicted at all",
                why="Nodes with these pods cannot be drained",
                cause=entry.ref,
                link="overlaps",
                evidence=(evidence.field(entry.ref, "spec.selector", str(selector)),),
                next=(advice.look(view.subject), f"Delete one of the two: {advice.kubectl(view.subject, 'delete')}"),
            )


def _selector(obj: KubeObject) -> Selector:
    return selector_of(obj.spec.selector if isinstance(obj, PodDisruptionBudget) and obj.spec else None)
