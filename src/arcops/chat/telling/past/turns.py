"""How often something stopped being ready, and since when it is back: from the versions of the record, else from its events."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from arcops.chat.answers._said import listed, many
from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.telling.events import events_of
from arcops.chat.telling.page import Page
from arcops.chat.telling.past.deeds import asks_whether
from arcops.chat.telling.past.lives import Life
from arcops.chat.telling.words import dated, moment
from arcops.kube.conditions import condition_of
from arcops.kube.objects.decode import decode
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms

_ASKS = re.compile(
    r"\b(?:down|away|offline|unready|notready|not ready|unreachable|lost|flap\w*|back|recover\w*|up again|ready again|bounc\w*)\b"
)
_PAST = re.compile(r"\b(?:was|were|did|has|have|had|ever)\b")
_WENT = ("NodeNotReady", "NodeStatusUnknown")
_CAME = ("NodeReady", "Rebooted")


def asks_turns(question: str, ref: ObjectRef) -> bool:
    """Whether a question wants to hear of the times a node or pod was not ready."""
    return ref.kind in {"Node", "Pod"} and _ASKS.search(question.lower()) is not None


async def tell_turns(asked: Asked, page: Page, ref: ObjectRef, lives: Sequence[Life]) -> bool:
    """When it stopped being ready, and since when it is ready again; false where neither record nor events know of that."""
    turns = list(_turns(asked, lives))
    if not any(not is_ready for _, is_ready in turns):
        turns = [*await _of_events(asked, ref)]
    downs = [ms for ms, is_ready in turns if not is_ready]
    if not downs:
        return await _tell_none(asked, page, ref)
    zone = asked.reading.zone
    last_ms, is_ready = turns[-1]
    now = f"it is {'ready again' if is_ready else 'not ready'} since {dated(last_ms, asked.at_ms, zone)}"
    away = f", after {_length(last_ms - downs[-1])}" if is_ready else ""
    yes = "Yes: " if asks_whether(asked.reading.question) else ""
    text = f"{yes}{ref} stopped being ready {many(len(downs), 'time')}, at {listed([moment(ms, zone) for ms in downs])}; {now}{away}."
    page.tell(FactType.CHANGE, text, ref=ref, at_ms=last_ms, rank=0)
    return True


async def _tell_none(asked: Asked, page: Page, ref: ObjectRef) -> bool:
    """That no such time was seen, where yes or no is asked of the past, and how far back that can be told."""
    if not asks_whether(asked.reading.question) or not _PAST.search(asked.reading.question.lower()):
        return False
    begins = moment((await asked.services.store.stats()).since_ms or asked.at_ms, asked.reading.zone)
    text = f"Not that I saw: {ref} did not stop being ready since the record began at {begins}; what was before is not known."
    page.tell(FactType.CHANGE, text, ref=ref, rank=0)
    return True


def _length(span_ms: int) -> str:
    minutes, seconds = divmod(max(0, span_ms) // 1000, 60)
    return many(minutes, "minute") if minutes and not seconds else f"{minutes}m{seconds}s" if minutes else many(seconds, "second")


def _turns(asked: Asked, lives: Sequence[Life]) -> Iterator[tuple[int, bool]]:
    """Each turn of the condition Ready, oldest first, the first state that is known left out unless it is a bad one."""
    since_ms = asked.reading.since_ms or 0
    state: bool | None = None
    for life in lives:
        for one in life.versions:
            obj = decode(one.ref.group_kind, one.body) if one.body else None
            status = obj.status if isinstance(obj, Node | Pod) else None
            ready = condition_of(status.conditions if status else None, "Ready")
            if ready is None:
                continue
            is_ready = ready.status == "True"
            ms = time_ms(ready.last_transition_time) or one.seen_ms
            if is_ready is not state and (state is not None or not is_ready) and ms >= since_ms:
                yield ms, is_ready
            state = is_ready


async def _of_events(asked: Asked, ref: ObjectRef) -> list[tuple[int, bool]]:
    found = await events_of(asked, ref, asked.reading.since_ms or 0)
    told = [(time_ms(one.last_seen) or 0, one.reason in _CAME) for one in found if ref.kind == "Node" and one.reason in (*_WENT, *_CAME)]
    return [one for place, one in enumerate(told) if place == 0 or one[1] is not told[place - 1][1]]
