"""A node is not ready: its kubelet says so, or has fallen silent.

Found: the node's Ready condition is False or Unknown for a minute.

Quiet: for a node that is cordoned as well: somebody is working on it.

Where the kubelet waits for the network plug-in and the plug-in's pod on the node is down, that is the cause.

Do: look at the machine and its kubelet. Pods on it are moved after five minutes unless they tolerate the node's state.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.base.clock import rfc3339
from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.plugins import network_plugin_down
from arcops.findings.text.counts import counted
from arcops.findings.view import RuleView
from arcops.kube.conditions import condition_of
from arcops.kube.objects.condition import NodeCondition
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod
from arcops.kube.times import time_ms


def _is_down(obj: KubeObject) -> bool:
    ready = condition_of(obj.status.conditions, "Ready") if isinstance(obj, Node) and obj.status else None
    return ready is not None and ready.status != "True"


@rule(Node, severity=Severity.CRITICAL, for_minutes=1, gate=_is_down, mixin="NodeNotReady")
def check(node: Node, view: RuleView) -> Iterator[Hit]:
    """One hit, with the number of pods concerned."""
    ready = condition_of(node.status.conditions, "Ready") if node.status else None
    if ready is None or (node.spec and node.spec.unschedulable):
        return
    pods = len(view.on_node(view.subject.name)) if view.sees(Pod.GROUP_KIND) else 0
    told = f"; {counted(pods, 'pod')} {'is' if pods == 1 else 'are'} on it" if pods else ""
    since_ms = time_ms(ready.last_transition_time)
    down = network_plugin_down(view, view.subject.name) if view.sees(Pod.GROUP_KIND) and _lacks_network(ready) else None
    yield Hit(
        title=f"{view.subject} is not ready: {_said(ready)}{told}",
        cause=down,
        link="needs the network of" if down else "",
        why="A silent kubelet means that the machine, its network or the kubelet itself is down" if ready.status == "Unknown" else "",
        evidence=(evidence.condition(view.subject, ready), *(evidence.event(event) for event in view.events("NodeNotReady"))),
        next=(advice.look(view.subject), f"On the machine {view.subject.name}: systemctl status kubelet; journalctl -u kubelet -e"),
        since_ms=since_ms,
    )


def _lacks_network(ready: NodeCondition) -> bool:
    """Whether the kubelet waits for a network plug-in."""
    return "network plugin" in (ready.message or "").lower() or "NetworkPluginNotReady" in (ready.message or "")


def _said(ready: NodeCondition) -> str:
    message = ready.message or ready.reason or f"its Ready condition is {ready.status}"
    heartbeat_ms = time_ms(ready.last_heartbeat_time)
    if ready.status == "Unknown" and heartbeat_ms is not None:
        return f"{message} (last heartbeat {rfc3339(heartbeat_ms)})"
    return message
