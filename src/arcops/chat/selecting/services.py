"""Services: their external addresses, and whether something ready stands behind them."""

from __future__ import annotations

from arcops.inventory.base import Entry
from arcops.inventory.index import Inventory
from arcops.kube.objects.service import EndpointSlice, Service
from arcops.kube.refs import GroupKind
from arcops.kube.selectors import parse_selector

_SLICE = GroupKind("discovery.k8s.io", "EndpointSlice")


def external_addresses(entry: Entry) -> list[str]:
    """The external IPs of a Service and the addresses its load balancer gave."""
    obj = entry.obj
    if not isinstance(obj, Service):
        return []
    found = list((obj.spec.external_ips if obj.spec else None) or ())
    balancer = obj.status.load_balancer if obj.status else None
    found += [one.ip or one.hostname or "" for one in (balancer.ingress if balancer else None) or ()]
    return [one for one in found if one]


def has_ready_endpoints(entry: Entry, inventory: Inventory) -> bool:
    """Whether some address of the Service's slices is ready; ExternalName Services have no need of any."""
    obj = entry.obj
    if isinstance(obj, Service) and obj.spec and obj.spec.type == "ExternalName":
        return True
    selector = parse_selector(f"kubernetes.io/service-name={entry.ref.name}")
    slices = inventory.select(_SLICE, entry.ref.namespace, selector)
    return any(_is_serving(one.obj) for one in slices)


def _is_serving(obj: object) -> bool:
    if not isinstance(obj, EndpointSlice):
        return False
    return any(one.conditions is None or one.conditions.ready is not False for one in obj.endpoints or ())
