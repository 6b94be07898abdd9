"""The pods and parts of a workload over time: made, restarted, rolled out, deleted."""

from __future__ import annotations

from arcops.base.clock import rfc3339
from arcops.base.errors import ArcopsError
from arcops.chat.answers._said import many
from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.telling.page import Page
from arcops.chat.telling.past.changing import ref_of, word_of
from arcops.chat.telling.span import DAY_MS
from arcops.chat.telling.words import dated, stopped
from arcops.findings.speaker import WORKLOADS
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms
from arcops.queries.timeline import Timeline, TimelineQuery, timeline

_MOST_LANES = 15
_MOST_MARKS = 10
_TOLD = ("created", "deleted", "restart")


async def tell_parts(asked: Asked, page: Page, ref: ObjectRef) -> None:
    """What became of the pods of a workload in the span asked about, else in the last day."""
    found = await lanes_of(asked, ref)
    if found is not None:
        _tell_marks(asked, page, found)


async def lanes_of(asked: Asked, ref: ObjectRef) -> Timeline | None:
    """The lives of a workload's pods in that span; None for what is no workload, or has none."""
    if ref.group_kind not in WORKLOADS:
        return None
    resource = asked.services.source.catalog.find(str(ref.group_kind).lower())
    since_ms = asked.reading.since_ms if asked.reading.since_ms is not None else max(0, asked.at_ms - DAY_MS)
    query = TimelineQuery(
        word_of(resource), ref.namespace, ref.name, since=rfc3339(since_ms), until=rfc3339(asked.at_ms), limit=_MOST_LANES
    )
    try:
        return await timeline(asked.services, query)
    except ArcopsError:
        return None


def _tell_marks(asked: Asked, page: Page, found: Timeline) -> None:
    marks = [(lane, mark) for lane in found.lanes if lane.role == "pod" for mark in lane.marks if mark.kind in _TOLD]
    if not marks:
        return
    page.head("Its pods")
    marks.sort(key=lambda one: one[1].at)
    for lane, mark in marks[-_MOST_MARKS:]:
        ms = time_ms(mark.at) or 0
        text = f"{ref_of(lane.object)}: {mark.text} {dated(ms, asked.at_ms, asked.reading.zone)}"
        page.tell(FactType.CHANGE, stopped(text), ref=ref_of(lane.object), path=mark.kind, at_ms=ms, rank=1, item=True)
    if len(marks) > _MOST_MARKS or found.total > len(found.lanes):
        text = f"Showing {min(len(marks), _MOST_MARKS)} of {len(marks):,} turns, of {many(len(found.lanes), 'object')} of {found.total:,}."
        page.tell(FactType.COUNT, text)
