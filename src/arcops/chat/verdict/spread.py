"""Whether the pods of a workload are spread over nodes, or all run on one."""

from __future__ import annotations

import re
from collections import Counter

from arcops.chat.answers._said import listed, many
from arcops.chat.selecting.scope import pods_of
from arcops.chat.verdict.base import WORKLOAD_KINDS, Claim, Ruling, yes_no
from arcops.findings.pods import is_over
from arcops.kube.objects.pod import Pod

_PLACE = r"(?:nodes?|hosts?|machines?|servers?|box(?:es)?|workers?)"
_APART = re.compile(
    rf"\b(?:spread|distributed|scattered|balanced|split)\b|"
    rf"\b(?:different|separate|distinct|several|multiple|more than one|various) {_PLACE}\b"
)
_TOGETHER = re.compile(rf"\b(?:all |both )?on (?:the same|one|a single|just one|only one|one and the same) {_PLACE}\b|\bsame {_PLACE}\b")
_NOT_OF = re.compile(r"\bconstraints?\b|\brules?\b|\baffinity\b")


def judge_spread(claim: Claim) -> Ruling | None:
    """On how many nodes the pods of the first workload run."""
    is_together = claim.says(_TOGETHER)
    if not (is_together or claim.says(_APART)) or claim.says(_NOT_OF):
        return None
    ref = next((entry.ref for entry in claim.entries if entry.ref.group_kind in WORKLOAD_KINDS), None)
    if ref is None:
        return None
    pods = [one.obj for one in pods_of(ref, claim.asked.inventory) if isinstance(one.obj, Pod) and not is_over(one.obj)]
    nodes = Counter(pod.spec.node_name for pod in pods if pod.spec and pod.spec.node_name)
    if not nodes:
        return None
    total, is_spread = sum(nodes.values()), len(nodes) > 1
    parts = listed([f"{name} ({count})" for name, count in sorted(nodes.items())], 8)
    text = f"{many(total, 'pod')} of {ref} {'runs' if total == 1 else 'run'} on {many(len(nodes), 'node')}: {parts}"
    if total == 1:
        return Ruling("There is only one pod", text, ref)
    return Ruling(yes_no(is_spread is not is_together), text, ref)
