"""Amounts of resources: what pods ask for, what nodes have, and how people write them."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import ref

from arcops.base.errors import BadInput
from arcops.findings.pods import is_over
from arcops.findings.view import RuleView
from arcops.kube.objects.pod import Pod, PodSpec
from arcops.kube.quantities import milli
from arcops.kube.refs import ObjectRef

Amounts = dict[str, int]
"""Thousandths by resource."""

_KNOWN: dict[int, tuple[ref[PodSpec], Amounts]] = {}
"""By identity: pods of one template share their spec, and a spec never changes."""


def requested(spec: PodSpec) -> Amounts:
    """What a pod asks for, reckoned once for each spec. Not to be changed."""
    key = id(spec)
    known = _KNOWN.get(key)
    if known is not None and known[0]() is spec:
        return known[1]
    found = requests_of(spec)
    _KNOWN[key] = ref(spec, lambda _: _KNOWN.pop(key, None)), found
    return found


def requests_of(spec: PodSpec) -> Amounts:
    """What a pod asks for: the sum of its containers, or the largest init container if that is more; one of ``pods``."""
    total: Amounts = {}
    sidecars: Amounts = {}
    largest: Amounts = {}
    for container in spec.init_containers or ():
        asked = read_amounts((container.resources.requests if container.resources else None) or {})
        if container.restart_policy == "Always":
            _add(sidecars, asked)
            continue
        for resource, amount in asked.items():
            largest[resource] = max(largest.get(resource, 0), amount + sidecars.get(resource, 0))
    for container in spec.containers or ():
        _add(total, read_amounts((container.resources.requests if container.resources else None) or {}))
    _add(total, sidecars)
    for resource, amount in largest.items():
        total[resource] = max(total.get(resource, 0), amount)
    _add(total, read_amounts(spec.overhead or {}))
    return {**{resource: amount for resource, amount in total.items() if amount}, "pods": 1000}


def used_on(node: str, view: RuleView) -> Amounts:
    """What the pods of a node ask for together. Not to be changed."""
    return view.fact(wanted_on, ObjectRef("", "Node", "", node))


def wanted_on(view: RuleView) -> Amounts:
    """The fact of it, about a node."""
    used: Amounts = {}
    for entry in view.on_node(view.subject.name):
        if isinstance(entry.obj, Pod) and entry.obj.spec and not is_over(entry.obj):
            _add(used, requested(entry.obj.spec))
    return used


def shown(resource: str, amount: int) -> str:
    """Thousandths of a resource as people write them: ``500m``, ``2``, ``512Mi``."""
    if resource == "cpu":
        return f"{amount}m" if amount % 1000 else str(amount // 1000)
    size = amount // 1000
    if resource in ("memory", "ephemeral-storage") or resource.startswith("hugepages-"):
        for unit, factor in (("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10)):
            if size >= factor:
                return f"{size // factor}{unit}" if size % factor == 0 else f"{size / factor:.1f}{unit}"
    return str(size)


def read_amounts(resources: Mapping[str, object] | None) -> Amounts:
    """A list of resources in thousandths; quantities that cannot be read are left out."""
    found: Amounts = {}
    for resource, quantity in (resources or {}).items():
        if isinstance(quantity, str | int | float):
            try:
                found[resource] = milli(quantity)
            except BadInput:
                continue
    return found


def _add(total: Amounts, more: Amounts) -> None:
    for resource, amount in more.items():
        total[resource] = total.get(resource, 0) + amount
