"""Events of a span, those the cluster has forgotten among them: how many, by reason, and the newest."""

from __future__ import annotations

from collections import Counter

from arcops.chat.answers._said import many, told
from arcops.chat.asked import Asked
from arcops.chat.base import Block, Draft, FactType, Table
from arcops.chat.selecting.chosen import meant_kind
from arcops.chat.selecting.rows import MOST_ROWS, short
from arcops.chat.selecting.scope import EVENTS, pods_of
from arcops.chat.telling.words import moment
from arcops.kube.refs import ObjectRef
from arcops.kube.times import age_text, time_ms
from arcops.queries.events import Event, recent_events

_HOUR_MS = 3_600_000
_HEADS = ("NAMESPACE", "LAST SEEN", "TYPE", "REASON", "OBJECT", "COUNT", "MESSAGE")


async def events_of_span(asked: Asked) -> Draft | None:
    """The events of the span a question names; None where it names none, or asks for something else."""
    since_ms = asked.reading.since_ms
    if since_ms is None or meant_kind(asked) not in EVENTS:
        return None
    is_warning = "warning" in asked.reading.question.lower()
    hours = max(0.02, (asked.now_ms - since_ms) / _HOUR_MS)
    rows = await recent_events(asked.services, hours, "Warning" if is_warning else None)
    until_ms = asked.reading.until_ms or asked.now_ms
    wanted = _wanted(asked)
    rows = [row for row in rows if (time_ms(row.last_seen) or 0) <= until_ms and _is_meant(asked, row, wanted)]
    noun = "warning" if is_warning else "event"
    where = f" in {asked.reading.namespace}" if asked.reading.namespace else ""
    zone = asked.reading.zone
    span = f"from {moment(since_ms, zone)} to {moment(until_ms, zone)}"
    reasons = Counter(row.reason for row in rows)
    parts = ", ".join(f"{count:,} {reason}" for reason, count in reasons.most_common(6))
    head = told(asked, FactType.COUNT, f"{many(len(rows), noun)}{where} {span}{f': {parts}' if parts else ''}.")
    return Draft((head, *_table(asked, rows)))


def _wanted(asked: Asked) -> set[tuple[str, str, str]]:
    """The objects asked about and their pods, by kind, namespace and name."""
    refs = set(asked.reading.objects)
    refs |= {entry.ref for ref in asked.reading.objects for entry in pods_of(ref, asked.inventory)}
    return {(ref.kind, ref.namespace, ref.name) for ref in refs}


def _is_meant(asked: Asked, row: Event, wanted: set[tuple[str, str, str]]) -> bool:
    about = (row.involved.kind, row.involved.namespace, row.involved.name)
    return (not wanted or about in wanted) and asked.reading.namespace in ("", row.namespace)


def _table(asked: Asked, rows: list[Event]) -> list[Block]:
    if not rows:
        return []
    cells, facts = [], []
    for row in rows[:MOST_ROWS]:
        ref = ObjectRef("", row.involved.kind, row.involved.namespace, row.involved.name)
        made = (
            row.namespace,
            age_text(row.last_seen, asked.at_ms),
            row.type,
            row.reason,
            row.involved_object,
            str(row.count),
            short(row.message),
        )
        cells.append(made)
        said = ", ".join(f"{head} {cell}" for head, cell in zip(_HEADS[1:], made[1:], strict=True))
        facts.append(asked.book.add(FactType.EVENT, f"{ref}: event in {row.namespace}, {said}", ref=ref, path=row.reason, rank=1))
    return [Table(_HEADS, tuple(cells), len(rows), tuple(facts))]
