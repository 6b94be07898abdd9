"""A workload has containers that ask for no memory or CPU, or have no memory limit.

Found: a container without requests for CPU and memory, or without a limit for memory.

Quiet: a missing CPU limit, which is a choice; and in the cluster's own namespaces.

Do: set requests to what it uses, and a memory limit.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.posture import WORKLOADS, containers_of, is_peoples, named, path_of
from arcops.findings.view import RuleView
from arcops.kube.objects.container import Container
from arcops.kube.objects.meta import KubeObject


@rule(*WORKLOADS, severity=Severity.INFO, gate=is_peoples)
def check(workload: KubeObject, view: RuleView) -> Iterator[Hit]:
    """One hit that names the containers and what they lack."""
    lacking = {one.name: missing for one in containers_of(workload) if (missing := _missing(one))}
    if not lacking:
        return
    name, missing = next(iter(lacking.items()))
    yield Hit(
        title=f"{view.subject} sets no {', no '.join(missing)} in {named(list(lacking))}",
        evidence=(evidence.field(view.subject, f"{path_of(workload)}.containers[{name}].resources", None),),
        next=(advice.edit(view.subject, "resources"),),
    )


def _missing(container: Container) -> list[str]:
    resources = container.resources
    requests, limits = (resources.requests if resources else None) or {}, (resources.limits if resources else None) or {}
    wanted = {
        "CPU request": "cpu" in requests or "cpu" in limits,
        "memory request": "memory" in requests or "memory" in limits,
        "memory limit": "memory" in limits,
    }
    return [what for what, is_set in wanted.items() if not is_set]
