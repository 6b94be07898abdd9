"""Whether an object has what a list could be restricted to: a probe, a class, a selector, a finished rollout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from arcops.chat.selecting.check import Check, denied, for_number
from arcops.chat.selecting.chosen import grounds_of
from arcops.chat.selecting.phrases import phrase_checks
from arcops.chat.selecting.scope import POD
from arcops.chat.telling.objects.callers import services_of
from arcops.chat.telling.standing import standing_of
from arcops.chat.verdict.base import WORKLOAD_KINDS, Claim, Ruling, yes_no
from arcops.inventory.base import Entry

_OF_STANDING = frozenset({"restarts"})
"""Phrases that stand for these say how an object is, which other judges tell."""


def judge_features(claim: Claim) -> Ruling | None:
    """Every check that a list of the object's kind would make of the question, made on the object."""
    for entry in _candidates(claim):
        kind = entry.ref.group_kind
        checks = phrase_checks(claim.plain, kind, grounds_of(claim.asked, kind), _OF_STANDING).checks
        if checks:
            return _ruled(claim, entry, checks)
    return None


def judge_own_features(claim: Claim) -> Ruling | None:
    """The same of an object that is named, where a list of its pods would be the answer: ``does the budget allow a disruption``."""
    is_of_pods = claim.asked.reading.kind not in (None, POD) or "pod" in claim.plain
    return None if is_of_pods else judge_features(claim)


def _candidates(claim: Claim) -> Iterator[Entry]:
    """The object, and the Services before it: people say one name for both."""
    if not claim.entries:
        return
    first = claim.entries[0]
    yield first
    services = services_of(claim.asked, first.ref) if first.ref.group_kind in WORKLOAD_KINDS else ()
    yield from (entry for ref in services if (entry := claim.asked.inventory.get(ref)) is not None)


def _ruled(claim: Claim, entry: Entry, checks: Sequence[Check]) -> Ruling:
    failed = next((check for check in checks if not check.holds(entry)), None)
    said = _contrary(failed) if failed is not None else for_number(checks[0].said, 1)
    return Ruling(yes_no(failed is None), f"{standing_of(claim.asked, entry).text}; it {said}", entry.ref)


def _contrary(check: Check) -> str:
    said = for_number(check.said, 1)
    if len(said.split()) == len(("has", "failed")) and said.startswith("has ") and said.endswith("ed"):
        return f"has not {said.removeprefix('has ')}"
    for negative, positive in (("has no ", "has a "), ("does not ", ""), ("is not ", "is ")):
        if said.startswith(negative):
            return f"{positive}{said.removeprefix(negative)}"
    return for_number(denied(check).said, 1)
