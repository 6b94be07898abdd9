"""What the pods of a namespace or of the cluster request together, and what the quotas of a namespace leave."""

from __future__ import annotations

import re
from collections.abc import Sequence

from arcops.chat.answers._said import listed, many, named, told
from arcops.chat.asked import Asked
from arcops.chat.base import Block, FactType
from arcops.chat.selecting.amounts import Side, amounts_of, side_of
from arcops.chat.selecting.nodes import NodeRoom
from arcops.chat.selecting.scope import POD
from arcops.chat.telling.scope import where
from arcops.findings.amounts import shown
from arcops.findings.pods import is_over
from arcops.findings.quotas import Use, uses_of
from arcops.inventory.base import Entry
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.policy import ResourceQuota

_TOGETHER = re.compile(r"\b(?:together|in total|altogether|combined|in sum|all in all|summed|totals?|sum|overall)\b")
_ASKED = re.compile(r"\b(?:request\w*|reserv\w*|ask\w*|us(?:e|es|ed|ing)|need\w*|tak(?:e|es|ing)|consum\w*|limits?)\b")
_RESOURCES = (("memory", re.compile(r"\b(?:memory|mem|ram)\b")), ("cpu", re.compile(r"\b(?:v?cpus?|cores?)\b")))
_WHOLE = re.compile(
    r"\b(?:cluster|nodes|machines|servers|site|in total|altogether|overall|total|all in all)\b|"
    r"\bhow (?:many|much) (?:\w+ )?(?:v?cpus?|cores?|memory|ram) (?:do|does|is|are|have|has) (?:we|you|there|it|i)\b"
)
_FREE = re.compile(r"\b(?:left|free|room|fits?|spare|remain\w*|available|pods?|containers?|each|per|which|most|least|pressure)\b")
_LEFT = re.compile(r"\b(?:left|free|room|fits?|space|spare|remain\w*|available|offer\w*|capacity|nodes?)\b")
_MORE = re.compile(
    r"\b(?:more|another|further|room|space|left|free|fits?|enough|start|add|deploy|schedule|run|available|spare|remain\w*)\b"
)
_POLAR = re.compile(r"^(?:so |and |but |hey |ok )*(?:can|could|may|is|are|do|does|will|would|have|has)\b")
_MOST = 6


def offered_sums(asked: Asked, all_rooms: Sequence[NodeRoom], text: str) -> list[Block]:
    """What all nodes offer together, beside what their pods request; empty where one node or what pods ask for is meant."""
    is_whole = _WHOLE.search(text) is not None and not _ASKED.search(text) and not _FREE.search(text)
    if not is_whole or asked.reading.objects or asked.reading.conditions:
        return []
    resources = [name for name, words in _RESOURCES if words.search(text)]
    if not resources or not all_rooms:
        return []
    parts = []
    for name in resources:
        offered = shown(name, sum(one.offered.get(name, 0) for one in all_rooms))
        used = shown(name, sum(one.used.get(name, 0) for one in all_rooms))
        parts.append(f"{offered} {'CPU' if name == 'cpu' else f'of {name}'}, of which pods request {used}")
    verb = "offers" if len(all_rooms) == 1 else "offer together"
    return [told(asked, FactType.COUNT, f"{many(len(all_rooms), 'node')} {verb} {' and '.join(parts)}.")]


def sums(asked: Asked, text: str) -> list[Block]:
    """What the pods of the scope request or may use together, the hungriest named; empty where that is not asked."""
    reading = asked.reading
    is_of_space = bool(reading.namespace) and _ASKED.search(text) is not None
    if any(ref.kind != "Namespace" for ref in reading.objects) or _LEFT.search(text) or not (_TOGETHER.search(text) or is_of_space):
        return []
    resources = [name for name, words in _RESOURCES if words.search(text)] or ["memory", "cpu"]
    pods = [one for one in asked.inventory.list(POD, reading.namespace or None) if isinstance(one.obj, Pod) and not is_over(one.obj)]
    side = Side.LIMIT if side_of(text) is Side.LIMIT else Side.REQUEST
    verb = "may use at most" if side is Side.LIMIT else "request"
    parts = [_part(pods, resource, side) for resource in resources]
    head = f"The {many(len(pods), 'pod')} in {where(asked)} that are not over {verb} together {' and '.join(parts)}."
    blocks: list[Block] = [told(asked, FactType.COUNT, head)]
    first = resources[0]
    top = sorted((one for one in pods if amounts_of(one, side).get(first)), key=lambda one: -amounts_of(one, side)[first])
    for one in top[:_MOST]:
        said = f"{named(one.ref)}: {first} {shown(first, amounts_of(one, side)[first])}"
        blocks.append(told(asked, FactType.FIELD, said, ref=one.ref, rank=1, is_item=True))
    used = "This is by what their specs say; what is really used is not recorded (kubectl top pods shows it)."
    return [*blocks, told(asked, FactType.COVERAGE, used, rank=5)]


def _part(pods: Sequence[Entry], resource: str, side: Side) -> str:
    """``48Mi of memory (2 of them set none)``."""
    amounts = [amounts_of(one, side).get(resource, 0) for one in pods]
    lacking = sum(not amount for amount in amounts)
    name = "CPU" if resource == "cpu" else resource
    none = f" ({lacking:,} of them {'sets' if lacking == 1 else 'set'} none)" if lacking else ""
    return f"{shown(resource, sum(amounts))} of {name}{none}"


def quota_room(asked: Asked, text: str) -> list[Block]:
    """What the quotas of the namespace that is named leave, where room is asked for; no first where one is used up."""
    space = asked.reading.namespace
    if not space or not _MORE.search(text):
        return []
    blocks: list[Block] = []
    for entry in asked.inventory.list(ResourceQuota.GROUP_KIND, space):
        uses = uses_of(entry.obj) if isinstance(entry.obj, ResourceQuota) else []
        full = [use for use in uses if use.share >= 1]
        if full:
            no = "No: " if _POLAR.search(text) and any(use.name == "pods" for use in full) else ""
            said = f"{no}{entry.ref} leaves nothing of {listed([use.name for use in full])}: {_used(full)}."
        else:
            said = f"{entry.ref} leaves room: {_used(uses)}."
        if uses:
            blocks.append(told(asked, FactType.FIELD, said, ref=entry.ref, path="status.used"))
    return blocks


def _used(uses: Sequence[Use]) -> str:
    return listed([f"{use.used} of {use.hard} {use.name} are used" for use in uses], _MOST)
