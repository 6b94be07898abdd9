"""What a scope or an event filter lets through."""

from __future__ import annotations

from arcops.kube.objects.event import ClusterEvent
from arcops.kube.refs import ObjectRef
from arcops.store.base import EventFilter, Scope


def in_scope(scope: Scope, ref: ObjectRef, uid: str) -> bool:
    """Whether a question about ``scope`` is also about this object."""
    return (
        (scope.namespace is None or ref.namespace == scope.namespace)
        and (scope.name is None or ref.name == scope.name)
        and (scope.group_kind is None or ref.group_kind == scope.group_kind)
        and (scope.uid is None or uid == scope.uid)
    )


def matches(match: EventFilter, event: ClusterEvent) -> bool:
    """Whether an event passes; ``namespace`` is the event's own, as with ``kubectl get events -n``."""
    return (
        (match.type is None or event.type == match.type)
        and (match.reason is None or event.reason == match.reason)
        and (match.namespace is None or event.namespace == match.namespace)
        and (match.kind is None or event.involved.kind == match.kind)
        and (match.name is None or event.involved.name == match.name)
        and (match.text is None or match.text.casefold() in event.message.casefold())
    )
