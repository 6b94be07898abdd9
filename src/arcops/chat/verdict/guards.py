"""Whether a network policy keeps traffic away from an object, or a disruption budget keeps its pods from being drained."""

from __future__ import annotations

import re

from arcops.chat.answers._said import listed
from arcops.chat.selecting.features import allows
from arcops.chat.selecting.scope import related
from arcops.chat.telling.objects.callers import services_of
from arcops.chat.verdict.base import NODE, WORKLOAD_KINDS, Claim, Ruling
from arcops.inventory.base import Entry
from arcops.kube.objects.policy import PodDisruptionBudget
from arcops.kube.refs import GroupKind

_POLICY = GroupKind("networking.k8s.io", "NetworkPolicy")
_POLICIES = re.compile(r"\b(?:network ?polic\w+|netpols?|polic(?:y|ies)|firewall\w*)\b")
_BLOCKS = re.compile(r"\b(?:block\w*|den(?:y|ies|ied|ying)|restrict\w*|isolat\w*|prevent\w*|filter\w*|cut\w* off)\b")
_DRAINS = re.compile(r"\b(?:drain\w*|evict\w*|disrupt\w*)\b")
_MAY = re.compile(r"\b(?:can|could|may|allowed|possible|able|safe(?:ly)?|ok(?:ay)?|fine)\b")


def judge_policies(claim: Claim) -> Ruling | None:
    """What the policies that select the pods of the object let through."""
    if not claim.entries or not (claim.says(_POLICIES) and claim.says(_BLOCKS)):
        return None
    ref, inventory = claim.entries[0].ref, claim.asked.inventory
    if ref.group_kind not in WORKLOAD_KINDS and ref.kind not in ("Pod", "Service"):
        return None
    found = next((one for one in claim.own((ref, *services_of(claim.asked, ref))) if "PolicyBlocks" in one.code), None)
    if found is not None:
        return Ruling("Yes", found.title, found.subject)
    guards = related(_POLICY, ref, inventory)
    if not guards:
        return Ruling("No", f"no NetworkPolicy selects the pods of {ref}", ref)
    names = listed([str(one.ref) for one in guards], 3)
    return Ruling("In part, it may be", f"{names} {'selects' if len(guards) == 1 else 'select'} its pods; nothing is found shut by it", ref)


def judge_draining(claim: Claim) -> Ruling | None:
    """Whether the budgets of the object, or of the pods on a node, let a pod go now."""
    if not claim.entries or not (claim.says(_DRAINS) and claim.says(_MAY)):
        return None
    entry = claim.entries[0]
    budgets = _budgets(claim, entry)
    shut = next((one for one in budgets if not allows(one)), None)
    if shut is not None:
        return Ruling("No", f"{shut.ref} allows no disruption now", shut.ref)
    return Ruling("Yes", f"{budgets[0].ref} allows a disruption now", budgets[0].ref) if budgets else None


def _budgets(claim: Claim, entry: Entry) -> list[Entry]:
    inventory = claim.asked.inventory
    of = [one.ref for one in inventory.on_node(entry.ref.name)] if entry.ref.group_kind == NODE else [entry.ref]
    found = {one.ref: one for ref in of for one in related(PodDisruptionBudget.GROUP_KIND, ref, inventory)}
    return list(found.values())
