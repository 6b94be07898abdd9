"""A workload of several replicas has no disruption budget: a drain may take all its pods at once.

Found: a Deployment or StatefulSet that wants two pods or more, which no PodDisruptionBudget selects.

Quiet: for one replica, and in the cluster's own namespaces.

Do: make a budget with maxUnavailable 1.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.posture import is_peoples
from arcops.findings.view import RuleView
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.policy import PodDisruptionBudget
from arcops.kube.objects.workloads import Deployment, StatefulSet
from arcops.kube.selectors import selector_of


def _has_several(obj: KubeObject) -> bool:
    return isinstance(obj, Deployment | StatefulSet) and obj.spec is not None and (obj.spec.replicas or 1) > 1 and is_peoples(obj)


@rule(Deployment, StatefulSet, severity=Severity.INFO, gate=_has_several)
def check(workload: Deployment | StatefulSet, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    template = workload.spec.template if workload.spec else None
    labels = template.metadata.labels if template else None
    for entry in view.list(PodDisruptionBudget.GROUP_KIND, view.subject.namespace):
        spec = entry.obj.spec if isinstance(entry.obj, PodDisruptionBudget) else None
        if spec is not None and selector_of(spec.selector).matches(labels):
            return
    name, replicas = view.subject.name, workload.spec.replicas if workload.spec else None
    chosen = ",".join(f"{key}={value}" for key, value in sorted((labels or {}).items()))
    yield Hit(
        title=f"{view.subject} has {replicas} replicas and no disruption budget",
        evidence=(evidence.field(view.subject, "spec.replicas", replicas),),
        next=(f"kubectl -n {view.subject.namespace} create poddisruptionbudget {name} --selector={chosen} --max-unavailable=1",),
    )
