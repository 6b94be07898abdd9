"""Kubernetes Events: the core and the events.k8s.io form, made one."""

from __future__ import annotations

import msgspec

from arcops.kube.objects.meta import ObjectMeta
from arcops.kube.refs import ObjectRef, group_of


class ObjectReference(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """The object an event speaks of."""

    api_version: str = ""
    kind: str = ""
    namespace: str = ""
    name: str = ""
    uid: str = ""
    resource_version: str = ""
    field_path: str = ""

    @property
    def ref(self) -> ObjectRef:
        """Its name."""
        return ObjectRef(group_of(self.api_version), self.kind, self.namespace, self.name)


class EventSource(msgspec.Struct, frozen=True, gc=False):
    """Which component of which host wrote the event."""

    component: str = ""
    host: str = ""


class EventSeries(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """Repeats of a new-style event."""

    count: int = 0
    last_observed_time: str | None = None


class Event(msgspec.Struct, gc=False, rename="camel"):
    """An Event of either API, as on the wire: core/v1 names first, events.k8s.io/v1 names beside them."""

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    type: str | None = None
    reason: str | None = None
    action: str | None = None
    message: str | None = None
    note: str | None = None
    count: int | None = None
    deprecated_count: int | None = None
    first_timestamp: str | None = None
    last_timestamp: str | None = None
    deprecated_first_timestamp: str | None = None
    deprecated_last_timestamp: str | None = None
    event_time: str | None = None
    series: EventSeries | None = None
    involved_object: ObjectReference | None = None
    regarding: ObjectReference | None = None
    related: ObjectReference | None = None
    source: EventSource | None = None
    deprecated_source: EventSource | None = None
    reporting_component: str | None = None
    reporting_controller: str | None = None
    reporting_instance: str | None = None


class ClusterEvent(msgspec.Struct, frozen=True, gc=False):
    """An event in one form: what happened to which object, how often, first and last when.

    ``first_seen`` and ``last_seen`` are RFC 3339 as the cluster wrote them: from lastTimestamp, series, eventTime,
    firstTimestamp or creation, whichever is there, so that no event is without a time.
    """

    name: str
    namespace: str
    uid: str
    type: str
    reason: str
    message: str
    count: int
    first_seen: str
    last_seen: str
    source: str
    involved: ObjectRef
    involved_uid: str
    field_path: str = ""


_NOBODY = ObjectReference()


def normalize(event: Event) -> ClusterEvent:
    """One form for both APIs."""
    meta = event.metadata
    involved = event.involved_object or event.regarding or _NOBODY
    series = event.series
    first = event.first_timestamp or event.deprecated_first_timestamp or event.event_time or meta.creation_timestamp or ""
    last = event.last_timestamp or event.deprecated_last_timestamp or first
    if series and series.last_observed_time:
        last = max(last, series.last_observed_time)
    source = event.source or event.deprecated_source
    component = (source.component if source else "") or event.reporting_component or event.reporting_controller or ""
    return ClusterEvent(
        name=meta.name, namespace=meta.namespace, uid=meta.uid,
        type=event.type or "Normal", reason=event.reason or "", message=event.message or event.note or "",
        count=max(event.count or event.deprecated_count or 1, series.count if series else 1),
        first_seen=first, last_seen=last, source=component, involved=involved.ref, involved_uid=involved.uid,
        field_path=involved.field_path,
    )  # fmt: skip
