"""What the questions read from the inventory, in one place: kinds by name, objects, live events, counts."""

from __future__ import annotations

from typing import Final, cast

from arcops.kube.objects.event import ClusterEvent, Event, normalize
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.queries.services import Services

POD: Final = GroupKind("", "Pod")
EVENTS: Final = (GroupKind("", "Event"), GroupKind("events.k8s.io", "Event"))
"""The same objects under two names; a source may watch either."""


def live_pods(services: Services, namespace: str | None = None) -> list[Pod]:
    """Pods that exist now, by namespace and name."""
    return cast("list[Pod]", live_objects(services, POD, namespace))


def live_objects(services: Services, group_kind: GroupKind, namespace: str | None = None) -> list[KubeObject]:
    """Objects of a kind that exist now, by namespace and name."""
    found = list(services.inventory.list(group_kind, namespace))
    found.sort(key=lambda o: (o.metadata.namespace, o.metadata.name))
    return found


def live_events(services: Services) -> list[ClusterEvent]:
    """Events that exist now, in one form, in no order."""
    for group_kind in EVENTS:
        found = services.inventory.list(group_kind)
        if found:
            return [normalize(cast("Event", o)) for o in found]
    return []


def live_object(services: Services, ref: ObjectRef) -> KubeObject | None:
    """The object of that name, if it exists now."""
    return services.inventory.get(ref)


def total_objects(services: Services) -> int:
    """How many objects exist now, of all kinds."""
    return sum(services.inventory.count(group_kind) for group_kind in services.source.state.kinds)


def incomplete_kinds(services: Services, *wanted: GroupKind) -> list[str]:
    """Those of the wanted kinds whose objects may not all be known or not be current, with the phase: ``Pod (loading)``."""
    states = services.source.state.kinds
    return [f"{kind} ({states[kind].phase.value})" for kind in wanted if kind in states and states[kind].phase.value != "synced"]


def live_pod(services: Services, ref: ObjectRef) -> Pod | None:
    """The pod of that name, if it exists now."""
    return cast("Pod | None", live_object(services, ref))
