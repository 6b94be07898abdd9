"""How the pods of a workload came to go, where that is asked and no trouble that is open tells it."""

from __future__ import annotations

import re

from arcops.chat.answers._said import listed
from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.telling.page import Page
from arcops.chat.telling.past.changing import ref_of
from arcops.chat.telling.past.deleted import reported_around
from arcops.chat.telling.past.parts import lanes_of
from arcops.chat.telling.past.recent import tell_last_change
from arcops.chat.telling.words import dated, stopped
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms

_ASKS = re.compile(
    r"\b(?:go(?:es|ne|ing)?(?: away)?|went(?: away)?|disappear\w*|vanish\w*|kick\w*|thrown?|threw|push\w*|chas\w+|mov(?:e|ed|es)|evict\w*|"
    r"preempt\w*|replac\w*|delet\w*|terminat\w*|lost|lose|kill\w*|reschedul\w*|recreat\w*)\b"
)
_MOST = 3


async def tell_lost(asked: Asked, page: Page, ref: ObjectRef) -> bool:
    """The last of its pods that went in the span asked about, else in the last day, each with what was reported around then."""
    found = await lanes_of(asked, ref) if _ASKS.search(asked.reading.question.lower()) else None
    if found is None:
        return False
    ends = [(mark.at, ref_of(lane.object)) for lane in found.lanes if lane.role == "pod" for mark in lane.marks if mark.kind == "deleted"]
    for at, pod in sorted(ends, key=lambda one: one[0])[-_MOST:]:
        ms = time_ms(at) or 0
        reports = await reported_around(asked, pod, ms)
        why = f"; the cluster reported {listed(reports, _MOST)}" if reports else "; the cluster does not tell who deleted it"
        text = f"{pod} of {ref} was deleted {dated(ms, asked.at_ms, asked.reading.zone)}{why}."
        page.tell(FactType.CHANGE, stopped(text.rstrip(".")), ref=pod, at_ms=ms, rank=0)
    if ends:
        await tell_last_change(asked, page, ref)
    return bool(ends)
