"""Which Services, and which callers of them, NetworkPolicies cut off."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import NamedTuple

from arcops.findings.addresses import Address, addresses_of
from arcops.findings.ingresses import Backend, backends, controllers
from arcops.findings.pods import is_over
from arcops.findings.policies import (
    EGRESS,
    INGRESS,
    End,
    Port,
    has_peers,
    lets_peer,
    lets_port,
    peers_of,
    pods_selected,
    policies_of,
    port_of,
    rules_of,
)
from arcops.findings.speaker import speaker_of
from arcops.findings.traffic import is_external, number_of, pods_of
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.kube.objects.cluster import Namespace
from arcops.kube.objects.network import Ingress, NetworkPolicy, NetworkPolicyPeer
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.service import Service, ServicePort
from arcops.kube.owners import controller_of
from arcops.kube.refs import ObjectRef
from arcops.kube.selectors import selector_of

_MOST_CALLERS = 30
_NAME = "kubernetes.io/metadata.name"


class Shut(NamedTuple):
    """A Service port that nobody is let through to. ``peers`` is whom the rules mean, where they mean nobody who is there."""

    service: ObjectRef
    port: ServicePort
    policies: tuple[Entry, ...]
    peers: tuple[NetworkPolicyPeer, ...]


class Barred(NamedTuple):
    """A caller that is not let through to a Service that its settings name."""

    caller: ObjectRef
    pods: tuple[Entry, ...]
    address: Address
    policies: tuple[Entry, ...]
    direction: str


def shut_services(policy: NetworkPolicy, view: RuleView) -> Iterator[Shut]:
    """The ports of Services of the policy's namespace that no policy of their pods lets anybody in to."""
    namespace, selector = view.subject.namespace, pods_selected(policy)
    for entry in view.list(Service.GROUP_KIND, namespace):
        service = entry.obj
        if not isinstance(service, Service) or is_external(service):
            continue
        pods = [pod for _, pod in pods_of(view, namespace, service) if _is_guarded(pod)]
        if not pods or not all(selector.matches(pod.metadata.labels) for pod in pods):
            continue
        policies = policies_of(view, namespace, pods[0], INGRESS)
        for port in (service.spec.ports if service.spec else None) or ():
            peers = _mute_peers(view, namespace, pods[0], port, policies)
            if peers is not None:
                yield Shut(entry.ref, port, tuple(policies), peers)


def _is_guarded(pod: Pod) -> bool:
    """Policies do not bind pods on the node's own network."""
    return not (pod.spec and pod.spec.host_network)


def _mute_peers(view: RuleView, namespace: str, pod: Pod, port: ServicePort, policies: list[Entry]) -> tuple[NetworkPolicyPeer, ...] | None:
    """The peers of the rules about a port, if none of them is there; None if somebody is let through."""
    number = number_of(pod.spec, port)
    if number is None:
        return None
    wanted = port_of(pod, number, port.protocol)
    found: list[NetworkPolicyPeer] = []
    for _, one in rules_of(policies, INGRESS):
        if lets_port(one, wanted):
            peers = peers_of(one, INGRESS)
            if not peers or any(has_peers(peer, view, namespace) for peer in peers):
                return None
            found += peers
    return tuple(found)


def near_callers(view: RuleView, namespace: str, peers: tuple[NetworkPolicyPeer, ...]) -> list[ObjectRef]:
    """Pods of the namespace, and other namespaces, whose labels nearly are those that the peers ask for."""
    wanted = [pair for peer in peers if peer.pod_selector is not None for pair in selector_of(peer.pod_selector).pairs]
    found = []
    for entry in view.list(Pod.GROUP_KIND, namespace):
        labels = entry.obj.metadata.labels or {}
        if any(_is_near(labels, key, value) for key, value in wanted):
            found.append(entry.ref)
    spaces = [pair for peer in peers if peer.namespace_selector is not None for pair in selector_of(peer.namespace_selector).pairs]
    for entry in view.list(Namespace.GROUP_KIND) if spaces else ():
        labels = {_NAME: entry.ref.name} | (entry.obj.metadata.labels or {})
        if any(_is_near(labels, key, value) for key, value in spaces):
            found.append(entry.ref)
    return found


def _is_near(labels: dict[str, str], key: str, value: str) -> bool:
    if labels.get(key) == value:
        return False
    return value in labels.values() or bool(get_close_matches(value, [labels.get(key, "")], n=1, cutoff=0.7))


def is_wanted(view: RuleView, ref: ObjectRef) -> bool:
    """Whether somebody is known to need a Service: an Ingress, a port to the outside, or a caller's settings."""
    entry = view.get(ref)
    kind = entry.obj.spec.type if entry is not None and isinstance(entry.obj, Service) and entry.obj.spec else None
    if kind in ("LoadBalancer", "NodePort"):
        return True
    ingresses = view.list(Ingress.GROUP_KIND, ref.namespace) if view.sees(Ingress.GROUP_KIND) else ()
    if any(isinstance(one.obj, Ingress) and any(to.service == ref.name for to in backends(one.obj)) for one in ingresses):
        return True
    return any(address.service == ref for _, _, address in _calls(view, ref.namespace))


