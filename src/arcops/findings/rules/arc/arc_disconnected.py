"""The cluster has lost its connection to Azure Arc.

Found: the ConnectedCluster says that it is offline or expired, or its last contact is more than 15 minutes ago; or the
certificate or token of an Azure identity request has expired and was not renewed.

Quiet: in clusters that are not connected to Azure.

Do: check proxy and firewall towards Azure, the cluster's clock, and the agent clusteridentityoperator.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.base.clock import rfc3339
from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.kube.objects.custom import CustomObject
from arcops.kube.times import duration_text, time_ms

_CLUSTER, _IDENTITY = "ConnectedCluster", "AzureClusterIdentityRequest"
_OFFLINE = ("offline", "expired", "disconnected", "notconnected", "agentnotinstalled")
_MINUTES = 15


@rule(severity=Severity.WARNING)
def check(obj: CustomObject, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    if not view.subject.group.endswith("azure.com") or obj.status is None or obj.metadata.deletion_timestamp:
        return
    if view.subject.kind == _CLUSTER:
        yield from _cluster(obj, view)
    elif view.subject.kind == _IDENTITY:
        end_ms = time_ms(obj.status.expiration_time)
        if end_ms is not None and view.held(end_ms, _MINUTES):
            yield Hit(
                title=f"The identity of the cluster towards Azure has expired at {rfc3339(end_ms)} and was not renewed ({view.subject})",
                evidence=(evidence.field(view.subject, "status.expirationTime", obj.status.expiration_time),),
                next=("kubectl -n azure-arc logs deployment/clusteridentityoperator --all-containers --tail=50", advice.look(view.subject)),
                since_ms=end_ms,
            )


def _cluster(obj: CustomObject, view: RuleView) -> Iterator[Hit]:
    status = obj.status
    if status is None:
        return
    last_ms = time_ms(status.last_connectivity_time)
    said = (status.connectivity_status or "").replace(" ", "").lower()
    is_silent = last_ms is not None and view.held(last_ms, _MINUTES)
    if said not in _OFFLINE and not is_silent:
        return
    ago = f"; the last contact was at {rfc3339(last_ms)}, {duration_text(view.now_ms - last_ms)} ago" if last_ms is not None else ""
    yield Hit(
        title=f"The cluster has lost its connection to Azure Arc: {view.subject} is {status.connectivity_status or 'silent'}{ago}",
        evidence=(
            evidence.field(view.subject, "status.connectivityStatus", status.connectivity_status),
            evidence.field(view.subject, "status.lastConnectivityTime", status.last_connectivity_time),
        ),
        next=("kubectl -n azure-arc get pods", "kubectl -n azure-arc logs deployment/config-agent --all-containers --tail=50"),
        since_ms=last_ms,
        for_minutes=0 if is_silent else _MINUTES,
    )
