"""Columns of Services, endpoints, Ingresses, policies and Gateways."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.kube.conditions import condition_of
from arcops.kube.objects.gateway import Gateway, GatewayClass, HTTPRoute
from arcops.kube.objects.network import Ingress, IngressClass, IngressSpec, NetworkPolicy
from arcops.kube.objects.service import Endpoints, EndpointSlice, EndpointSubset, Service, ServiceSpec, ServiceStatus
from arcops.kube.printers.base import NONE, UNKNOWN, age, columns_of, labels_text, plain, selector_text, some_of

_SERVICE = ServiceSpec()
_INGRESS = IngressSpec()
_MOST_HOSTS = 3


def addresses_of(status: ServiceStatus | None) -> list[str]:
    """The addresses a load balancer gave a Service or Ingress, sorted."""
    balancer = status.load_balancer if status else None
    given = {address.ip or address.hostname or "" for address in (balancer.ingress if balancer else None) or ()}
    return sorted(given - {""})


def _external_ip(service: Service) -> str:
    spec = service.spec or _SERVICE
    external = list(spec.external_ips or ())
    if spec.type == "ExternalName":
        return spec.external_name or ""
    if spec.type == "LoadBalancer":
        given = ",".join(addresses_of(service.status))
        return ",".join(([given] if given else []) + external) or "<pending>"
    return ",".join(external) or NONE if spec.type in ("ClusterIP", "NodePort") else UNKNOWN


def _ports(service: Service) -> str:
    ports = (service.spec or _SERVICE).ports or ()
    return ",".join(f"{p.port}:{p.node_port}/{p.protocol}" if p.node_port else f"{p.port}/{p.protocol}" for p in ports) or NONE


def _endpoints(obj: Endpoints) -> str:
    if not obj.subsets:
        return NONE
    found = [address for subset in obj.subsets for address in _addresses(subset)]
    return some_of(found, len(found), empty="")


def _addresses(subset: EndpointSubset) -> Iterator[str]:
    if not subset.ports:
        yield from (address.ip for address in subset.addresses or ())
    for port in subset.ports or ():
        for address in subset.addresses or ():
            yield f"[{address.ip}]:{port.port}" if ":" in address.ip else f"{address.ip}:{port.port}"


def _slice_ports(obj: EndpointSlice) -> str:
    ports = ["*" if p.port is None and p.name is None else str(p.port or p.name or 0) for p in obj.ports or ()]
    return some_of(ports, len(ports))


def _slice_addresses(obj: EndpointSlice) -> str:
    found = [address for endpoint in obj.endpoints or () for address in endpoint.addresses or ()]
    return some_of(found, len(found))


def _hosts(ingress: Ingress) -> str:
    """At most three hosts; kubectl counts every rule after the third host, hostless ones too."""
    hosts: list[str] = []
    rules = (ingress.spec or _INGRESS).rules or ()
    for rule in rules:
        if len(hosts) == _MOST_HOSTS:
            return f"{','.join(hosts)} + {len(rules) - _MOST_HOSTS} more..."
        if rule.host:
            hosts.append(rule.host)
    return ",".join(hosts) or "*"


def _class_name(obj: IngressClass) -> str:
    is_default = (obj.metadata.annotations or {}).get("ingressclass.kubernetes.io/is-default-class") == "true"
    return f"{obj.metadata.name} (default)" if is_default else obj.metadata.name


def _parameters(obj: IngressClass) -> str:
    found = obj.spec.parameters if obj.spec else None
    if found is None:
        return NONE
    return f"{found.kind}.{found.api_group}/{found.name}" if found.api_group is not None else f"{found.kind}/{found.name}"


def _gateway_address(obj: Gateway) -> str:
    addresses = obj.status.addresses if obj.status else None
    return ",".join(address.value or "" for address in addresses or ())


def _condition(obj: Gateway | GatewayClass, type_: str) -> str:
    found = condition_of(obj.status.conditions if obj.status else None, type_)
    return found.status if found else ""


def _policy_selector(obj: NetworkPolicy) -> str:
    selector = obj.spec.pod_selector if obj.spec else None
    return selector_text(selector)


def _hostnames(obj: HTTPRoute) -> str:
    names = obj.spec.hostnames if obj.spec else None
    return "[" + ",".join(f'"{name}"' for name in names) + "]" if names else ""


_ingress_class = columns_of(
    IngressClass,
    plain("CONTROLLER", lambda obj: (obj.spec.controller if obj.spec else None) or ""),
    plain("PARAMETERS", _parameters),
    age(),
)

COLUMNS = dict((
    columns_of(
        Service,
        plain("TYPE", lambda obj: (obj.spec or _SERVICE).type or ""),
        plain("CLUSTER-IP", lambda obj: (obj.spec or _SERVICE).cluster_ip or NONE),
        plain("EXTERNAL-IP", _external_ip),
        plain("PORT(S)", _ports),
        age(),
        plain("SELECTOR", lambda obj: labels_text((obj.spec or _SERVICE).selector), wide=True),
    ),
    columns_of(Endpoints, plain("ENDPOINTS", _endpoints), age()),
    columns_of(
        EndpointSlice,
        plain("ADDRESSTYPE", lambda obj: obj.address_type or ""),
        plain("PORTS", _slice_ports),
        plain("ENDPOINTS", _slice_addresses),
        age(),
    ),
    columns_of(
        Ingress,
        plain("CLASS", lambda obj: (obj.spec or _INGRESS).ingress_class_name or NONE),
        plain("HOSTS", _hosts),
        plain("ADDRESS", lambda obj: ",".join(addresses_of(obj.status))),
        plain("PORTS", lambda obj: "80, 443" if (obj.spec or _INGRESS).tls else "80"),
        age(),
    ),
    (_ingress_class[0], (plain("NAME", _class_name), *_ingress_class[1][1:])),
    columns_of(NetworkPolicy, plain("POD-SELECTOR", _policy_selector), age()),
    columns_of(
        GatewayClass,
        plain("CONTROLLER", lambda obj: obj.spec.controller_name if obj.spec else ""),
        plain("ACCEPTED", lambda obj: _condition(obj, "Accepted")),
        age(),
    ),
    columns_of(
        Gateway,
        plain("CLASS", lambda obj: obj.spec.gateway_class_name if obj.spec else ""),
        plain("ADDRESS", _gateway_address),
        plain("PROGRAMMED", lambda obj: _condition(obj, "Programmed")),
        age(),
    ),
    columns_of(HTTPRoute, plain("HOSTNAMES", _hostnames), age()),
))  # fmt: skip
