"""Which Services, and which callers of them, NetworkPolicies cut off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from arcops.findings.addresses import Address, addresses_of
from arcops.findings.callers import calls_of
from arcops.findings.callers import pods_of as pods_of_caller
from arcops.findings.ingresses import backends, controllers
from arcops.findings.policies import (
    EGRESS,
    INGRESS,
    End,
    Port,
    has_peers,
    lets_peer,
    lets_port,
    peers_of,
    policies_of,
    port_of,
    rules_of,
)
from arcops.findings.traffic import is_external, number_of, pods_of
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.kube.objects.cluster import Namespace
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.network import Ingress, NetworkPolicyPeer
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.service import Service, ServicePort
from arcops.kube.refs import ObjectRef
from arcops.kube.selectors import selector_of

_NAME = "kubernetes.io/metadata.name"
_MOST_PODS = 3


class Shut(NamedTuple):
    """Ports of a Service that nobody is let in to. ``peers`` is whom the rules mean, where they mean nobody who is there."""

    ports: tuple[int, ...]
    policies: tuple[Entry, ...]
    peers: tuple[NetworkPolicyPeer, ...]


class Barred(NamedTuple):
    """Somebody who is not let through to a Service; ``where`` is the setting or path that leads there, ``said`` the address in it."""

    service: ObjectRef
    said: str
    where: str
    policies: tuple[Entry, ...]
    direction: str


def shut_ports(service: Service, view: RuleView) -> Shut | None:
    """The ports of the subject, a Service, that no policy of its pods lets anybody in to; None where all are open."""
    namespace = view.subject.namespace
    pods = _guarded(view, namespace, service)
    policies = policies_of(view, namespace, pods[0], INGRESS) if pods else []
    if not policies:
        return None
    ports: list[int] = []
    peers: list[NetworkPolicyPeer] = []
    for port in (service.spec.ports if service.spec else None) or ():
        found = [_mute_peers(view, namespace, pod, port) for pod in pods[:_MOST_PODS]]
        if all(one is not None for one in found):
            ports.append(port.port)
            peers += found[0] or ()
    return Shut(tuple(ports), tuple(policies), tuple(peers)) if ports else None


def _guarded(view: RuleView, namespace: str, service: Service) -> list[Pod]:
    """The pods that policies bind: not those on the node's own network."""
    return [pod for _, pod in pods_of(view, namespace, service) if not (pod.spec and pod.spec.host_network)]


def _mute_peers(view: RuleView, namespace: str, pod: Pod, port: ServicePort) -> tuple[NetworkPolicyPeer, ...] | None:
    """The peers of the rules about a pod's port, if none of them is there; None if somebody is let through."""
    policies, number = policies_of(view, namespace, pod, INGRESS), number_of(pod.spec, port)
    if number is None or not policies:
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
    for entry in view.list(Pod.GROUP_KIND, namespace) if wanted else ():
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


def is_wanted(service: Service, view: RuleView) -> bool:
    """Whether somebody is known to need the subject, a Service: an Ingress, a port to the outside, or a pod's settings."""
    ref = view.subject
    if service.spec is not None and service.spec.type in ("LoadBalancer", "NodePort"):
        return True
    ingresses = view.list(Ingress.GROUP_KIND, ref.namespace) if view.sees(Ingress.GROUP_KIND) else ()
    if any(isinstance(one.obj, Ingress) and any(to.service == ref.name for to in backends(one.obj)) for one in ingresses):
        return True
    specs = {id(entry.obj.spec): entry.obj.spec for entry in view.list(Pod.GROUP_KIND, ref.namespace) if isinstance(entry.obj, Pod)}
    return any(address.service == ref for spec in specs.values() for address in addresses_of(spec, view))


def barred_caller(caller: KubeObject, view: RuleView) -> Iterator[Barred]:
    """The Services that the subject's settings name and that policies on the way do not let it reach."""
    addresses = calls_of(view)
    pod = next((entry.obj for entry in pods_of_caller(caller, view)), None) if addresses else None
    if not isinstance(pod, Pod) or (pod.spec and pod.spec.host_network):
        return
    own = End(pod, view.subject.namespace)
    for address in addresses:
        entry = view.get(address.service)
        service = entry.obj if entry is not None else None
        if not isinstance(service, Service) or is_external(service):
            continue
        targets = _guarded(view, address.service.namespace, service)
        port = _port(service, address.port, targets[0]) if targets else None
        if port is not None:
            yield from _on_the_way(view, address, port, own, End(targets[0], address.service.namespace))


def _on_the_way(view: RuleView, address: Address, port: Port, caller: End, target: End) -> Iterator[Barred]:
    """The caller's outgoing and the target's incoming policies, each if it stops the call."""
    for direction, own, other in ((EGRESS, caller, target), (INGRESS, target, caller)):
        policies = policies_of(view, own.namespace, own.pod, direction)
        if policies and not _lets(view, policies, direction, port, (other,)):
            yield Barred(address.service, address.said, address.path, tuple(policies), direction)


def _lets(view: RuleView, policies: Sequence[Entry], direction: str, port: Port, others: Sequence[End]) -> bool:
    """Whether some rule of the policies, all of one namespace, lets one of the others through on a port."""
    place = policies[0].ref.namespace
    return any(
        lets_port(one, port) and any(lets_peer(one, direction, view, place, other) for other in others)
        for _, one in rules_of(policies, direction)
    )


def _port(service: Service, number: int | None, target: Pod) -> Port | None:
    """The target's port that an address leads to; None where the address has a port that the Service does not."""
    ports = (service.spec.ports if service.spec else None) or ()
    port = next((one for one in ports if number in (None, one.port)), None)
    found = number_of(target.spec, port) if port is not None else None
    return port_of(target, found, port.protocol) if port is not None and found is not None else None


def barred_ingress(ingress: Ingress, view: RuleView) -> Iterator[Barred]:
    """The Services of the subject, an Ingress, to which its controller is not let in; empty where no controller is known."""
    namespace, seen = view.subject.namespace, set()
    for to in backends(ingress):
        ref = ObjectRef.of(Service.GROUP_KIND, namespace, to.service)
        entry = view.get(ref) if ref not in seen else None
        seen.add(ref)
        if entry is None or not isinstance(entry.obj, Service):
            continue
        targets = _guarded(view, namespace, entry.obj)
        policies = policies_of(view, namespace, targets[0], INGRESS) if targets else []
        ports = (entry.obj.spec.ports if entry.obj.spec else None) or ()
        number = next((one.port for one in ports if str(to.port) in (one.name, str(one.port))), None)
        port = _port(entry.obj, number, targets[0]) if policies else None
        if port is not None and _keeps_out(view, policies, port):
            yield Barred(ref, ref.name, to.where, tuple(policies), INGRESS)


def _keeps_out(view: RuleView, policies: list[Entry], port: Port) -> bool:
    """Whether no known controller is let in; one on its node's network is not bound by labels."""
    ends = [End(entry.obj, entry.ref.namespace) for entry in controllers(view) if isinstance(entry.obj, Pod)]
    is_bound = bool(ends) and not any(end.pod.spec and end.pod.spec.host_network for end in ends)
    return is_bound and not _lets(view, policies, INGRESS, port, ends)
