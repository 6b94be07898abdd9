"""Fetches what rules wish to know of the past and of logs, from the store and the source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from arcops.base.errors import ArcopsError
from arcops.base.guard import safe_text
from arcops.base.redact import mask_value
from arcops.findings.past import Answer, Asked, FieldChange, Was, Wish
from arcops.inventory.diff import differences
from arcops.inventory.sharing import share_with_before
from arcops.kube.objects.config import Secret
from arcops.kube.objects.decode import decode
from arcops.kube.objects.meta import KubeObject
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms
from arcops.kube.watch import Op
from arcops.queries.services import Services
from arcops.source.base import LogQuery
from arcops.store.base import Revision, Scope, Window

_MOST_VERSIONS = 100
_MOST_GONE = 500


@dataclass(frozen=True, slots=True)
class LogReach:
    """How much of a log a diagnosis reads: of a live cluster the end, of a file all of it."""

    tail_lines: int = 500
    limit_bytes: int = 1_000_000


WHOLE_LOG = LogReach(1_000_000, 256_000_000)


async def fetch(services: Services, wish: Wish, now_ms: int, reach: LogReach) -> Answer:
    """The answer to one wish; empty where there is none."""
    window = Window(0, now_ms)
    match wish.asked:
        case Asked.LOG | Asked.PREVIOUS_LOG:
            return await _log(services, wish, reach)
        case Asked.CHANGES:
            return tuple(_changes((await services.store.versions(wish.ref, window, _MOST_VERSIONS))[::-1]))
        case Asked.WAS:
            return tuple(_states((await services.store.versions(wish.ref, window, _MOST_VERSIONS))[::-1]))
        case Asked.GONE:
            return await _gone(services, wish.ref, window)


async def _log(services: Services, wish: Wish, reach: LogReach) -> str:
    query = LogQuery(
        wish.ref.namespace, wish.ref.name, wish.detail, previous=wish.asked is Asked.PREVIOUS_LOG,
        tail_lines=reach.tail_lines, limit_bytes=reach.limit_bytes,
    )  # fmt: skip
    try:
        return safe_text(await services.source.logs(query))
    except ArcopsError:
        return ""


def _changes(versions: Sequence[Revision]) -> Iterator[FieldChange]:
    """Oldest first. The first sighting of what was already there is no change."""
    before: Revision | None = None
    for revision in versions:
        who = revision.writer.manager if revision.writer else ""
        if revision.op is Op.DELETED:
            yield FieldChange(revision.ref, revision.seen_ms, "", "", "", "", "deleted", revision.unseen)
        elif before is None or before.op is Op.DELETED or before.uid != revision.uid:
            if revision.op is Op.ADDED and not revision.unseen:
                yield FieldChange(revision.ref, revision.seen_ms, "", "", "", who, "created")
        else:
            yield from _between(before, revision, who, _written_ms(before, revision))
        before = revision


def _written_ms(before: Revision, after: Revision) -> int:
    """When a version was written, as its writer's entry says, where that lies between two looks; else when it was seen."""
    written_ms = time_ms(after.writer.time) if after.writer is not None and not after.writer.subresource else None
    return written_ms if written_ms is not None and before.seen_ms < written_ms < after.seen_ms else after.seen_ms


def _between(before: Revision, after: Revision, who: str, at_ms: int) -> Iterator[FieldChange]:
    for path in after.paths if after.ref.group_kind == Secret.GROUP_KIND else ():
        if path.startswith(("data", "stringData")):
            yield FieldChange(after.ref, at_ms, path, "", "", who, "changed", after.unseen)
    for found in differences(msgspec.json.decode(before.body), msgspec.json.decode(after.body)):
        name = found.path.rstrip("]").replace("[", ".").rpartition(".")[2]
        name = name if name != "value" else found.path.rpartition(".env[")[2].partition("]")[0] or name
        yield FieldChange(
            after.ref, at_ms, found.path, mask_value(name, found.old), mask_value(name, found.new), who, "changed", after.unseen
        )


def _states(versions: Sequence[Revision]) -> Iterator[Was]:
    """Oldest first, each holding what is equal in the one before only once: a hundred states of a Deployment differ in their status."""
    before: KubeObject | None = None
    for place, revision in enumerate(versions):
        if revision.op is Op.DELETED and place:
            continue
        following = versions[place + 1] if place + 1 < len(versions) else None
        gone_ms = following.seen_ms if following is not None and following.op is Op.DELETED else None
        try:
            obj = decode(revision.ref.group_kind, revision.body)
        except msgspec.MsgspecError:
            continue
        if before is not None:
            share_with_before(obj, before)
        before = obj
        yield Was(revision.ref, revision.uid, revision.seen_ms, obj, gone_ms)


async def _gone(services: Services, ref: ObjectRef, window: Window) -> tuple[Was, ...]:
    rows = await services.store.changes(window, Scope(ref.group_kind, ref.namespace), 10 * _MOST_GONE)
    found: list[Was] = []
    for revision in reversed(rows):
        if revision.op is not Op.DELETED or not revision.body:
            continue
        try:
            obj = decode(revision.ref.group_kind, revision.body)
        except msgspec.MsgspecError:
            continue
        found.append(Was(revision.ref, revision.uid, revision.seen_ms, obj, revision.seen_ms))
    return tuple(found[-_MOST_GONE:])
