"""An agent of Azure Arc is not running, so what it does for the cluster has stopped.

Found: in the namespace ``azure-arc`` an agent's Deployment has no available pod for 5 minutes, or an agent that every connected
cluster has is not there at all while most others are (for 30 minutes).

Quiet: in clusters without that namespace, and while the namespace is being deleted.

Do: look at the agent's pods: certificates, proxy settings and memory are the usual causes.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.replicas import replicas_of
from arcops.findings.view import RuleView
from arcops.kube.conditions import condition_of
from arcops.kube.objects.cluster import Namespace
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.workloads import Deployment
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms

NAMESPACE = "azure-arc"
AGENTS = {
    "clusteridentityoperator": "keeps the cluster's identity valid",
    "config-agent": "fetches configurations and extensions",
    "controller-manager": "runs the controllers of the other agents",
    "metrics-agent": "reports the agents' metrics",
    "cluster-metadata-operator": "reports version and size of the cluster",
    "resource-sync-agent": "keeps Azure and the cluster in step",
    "extension-manager": "installs and upgrades extensions",
    "kube-aad-proxy": "authenticates users of cluster connect",
    "flux-logs-agent": "collects the logs of GitOps",
    "clusterconnect-agent": "holds the connection for cluster connect",
    "guard": "authorises users by Azure roles",
}
_ALWAYS_THERE = (
    "clusteridentityoperator", "config-agent", "controller-manager", "metrics-agent", "cluster-metadata-operator", "resource-sync-agent",
    "extension-manager",
)  # fmt: skip
_ABSENT_MINUTES = 30


def _is_arc(obj: KubeObject) -> bool:
    return isinstance(obj, Namespace) and obj.metadata.name == NAMESPACE and obj.metadata.deletion_timestamp is None


@rule(Namespace, severity=Severity.WARNING, for_minutes=5, gate=_is_arc, is_symptom=True)
def check(_namespace: Namespace, view: RuleView) -> Iterator[Hit]:
    """One hit for each agent."""
    deployments = {entry.ref.name: entry.obj for entry in view.list(Deployment.GROUP_KIND, NAMESPACE)}
    for name, duty in AGENTS.items():
        ref = ObjectRef.of(Deployment.GROUP_KIND, NAMESPACE, name)
        deployment = deployments.get(name)
        if isinstance(deployment, Deployment):
            yield from _down(ref, deployment, duty)
        elif name in _ALWAYS_THERE and 2 * len(deployments.keys() & set(_ALWAYS_THERE)) > len(_ALWAYS_THERE):
            yield Hit(
                title=f"The Azure Arc agent {name}, which {duty}, is missing: there is no {ref}", cause=ref, link="needs",
                evidence=(evidence.absence(ref, f"namespace {NAMESPACE}"),), next=(f"kubectl -n {NAMESPACE} get deployments",),
                for_minutes=_ABSENT_MINUTES,
            )  # fmt: skip


def _down(ref: ObjectRef, deployment: Deployment, duty: str) -> Iterator[Hit]:
    counts = replicas_of(deployment)
    if counts is None or counts.available:
        return
    available = condition_of(deployment.status.conditions if deployment.status else None, "Available")
    zero = " (it is scaled to 0)" if not counts.wanted else ""
    yield Hit(
        title=f"The Azure Arc agent {ref.name}, which {duty}, is not running: 0 of {counts.wanted} replicas are available{zero}",
        cause=ref,
        link="needs",
        evidence=(evidence.condition(ref, available) if available else evidence.field(ref, "status.availableReplicas", 0),),
        next=(advice.look(ref), f"kubectl -n {NAMESPACE} logs {advice.named(ref)} --all-containers --tail=50"),
        since_ms=time_ms(available.last_transition_time) if available and available.status == "False" else None,
    )
