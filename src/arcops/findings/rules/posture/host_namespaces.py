"""A workload shares the network, the processes or the memory of its node.

Found: hostNetwork, hostPID or hostIPC is set.

Quiet: in the cluster's own namespaces, where network plug-ins and agents need it.

Do: take it away, unless the program looks after the node itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.callers import spec_of
from arcops.findings.posture import WORKLOADS, is_peoples, path_of
from arcops.findings.view import RuleView
from arcops.kube.objects.meta import KubeObject


@rule(*WORKLOADS, severity=Severity.INFO, gate=is_peoples)
def check(workload: KubeObject, view: RuleView) -> Iterator[Hit]:
    """One hit that names the namespaces."""
    spec = spec_of(workload)
    if spec is None or not (spec.host_network or spec.host_pid or spec.host_ipc):
        return
    fields = {"hostNetwork": spec.host_network, "hostPID": spec.host_pid, "hostIPC": spec.host_ipc}
    shared = [name for name, is_set in fields.items() if is_set]
    yield Hit(
        title=f"{view.subject} shares namespaces of its node: {', '.join(shared)}",
        evidence=tuple(evidence.field(view.subject, f"{path_of(workload)}.{name}", "true") for name in shared),
        next=(advice.edit(view.subject, ", ".join(shared)),),
    )
