"""A NetworkPolicy guards no pod, so it has no effect.

Found: no pod of its namespace matches the pod selector, and no workload would make one, for 10 minutes.

Quiet: for policies about all pods of a namespace, and those whose workload is scaled to zero.

Do: compare the selector with the pods' labels; what should be guarded may stand open.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.policies import pods_selected
from arcops.findings.speaker import WORKLOADS
from arcops.findings.view import RuleView
from arcops.inventory.podspecs import template_of
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.network import NetworkPolicy
from arcops.kube.objects.pod import Pod
from arcops.kube.selectors import EVERYTHING, Selector


def _is_particular(obj: KubeObject) -> bool:
    return isinstance(obj, NetworkPolicy) and pods_selected(obj) != EVERYTHING


@rule(NetworkPolicy, severity=Severity.INFO, for_minutes=10, gate=_is_particular)
def check(policy: NetworkPolicy, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    selector, namespace = pods_selected(policy), view.subject.namespace
    if view.select(Pod.GROUP_KIND, namespace, selector) or _is_made(view, selector):
        return
    yield Hit(
        title=f"{view.subject} has no effect: its selector {selector} matches no pod in namespace {namespace}",
        evidence=(evidence.field(view.subject, "spec.podSelector", selector),),
        next=(f"kubectl -n {namespace} get pods --show-labels", advice.edit(view.subject, "spec.podSelector")),
    )


def _is_made(view: RuleView, selector: Selector) -> bool:
    for kind in sorted(WORKLOADS):
        for entry in view.list(kind, view.subject.namespace) if view.sees(kind) else ():
            template = template_of(entry.obj)
            if template is not None and selector.matches(template.metadata.labels):
                return True
    return False
