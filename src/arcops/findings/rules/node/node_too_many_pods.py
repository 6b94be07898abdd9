"""A node has nearly as many pods as it takes.

Found: more than 95 % of the pods that the node allows are on it, for 15 minutes.

Quiet: for pods that have run to their end, which do not count, and nodes of fewer than 10 pods.

Do: add a node, or raise maxPods of the kubelet if the network has the addresses.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.pods import is_over
from arcops.findings.view import RuleView
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod

_SHARE = 0.95
_LEAST = 10


@rule(Node, severity=Severity.INFO, for_minutes=15, mixin="KubeletTooManyPods")
def check(node: Node, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    text = str(((node.status.allocatable if node.status else None) or {}).get("pods", ""))
    most = int(text) if text.isdigit() else 0
    if most < _LEAST:
        return
    entries = view.on_node(view.subject.name)
    if len(entries) <= most * _SHARE:
        return
    pods = sum(isinstance(entry.obj, Pod) and not is_over(entry.obj) for entry in entries)
    if pods > most * _SHARE:
        yield Hit(
            title=f"{view.subject} has {pods} of the {most} pods that it takes",
            evidence=(evidence.field(view.subject, "status.allocatable.pods", most),),
            next=(advice.look(view.subject), f"kubectl get pods -A -o wide --field-selector spec.nodeName={view.subject.name}"),
        )
