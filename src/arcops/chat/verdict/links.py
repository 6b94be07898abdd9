"""Whether one thing uses another, whether anything does, whether it may go, and whether its fall reaches another."""

from __future__ import annotations

import re

from arcops.chat.answers._said import listed, many
from arcops.chat.selecting.scope import pods_of
from arcops.chat.telling.incidents.cases import family
from arcops.chat.telling.objects.breaking import mandatory
from arcops.chat.telling.objects.callers import called_by, callers_of
from arcops.chat.telling.objects.reach import reach_of, said
from arcops.chat.verdict.base import NODE, WORKLOAD_KINDS, Claim, Ruling, yes_no
from arcops.inventory.base import Entry
from arcops.kube.owners import controller_of, owner_ref
from arcops.kube.refs import ObjectRef

_NEEDS = (
    r"(?:us(?:e[sd]?|ing)|needs?|needed|requires?|required|depend(?:s|ed|ing|ent)?(?: up)?(?: on)?|rel(?:y|ies|ying)|"
    r"mount(?:s|ed|ing)?|references?|referenced|consum\w+)"
)
_CALLS = r"(?:call(?:s|ed|ing)?|talk(?:s|ing)?|connect(?:s|ed|ing)?|reads?|points?|share[sd]?|reach(?:es)?|attached|routes?|goes? to)"
_USE = re.compile(rf"\b(?:{_NEEDS}|{_CALLS})\b")
_ANY = r"(?:any|some)(?:thing|body|one| ?\w*(?: else)?)|other \w+|still"
_ENDED = r"(?:used|needed|referenced|mounted|required|consumed)"
_ANYONE = re.compile(
    rf"\b(?:{_ANY})\b.*\b{_NEEDS}\b|\bin use\b|\bunused\b|\b{_ENDED} (?:by (?:any|some)\w*|any ?(?:where|more)|at all|still|now)\b"
    rf"|\bis\b.*\b{_ENDED}\W*$"
)
_DELETES = re.compile(r"\b(?:delet(?:e|ed|ing)|remov(?:e|ed|ing)|drop(?:ped)?|get rid of|throw away|clean up|uninstall)\b")
_RETURNS = re.compile(
    r"\b(?:c[ao]mes? back|bring(?:s)? (?:it|them) back|brought back|re-?created?|re-?creates|re-?made|respawn\w*|made again|made anew|"
    r"starts? again|replaced?|regenerated?|self[- ]?heal\w*)\b"
)
_WHEN_GONE = re.compile(r"\b(?:kill|die|dies|gone|lost|goes away|crash(?:es)?)\b")
_MAY = re.compile(r"^(?:\w+ ){0,4}?(?:can|could|may|should|shall) (?:i|we|one|you|it)\b|\bsafe(?:ly)?\b|\bok(?:ay)? to\b|\bfine to\b")
_HITS = (
    r"(?:breaks?|broken|suffers?|affect(?:s|ed)?|loses?|hurts?|impact(?:s|ed)?|fails?|go(?:es)? down|dies?|harm(?:s|ed)?|survives?|notice|"
    r"down|offline|stop(?:s|ped)?)"
)
_WHEN = r"(?:if|when|without|once)"
_FALLS = re.compile(rf"\b{_HITS}\b.*\b{_WHEN}\b|\b{_WHEN}\b.*\b{_HITS}\b")
_CASE = re.compile(rf"\b{_WHEN}\b")
_UNUSED = re.compile(r"\bunused\b")
_SURVIVES = re.compile(r"\bsurvives?\b")
_FREE_KINDS = frozenset({
    "ConfigMap", "Secret", "PersistentVolumeClaim", "PersistentVolume", "Service", "ServiceAccount", "StorageClass", "PriorityClass",
    "Ingress", "IngressClass", "Role", "ClusterRole", "NetworkPolicy", "Gateway",
})  # fmt: skip
"""Kinds that do nothing by themselves: where nobody names one, nothing is lost with it."""


def judge_deletion(claim: Claim) -> Ruling | None:
    """Whether an object may be deleted without harm to others."""
    if not claim.entries or not claim.says(_DELETES) or not claim.says(_MAY):
        return None
    entry = claim.entries[0]
    ref, users = entry.ref, _users(claim, claim.entries[0].ref)
    if users:
        need = "needs" if len(users) == 1 else "need"
        return Ruling("No, not without harm", f"{many(len(users), 'object')} {need} {ref}: {_names(users)}", ref)
    owner = controller_of(entry.obj) if ref.kind == "Pod" else None
    if owner is not None:
        return Ruling("Yes", f"{owner_ref(owner, ref.namespace)} makes a new pod in place of {ref}", ref)
    return Ruling("Yes, as far as I see", f"nothing that I see depends on {ref}", ref) if ref.kind in _FREE_KINDS else None


def judge_return(claim: Claim) -> Ruling | None:
    """Whether what is deleted comes back: by its controller, or not at all."""
    if not claim.entries or not claim.says(_RETURNS) or not (claim.says(_DELETES) or claim.says(_WHEN_GONE)):
        return None
    entry = claim.entries[0]
    owner = controller_of(entry.obj)
    if owner is not None:
        return Ruling("Yes", f"{owner_ref(owner, entry.ref.namespace)} makes a new one in place of {entry.ref}", entry.ref)
    if entry.ref.kind == "Pod":
        return Ruling("No", f"{entry.ref} belongs to no controller, so nothing makes it anew", entry.ref)
    return Ruling("No, not by Kubernetes itself", f"nothing owns {entry.ref}; only whoever applied it can bring it back", entry.ref)


