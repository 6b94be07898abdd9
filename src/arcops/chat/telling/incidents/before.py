"""What somebody changed shortly before a trouble began, on whoever shows it and upstream of it: said, not blamed."""

from __future__ import annotations

from arcops.base.clock import rfc3339
from arcops.base.errors import ArcopsError
from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.telling.incidents.cases import Case
from arcops.chat.telling.page import Page
from arcops.chat.telling.past.changing import DONE_BY_SOMEBODY, change_text, ref_of, word_of
from arcops.chat.telling.span import HOUR_MS
from arcops.chat.telling.words import capital
from arcops.findings.base import Precision
from arcops.kube.times import time_ms
from arcops.queries.changes import ChangedObject, ChangeQuery, changes

_MOST = 3
_MOST_VERSIONS = 200


async def tell_before(asked: Asked, page: Page, case: Case) -> None:
    """The changes of the hour before the beginning, where it is known and the diagnosis does not tell of changes itself."""
    since = case.incident.since
    if case.incident.changes or since.at_ms is None or since.precision is Precision.BEFORE_RECORD:
        return
    for item in (await _changes(asked, case, since.at_ms))[:_MOST]:
        ref = ref_of(item.object)
        change = item.changes[0]
        text = f"In the hour before it began: {change_text(asked, ref, change)}."
        if page.has_said(text):
            continue
        page.tell(FactType.CHANGE, capital(text), ref=ref, at_ms=time_ms(change.observed_at), rank=2)


async def _changes(asked: Asked, case: Case, onset_ms: int) -> list[ChangedObject]:
    ref = case.main.speaker
    if asked.inventory.get(ref) is None:
        return []
    query = ChangeQuery(
        kind=word_of(asked.services.source.catalog.find(str(ref.group_kind).lower())), namespace=ref.namespace, name=ref.name,
        since=rfc3339(max(0, onset_ms - HOUR_MS)), until=rfc3339(onset_ms + 1_000), upstream=True, least=DONE_BY_SOMEBODY,
        limit=_MOST, most=_MOST_VERSIONS,
    )  # fmt: skip
    try:
        return (await changes(asked.services, query, asked.inventory)).items
    except ArcopsError:
        return []
