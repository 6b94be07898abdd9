"""A pod's sandbox cannot be made: its network, or what the container runtime needs before any container.

Found: a pod has a node, none of its containers has started, and events say FailedCreatePodSandBox, for 2 minutes. From the message it
is told whether addresses ran out, a network it asks for is missing, the network plug-in is missing, down or failing, or the
runtime is at fault.

Quiet: for a pod that has got over it.

Do: look at the node and the network plug-in's pod on it; free addresses.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.began import first_seen_ms
from arcops.findings.passed import unpassed
from arcops.findings.plugins import network_plugin_down
from arcops.findings.pods import is_waiting
from arcops.findings.text.sandboxes import SandboxFailure, SandboxProblem, sandbox_problem
from arcops.findings.view import RuleView
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod
from arcops.kube.refs import ObjectRef

REASON = "FailedCreatePodSandBox"
_OF_THE_POD = frozenset({SandboxFailure.RUNTIME_CLASS, SandboxFailure.NO_NETWORK})


@rule(Pod, severity=Severity.CRITICAL, for_minutes=2, gate=is_waiting)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    node = (pod.spec.node_name if pod.spec else None) or ""
    events = unpassed(view, REASON) if node else ()
    if not events:
        return
    last = events[-1]
    problem = sandbox_problem(last.message)
    cause = _cause(view, node, problem)
    plugin = f" {problem.plugin}" if problem.plugin and "plug-in" in problem.failure.value else ""
    which = f" (no NetworkAttachmentDefinition {problem.network})" if problem.network else ""
    what = f"{problem.failure.value.replace('plug-in', f'plug-in{plugin}', 1)}{which}"
    yield Hit(
        title=f"{view.subject} gets no sandbox on node {node}: {what}",
        cause=cause,
        link="runs on" if cause and cause.kind == "Node" else "needs the network of" if cause else "",
        why=f"The kubelet says: {last.message}",
        evidence=tuple(evidence.event(event) for event in events[-3:]),
        next=(
            advice.look(view.subject),
            f"kubectl get pods -A -o wide --field-selector spec.nodeName={node}",
            f"On the machine {node}: journalctl -u kubelet -e; the network plug-in's log",
        ),
        since_ms=first_seen_ms(events),
    )


def _cause(view: RuleView, node: str, problem: SandboxProblem) -> ObjectRef | None:
    """The network plug-in's own workload where its pod on the node is down; else the node."""
    if problem.failure in _OF_THE_POD:
        return None
    if "plug-in" in problem.failure.value:
        down = network_plugin_down(view, node)
        if down is not None:
            return down
    return ObjectRef.of(Node.GROUP_KIND, "", node)
