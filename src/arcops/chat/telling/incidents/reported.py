"""How often, first and last the cluster reported what a question speaks of: "how often did the probe fail", "first AllocationFailed"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from arcops.chat.answers._said import listed, many
from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.selecting.scope import pods_of
from arcops.chat.telling.events import events_of
from arcops.chat.telling.incidents.cases import family
from arcops.chat.telling.page import Page
from arcops.chat.telling.words import dated, stopped
from arcops.kube.objects.event import ClusterEvent
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms

_ASKS = re.compile(r"\b(?:how (?:many|often)|number of|times?|first|when (?:did|was|were|has))\b")
_WORD = re.compile(r"[a-z]{4,}")
_COMMON = frozenset((
    "many", "often", "times", "time", "first", "last", "when", "what", "there", "been", "have", "does", "were", "with", "that", "this",
    "from", "pods", "event", "events", "number", "happen", "happened", "report", "reported", "since", "hour", "minutes", "today", "until",
    "start", "started", "begin", "began", "container", "deployment", "service", "node", "stop", "stopped", "ready", "restart", "restarted",
    "restarts", "down", "crash", "crashed", "break", "broke", "created", "create", "deployed", "changed", "made", "trouble",
    "failures", "many",
))  # fmt: skip
_VAGUE = ("fail", "error", "warn", "image")
"""Words that alone do not tell which report is meant."""
_MOST_EVENTS = 20


async def tell_reported(asked: Asked, page: Page, refs: Sequence[ObjectRef]) -> bool:
    """The report that a question speaks of, how often it came, first and last; false where none is meant."""
    question = asked.reading.question.lower()
    if not _ASKS.search(question) or not refs:
        return False
    own = [*family(refs[:1], asked.inventory), *(one.ref for ref in refs[:1] for one in pods_of(ref, asked.inventory))]
    names = {part for ref in own for part in re.split(r"[^a-z]+", ref.name.lower())}
    words = [word for word in _WORD.findall(question) if word not in _COMMON and word not in names]
    found = [event for ref in own[:_MOST_EVENTS] for event in await events_of(asked, ref, asked.reading.since_ms or 0)]
    scored = [(len(hits), event) for event in found if (hits := _hits(event, words)) and any(not one.startswith(_VAGUE) for one in hits)]
    if not scored:
        return False
    best = max(score for score, _ in scored)
    event = max((one for score, one in scored if score == best), key=lambda one: (one.count, time_ms(one.last_seen) or 0))
    zone = asked.reading.zone
    first_ms, last_ms = time_ms(event.first_seen) or 0, time_ms(event.last_seen) or 0
    span = f"at {dated(last_ms, asked.at_ms, zone)}"
    if first_ms and first_ms < last_ms:
        span = f"first at {dated(first_ms, asked.at_ms, zone)}, last at {dated(last_ms, asked.at_ms, zone)}"
    text = f"{event.reason} was reported {many(max(event.count, 1), 'time')} of {event.involved}, {span}: {stopped(event.message)}"
    page.tell(FactType.EVENT, text, ref=event.involved, path=event.reason, at_ms=last_ms, rank=0)
    return True


def tell_reports(asked: Asked, page: Page) -> bool:
    """The same without an object: the reports of the scope that hold the words of the question; false where none do."""
    question, space = asked.reading.question.lower(), asked.reading.namespace
    words = {word for word in _WORD.findall(question) if word not in _COMMON and not word.startswith(_VAGUE)}
    events = [one for one in asked.inventory.events() if space in ("", one.namespace)]
    found = [one for one in events if any(word[: max(4, len(word) - 3)] in one.reason.lower() for word in words)]
    if not _ASKS.search(question) or not found:
        return False
    zone = asked.reading.zone
    reason = max(
        (one.reason for one in found), key=lambda one: (one.lower() in words, sum(each.count for each in found if each.reason == one))
    )
    same = [one for one in found if one.reason == reason]
    times = [ms for one in same for ms in (time_ms(one.first_seen), time_ms(one.last_seen)) if ms]
    objects = list(dict.fromkeys(str(one.involved) for one in same))
    first, last = (dated(ms, asked.at_ms, zone) for ms in (min(times), max(times))) if times else ("an unknown time", "an unknown time")
    text = f"{reason} was reported {many(sum(max(one.count, 1) for one in same), 'time')} of {many(len(objects), 'object')}, "
    text += f"first at {first}, last at {last}: {listed(objects, _MOST_EVENTS)}."
    page.tell(FactType.EVENT, text, ref=same[-1].involved, path=reason, at_ms=max(times, default=None), rank=0)
    return True


def _hits(event: ClusterEvent, words: Sequence[str]) -> list[str]:
    text = f"{event.reason} {event.message}".lower()
    return [word for word in words if word[: max(4, len(word) - 3)] in text]
