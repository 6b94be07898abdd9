"""The cluster's name service: where it is, what its Corefile says, and whether a pod may and does ask it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from typing import NamedTuple

from arcops.findings.policies import EGRESS, End, Port, is_alone, lets_peer, lets_port, peer_text, peers_of, policies_of, rules_of
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod, PodSpec
from arcops.kube.objects.service import Service
from arcops.kube.selectors import selector_of_labels

NAMESPACE = "kube-system"
_LABELS = {"k8s-app": "kube-dns"}
_NAMES = frozenset({"coredns", "rke2-coredns-rke2-coredns", "kube-dns", "dns-default"})
PORTS = (Port(53, "UDP", "dns"), Port(53, "TCP", "dns-tcp"))
_NODE_LOCAL = "169.254."
_NODE_CACHE = "169.254.20.10"
"""The usual address of the node's own cache."""
_BLOCK = re.compile(r"template\s+(?:IN\s+)?(?P<type>\S+)(?P<zone>[^\n{]*)\{(?P<body>[^}]*)\}", re.IGNORECASE)
_MATCH = re.compile(r"^\s*match\s+(?P<pattern>.+?)\s*$", re.MULTILINE)
_RCODE = re.compile(r"rcode\s+(?P<code>NXDOMAIN|SERVFAIL|REFUSED)", re.IGNORECASE)


class BadZone(NamedTuple):
    """What a Corefile answers falsely for names of the cluster."""

    names: str
    code: str


def is_server(ref_namespace: str, obj: KubeObject) -> bool:
    """Whether a workload is the cluster's name service."""
    labels = obj.metadata.labels or {}
    return ref_namespace == NAMESPACE and (obj.metadata.name in _NAMES or labels.get("k8s-app") in ("kube-dns", "coredns"))


def servers(view: RuleView) -> list[Entry]:
    """The pods of the name service."""
    return list(view.select(Pod.GROUP_KIND, NAMESPACE, selector_of_labels(_LABELS)))


def server_addresses(view: RuleView) -> set[str]:
    """The addresses under which the name service is asked."""
    found = view.select(Service.GROUP_KIND, NAMESPACE, selector_of_labels(_LABELS))
    return {entry.obj.spec.cluster_ip for entry in found if isinstance(entry.obj, Service) and entry.obj.spec and entry.obj.spec.cluster_ip}


def outside_servers(spec: PodSpec | None, view: RuleView) -> tuple[str, ...]:
    """The name servers a pod asks, where none of them knows the cluster's names; empty where one does."""
    if spec is None or spec.dns_policy != "None":
        return ()
    named = (spec.dns_config.nameservers if spec.dns_config else None) or ()
    known = server_addresses(view)
    if any(address in known or address.startswith(_NODE_LOCAL) for address in named):
        return ()
    return named if known or all(_is_public(address) for address in named) else ()


def _is_public(address: str) -> bool:
    """Whether a server lies in the open Internet: it knows no cluster, whatever the cluster's own address."""
    try:
        return ip_address(address).is_global
    except ValueError:
        return False


def shut_policies(pod: Pod, namespace: str, view: RuleView) -> list[Entry]:
    """The policies that do not let a pod ask for names, the oldest first; empty where it may."""
    targets = servers(view)
    if not targets or not is_alone(view) or (pod.spec and pod.spec.host_network):
        return []
    policies = policies_of(view, namespace, pod, EGRESS)
    ends = [End(entry.obj, NAMESPACE) for entry in targets if isinstance(entry.obj, Pod)]
    asks_cluster = not pod.spec or pod.spec.dns_policy in (None, "ClusterFirst")
    addresses = (server_addresses(view) | {_NODE_CACHE}) if asks_cluster else set()
    for _, one in rules_of(policies, EGRESS):
        if not any(lets_port(one, port) for port in PORTS):
            continue
        if any(lets_peer(one, EGRESS, view, namespace, end) for end in ends):
            return []
        if any(peer.ip_block is not None and _may_hold(peer.ip_block.cidr, addresses) for peer in one.destinations or ()):
            return []
    return policies


def meant_peers(policies: Sequence[Entry]) -> str:
    """Whom the policies let be asked on port 53 and no other, in words; "" where no rule of theirs is about names."""
    for _, one in rules_of(policies, EGRESS):
        if one.ports and all(port.port in (53, "53", "dns", "dns-tcp") for port in one.ports):
            return ", ".join(dict.fromkeys(peer_text(peer) for peer in peers_of(one, EGRESS)))
    return ""


def _may_hold(cidr: str, addresses: set[str]) -> bool:
    """Whether a range holds one of the addresses that are asked; where they are not known (a server outside), it may."""
    try:
        span = ip_network(cidr, strict=False)
        return not addresses or any(ip_address(address) in span for address in addresses)
    except ValueError:
        return True


def bad_zones(corefile: str) -> list[BadZone]:
    """The templates of a Corefile that deny names of the cluster."""
    found = []
    for block in _BLOCK.finditer(_uncommented(corefile)):
        code = _RCODE.search(block["body"])
        names = [pattern["pattern"] for pattern in _MATCH.finditer(block["body"])] or block["zone"].split() or ["."]
        if code is not None and any(_is_of_cluster(name) for name in names):
            found.append(BadZone(", ".join(names), code["code"].upper()))
    return found


def knows_cluster(corefile: str) -> bool:
    """Whether a Corefile has the plug-in that answers for Services."""
    return re.search(r"^\s*kubernetes\b", _uncommented(corefile), re.MULTILINE) is not None


def _uncommented(corefile: str) -> str:
    return re.sub(r"#[^\n]*", "", corefile)


def _is_of_cluster(name: str) -> bool:
    """Whether a zone or pattern covers names of Services, and not only what search domains add to names outside."""
    plain = name.replace("\\", "").lower()
    if plain in (".", ".*", "^.*$"):
        return True
    return "svc" in plain or plain.strip("^$.") in ("cluster.local", "(.*).cluster.local", ".*.cluster.local", "*.cluster.local")