def judge_uses(claim: Claim) -> Ruling | None:
    """Whether the thing named first uses the one named second."""
    pair = _in_order(claim) if claim.says(_USE) else None
    if pair is None:
        return None
    first, second = pair
    how = _any_link(claim, first, second) or _any_link(claim, second, first)
    return Ruling(yes_no(how is not None), how or f"I see no link from {first.ref} to {second.ref}", first.ref)


def judge_users(claim: Claim) -> Ruling | None:
    """Whether anything uses an object."""
    if not claim.entries or not claim.says(_ANYONE):
        return None
    ref, is_no = claim.entries[0].ref, claim.says(_UNUSED)
    users = _all_users(claim, ref)
    if not users:
        return Ruling(yes_no(is_no), f"nothing that I see depends on {ref}", ref)
    verb = "depends" if len(users) == 1 else "depend"
    return Ruling(yes_no(not is_no), f"{many(len(users), 'object')} {verb} on {ref}: {_names(users)}", ref)


def judge_fall(claim: Claim) -> Ruling | None:
    """Whether the thing named first suffers when the one named second falls."""
    pair = _in_order(claim) if claim.says(_FALLS) else None
    if pair is None:
        return None
    first, second = pair if _CASE.search(claim.text[_at(claim, pair[0]) :]) else pair[::-1]
    if second.ref.group_kind == NODE:
        return _of_node(claim, first, second)
    how = _any_link(claim, first, second)
    is_hit = (how is not None) is not claim.says(_SURVIVES)
    return Ruling(yes_no(is_hit), how or f"{first.ref} does not depend on {second.ref}, as far as I see", first.ref)


def _of_node(claim: Claim, first: Entry, node: Entry) -> Ruling | None:
    if first.ref.group_kind not in WORKLOAD_KINDS and first.ref.kind not in ("Pod", "Service"):
        return None
    pods = pods_of(first.ref, claim.asked.inventory)
    there = {entry.ref for entry in claim.asked.inventory.on_node(node.ref.name)} & {entry.ref for entry in pods}
    if not there:
        return Ruling(yes_no(claim.says(_SURVIVES)), f"none of the {many(len(pods), 'pod')} of {first.ref} is on {node.ref}", node.ref)
    rest = "the others go on elsewhere" if len(there) < len(pods) else "it has no pod elsewhere"
    text = f"{len(there):,} of the {many(len(pods), 'pod')} of {first.ref} {'runs' if len(there) == 1 else 'run'} on {node.ref}, {rest}"
    if claim.says(_SURVIVES):
        return Ruling(yes_no(len(there) < len(pods)), text, node.ref)
    return Ruling("Yes", text, node.ref)


def _any_link(claim: Claim, entry: Entry, other: Entry) -> str | None:
    """How an object hangs on another or on what has its name: whoever names a database means its Service too."""
    targets = family((other.ref,), claim.asked.inventory)
    return next((how for target in targets if (how := _link(claim, entry, target)) is not None), None)


def _link(claim: Claim, entry: Entry, target: ObjectRef) -> str | None:
    """How an object hangs on another, in words; None where it does not."""
    step = next((step for step in reach_of(entry.ref, claim.asked.inventory).above if step.ref == target), None)
    if step is not None:
        via = "" if step.came_from == entry.ref or step.came_from.kind in ("Pod", "ReplicaSet") else f", over {step.came_from}"
        return f"{entry.ref} depends on {target}{via}: it {said(step.link.relation)}"
    address = next((one for one in called_by(claim.asked, entry.ref) if one.service == target), None)
    return f"{entry.ref} is told to call {address.said} ({address.path})" if address is not None else None


def _in_order(claim: Claim) -> tuple[Entry, Entry] | None:
    """The two things in the order in which the question names them; None where it names one."""
    by_name = {entry.ref.name: entry for entry in reversed(claim.entries)}
    first, second, *_ = [*sorted(by_name.values(), key=lambda entry: _at(claim, entry)), None, None]
    return (first, second) if first is not None and second is not None else None


def _at(claim: Claim, entry: Entry) -> int:
    at = claim.text.find(entry.ref.name.lower())
    return at if at >= 0 else len(claim.text)


def _users(claim: Claim, ref: ObjectRef) -> list[ObjectRef]:
    """Who cannot do without it."""
    callers = [caller.ref for caller in callers_of(claim.asked, ref)]
    return list(dict.fromkeys((*mandatory(reach_of(ref, claim.asked.inventory)), *callers)))


def _all_users(claim: Claim, ref: ObjectRef) -> list[ObjectRef]:
    users = [user.ref for user in reach_of(ref, claim.asked.inventory).users]
    return list(dict.fromkeys((*users, *(caller.ref for caller in callers_of(claim.asked, ref)))))


def _names(refs: list[ObjectRef]) -> str:
    return listed([str(ref) for ref in refs], 4)
