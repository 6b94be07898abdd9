"""How often the containers of an object were restarted: in a span where one is said, in all, and when the last one ended."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from arcops.base.clock import rfc3339
from arcops.base.errors import ArcopsError
from arcops.chat.answers._said import many
from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.selecting.scope import POD, pods_of
from arcops.chat.telling.page import Page
from arcops.chat.telling.past.changing import ref_of, word_of
from arcops.chat.telling.past.deeds import asks_whether
from arcops.chat.telling.words import dated, moment
from arcops.findings.pods import boxes
from arcops.findings.text.exits import described
from arcops.inventory.base import Entry
from arcops.kube.objects.decode import decode
from arcops.kube.objects.pod import Pod
from arcops.kube.podstate import pod_state
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms
from arcops.queries.states import state_of
from arcops.queries.timeline import TimelineQuery, timeline
from arcops.store.base import Window

RESTARTS = re.compile(r"\b(?:re-?start\w*|crash\w*|die[sd]?|kill\w*|oom\w*|out of memory)\b")
_ONSET = re.compile(r"\b(?:start(?:ed|s)?|began?|begin|begun|since when|how long)\b")
_COUNTED = re.compile(r"\b(?:how (?:many|often|frequently)|times|last|latest|recent|recently|restarts|crashes|kills|oom ?kills)\b")
_MEMORY = re.compile(r"\b(?:memory|oom\w*)\b")
_PAST = re.compile(r"\b(?:was|were|did|has|have|had|any)\b")
_EVER = re.compile(r"\b(?:ever|at any (?:time|point)|at some point)\b")
_MOST_PODS = 50
_TIME = "time"


def asks_restarts(question: str) -> bool:
    """Whether a question wants the number of restarts or the last one, and not since when something crashes."""
    text = question.lower()
    if not RESTARTS.search(text):
        return False
    return _COUNTED.search(text) is not None or (asks_whether(question) and _PAST.search(text) is not None and not _ONSET.search(text))


async def tell_restarts(asked: Asked, page: Page, ref: ObjectRef) -> bool:
    """How often it was restarted and when last; false where it has no pods that could be."""
    entry = asked.inventory.get(ref)
    live = ([entry] if ref.group_kind == POD else list(pods_of(ref, asked.inventory))) if entry is not None else []
    pods = [one for one in live if isinstance(one.obj, Pod)][:_MOST_PODS]
    reading = asked.reading
    is_of_all = not pods or _EVER.search(reading.question.lower()) is not None
    if is_of_all or reading.since_ms is not None or reading.until_ms is not None:
        return await _tell_span(asked, page, ref, pods)
    total = sum(_count(one) for one in pods)
    text = f"{ref} has restarted {many(total, 'time')}{_last(asked, pods)}."
    page.tell(FactType.FIELD, f"{_yes(asked, total, text)}{text}", ref=ref, rank=0)
    return True


async def _tell_span(asked: Asked, page: Page, ref: ObjectRef, live: Sequence[Entry]) -> bool:
    reading = asked.reading
    since_ms = reading.since_ms or 0
    until_ms = reading.until_ms if reading.until_ms is not None else asked.at_ms
    record_ms = (await asked.services.store.stats()).since_ms or 0
    refs = dict.fromkeys((*(one.ref for one in live), *await _seen(asked, ref, since_ms, until_ms)))
    if not refs:
        return False
    counts = [await _within(asked, one, since_ms, until_ms, record_ms) for one in refs]
    known = sum(one for one in counts if one is not None)
    words = f"before {moment(until_ms, reading.zone)}"
    if since_ms:
        words = f"from {moment(since_ms, reading.zone)} to {moment(until_ms, reading.zone)}"
    elif reading.until_ms is None:
        words = f"as far as the record, which begins at {moment(record_ms, reading.zone)}, and the pods that are there tell"
    total = sum(_count(one) for one in live)
    in_all = f"; in all {many(total, 'time')}{_last(asked, live)}" if total else ""
    if known and not total:
        in_all = _last(asked, [one for ref in refs if (one := await _then(asked, ref, until_ms)) is not None])
    if None in counts:
        text = (
            f"{ref} has restarted {many(total, 'time')} in all{_last(asked, live)}; how many of these were {words} is not known: "
            f"the record begins at {moment(record_ms, reading.zone)}."
        )
        page.tell(FactType.FIELD, text, ref=ref, rank=0)
        return True
    text = f"{ref} {f'restarted {many(known, _TIME)}' if known else 'did not restart'} {words}{in_all}."
    page.tell(FactType.CHANGE, f"{_yes(asked, known, text)}{text}", ref=ref, rank=0)
    return True


def _yes(asked: Asked, count: int, text: str) -> str:
    """The word for yes or no; none where it was asked for memory, and restarts are not known to be for that."""
    question = asked.reading.question.lower()
    if not asks_whether(question) or (count and _MEMORY.search(question) and "OOM" not in text):
        return ""
    return "Yes: " if count else "No: "


async def _seen(asked: Asked, ref: ObjectRef, since_ms: int, until_ms: int) -> list[ObjectRef]:
    """The pods that an object had in a span, those that are gone too."""
    resource = asked.services.source.catalog.find(str(ref.group_kind).lower())
    query = TimelineQuery(word_of(resource), ref.namespace, ref.name, since=rfc3339(since_ms), until=rfc3339(until_ms), limit=_MOST_PODS)
    try:
        found = await timeline(asked.services, query)
    except ArcopsError:
        return []
    return [one for lane in found.lanes if (one := ref_of(lane.object)).group_kind == POD]


async def _within(asked: Asked, pod: ObjectRef, since_ms: int, until_ms: int, record_ms: int) -> int | None:
    """The restarts of a pod in a span; None where the record does not reach back to its beginning and they cannot be told apart."""
    store = asked.services.store
    last = next(iter(await store.versions(pod, Window(0, until_ms), 1)), None)
    if last is None:
        return 0
    at_end = state_of(last).restarts
    first = await store.object_at(pod, since_ms) if since_ms else None
    if first is not None:
        return max(0, at_end - state_of(first).restarts)
    entry = asked.inventory.get(pod)
    made_ms = time_ms(entry.obj.metadata.creation_timestamp) if entry is not None else None
    if not at_end or since_ms >= record_ms or (made_ms or 0) >= since_ms or not since_ms:
        return at_end
    ended = max(_ends(entry), default=0) if entry is not None else 0
    if ended < since_ms:
        return 0
    return 1 if at_end == 1 else None


async def _then(asked: Asked, pod: ObjectRef, until_ms: int) -> Entry | None:
    """A pod as it was last seen."""
    last = next(iter(await asked.services.store.versions(pod, Window(0, until_ms), 1)), None)
    obj = decode(pod.group_kind, last.body) if last is not None and last.body else None
    return Entry(pod, obj) if obj is not None else None


def _count(entry: Entry) -> int:
    return pod_state(entry.obj).restarts if isinstance(entry.obj, Pod) else 0


def _ends(entry: Entry) -> Iterator[int]:
    for box in boxes(entry.obj) if isinstance(entry.obj, Pod) else ():
        end = box.last_end
        if end is not None and (ms := time_ms(end.finished_at)) is not None:
            yield ms


def _last(asked: Asked, pods: Sequence[Entry]) -> str:
    """``; the last one ended 14:28 (2m ago) with exit code 1`` of the pods whose containers have ended."""
    found = [
        (time_ms(end.finished_at) or 0, box.name, end)
        for one in pods
        if isinstance(one.obj, Pod)
        for box in boxes(one.obj)
        if box.restarts and (end := box.last_end) is not None and end.finished_at
    ]
    if not found:
        return ""
    ms, name, end = max(found, key=lambda one: one[0])
    reason = f"{end.reason}, " if end.reason and end.reason != "Error" else ""
    return f", last at {dated(ms, asked.at_ms, asked.reading.zone)}, when container {name} ended: {reason}{described(end.exit_code or 0)}"
