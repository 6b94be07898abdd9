"""What NetworkPolicies let through: computed as the API defines it, for one pod and one port at a time.

Policies of other makers (Cilium, Calico, admin policies) can let more or less through; where such are there, nothing is said.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from arcops.findings.pods import is_over
from arcops.findings.traffic import declared
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.kube.objects.cluster import Namespace
from arcops.kube.objects.network import NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicyRule
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.selector import LabelSelector
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.selectors import EVERYTHING, Selector, selector_of

INGRESS, EGRESS = "Ingress", "Egress"
_OTHER_MAKERS = (
    GroupKind("cilium.io", "CiliumNetworkPolicy"), GroupKind("cilium.io", "CiliumClusterwideNetworkPolicy"),
    GroupKind("crd.projectcalico.org", "NetworkPolicy"), GroupKind("crd.projectcalico.org", "GlobalNetworkPolicy"),
    GroupKind("projectcalico.org", "NetworkPolicy"), GroupKind("projectcalico.org", "GlobalNetworkPolicy"),
    GroupKind("policy.networking.k8s.io", "AdminNetworkPolicy"), GroupKind("policy.networking.k8s.io", "BaselineAdminNetworkPolicy"),
    GroupKind("policy.networking.k8s.io", "ClusterNetworkPolicy"),
)  # fmt: skip


class Port(NamedTuple):
    """A port of a pod, with the name it has there."""

    number: int
    protocol: str = "TCP"
    name: str = ""


class End(NamedTuple):
    """One end of a connection: a pod and the namespace it is in."""

    pod: Pod
    namespace: str


def is_alone(view: RuleView) -> bool:
    """Whether NetworkPolicies alone decide: no policy of another maker is in the cluster. Raises ``CannotLook``."""
    for kind in _OTHER_MAKERS:
        view.need(kind)
    return not any(view.sees(kind) and view.list(kind) for kind in _OTHER_MAKERS)


def pods_selected(policy: NetworkPolicy) -> Selector:
    """The pods a policy guards: an absent or empty selector is all of its namespace."""
    selector = policy.spec.pod_selector if policy.spec else None
    return selector_of(selector) if selector is not None else EVERYTHING


def restricts(policy: NetworkPolicy, direction: str) -> bool:
    """Whether a policy isolates its pods in a direction (absent types: incoming always, outgoing where it has such rules)."""
    spec = policy.spec
    if spec is None:
        return False
    if spec.policy_types is not None:
        return direction in spec.policy_types
    return direction == INGRESS or spec.egress is not None


def policies_of(view: RuleView, namespace: str, pod: Pod, direction: str) -> list[Entry]:
    """The policies that isolate a pod in a direction, the oldest first."""
    found = [
        entry
        for entry in view.list(NetworkPolicy.GROUP_KIND, namespace)
        if isinstance(entry.obj, NetworkPolicy)
        and restricts(entry.obj, direction)
        and pods_selected(entry.obj).matches(pod.metadata.labels)
    ]
    return sorted(found, key=lambda entry: (entry.obj.metadata.creation_timestamp or "", entry.ref))


def rules_of(policies: Sequence[Entry], direction: str) -> Iterator[tuple[Entry, NetworkPolicyRule]]:
    """Every rule of the policies in a direction; what one lets through, none can take back."""
    for entry in policies:
        spec = entry.obj.spec if isinstance(entry.obj, NetworkPolicy) else None
        for one in ((spec.ingress if direction == INGRESS else spec.egress) if spec else None) or ():
            yield entry, one


def peers_of(one: NetworkPolicyRule, direction: str) -> tuple[NetworkPolicyPeer, ...]:
    """Whom a rule lets through; none means everybody."""
    return (one.sources if direction == INGRESS else one.destinations) or ()


def lets_port(one: NetworkPolicyRule, port: Port) -> bool:
    """Whether a rule is about a port."""
    return not one.ports or any(_is_port(allowed, port) for allowed in one.ports)


def _is_port(allowed: NetworkPolicyPort, port: Port) -> bool:
    if (allowed.protocol or "TCP") != port.protocol:
        return False
    if allowed.port is None:
        return True
    if isinstance(allowed.port, str) and not allowed.port.isdigit():
        return allowed.port == port.name
    first = int(allowed.port)
    return first <= port.number <= (allowed.end_port or first)


def lets_peer(one: NetworkPolicyRule, direction: str, view: RuleView, namespace: str, other: End) -> bool:
    """Whether a rule of a policy in ``namespace`` lets its pods and a pod speak."""
    peers = peers_of(one, direction)
    return not peers or any(_is_peer(peer, view, namespace, other) for peer in peers)


def _is_peer(peer: NetworkPolicyPeer, view: RuleView, namespace: str, other: End) -> bool:
    if peer.ip_block is not None:
        return _is_within(other.pod, peer.ip_block.cidr, peer.ip_block.excluded or ())
    if peer.namespace_selector is None:
        if other.namespace != namespace:
            return False
    elif not _namespace_matches(peer.namespace_selector, view, other.namespace):
        return False
    return peer.pod_selector is None or selector_of(peer.pod_selector).matches(other.pod.metadata.labels)


def _namespace_matches(selector: LabelSelector, view: RuleView, name: str) -> bool:
    wanted = selector_of(selector)
    entry = view.get(ObjectRef.of(Namespace.GROUP_KIND, "", name))
    return wanted.matches({"kubernetes.io/metadata.name": name} | ((entry.obj.metadata.labels if entry else None) or {}))


def _is_within(pod: Pod, cidr: str, excluded: Sequence[str]) -> bool:
    """Whether the pod's address is in a range; an unknown address counts as in, for we cannot say no."""
    address = pod.status.pod_ip if pod.status else None
    try:
        if not address:
            return True
        found = ipaddress.ip_address(address)
        return found in ipaddress.ip_network(cidr, strict=False) and not any(
            found in ipaddress.ip_network(one, strict=False) for one in excluded
        )
    except ValueError:
        return True


