"""What a workload or a pod is given: its ConfigMaps and Secrets, its claims and the volumes behind them, its account."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.chat.answers._said import listed
from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.selecting.scope import POD, pods_of
from arcops.chat.telling.page import Page
from arcops.findings.speaker import WORKLOADS
from arcops.inventory.graph import neighbours
from arcops.inventory.links.base import Link
from arcops.kube.objects.service import Endpoint, Endpoints, EndpointSlice, Service
from arcops.kube.refs import GroupKind, ObjectRef

_CLAIM = GroupKind("", "PersistentVolumeClaim")
_HOW = {"mounts": "mounted", "env": "as environment variables", "pull secret": "to pull images"}
_OF_SERVICE = "kubernetes.io/service-name"
_MOST = 6


def tell_uses(asked: Asked, page: Page, ref: ObjectRef) -> None:
    """One sentence about what its containers are given; nothing for other kinds, or where it is given nothing."""
    if ref.group_kind == Service.GROUP_KIND:
        _tell_endpoints(asked, page, ref)
    if ref.group_kind != POD and ref.group_kind not in WORKLOADS:
        return
    given = _given(asked, ref)
    if not given:
        return
    parts = [f"{one} ({', '.join(dict.fromkeys(how))}){_state(asked, one)}" for one, how in list(given.items())]
    page.tell(FactType.FIELD, f"{ref} uses {listed(parts, _MOST)}.", ref=ref, rank=1, item=True)


def ready_ends(asked: Asked, ref: ObjectRef) -> list[str] | None:
    """The ready addresses behind a Service; None where nothing says which there are."""
    slices = [
        entry.obj
        for entry in asked.inventory.list(EndpointSlice.GROUP_KIND, ref.namespace)
        if isinstance(entry.obj, EndpointSlice) and (entry.obj.metadata.labels or {}).get(_OF_SERVICE) == ref.name
    ]
    ends = [(one, end) for one in slices for end in one.endpoints or ()]
    ready = [_address(one, end) for one, end in ends if end.conditions is None or end.conditions.ready is not False]
    return ready if slices else _old_ends(asked, ref)


def _old_ends(asked: Asked, ref: ObjectRef) -> list[str] | None:
    """The ready addresses of the Endpoints of its name, as they are written by hand for what runs elsewhere."""
    entry = asked.inventory.get(ObjectRef.of(Endpoints.GROUP_KIND, ref.namespace, ref.name))
    if entry is None or not isinstance(entry.obj, Endpoints):
        return None
    found: list[str] = []
    for subset in entry.obj.subsets or ():
        port = next((f":{one.port}" for one in subset.ports or () if one.port), "")
        for one in subset.addresses or ():
            target = f" ({one.target_ref.name})" if one.target_ref and one.target_ref.name else ""
            found.append(f"{one.ip or 'no address'}{port}{target}")
    return found


def _tell_endpoints(asked: Asked, page: Page, ref: ObjectRef) -> None:
    """The addresses behind a Service."""
    ready = ready_ends(asked, ref)
    if ready is not None and not ready:
        page.tell(FactType.FIELD, f"{ref} has no ready endpoint.", ref=ref, rank=1, item=True)
    elif ready:
        page.tell(FactType.FIELD, f"{ref} leads to {listed(ready, _MOST)}.", ref=ref, rank=1, item=True)


def _address(one: EndpointSlice, end: Endpoint) -> str:
    port = next((f":{port.port}" for port in one.ports or () if port.port), "")
    target = f" ({end.target_ref.name})" if end.target_ref and end.target_ref.name else ""
    return f"{next(iter(end.addresses or ()), 'no address')}{port}{target}"


def _given(asked: Asked, ref: ObjectRef) -> dict[ObjectRef, list[str]]:
    pods = [ref] if ref.group_kind == POD else [entry.ref for entry in pods_of(ref, asked.inventory)[:1]]
    found: dict[ObjectRef, list[str]] = {}
    for link in _links(asked, dict.fromkeys((ref, *pods))):
        found.setdefault(link.target, []).append(_HOW[link.relation])
    return found


def _links(asked: Asked, refs: dict[ObjectRef, None]) -> Iterator[Link]:
    for ref in refs:
        for link in neighbours(ref, asked.inventory):
            if link.source == ref and link.relation in _HOW:
                yield link


def _state(asked: Asked, ref: ObjectRef) -> str:
    """That it does not exist, or of a claim which volume holds its data."""
    if asked.inventory.get(ref) is None:
        return ", which does not exist" if asked.inventory.is_complete(ref.group_kind) else ""
    if ref.group_kind != _CLAIM:
        return ""
    volumes = [link.target for link in neighbours(ref, asked.inventory) if link.source == ref and link.relation == "claim and volume"]
    return f" on {volumes[0]}" if volumes else ", which has no volume yet"
