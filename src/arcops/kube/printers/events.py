"""Columns of Events of both APIs."""

from __future__ import annotations

from typing import cast

from arcops.kube.objects.event import Event, normalize
from arcops.kube.printers.base import NAME, Column, Columns, plain
from arcops.kube.refs import GroupKind
from arcops.kube.times import age_text


def _object(event: Event) -> str:
    involved = normalize(event).involved
    return f"{involved.kind.lower()}/{involved.name}" if involved.name else involved.kind.lower()


def _source(event: Event) -> str:
    source = event.source or event.deprecated_source
    component = (source.component if source else "") or event.reporting_component or event.reporting_controller or ""
    host = (source.host if source else "") or event.reporting_instance or ""
    return f"{component}, {host}" if host else component


def _first_seen(event: Event, now_ms: int) -> str:
    return age_text(event.first_timestamp or event.deprecated_first_timestamp or event.event_time, now_ms)


def _last_seen(event: Event, now_ms: int) -> str:
    if event.series and event.series.last_observed_time:
        return age_text(event.series.last_observed_time, now_ms)
    last = event.last_timestamp or event.deprecated_last_timestamp
    return age_text(last, now_ms) if last else _first_seen(event, now_ms)


_columns: tuple[Column[Event], ...] = (
    Column("LAST SEEN", _last_seen),
    plain("TYPE", lambda event: event.type or ""),
    plain("REASON", lambda event: event.reason or ""),
    plain("OBJECT", _object),
    plain("SUBOBJECT", lambda event: normalize(event).field_path, wide=True),
    plain("SOURCE", _source, wide=True),
    plain("MESSAGE", lambda event: (event.message or event.note or "").strip()),
    Column("FIRST SEEN", _first_seen, wide=True),
    plain("COUNT", lambda event: str((event.series.count if event.series else event.count or event.deprecated_count) or 1), wide=True),
    cast("Column[Event]", Column(NAME.header, NAME.text, wide=True)),
)

COLUMNS = {GroupKind(group, "Event"): cast("Columns", _columns) for group in ("", "events.k8s.io")}
