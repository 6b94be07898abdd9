"""A node's network is not set up.

Found: the node's NetworkUnavailable condition is True for 2 minutes.

Quiet: for a node that is cordoned or was made less than 2 minutes ago.

Do: look at the network plug-in's pod on the node and at the routes of the cluster.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.kube.conditions import condition_of, is_true
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.node import Node
from arcops.kube.times import time_ms

_TYPE = "NetworkUnavailable"


def _has_no_network(obj: KubeObject) -> bool:
    return isinstance(obj, Node) and obj.status is not None and is_true(obj.status.conditions, _TYPE)


@rule(Node, severity=Severity.CRITICAL, for_minutes=2, gate=_has_no_network)
def check(node: Node, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    found = condition_of(node.status.conditions, _TYPE) if node.status else None
    if found is None or (node.spec and node.spec.unschedulable):
        return
    yield Hit(
        title=f"The network of {view.subject} is not set up: {found.message or found.reason or _TYPE}",
        evidence=(evidence.condition(view.subject, found),),
        next=(advice.look(view.subject), f"kubectl get pods -A -o wide --field-selector spec.nodeName={view.subject.name}"),
        since_ms=time_ms(found.last_transition_time),
    )
