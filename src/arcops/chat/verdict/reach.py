"""Whether something can be reached: ready endpoints behind a Service, and nothing found in the way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from arcops.chat.answers._said import listed, many
from arcops.chat.telling.objects.callers import services_of
from arcops.chat.telling.objects.uses import ready_ends
from arcops.chat.verdict.base import WORKLOAD_KINDS, Claim, Ruling, yes_no
from arcops.findings.base import Severity
from arcops.inventory.graph import neighbours
from arcops.kube.objects.service import Service
from arcops.kube.refs import ObjectRef

_REACH = re.compile(
    r"\b(?:reach(?:es|ed|ing)?|reachable|connect(?:s|ed|ing)?|connectable|accessible|serv(?:es?|ing)|answer(?:s|ing)?|respond(?:s|ing)?|"
    r"traffic|online|endpoints?|backends?|available|contact|accept(?:s|ing)? (?:requests|connections)|get to|users? see|load)\b"
)
_UNREACHABLE = re.compile(r"\b(?:unreachable|not reachable|inaccessible|unavailable|cut off|isolated|offline)\b")
_SERVICE = re.compile(r"\bservices?\b|\bsvc\b")
_ILL = re.compile(r"\b(?:broken|dead|down)\b")
_CAN = re.compile(r"\b(?:can|could|able|cannot|does|do)\b")
_SHUT = re.compile(r"\blets no\b")
_MOST_ENDS = 3
_KINDS = ("Pod", "Service", "Ingress")


def judge_reach(claim: Claim) -> Ruling | None:
    """Whether the Services of the object have ready endpoints; of an Ingress those behind it."""
    if claim.says(_CAN) and claim.says(_REACH):
        claim = _of_last(claim)
    is_no = claim.says(_UNREACHABLE) or (claim.says(_ILL) and (claim.says(_REACH) or claim.says(_SERVICE)))
    services = _services(claim) if claim.entries and (is_no or claim.says(_REACH)) else []
    if not services:
        return None
    counts = {service: ends for service in services if (ends := ready_ends(claim.asked, service)) is not None}
    served = [f"{service} has {many(len(ends), 'ready endpoint')}: {listed(ends, _MOST_ENDS)}" for service, ends in counts.items() if ends]
    if counts and not served:
        have = "has" if len(counts) == 1 else "have"
        return Ruling(yes_no(is_no), f"{listed([str(one) for one in counts])} {have} no ready endpoint", services[0])
    return _blocked(claim, services, is_no=is_no) or (
        Ruling(f"{yes_no(not is_no)}, as far as I see", listed(served), services[0]) if served else None
    )


def judge_way(claim: Claim) -> Ruling | None:
    """Whether one thing can reach another: of two that are named the one named last must be reachable; if it is, a link must lead there."""
    if len(claim.entries) == 1 or not claim.says(_CAN):
        return None
    ruling = judge_reach(claim)
    return ruling if ruling is not None and not ruling.word.startswith("Yes") else None


def _of_last(claim: Claim) -> Claim:
    """The same claim about the object that is named last."""
    places = {entry.ref: claim.text.rfind(entry.ref.name.lower()) for entry in claim.entries}
    return replace(
        claim, entries=sorted(claim.entries, key=lambda entry: -places[entry.ref] if places[entry.ref] >= 0 else -len(claim.text))
    )


def _blocked(claim: Claim, services: Sequence[ObjectRef], *, is_no: bool) -> Ruling | None:
    """A problem of the Services or the object itself: what is not critical lets some through."""
    refs = (claim.entries[0].ref, *services)
    found = [one for one in claim.own(refs) if one.subject in refs]
    if not found:
        return None
    word = yes_no(is_no) if found[0].severity is Severity.CRITICAL or _SHUT.search(found[0].title) else "Only partly"
    return Ruling(word, found[0].title, found[0].subject)


def _services(claim: Claim) -> list[ObjectRef]:
    ref, inventory = claim.entries[0].ref, claim.asked.inventory
    if ref.kind == "Ingress":
        links = neighbours(ref, inventory)
        return list(dict.fromkeys(link.target for link in links if link.source == ref and link.relation == "ingress backend"))
    if ref.group_kind not in WORKLOAD_KINDS and ref.kind not in _KINDS:
        return []
    namesake = ObjectRef.of(Service.GROUP_KIND, ref.namespace, ref.name)
    return [one for one in dict.fromkeys((*services_of(claim.asked, ref), namesake)) if inventory.get(one) is not None]
