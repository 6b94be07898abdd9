"""Whether a node takes new pods: cordoned, not ready, tainted or under pressure it does not, or not all."""

from __future__ import annotations

import re

from arcops.chat.answers._said import listed
from arcops.chat.selecting.wellness import of_node, pressures_of
from arcops.chat.verdict.base import Claim, Ruling
from arcops.kube.objects.node import Node

_ON = r"(?:on|onto|to|at|there|here)"
_PLACED = re.compile(
    rf"\b(?:go|land|run|start|scheduled?|placed|put|started) {_ON}\b"
    r"|\b(?:take|takes|accepts?|schedulable|get|receive)\b.*\b(?:pods?|workloads?|work)\b"
)
_NEW = re.compile(r"\b(?:pods?|workloads?|work|anything|something)\b")
_MAY = re.compile(r"\b(?:can|could|may|will|would|do|does|is)\b")
_KEEPS_OFF = ("NoSchedule", "NoExecute")


def judge_placing(claim: Claim) -> Ruling | None:
    """What of the node speaks against new pods; yes where nothing does."""
    entry = claim.entries[0] if len(claim.entries) == 1 else None
    if entry is None or not isinstance(entry.obj, Node) or not all(map(claim.says, (_PLACED, _NEW, _MAY))):
        return None
    spec = entry.obj.spec
    if spec is not None and spec.unschedulable:
        return Ruling("No", f"{entry.ref} is cordoned", entry.ref)
    if not of_node(entry.obj).is_well and not pressures_of(entry.obj):
        return Ruling("No", f"{entry.ref} is {of_node(entry.obj).word}", entry.ref)
    taints = [one for one in (spec.taints if spec else None) or () if one.effect in _KEEPS_OFF]
    if taints:
        said = listed([f"{one.key}{f'={one.value}' if one.value else ''}:{one.effect}" for one in taints], 3)
        return Ruling("Only those that tolerate its taint", f"{entry.ref} has {said}", entry.ref)
    found = pressures_of(entry.obj)
    if found:
        what = "pods without requests are kept off" if found == ["MemoryPressure"] else "new pods are kept off"
        return Ruling("Not all", f"{entry.ref} reports {listed(list(found))}: {what}", entry.ref)
    return Ruling("Yes", f"{entry.ref} is Ready, not cordoned, and no taint of it keeps pods off", entry.ref)
