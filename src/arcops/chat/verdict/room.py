"""Whether something is full: the resources of a quota, the pressure of a node, the memory of a container."""

from __future__ import annotations

import re

from arcops.chat.answers._said import listed, many
from arcops.chat.selecting.quotas import quota_room
from arcops.chat.selecting.wellness import pressures_of
from arcops.chat.verdict.base import Claim, Ruling, yes_no
from arcops.inventory.base import Entry
from arcops.kube.objects.node import Node
from arcops.kube.objects.policy import ResourceQuota
from arcops.kube.quantities import number

_FULL = re.compile(
    r"\b(?:full|used up|exhausted|maxed(?: out)?|depleted|reached|exceeded|hit|at (?:its|the) limit|over (?:its|the) limit|out of|left|"
    r"low on|short (?:of|on)|run(?:ning)? (?:out|low|short)|pressure|enough|overloaded|blown|room|space)\b"
)
_OF_NODE = (
    (re.compile(r"\b(?:disks?|storage|space|ephemeral)\b"), "DiskPressure"),
    (re.compile(r"\b(?:memory|ram|mem|oom)\b"), "MemoryPressure"),
    (re.compile(r"\b(?:pids?|process(?:es)?)\b"), "PIDPressure"),
)
_MEMORY = re.compile(r"\b(?:oom\w*|out of (?:memory|ram|mem)|memory (?:problem|issue|limit)s?|too little memory|enough (?:memory|ram))\b")
_OF_PODS = frozenset({
    "pods", "cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory", "count/pods",
})  # fmt: skip
"""What a quota counts that every new pod needs of it."""
_ENOUGH = re.compile(r"\b(?:enough|left|room|space)\b")


def judge_room(claim: Claim) -> Ruling | None:
    """Of quotas what is used of what is allowed; of nodes the pressures they report; of what runs, if it was killed for memory."""
    quota = next((entry for entry in claim.entries if isinstance(entry.obj, ResourceQuota)), None)
    if quota is not None and claim.says(_FULL):
        return _of_quota(claim, quota)
    node = claim.entries[0] if claim.entries and isinstance(claim.entries[0].obj, Node) else None
    if node is not None and claim.says(_FULL):
        return _of_node(claim, node)
    is_of_all = not claim.entries and not claim.asked.reading.unknown and claim.asked.inventory.count(Node.GROUP_KIND) > 0
    if is_of_all and "pressure" in claim.plain:
        return _of_nodes(claim)
    return _of_memory(claim) if claim.entries and claim.says(_MEMORY) else None


def _of_quota(claim: Claim, entry: Entry) -> Ruling | None:
    status = entry.obj.status if isinstance(entry.obj, ResourceQuota) else None
    hard, used = (status.hard or {}, status.used or {}) if status else ({}, {})
    amounts = {name: (number(used[name]), number(hard[name])) for name in hard if name in used}
    if not amounts:
        return None
    full = [name for name, (some, most) in amounts.items() if some >= most]
    names = full or sorted(amounts, key=lambda name: -(amounts[name][0] / (amounts[name][1] or 1)))[:2]
    said = ", ".join(f"{name} {used[name]} of {hard[name]} used" for name in names)
    is_full = bool(full) is not claim.says(_ENOUGH)
    return Ruling(yes_no(is_full), f"{entry.ref} has {said}", entry.ref)


def _of_node(claim: Claim, entry: Entry) -> Ruling | None:
    wanted = next((name for words, name in _OF_NODE if claim.says(words)), "")
    if not isinstance(entry.obj, Node) or (not wanted and "pressure" not in claim.text):
        return None
    found = pressures_of(entry.obj)
    hit = [name for name in found if not wanted or name == wanted]
    is_yes = bool(hit) is not claim.says(_ENOUGH)
    if hit:
        return Ruling(yes_no(is_yes), f"{entry.ref} reports {' and '.join(hit)}", entry.ref)
    but = f", though it reports {' and '.join(found)}" if found else ""
    return Ruling(yes_no(is_yes), f"{entry.ref} reports no {wanted or 'pressure'}{but}", entry.ref)


def _of_nodes(claim: Claim) -> Ruling:
    """Which of all nodes report the pressure that is named."""
    wanted = next((name for words, name in _OF_NODE if claim.says(words)), "")
    nodes = [(entry, pressures_of(entry.obj)) for entry in claim.asked.inventory.list(Node.GROUP_KIND) if isinstance(entry.obj, Node)]
    hit = [entry for entry, found in nodes if (wanted in found if wanted else found)]
    if not hit:
        return Ruling("No", f"none of {many(len(nodes), 'node')} reports {wanted or 'a pressure'}")
    names = listed([entry.ref.name for entry in hit], 4)
    verb = "reports" if len(hit) == 1 else "report"
    return Ruling("Yes", f"{len(hit):,} of {many(len(nodes), 'node')} {verb} {wanted or 'pressure'}: {names}", hit[0].ref)


def judge_shortage(claim: Claim) -> Ruling | None:
    """What an object itself says against "there is room": it was killed for memory, or cannot be scheduled."""
    found = claim.own([entry.ref for entry in claim.entries])
    short = next((one for one in found if one.code == "PodUnschedulable" or ("Oom" in one.code and claim.says(_MEMORY))), None)
    if short is not None:
        return Ruling("No", short.title, short.subject)
    spaces = {entry.ref.namespace for entry in claim.entries if entry.ref.namespace}
    full = [(quota, name) for space in sorted(spaces) for quota in claim.asked.inventory.list(ResourceQuota.GROUP_KIND, space)
            for name, left, _ in quota_room(quota) if not left and name in _OF_PODS]  # fmt: skip
    return Ruling("No", f"{full[0][0].ref} is used up: {full[0][1]}", full[0][0].ref) if full else None


def _of_memory(claim: Claim) -> Ruling:
    ref = claim.entries[0].ref
    killed = [one for one in claim.own((ref,)) if "Oom" in one.code]
    is_yes = bool(killed) is not claim.says(_ENOUGH)
    if killed:
        return Ruling(yes_no(is_yes), killed[0].title, ref)
    return Ruling(f"{yes_no(is_yes)}, as far as I see", f"no container of {ref} was killed for memory", ref)
