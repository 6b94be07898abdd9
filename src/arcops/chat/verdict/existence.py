"""Whether an object exists, or what an object names: its class, its issuer, the Service behind it."""

from __future__ import annotations

import re

from arcops.chat.telling.objects.presence import asks_presence, signs_of
from arcops.chat.verdict.base import Claim, Ruling, yes_no
from arcops.inventory.graph import Step, upstream

_EXISTS = re.compile(
    r"\b(?:exists?|existed|missing|absent|non-?existent|not there)\b|\bis there (?:a|an|any|some)\b|"
    r"\bdo (?:we|i|you) have (?:a|an|any|some)\b|\bpresent\b|\bthere(?: at all)?\W*$"
)
_PLACED = re.compile(r"\b(?:placed|put|run|start|land|go|scheduled|deployed|fit|schedule|move) (?:on |in )?there\b")
"""Whether something may go there, not whether it is there."""
_MISSING = re.compile(r"\b(?:missing|absent|non-?existent|not there|not exist\w*|n't exist\w*)\b")
_RUNS = re.compile(
    r"\b(?:up|running|runs?|alive|ready|available|working|works?|ok|okay|fine|healthy|reachable|deployed|installed|created)\b"
)
_DELETED = re.compile(
    r"^(?:and |so |but )*(?:is|was|were|has|did|got) (?:the |my |our )?(?:\w+ )?it (?:\w+ )?(?:been |get |got )?"
    r"(?:deleted|removed|gone)\W*$"
)
_NAMED = re.compile(
    r"\b(?P<what>[a-z]+) (?:(?:that|which) )?(?:of|for|behind|it (?:uses?|needs?|wants?|mounts?|references?|names?|asks for|points to|"
    r"is using)|used by|referenced by|named (?:by|in)|mounted by)\b|\bits (?:\w+ )?(?P<own>[a-z]+)\b"
)
"""``the class of it``, ``the secret it uses``, ``its issuer``."""
_SHORTEST = 3


def judge_gone(claim: Claim) -> Ruling | None:
    """Of objects that are named and do not exist: whatever is asked of their being there is no."""
    if claim.entries or not claim.gone or not (claim.says(_EXISTS) or claim.says(_RUNS)):
        return None
    return Ruling(yes_no(claim.says(_MISSING)), f"{claim.gone[0]} does not exist", claim.gone[0])


def judge_deleted(claim: Claim) -> Ruling | None:
    """Of what was deleted, as a question has it, and is there that it was not, or is again."""
    if not claim.entries or not claim.says(_DELETED):
        return None
    entry = claim.entries[0]
    if entry.obj.metadata.deletion_timestamp:
        return Ruling("Not yet", f"{entry.ref} is being deleted since {entry.obj.metadata.deletion_timestamp}", entry.ref)
    made = entry.obj.metadata.creation_timestamp
    return Ruling("No", f"{entry.ref} exists{f', made {made}' if made else ''}", entry.ref)


def judge_existence(claim: Claim) -> Ruling | None:
    """That the object exists; of a name that nothing has that it does not."""
    if not claim.says(_EXISTS) or claim.says(_PLACED):
        return None
    is_no = claim.says(_MISSING)
    if not claim.entries:
        return _of_nothing(claim, is_no=is_no)
    if _NAMED.search(claim.plain):
        return None
    return Ruling(yes_no(not is_no), f"{claim.entries[0].ref} exists", claim.entries[0].ref)


def judge_named(claim: Claim) -> Ruling | None:
    """Whether what the object names by the word that is said exists."""
    named = _NAMED.search(claim.plain) if claim.entries and claim.says(_EXISTS) else None
    step = _step(claim, named["what"] or named["own"]) if named is not None else None
    if step is None:
        return None
    is_no = claim.says(_MISSING)
    held = claim.asked.inventory.get(step.ref) is not None
    is_known = claim.asked.inventory.is_complete(step.ref.group_kind) or any(case.root == step.ref for case in claim.cases)
    if not held and not is_known:
        return None
    text = f"{claim.entries[0].ref} names {step.ref}, which {'exists' if held else 'does not exist'}"
    return Ruling(yes_no(held is not is_no), text, claim.entries[0].ref)


def _step(claim: Claim, word: str) -> Step | None:
    """What the object names that is of such a kind, or linked so."""
    key = word.removesuffix("s")
    if len(key) < _SHORTEST:
        return None
    steps = upstream(claim.entries[0].ref, claim.asked.inventory, 1)
    return next((step for step in steps if key in step.ref.kind.lower() or key in step.link.relation.lower().split()), None)


def _of_nothing(claim: Claim, *, is_no: bool) -> Ruling | None:
    """A name that nothing has, and that no tool here shows in."""
    words = claim.asked.reading.unknown
    if not words or claim.asked.reading.namespace in words or asks_presence(claim.text) or signs_of(claim.asked, words[0]):
        return None
    return Ruling(f"{yes_no(is_no)}, as far as I see", f'nothing here is called "{words[0]}"')
