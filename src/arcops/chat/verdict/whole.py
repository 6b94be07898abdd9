"""Whether all of a kind, of a namespace or of the cluster is well, or a tool that no object is called after."""

from __future__ import annotations

import re

from arcops.chat.answers._said import listed, many
from arcops.chat.selecting.wellness import wellness_of
from arcops.chat.telling.incidents.cases import cases_in
from arcops.chat.telling.incidents.hinted import cases_speaking
from arcops.chat.telling.incidents.trouble import cases_of_sort
from arcops.chat.telling.objects.presence import signs_of
from arcops.chat.telling.scope import where
from arcops.chat.verdict.base import NODE, Claim, Ruling, yes_no
from arcops.kube.refs import GroupKind

_WELL = re.compile(
    r"\b(?:up|running|ok|okay|fine|healthy|ready|good|well|alive|working|works?|green|available|in order|alright|all right|happy|stable|"
    r"normal|usable|sync(?:s|ed|ing)?|reconcil\w+|deliver\w*)\b"
)
_ILL = re.compile(
    r"\b(?:down|broken|failing|failed|unhealthy|crash\w*|dead|stuck|wrong|problems?|issues?|trouble|on fire|burning|outages?|"
    r"incidents?|errors?|degraded|else|bad|alerts?|off|worry|sick)\b"
)
_MAY = re.compile(r"^(?:and |so |but )*(?:can|could|may|might|will|would|should)\b.*\b(?:schedul\w+|plac\w+|fit\w*|start\w*|run)\b")
"""Whether something finds a place, which no trouble of a sort answers."""
_ANY = re.compile(r"\b(?:any|one|some|no)\b")
_MOST = 5


def judge_tool(claim: Claim) -> Ruling | None:
    """Of a name that no object has: what is wrong and speaks of it, or that nothing does though it is here."""
    words = claim.asked.reading.unknown
    is_well = claim.says(_WELL)
    if claim.entries or not words or is_well is claim.says(_ILL):
        return None
    found = cases_speaking(claim.asked)
    if found:
        return Ruling(yes_no(not is_well), found[0].main.title, found[0].root)
    signs = signs_of(claim.asked, words[0])
    return Ruling(f"{yes_no(is_well)}, as far as I see", f"nothing is found wrong with {words[0]}: {'; '.join(signs)}") if signs else None


_REACHED = re.compile(r"\b(?:reachable|accessible|available|answer\w*|respond\w*)\b")
"""What nothing found says nothing about."""


def judge_sort(claim: Claim) -> Ruling | None:
    """Whether there is trouble of the sort that the question speaks of: of names, of storage, of certificates."""
    reading = claim.asked.reading
    is_of_kind = reading.kind is not None and (reading.kind == NODE or claim.says(_WELL) or claim.says(_ILL))
    is_of_kind = is_of_kind or claim.says(_MAY)
    found = None if claim.entries or claim.gone or reading.unknown or is_of_kind else cases_of_sort(claim.asked)
    if found is None:
        return None
    is_well = claim.says(_WELL) and not claim.says(_ILL)
    if not found and claim.says(_REACHED):
        return None
    if not found:
        return Ruling(f"{yes_no(is_well)}, as far as I see", f"no trouble of that sort is found in {where(claim.asked)}")
    return Ruling(yes_no(not is_well), found[0].main.title, found[0].root)


def judge_whole(claim: Claim) -> Ruling | None:
    """Of a kind how many are well; of a namespace or the cluster how many things are wrong."""
    reading, is_well = claim.asked.reading, claim.says(_WELL)
    if claim.entries or claim.gone or reading.unknown or is_well is claim.says(_ILL) or (is_well and claim.says(_ANY)):
        return None
    if reading.kind is not None and (reading.kind != NODE or is_well):
        return _of_kind(claim, reading.kind, is_well=is_well)
    cases = cases_in(claim.cases, reading.namespace)
    if not cases:
        return Ruling(yes_no(is_well), f"nothing is wrong in {where(claim.asked)}")
    are = "is" if len(cases) == 1 else "are"
    return Ruling(yes_no(not is_well), f"{many(len(cases), 'thing')} {are} wrong in {where(claim.asked)}")


def _of_kind(claim: Claim, kind: GroupKind, *, is_well: bool) -> Ruling | None:
    entries = claim.asked.inventory.list(kind, claim.asked.reading.namespace or None)
    unwell = [entry for entry in entries if not wellness_of(entry).is_well]
    if not entries:
        return None
    noun = many(len(entries), kind.kind)
    if not unwell:
        all_of = f"all {noun} in {where(claim.asked)} are" if len(entries) > 1 else f"{entries[0].ref} is"
        return Ruling(yes_no(is_well), f"{all_of} well")
    names = listed([f"{entry.ref} ({wellness_of(entry).word})" for entry in unwell], _MOST)
    return Ruling(yes_no(not is_well), f"{len(unwell):,} of {noun} {'is' if len(unwell) == 1 else 'are'} not well: {names}", unwell[0].ref)