def has_peers(peer: NetworkPolicyPeer, view: RuleView, namespace: str) -> bool:
    """Whether a peer of a policy in ``namespace`` can be anybody: a range of addresses, or some pod that is there.

    All pods of a namespace count as there without a look, so that not every pod's change is a question of policies.
    """
    if peer.ip_block is not None:
        return True
    selector = selector_of(peer.pod_selector) if peer.pod_selector is not None else EVERYTHING
    if peer.namespace_selector is None:
        places = [namespace]
    else:
        names = (entry.ref.name for entry in view.list(Namespace.GROUP_KIND))
        places = [name for name in names if _namespace_matches(peer.namespace_selector, view, name)]
    if selector == EVERYTHING:
        return bool(places)
    return any(_is_living(entry) for place in places for entry in view.select(Pod.GROUP_KIND, place, selector))


def _is_living(entry: Entry) -> bool:
    return isinstance(entry.obj, Pod) and not is_over(entry.obj)


def port_of(pod: Pod, number: int, protocol: str) -> Port:
    """A pod's port with its name."""
    names = (one.name for one in declared(pod.spec) if one.container_port == number and one.name)
    return Port(number, protocol, next(names, ""))


def peer_text(peer: NetworkPolicyPeer) -> str:
    """A peer in words."""
    if peer.ip_block is not None:
        return f"addresses in {peer.ip_block.cidr}"
    pods = f"pods with {selector_of(peer.pod_selector)}" if peer.pod_selector is not None and _says(peer.pod_selector) else "all pods"
    if peer.namespace_selector is None:
        return f"{pods} of its namespace"
    spaces = f"namespaces with {selector_of(peer.namespace_selector)}" if _says(peer.namespace_selector) else "all namespaces"
    return f"{pods} of {spaces}"


def _says(selector: LabelSelector) -> bool:
    return bool(selector.match_labels or selector.match_expressions)
