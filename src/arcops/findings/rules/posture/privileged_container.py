"""A workload runs a privileged container: whoever takes it over has the node.

Found: securityContext.privileged is true for a container or an init container.

Quiet: in the cluster's own namespaces, where drivers and network plug-ins need it.

Do: take it away, or give the single capability that is needed.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.callers import spec_of
from arcops.findings.posture import WORKLOADS, is_peoples, named, path_of
from arcops.findings.view import RuleView
from arcops.kube.objects.meta import KubeObject


@rule(*WORKLOADS, severity=Severity.INFO, gate=is_peoples)
def check(workload: KubeObject, view: RuleView) -> Iterator[Hit]:
    """One hit that names the containers."""
    spec = spec_of(workload)
    every = (*((spec.containers if spec else None) or ()), *((spec.init_containers if spec else None) or ()))
    names = [one.name for one in every if one.security_context is not None and one.security_context.privileged]
    if names:
        yield Hit(
            title=f"{view.subject} runs privileged: {named(names)}",
            evidence=(evidence.field(view.subject, f"{path_of(workload)}.containers[{names[0]}].securityContext.privileged", "true"),),
            next=(advice.edit(view.subject, "securityContext.privileged"),),
        )
