"""A Service takes traffic for an address that is not known to be the cluster's: whoever may write Services can intercept it.

Found: externalIPs holds an address that is no node's, and that the annotation `arcops.io/external-ips` of the namespace (addresses or
ranges, with commas) does not allow. The field is known for CVE-2020-8554 and on its way out of Kubernetes.

Quiet: for addresses of the cluster's own nodes, and those that are allowed.

Do: use type LoadBalancer or a Gateway; or allow the address for the namespace.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.kube.objects.cluster import Namespace
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.node import Node, NodeAddress
from arcops.kube.objects.service import Service
from arcops.kube.refs import ObjectRef

_ALLOWED = "arcops.io/external-ips"


def _takes_addresses(obj: KubeObject) -> bool:
    return isinstance(obj, Service) and obj.spec is not None and bool(obj.spec.external_ips)


@rule(Service, severity=Severity.WARNING, gate=_takes_addresses)
def check(service: Service, view: RuleView) -> Iterator[Hit]:
    """One hit that names the addresses."""
    taken = (service.spec.external_ips if service.spec else None) or ()
    own = {address.address for entry in view.list(Node.GROUP_KIND) for address in _addresses(entry.obj)}
    allowed = _allowed(view)
    foreign = [address for address in taken if address not in own and not _is_allowed(address, allowed)]
    if foreign:
        listed = f"; allowed here is {', '.join(allowed)}" if allowed else "; none is allowed here"
        yield Hit(
            title=f"{view.subject} takes traffic for external IP {', '.join(foreign)}, which is no node's address{listed}",
            evidence=tuple(evidence.field(view.subject, "spec.externalIPs", address) for address in foreign),
            next=(
                advice.kubectl(view.subject, "get", "-o wide"),
                f"If it is meant: kubectl annotate namespace {view.subject.namespace} {_ALLOWED}={','.join(foreign)}",
            ),
        )


def _addresses(obj: KubeObject) -> Iterator[NodeAddress]:
    yield from (obj.status.addresses if isinstance(obj, Node) and obj.status else None) or ()


def _allowed(view: RuleView) -> list[str]:
    view.need(Namespace.GROUP_KIND)
    if not view.sees(Namespace.GROUP_KIND):
        return []
    entry = view.get(ObjectRef.of(Namespace.GROUP_KIND, "", view.subject.namespace))
    text = (entry.obj.metadata.annotations or {}).get(_ALLOWED, "") if entry else ""
    return [part.strip() for part in text.split(",") if part.strip()]


def _is_allowed(address: str, allowed: list[str]) -> bool:
    try:
        return any(ipaddress.ip_address(address) in ipaddress.ip_network(one, strict=False) for one in allowed)
    except ValueError:
        return False
