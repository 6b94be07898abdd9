"""How an object came to be deleted, as far as it can be told: what was reported about it then, and what became of its owner."""

from __future__ import annotations

from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.telling.changing import what_text
from arcops.chat.telling.lives import Life, lives_of
from arcops.chat.telling.page import Page
from arcops.chat.telling.words import dated, moment, stopped
from arcops.kube.objects.decode import decode
from arcops.kube.owners import controller_of, owner_ref
from arcops.kube.refs import ObjectRef
from arcops.kube.watch import Op
from arcops.queries.fields import what_changed
from arcops.store.base import EventFilter, Revision, Window

_AROUND_MS = 120_000
_MOST = 4


async def tell_end(asked: Asked, page: Page, ref: ObjectRef) -> None:
    """How the last object of a name came to be deleted, as far as it can be told."""
    lives, _ = await lives_of(asked, ref)
    if lives:
        await tell_deletion(asked, page, ref, lives[-1])


async def tell_deletion(asked: Asked, page: Page, ref: ObjectRef, life: Life) -> None:
    """Who deleted an object the API does not tell; what its owner did and what was reported around then."""
    gone = life.gone
    if gone is None:
        return
    page.head("How it ended")
    page.tell(FactType.COVERAGE, "The API does not tell who deleted an object; this is what was seen around then.", ref=ref, rank=1)
    await _tell_owner(asked, page, ref, gone)
    window = Window(max(0, gone.seen_ms - _AROUND_MS), gone.seen_ms + _AROUND_MS)
    match = EventFilter(namespace=ref.namespace or None, text=ref.name)
    told: set[str] = set()
    for sighting in await asked.services.store.events(window, match, _MOST * 5):
        event = sighting.event
        text = f"{event.involved} {event.reason} at {moment(sighting.seen_ms, asked.reading.zone)}: {stopped(event.message)}"
        if event.name not in told and len(told) < _MOST:
            told.add(event.name)
            page.tell(FactType.EVENT, text, ref=event.involved, path=event.reason, at_ms=sighting.seen_ms, rank=1, item=True)


async def _tell_owner(asked: Asked, page: Page, ref: ObjectRef, gone: Revision) -> None:
    """What became of the chain of owners: deleted too, or changed shortly before."""
    here, body = ref, gone
    for _ in range(3):
        owner = controller_of(decode(here.group_kind, body.body)) if body.body else None
        if owner is None:
            return
        here = owner_ref(owner, ref.namespace)
        window = Window(max(0, gone.seen_ms - _AROUND_MS), gone.seen_ms + _AROUND_MS)
        rows = await asked.services.store.versions(here, window, 10)
        for after, before in zip(rows, [*rows[1:], *await _before(asked, here, rows)], strict=False):
            _tell_step(asked, page, after, before)
        last = await asked.services.store.object_at(here, gone.seen_ms) or next(iter(rows), None)
        if last is None:
            return
        body = last


async def _before(asked: Asked, ref: ObjectRef, rows: list[Revision]) -> list[Revision]:
    return await asked.services.store.versions(ref, Window(0, rows[-1].seen_ms), 1, rows[-1].id) if rows else []


def _tell_step(asked: Asked, page: Page, after: Revision, before: Revision) -> None:
    when = dated(after.seen_ms, asked.at_ms, asked.reading.zone)
    if after.op is Op.DELETED:
        page.tell(FactType.CHANGE, f"Its owner {after.ref} was deleted at {when}.", ref=after.ref, at_ms=after.seen_ms, rank=1, item=True)
        return
    words = [one.text for one in what_changed(before, after).fields if one.path.startswith("spec")]
    if words:
        who = f" by {after.writer.manager}" if after.writer and after.writer.manager else ""
        text = f"Its owner {after.ref} was changed at {when}{who}: {what_text(words)}."
        page.tell(FactType.CHANGE, text, ref=after.ref, at_ms=after.seen_ms, rank=1, item=True)
