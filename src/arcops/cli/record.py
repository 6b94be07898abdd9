"""Answers from a record on disk: the past alone, read without a service."""

from __future__ import annotations

import asyncio
from pathlib import Path

from arcops.base.clock import SystemClock, rfc3339
from arcops.base.errors import NeverSeen, RecordError
from arcops.cli.when import local_zone
from arcops.kube.builtin import BUILTIN
from arcops.kube.kinds import ApiResource, KindCatalog
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.queries.answers import gap_span
from arcops.queries.history import HistoryQuery, VersionPage, version_of
from arcops.queries.times import parse_time
from arcops.store.base import Window
from arcops.store.days.archive import Archive, find_records

_LATEST_MS = 4_102_444_800_000
"""The year 2100: whoever kept the record may have had another clock than this machine."""


def record_history(folder: str, query: HistoryQuery) -> VersionPage:
    """The newest versions of an object in a data folder. Raises ``RecordError``, ``UnknownKind``, ``NeverSeen`` or ``BadTime``."""
    return asyncio.run(_history(Archive(only_record(Path(folder))), query))


def only_record(folder: Path) -> Path:
    """The one record in a data folder; raises ``RecordError`` if there is none, or several."""
    records = find_records(folder)
    if len(records) != 1:
        names = ", ".join(record.name for record in records)
        why = f"it holds several records ({names})" if records else "it holds no record"
        raise RecordError(
            path=folder,
            why=why,
            hint="Name the folder of one record." if records else "Name the folder given to `arcops serve --data-dir`.",
        )
    return records[0]


async def _history(archive: Archive, query: HistoryQuery) -> VersionPage:
    now_ms = SystemClock().now_ms()
    try:
        resource = _catalog(await archive.kinds()).find(query.kind)
        ref = ObjectRef.of(resource.group_kind, query.namespace if resource.namespaced else "", query.name)
        window = Window(
            parse_time(query.since, now_ms, local_zone()) if query.since else 0,
            parse_time(query.until, now_ms, local_zone()) if query.until else _LATEST_MS,
        )
        found = await archive.versions(ref, window, query.limit + 1)
        if not found and not await archive.versions(ref, Window(0, _LATEST_MS), 1):
            name = f"{ref.namespace}/{ref.name}" if ref.namespace else ref.name
            raise NeverSeen(kind=resource.kind, name=name, since=rfc3339(archive.since_ms), near="")
        until_ms = max([min(now_ms, window.until_ms), *(revision.seen_ms for revision in found[:1])])
        gaps = [gap_span(gap) for gap in await archive.gaps(window) if gap.group_kind in {None, ref.group_kind}]
        older = [*found[1:], None]
        pairs = list(zip(found, older, strict=True))[: query.limit]
        items = [version_of(revision, resource, bodies=query.bodies, before=before) for revision, before in pairs]
        return VersionPage(resource.kind, ref.namespace, ref.name, rfc3339(window.since_ms), rfc3339(until_ms), items, None, gaps)
    finally:
        await archive.aclose()


def _catalog(kinds: list[GroupKind]) -> KindCatalog:
    """The built-in kinds, and those the record knows by name alone: a record keeps no plurals or short names."""
    known = {resource.group_kind for resource in BUILTIN}
    custom = (ApiResource(kind.group, "", kind.kind, f"{kind.kind.lower()}s") for kind in kinds if kind not in known)
    return KindCatalog([*BUILTIN, *custom])
