"""How any object came to be as it is: its remembered versions."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from arcops.base.clock import rfc3339
from arcops.kube.kinds import ApiResource
from arcops.kube.refs import ObjectRef
from arcops.kube.watch import Op
from arcops.queries.answers import GapSpan
from arcops.queries.bodies import full_body
from arcops.queries.coverage import seen_in
from arcops.queries.cursors import page_mark, read_mark
from arcops.queries.fields import WrittenBy, what_changed, written_by
from arcops.queries.missing import never_seen
from arcops.queries.services import Services
from arcops.queries.times import window_of, zone_of
from arcops.store.base import Revision, Window

CHANGES = {Op.ADDED: "created", Op.MODIFIED: "changed", Op.DELETED: "deleted", Op.CARRIED: "carried", Op.RELISTED: "found after a gap"}
_CHUNK = 25
"""Versions compared between two pauses: about 5 ms of work."""


class Version(msgspec.Struct, frozen=True, gc=False):
    """One remembered state of an object.

    ``change``: created, changed, deleted, found after a gap. ``paths`` are the fields that differ from the version
    before, list positions folded; ``what`` says the same in sentences, the weightiest first, without the ``folded`` fields of
    no interest. ``unseen``: it came to be so at an unknown moment before ``observed_at``. ``object`` is the body (the last
    one known, for a deletion), null unless asked for.
    """

    id: int
    observed_at: str
    change: str
    unseen: bool
    uid: str
    resource_version: str
    paths: list[str]
    writer: WrittenBy | None
    object: msgspec.Raw | None
    what: list[str] = []
    folded: int = 0


class VersionPage(msgspec.Struct, frozen=True, gc=False):
    """Versions of one name in a window, newest first; ``continue`` is null on the last page; ``gaps`` were not seen.

    ``notes`` say why a window that was asked for may not be whole.
    """

    kind: str
    namespace: str
    name: str
    since: str
    until: str
    items: list[Version]
    continue_: str | None = msgspec.field(name="continue")
    gaps: list[GapSpan]
    notes: list[str] = []


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """Whose versions, and when. ``kind`` is any word for it; ``namespace`` "" for cluster-scoped kinds; limit 1 to 1000."""

    kind: str
    namespace: str
    name: str
    since: str | None = None
    until: str | None = None
    limit: int = 100
    cursor: str | None = None
    bodies: bool = False
    zone: str | None = None


async def object_history(services: Services, query: HistoryQuery) -> VersionPage:
    """A page of an object's versions, newest first; without ``since`` as far back as the record reaches.

    Works for objects that are gone. Raises ``UnknownKind``, ``NeverSeen``, ``BadTime`` and ``BadCursor``.
    """
    resource = services.source.catalog.find(query.kind)
    ref = ObjectRef.of(resource.group_kind, query.namespace if resource.namespaced else "", query.name)
    now = services.clock.now_ms()
    window = window_of(now, query.since or "1970-01-01T00:00:00Z", query.until, otherwise_hours=0, zone=zone_of(query.zone))
    question = ("history", ref, query.since, query.until, query.zone)
    before = read_mark(query.cursor, question)
    rows = await services.store.versions(ref, window, query.limit + 1, before)
    if not rows and before is None and await services.store.head(ref) is None:
        raise await never_seen(services, ref)
    page = rows[: query.limit]
    following = page_mark(page[-1].id, question) if len(rows) > query.limit else None
    gaps, notes = await seen_in(services, window, (ref.group_kind,))
    return VersionPage(
        kind=resource.kind, namespace=ref.namespace, name=ref.name, since=rfc3339(window.since_ms), until=rfc3339(window.until_ms),
        items=await _told(services, resource, rows, query), continue_=following, gaps=gaps, notes=notes if query.since else [],
    )  # fmt: skip


async def _told(services: Services, resource: ApiResource, rows: list[Revision], query: HistoryQuery) -> list[Version]:
    """The versions of a page, each compared with the one before it, which may lie outside the window."""
    if rows and len(rows) <= query.limit:
        rows = [*rows, *await services.store.versions(rows[-1].ref, Window(0, rows[-1].seen_ms), 1, rows[-1].id)]
    items: list[Version] = []
    for place, revision in enumerate(rows[: query.limit]):
        before = rows[place + 1] if place + 1 < len(rows) else None
        items.append(version_of(revision, resource, bodies=query.bodies, before=before))
        if place % _CHUNK == _CHUNK - 1:
            await services.clock.sleep(0)
    return items


def version_of(revision: Revision, resource: ApiResource, *, bodies: bool, before: Revision | None = None) -> Version:
    """A revision in the form of the answers; ``before`` is the version it is compared with."""
    found = what_changed(before, revision)
    body = full_body(revision.body, resource) if bodies and revision.body else None
    return Version(
        id=revision.id, observed_at=rfc3339(revision.seen_ms), change=CHANGES[revision.op], unseen=revision.unseen, uid=revision.uid,
        resource_version=revision.resource_version, paths=list(revision.paths), writer=written_by(revision.writer), object=body,
        what=[one.text for one in found.fields], folded=found.folded,
    )  # fmt: skip
