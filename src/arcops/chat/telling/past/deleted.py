"""How an object came to be deleted, as far as it can be told: what was reported about it then, and what became of its owner."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.telling.page import Page
from arcops.chat.telling.past.changing import what_text
from arcops.chat.telling.past.lives import Life, lives_of
from arcops.chat.telling.words import dated, moment, stopped
from arcops.kube.objects.decode import decode
from arcops.kube.owners import controller_of, owner_ref
from arcops.kube.refs import ObjectRef
from arcops.kube.watch import Op
from arcops.queries.fields import what_changed
from arcops.store.base import EventFilter, Revision, Window

_AROUND_MS = 120_000
_MOST = 4
_MOST_OWNERS = 3


async def tell_end(asked: Asked, page: Page, ref: ObjectRef) -> None:
    """How the last object of a name came to be deleted, as far as it can be told."""
    lives, _ = await lives_of(asked, ref)
    if lives:
        await tell_deletion(asked, page, ref, lives[-1])


class _Trace(NamedTuple):
    """Something seen around a deletion."""

    type: FactType
    text: str
    ref: ObjectRef
    path: str
    at_ms: int


async def tell_deletion(asked: Asked, page: Page, ref: ObjectRef, life: Life) -> None:
    """Who deleted an object the API does not tell; what its owner did and what was reported around then."""
    gone = life.gone
    if gone is None:
        return
    traces = [*await _of_owners(asked, ref, gone), *await _of_events(asked, ref, gone)]
    page.head("How it ended")
    seen = "this was seen around then:" if traces else "and nothing was seen around then that would explain it."
    page.tell(FactType.COVERAGE, f"The API does not tell who deleted {ref}{';' if traces else ','} {seen}", ref=ref, rank=1)
    for one in traces:
        page.tell(one.type, one.text, ref=one.ref, path=one.path, at_ms=one.at_ms, rank=1, item=True)


async def _of_events(asked: Asked, ref: ObjectRef, gone: Revision) -> list[_Trace]:
    """The events that name it, each once."""
    window = Window(max(0, gone.seen_ms - _AROUND_MS), gone.seen_ms + _AROUND_MS)
    match = EventFilter(namespace=ref.namespace or None, text=ref.name)
    found: dict[str, _Trace] = {}
    for sighting in await asked.services.store.events(window, match, _MOST * 5):
        event = sighting.event
        text = f"{event.involved} {event.reason} at {moment(sighting.seen_ms, asked.reading.zone)}: {stopped(event.message)}"
        found.setdefault(event.name, _Trace(FactType.EVENT, text, event.involved, event.reason, sighting.seen_ms))
    return list(found.values())[:_MOST]


async def _of_owners(asked: Asked, ref: ObjectRef, gone: Revision) -> list[_Trace]:
    """What became of the chain of owners: deleted too, or changed shortly before."""
    found: list[_Trace] = []
    here, body = ref, gone
    window = Window(max(0, gone.seen_ms - _AROUND_MS), gone.seen_ms + _AROUND_MS)
    for _ in range(_MOST_OWNERS):
        owner = controller_of(decode(here.group_kind, body.body)) if body.body else None
        if owner is None:
            break
        here = owner_ref(owner, ref.namespace)
        rows = await asked.services.store.versions(here, window, 10)
        older = await asked.services.store.versions(here, Window(0, rows[-1].seen_ms), 1, rows[-1].id) if rows else []
        found += [step for after, before in pairwise([*rows, *older]) if (step := _step(asked, after, before)) is not None]
        last = await asked.services.store.object_at(here, gone.seen_ms) or next(iter(rows), None)
        if last is None:
            break
        body = last
    return found


def _step(asked: Asked, after: Revision, before: Revision) -> _Trace | None:
    when = dated(after.seen_ms, asked.at_ms, asked.reading.zone)
    if after.op is Op.DELETED:
        return _Trace(FactType.CHANGE, f"Its owner {after.ref} was deleted at {when}.", after.ref, "", after.seen_ms)
    words = [one.text for one in what_changed(before, after).fields if one.path.startswith("spec")]
    if not words:
        return None
    who = f" by {after.writer.manager}" if after.writer and after.writer.manager else ""
    text = f"Its owner {after.ref} was changed at {when}{who}: {what_text(words)}."
    return _Trace(FactType.CHANGE, text, after.ref, next(iter(after.paths), ""), after.seen_ms)


async def reported_around(asked: Asked, ref: ObjectRef, at_ms: int) -> list[str]:
    """What events told of an object around a moment, each in a few words."""
    window = Window(max(0, at_ms - _AROUND_MS), at_ms + _AROUND_MS)
    match = EventFilter(namespace=ref.namespace or None, name=ref.name)
    found = await asked.services.store.events(window, match, _MOST * 5)
    return list(dict.fromkeys(f"{one.event.reason} ({one.event.message.rstrip('.')})" for one in found if one.event.involved == ref))
