"""What the questions read from the inventory, in one place: objects, live events, counts, coverage."""

from __future__ import annotations

from typing import Final, cast

from arcops.base.errors import Forbidden
from arcops.kube.kinds import ApiResource
from arcops.kube.objects.event import ClusterEvent
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.selectors import EVERYTHING, Selector
from arcops.queries.services import Services
from arcops.source.base import KindPhase

POD: Final = GroupKind("", "Pod")
EVENTS: Final = (GroupKind("", "Event"), GroupKind("events.k8s.io", "Event"))
"""The same objects under two names; a source may watch either."""


def live_pods(services: Services, namespace: str | None = None) -> list[Pod]:
    """Pods that exist now, by namespace and name."""
    return [cast("Pod", entry.obj) for entry in services.inventory.list(POD, namespace)]


def live_objects(
    services: Services, group_kind: GroupKind, namespace: str | None = None, selector: Selector = EVERYTHING
) -> list[KubeObject]:
    """Objects of a kind that exist now and whose labels match, by namespace and name."""
    return [entry.obj for entry in services.inventory.select(group_kind, namespace, selector)]


def live_events(services: Services) -> tuple[ClusterEvent, ...]:
    """Events that exist now, in one form, oldest first."""
    return services.inventory.events()


def live_object(services: Services, ref: ObjectRef) -> KubeObject | None:
    """The object of that name, if it exists now."""
    entry = services.inventory.get(ref)
    return entry.obj if entry else None


def live_pod(services: Services, ref: ObjectRef) -> Pod | None:
    """The pod of that name, if it exists now."""
    return cast("Pod | None", live_object(services, ref))


def is_loaded(services: Services) -> bool:
    """Every kind that may be read has been listed once, and the list is in the index: answers are complete."""
    state = services.source.state
    return state.is_synced and all(services.inventory.is_complete(kind) for kind, each in state.kinds.items() if each.synced_ms)


def require_readable(services: Services, resource: ApiResource) -> None:
    """Raise ``Forbidden`` for a kind that was never seen because the account may not list it: that is not "none"."""
    state = services.source.state.kinds.get(resource.group_kind)
    if state and state.phase is KindPhase.FORBIDDEN and not state.synced_ms:
        raise Forbidden(verb="list", resource=resource.resource_name)


def incomplete_kinds(services: Services, *wanted: GroupKind) -> list[str]:
    """Those of the wanted kinds whose objects may not all be known or not be current, with the phase: ``Pod (loading)``."""
    states = services.source.state.kinds
    return [f"{kind} ({states[kind].phase.value})" for kind in wanted if kind in states and states[kind].phase is not KindPhase.SYNCED]
