"""Who is told to call a Service: workloads whose variables, arguments or ConfigMaps hold its address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from arcops.chat.asked import Asked
from arcops.chat.selecting.scope import selector_for
from arcops.findings.addresses import Address, addresses_of
from arcops.findings.callers import CALLERS, is_caller, spec_of
from arcops.findings.lone import lone_view
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.inventory.podspecs import template_of
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.service import Service
from arcops.kube.refs import ObjectRef

_MOST_LOOKED_AT = 400
"""Workloads of the namespace whose settings are read; of other namespaces only those that name this one."""


class Caller(NamedTuple):
    """A workload and the address that it holds."""

    ref: ObjectRef
    address: Address


def callers_of(asked: Asked, ref: ObjectRef) -> list[Caller]:
    """Those who call a Service, or a Service of a workload's pods."""
    services = set(services_of(asked, ref))
    if not services:
        return []
    view = lone_view(asked.inventory, asked.at_ms)
    return [caller for entry in _candidates(asked, services) if (caller := _caller(entry, services, view)) is not None and entry.ref != ref]


def called_by(asked: Asked, ref: ObjectRef, *, any_host: bool = False) -> list[Address]:
    """The Services that a workload's or pod's settings tell it to call, there or not; ``any_host``: also what may be no Service."""
    entry = asked.inventory.get(ref)
    if entry is None:
        return []
    view = lone_view(asked.inventory, asked.at_ms)
    view.subject = ref
    found = addresses_of(spec_of(entry.obj), view)
    return found if any_host else [one for one in found if one.is_sure or asked.inventory.get(one.service) is not None]


def called_text(caller: Caller) -> str:
    """``Deployment shop/web calls postgres:5432 (env DB)``."""
    source, path = caller.address.source, caller.address.path
    where = path if source == caller.ref else f"{source}, {path}"
    return f"{caller.ref} is told to call {caller.address.said} ({where})"


def services_of(asked: Asked, ref: ObjectRef) -> Iterator[ObjectRef]:
    """The Service itself, or those that select the pods of a workload or a pod."""
    if ref.group_kind == Service.GROUP_KIND:
        yield ref
        return
    entry = asked.inventory.get(ref)
    template = template_of(entry.obj) if entry is not None else None
    labels = (template.metadata.labels if template else None) or (entry.obj.metadata.labels if entry and ref.kind == "Pod" else None)
    for service in asked.inventory.list(Service.GROUP_KIND, ref.namespace) if labels else ():
        selector = selector_for(service)
        if selector is not None and selector.matches(labels):
            yield service.ref


def _candidates(asked: Asked, services: set[ObjectRef]) -> Iterator[Entry]:
    spaces = {service.namespace for service in services}
    here = [entry for kind in CALLERS for space in spaces for entry in asked.inventory.list(kind.GROUP_KIND, space)]
    yield from (entry for entry in here[:_MOST_LOOKED_AT] if is_caller(entry.obj))
    hosts = [f"{service.name}.{service.namespace}" for service in services]
    for kind in CALLERS[:3]:
        for entry in asked.inventory.list(kind.GROUP_KIND):
            if entry.ref.namespace not in spaces and _holds(entry.obj, hosts):
                yield entry


def _holds(obj: KubeObject, hosts: Sequence[str]) -> bool:
    """Whether a variable or an argument holds one of the hosts."""
    spec = spec_of(obj)
    for container in (spec.containers if spec else None) or ():
        texts = (*(one.value or "" for one in container.env or ()), *(container.args or ()), *(container.command or ()))
        if any(host in text for text in texts for host in hosts):
            return True
    return False


def _caller(entry: Entry, services: set[ObjectRef], view: RuleView) -> Caller | None:
    view.subject = entry.ref
    found = next((one for one in addresses_of(spec_of(entry.obj), view) if one.service in services), None)
    return Caller(entry.ref, found) if found is not None else None