def barred_ingresses(policy: NetworkPolicy, view: RuleView) -> Iterator[Barred]:
    """Ingresses of the namespace whose controller the policies of the pods do not let in; empty where no controller is known."""
    namespace, selector = view.subject.namespace, pods_selected(policy)
    for ingress, to in _routes(view, namespace):
        ref = ObjectRef.of(Service.GROUP_KIND, namespace, to.service)
        entry = view.get(ref)
        if entry is None or not isinstance(entry.obj, Service):
            continue
        pods = [pod for _, pod in pods_of(view, namespace, entry.obj) if _is_guarded(pod)]
        if not pods or not selector.matches(pods[0].metadata.labels):
            continue
        number = next((one.port for one in (entry.obj.spec.ports if entry.obj.spec else None) or () if _is(one, to.port)), None)
        policies = policies_of(view, namespace, pods[0], INGRESS)
        if policies and _keeps_out(view, policies, _port(entry.obj, number, pods[0])):
            address = Address(ref, number, ref.name, ingress, f"path {to.where}", is_sure=True)
            yield Barred(ingress, (), address, tuple(policies), INGRESS)


def _routes(view: RuleView, namespace: str) -> Iterator[tuple[ObjectRef, Backend]]:
    """Each Service that Ingresses of a namespace lead to, once."""
    seen: set[str] = set()
    for entry in view.list(Ingress.GROUP_KIND, namespace) if view.sees(Ingress.GROUP_KIND) else ():
        for to in backends(entry.obj) if isinstance(entry.obj, Ingress) else ():
            if to.service not in seen:
                seen.add(to.service)
                yield entry.ref, to


def _is(port: ServicePort, wanted: int | str | None) -> bool:
    return str(wanted) in (port.name, str(port.port))


def _keeps_out(view: RuleView, policies: list[Entry], port: Port | None) -> bool:
    """Whether no known controller is let in; one on its node's network is not bound by labels."""
    known = [entry for entry in controllers(view) if isinstance(entry.obj, Pod)]
    if port is None or not known or not all(isinstance(entry.obj, Pod) and _is_guarded(entry.obj) for entry in known):
        return False
    place = policies[0].ref.namespace
    ends = [End(entry.obj, entry.ref.namespace) for entry in known if isinstance(entry.obj, Pod)]
    return not any(
        lets_port(one, port) and any(lets_peer(one, INGRESS, view, place, end) for end in ends) for _, one in rules_of(policies, INGRESS)
    )


def barred_callers(policy: NetworkPolicy, view: RuleView, direction: str) -> Iterator[Barred]:
    """Workloads of the policy's namespace whose settings name a Service that the policies on the way do not let them reach."""
    namespace, selector = view.subject.namespace, pods_selected(policy)
    for caller, pods, address in _calls(view, namespace):
        pod = pods[0].obj
        entry = view.get(address.service)
        service = entry.obj if entry is not None else None
        if not isinstance(pod, Pod) or not isinstance(service, Service) or is_external(service) or not _is_guarded(pod):
            continue
        targets = [one for one in pods_of(view, address.service.namespace, service) if _is_guarded(one[1])]
        if not targets:
            continue
        target = targets[0][1]
        concerned = pod if direction == EGRESS else target
        place = namespace if direction == EGRESS else address.service.namespace
        if place != namespace or not selector.matches(concerned.metadata.labels):
            continue
        policies = policies_of(view, place, concerned, direction)
        port = _port(service, address.port, target)
        other = End(pod, namespace) if direction == INGRESS else End(target, address.service.namespace)
        if port is not None and not any(
            lets_port(one, port) and lets_peer(one, direction, view, place, other) for _, one in rules_of(policies, direction)
        ):
            yield Barred(caller, tuple(pods), address, tuple(policies), direction)


def _port(service: Service, number: int | None, target: Pod) -> Port | None:
    """The target's port that an address leads to; None where the address has a port that the Service does not."""
    ports = (service.spec.ports if service.spec else None) or ()
    port = next((one for one in ports if number in (None, one.port)), None)
    found = number_of(target.spec, port) if port is not None else None
    return port_of(target, found, port.protocol) if port is not None and found is not None else None


def _calls(view: RuleView, namespace: str) -> Iterator[tuple[ObjectRef, list[Entry], Address]]:
    """Who calls what: the workloads of a namespace, by one of their pods, with the addresses they are given."""
    groups: dict[str, list[Entry]] = {}
    for entry in view.list(Pod.GROUP_KIND, namespace):
        if isinstance(entry.obj, Pod) and not is_over(entry.obj):
            owner = controller_of(entry.obj)
            groups.setdefault(owner.uid if owner else entry.ref.name, []).append(entry)
    for pods in list(groups.values())[:_MOST_CALLERS]:
        first = pods[0].obj
        for address in addresses_of(first.spec if isinstance(first, Pod) else None, view):
            yield speaker_of(pods[0].ref, first, view), pods, address
