"""The first sentence for a question that yes or no answers: each file judges one sort of claim."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from arcops.chat.answers._said import told
from arcops.chat.asked import Asked
from arcops.chat.base import Block, Draft, FactType, Intent, Said
from arcops.chat.telling.words import stopped
from arcops.chat.verdict.base import Claim, Ruling, claim_of
from arcops.chat.verdict.blame import judge_blame, judge_mending, judge_weight
from arcops.chat.verdict.conditions import judge_condition, judge_told_condition
from arcops.chat.verdict.data import judge_data
from arcops.chat.verdict.dates import judge_validity
from arcops.chat.verdict.existence import judge_deleted, judge_existence, judge_gone, judge_named
from arcops.chat.verdict.features import judge_features, judge_own_features
from arcops.chat.verdict.guards import judge_draining, judge_policies
from arcops.chat.verdict.hooks import judge_hooks
from arcops.chat.verdict.links import judge_deletion, judge_fall, judge_return, judge_users, judge_uses
from arcops.chat.verdict.placing import judge_placing
from arcops.chat.verdict.reach import judge_reach, judge_way
from arcops.chat.verdict.room import judge_room, judge_shortage
from arcops.chat.verdict.scaling import judge_scaling
from arcops.chat.verdict.spread import judge_spread
from arcops.chat.verdict.standing import judge_age, judge_silence, judge_standing
from arcops.chat.verdict.whole import judge_sort, judge_tool, judge_whole

Judge = Callable[[Claim], Ruling | None]
_INTENTS = frozenset({Intent.STATE, Intent.WHY, Intent.WRONG, Intent.DEPENDS, Intent.NODES, Intent.UNCLEAR, Intent.HISTORY})
_JUDGES: tuple[Judge, ...] = (
    judge_gone, judge_hooks, judge_silence, judge_spread, judge_policies, judge_draining, judge_age, judge_mending, judge_blame,
    judge_weight, judge_return, judge_deletion, judge_fall, judge_scaling, judge_way, judge_uses, judge_users, judge_data,
    judge_placing, judge_room, judge_validity, judge_condition, judge_told_condition, judge_features, judge_reach, judge_named,
    judge_existence, judge_standing, judge_tool, judge_sort, judge_whole,
)  # fmt: skip
"""The narrow before the wide: the first that has something to say is heard."""
_SAID = ("yes", "no,", "no:", "no sign", "not ", "i cannot", "nothing else is wrong", "partly")
_FITS = "Yes: "
_NOWHERE = ('There is no "', "No object is called")
_UNCLEAR = "I did not understand"


def ruled(asked: Asked, draft: Draft) -> Draft:
    """The answer, begun with yes or no where that is asked and a rule can tell; as it is where it says so already."""
    first = next((block for block in draft.blocks if isinstance(block, Said)), None)
    judges: tuple[Judge, ...] = (
        (judge_spread, judge_named, judge_own_features, judge_whole)
        if asked.reading.intent is Intent.LIST
        else _JUDGES
        if asked.reading.intent in _INTENTS
        else ()
    )
    if asked.reading.intent is Intent.CHANGED:
        judges = (judge_deleted,)
    if not judges or asked.current is None or first is None:
        return draft
    if first.text.lower().startswith(_SAID):
        judges = (judge_shortage,) if asked.reading.intent is Intent.NODES and first.text.startswith("Yes") else ()
    claim = claim_of(asked)
    ruling = next((one for judge in judges if (one := judge(claim)) is not None), None) if claim is not None else None
    return draft if ruling is None else replace(draft, blocks=_begun(asked, draft, first, ruling))


def _begun(asked: Asked, draft: Draft, first: Said, ruling: Ruling) -> tuple[Block, ...]:
    """The word before the first sentence where that gives the reason already, else a sentence of its own."""
    begins = bool(draft.blocks) and draft.blocks[0] is first and not first.is_item
    reason = ruling.text.rstrip(".")
    core = reason.partition(": ")[2] or reason
    if begins and core.lower() in first.text.lower():
        word = told(asked, FactType.FIELD, f"{ruling.word}.", ref=ruling.ref)
        return (Said(f"{word.text} {first.text}", (*word.facts, *first.facts)), *draft.blocks[1:])
    sentence = told(asked, FactType.FIELD, stopped(f"{ruling.word}: {ruling.text}"), ref=ruling.ref)
    if begins and first.text.startswith(_FITS):
        return (sentence, Said(f"By requests alone, {first.text.removeprefix(_FITS)}", first.facts), *draft.blocks[1:])
    is_found = bool(asked.reading.unknown) and ruling.ref is not None and first.text.startswith(_NOWHERE)
    is_repeated = begins and (is_found or first.text.startswith(_UNCLEAR) or first.text.rstrip(".").lower() in sentence.text.lower())
    return (sentence, *draft.blocks[is_repeated:])
