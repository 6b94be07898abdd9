"""A workload has containers without a readiness probe, so that it gets traffic before it can answer.

Found: a Deployment, StatefulSet or DaemonSet whose containers declare ports and have no readiness probe.

Quiet: for containers without ports, for Jobs, and in the cluster's own namespaces.

Do: add a readiness probe that asks what the container serves.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.posture import containers_of, is_peoples, named, path_of
from arcops.findings.view import RuleView
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.workloads import DaemonSet, Deployment, StatefulSet


@rule(Deployment, StatefulSet, DaemonSet, severity=Severity.INFO, gate=is_peoples)
def check(workload: KubeObject, view: RuleView) -> Iterator[Hit]:
    """One hit that names the containers."""
    without = [one.name for one in containers_of(workload) if one.ports and one.readiness_probe is None]
    if without:
        yield Hit(
            title=f"{view.subject} has no readiness probe in {named(without)}",
            evidence=(evidence.field(view.subject, f"{path_of(workload)}.containers[{without[0]}].readinessProbe", None),),
            next=(advice.edit(view.subject, "readinessProbe"),),
        )
