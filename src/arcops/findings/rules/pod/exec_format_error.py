"""The program in an image is built for another CPU architecture than the node's.

Found: a container ends at once, or cannot be started, with "exec format error" in its termination message, its log or the runtime's
message. The node's architecture is told.

Quiet: for anything else that ends, once the container stays up, and for pods of a Job that has completed. A pod that failed more than a
day ago is only information.

Do: use an image for the node's architecture (or one with several), or place the pod on a node of the image's with a node selector on
kubernetes.io/arch. A script without its first line (#!/bin/sh) fails with the same words.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.began import earliest_ms, first_seen_ms
from arcops.findings.endings import Ending, ending_evidence, ending_of
from arcops.findings.jobs import is_made_good
from arcops.findings.pods import Box, boxes, is_over, is_unwell, not_ready_since_ms
from arcops.findings.recovery import has_outlived, is_long_past
from arcops.findings.starts import is_wrong_platform
from arcops.findings.text.families import Family
from arcops.findings.text.lines import decisive
from arcops.findings.view import RuleView
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod
from arcops.kube.refs import ObjectRef


@rule(Pod, severity=Severity.CRITICAL, gate=is_unwell, blames_changes=True)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit for the first such container."""
    if pod.metadata.deletion_timestamp:
        return
    for box in boxes(pod):
        if box.ready or (box.is_init and box.ended is not None and box.ended.exit_code == 0):
            continue
        if box.ended_before is not None and has_outlived(view, box):
            continue
        ending = ending_of(view, view.subject, box)
        waiting = decisive(box.waiting_message)
        said = box.waiting_message if waiting and waiting.family is Family.EXEC_FORMAT else ""
        if is_wrong_platform(ending) or said:
            if not is_made_good(view, pod):
                yield _hit(pod, view, box, ending, said)
            return


def _hit(pod: Pod, view: RuleView, box: Box, ending: Ending | None, said: str) -> Hit:
    node = _architecture(pod, view)
    on = f"; node {pod.spec.node_name if pod.spec else ''} is {node}" if node else ""
    words = said or (ending.said if ending else "")
    return Hit(
        title=f"Container {box.name} of {view.subject} cannot run: image {box.image} is built for another CPU architecture (platform){on}. "
        f'It says: "{words}"',
        severity=Severity.INFO if is_over(pod) and is_long_past(view, pod, box) else None,
        evidence=(
            *(ending_evidence(view.subject, box, ending) if ending else ()),
            *((evidence.field(view.subject, f"{box.path}.state.waiting.message", said),) if said else ()),
            *((_node_evidence(pod, node),) if node and pod.spec else ()),
        ),
        next=(
            f"kubectl get node {pod.spec.node_name if pod.spec and pod.spec.node_name else ''} -o wide -L kubernetes.io/arch",
            "Use an image for the node's architecture, or a node selector on kubernetes.io/arch.",
        ),
        since_ms=earliest_ms(not_ready_since_ms(pod), first_seen_ms(view.events("BackOff", "Failed"))),
    )


def _node_evidence(pod: Pod, arch: str) -> Evidence:
    ref = ObjectRef.of(Node.GROUP_KIND, "", (pod.spec.node_name if pod.spec else None) or "")
    return evidence.field(ref, "status.nodeInfo.architecture", arch)


def _architecture(pod: Pod, view: RuleView) -> str:
    name = pod.spec.node_name if pod.spec else None
    if not name or not view.sees(Node.GROUP_KIND):
        return ""
    entry = view.get(ObjectRef.of(Node.GROUP_KIND, "", name))
    node = entry.obj if entry is not None and isinstance(entry.obj, Node) else None
    if node is None:
        return ""
    info = node.status.node_info if node.status else None
    return (info.architecture if info else "") or (node.metadata.labels or {}).get("kubernetes.io/arch", "")
