"""Names that are nowhere, and objects that are gone: what is near, when they were there, what the record covers."""

from __future__ import annotations

import re

from arcops.chat.answers._said import listed
from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.selecting.scope import EVENTS
from arcops.chat.telling.page import Page
from arcops.chat.telling.scope import at_moment, where
from arcops.chat.telling.words import dated, moment, stopped
from arcops.kube.objects.event import Event
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms
from arcops.kube.watch import Op
from arcops.store.base import EventFilter, Sighting, Window

_MOST_NAMES = 3
_MOST_EVENTS = 6
_REACHES = re.compile(r"\b(?:(?:un)?reachable|reach|ping|online|offline|respond\w*|answer\w*|listen\w*|resolv\w*|up|down|alive|blocked)\b")
_NO_CONNECTIONS = "I cannot tell whether something outside answers: arcops connects to nothing but the API server."
_ADDRESS = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b|\b[a-z0-9-]+(?:\.[a-z0-9-]+)+\.[a-z]{2,}\b")

_COMMON = frozenset({
    "database", "db", "cd", "inside", "outside", "memorypressure", "diskpressure", "pidpressure", "keda", "http", "https", "dns",
})  # fmt: skip
"""Words of the trade that are no names, however a question sets them."""


async def tell_unknown(asked: Asked, page: Page) -> None:
    """That names asked for are nowhere, neither now nor in the record, and which are near."""
    reading = asked.reading
    since = await _record_since(asked)
    names = listed([f'"{name}"' for name in reading.unknown])
    what = f"{reading.kind.kind} " if reading.kind else ""
    record = f", which begins at {moment(since, reading.zone)}," if since else ""
    if _REACHES.search(reading.question.lower()) and _ADDRESS.search(reading.question.lower()):
        page.tell(FactType.COVERAGE, _NO_CONNECTIONS, rank=0)
    text = f"There is no {what}{names} in {where(asked)}{at_moment(asked)}, nor does the record{record} know one."
    page.tell(FactType.COVERAGE, text, rank=0)
    _tell_mentions(asked, page)
    for name in reading.unknown[:_MOST_NAMES]:
        await _tell_reported(asked, page, name)
    if reading.near:
        page.tell(FactType.COVERAGE, f"Names like it: {listed([str(ref) for ref in reading.near], 5)}.", rank=1)


def _tell_mentions(asked: Asked, page: Page) -> None:
    """What events say of an address or host that a question names: it is no object, and yet spoken of."""
    for name in dict.fromkeys(_ADDRESS.findall(asked.reading.question.lower())):
        said = [event for event in asked.inventory.events() if name in event.message.lower()]
        for event in sorted(said, key=lambda one: time_ms(one.last_seen) or 0)[-_MOST_NAMES:]:
            ms = time_ms(event.last_seen) or asked.at_ms
            text = (
                f"{name} is spoken of by {event.involved}: {event.reason} at {dated(ms, asked.at_ms, asked.reading.zone)}: {event.message}"
            )
            page.tell(FactType.EVENT, stopped(text), ref=event.involved, path=event.reason, at_ms=ms, rank=1, item=True)


async def _tell_reported(asked: Asked, page: Page, name: str) -> None:
    """What events tell of something that was gone before the record began."""
    found: dict[str, Sighting] = {}
    for one in (name, *_begun(asked, name)):
        for sighting in await asked.services.store.events(Window(0, asked.at_ms), EventFilter(name=one), _MOST_EVENTS * 5):
            found.setdefault(sighting.event.name, sighting)
    told = list(found.values())[:_MOST_EVENTS]
    if not told:
        return
    refs = list(dict.fromkeys(one.event.involved for one in told))
    gone = "it is gone, and what became of it" if len(refs) == 1 else "they are gone, and what became of them"
    text = f"Only events still tell of {listed([str(ref) for ref in refs], 4)}: {gone} is not known."
    page.tell(FactType.COVERAGE, text, ref=refs[0], rank=0)
    for sighting in reversed(told):
        event = sighting.event
        ms = time_ms(event.last_seen) or sighting.seen_ms
        line = f"{event.involved}: {event.reason} at {moment(ms, asked.reading.zone)}: {stopped(event.message)}"
        page.tell(FactType.EVENT, line, ref=event.involved, path=event.reason, at_ms=ms, rank=1, item=True)


def _begun(asked: Asked, name: str) -> list[str]:
    """Names that events tell of and that begin so."""
    names = {
        event.involved_object.name or ""
        for kind in EVENTS
        for entry in asked.inventory.list(kind)
        if isinstance(event := entry.obj, Event) and event.involved_object is not None
    }
    return sorted(one for one in names if one.startswith(f"{name}-"))[:_MOST_NAMES]


def tell_strays(asked: Asked, page: Page) -> None:
    """Beside an answer: names in the question that nothing here has."""
    names = [name for name in asked.reading.unknown if name not in _COMMON]
    shown = listed([f'"{name}"' for name in names])
    if names:
        page.tell(FactType.COVERAGE, f"Nothing that I know of is called {shown}.", rank=5)


async def _record_since(asked: Asked) -> int:
    return (await asked.services.store.stats()).since_ms


async def tell_gone(asked: Asked, page: Page, ref: ObjectRef) -> bool:
    """That an object is not there at the moment asked about, and when it was; false if it is there or was never known."""
    if asked.inventory.get(ref) is not None:
        return False
    store, zone = asked.services.store, asked.reading.zone
    before = await store.versions(ref, Window(0, asked.at_ms), 1)
    after = await store.versions(ref, Window(asked.at_ms + 1, asked.now_ms), 200) if asked.at_ms < asked.now_ms else []
    if before and before[0].op is Op.DELETED:
        last = before[0]
        how = "before" if last.unseen else "at"
        page.tell(
            FactType.CHANGE, f"{ref} no longer exists{at_moment(asked)}: it was deleted {how} {dated(last.seen_ms, asked.at_ms, zone)}.",
            ref=ref, at_ms=last.seen_ms, rank=0,
        )  # fmt: skip
        return True
    if after:
        text = f"{ref} did not exist{at_moment(asked)}: it was first seen at {moment(after[-1].seen_ms, zone)}."
        page.tell(FactType.CHANGE, text, ref=ref, at_ms=after[-1].seen_ms, rank=0)
        return True
    if not before:
        page.tell(FactType.COVERAGE, f"{ref} does not exist{at_moment(asked)}, and the record has never seen it.", ref=ref, rank=0)
        return True
    return False
