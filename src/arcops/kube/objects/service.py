"""Services and the endpoints behind them."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from arcops.kube.objects.condition import Condition
from arcops.kube.objects.event import ObjectReference
from arcops.kube.objects.meta import ObjectMeta
from arcops.kube.objects.scalars import IntOrString
from arcops.kube.refs import GroupKind


class ServicePort(msgspec.Struct, gc=False, rename="camel"):
    """A port the Service offers and the port or port name of the pods behind it; absent target means the same number."""

    name: str | None = None
    protocol: str = "TCP"
    port: int = 0
    target_port: IntOrString | None = None
    node_port: int | None = None


class ServiceSpec(msgspec.Struct, gc=False, rename="camel"):
    """What a Service offers; ``cluster_ip`` is ``None`` as text for headless ones."""

    type: str | None = None
    selector: dict[str, str] | None = None
    ports: tuple[ServicePort, ...] | None = None
    cluster_ip: str | None = msgspec.field(default=None, name="clusterIP")
    external_ips: tuple[str, ...] | None = msgspec.field(default=None, name="externalIPs")
    external_name: str | None = None
    load_balancer_ip: str | None = msgspec.field(default=None, name="loadBalancerIP")
    load_balancer_class: str | None = None
    external_traffic_policy: str | None = None
    publish_not_ready_addresses: bool | None = None


class LoadBalancerIngress(msgspec.Struct, gc=False, rename="camel"):
    """An address the load balancer gave."""

    ip: str | None = None
    hostname: str | None = None


class LoadBalancerStatus(msgspec.Struct, gc=False, rename="camel"):
    """The addresses of a load balancer."""

    ingress: tuple[LoadBalancerIngress, ...] | None = None


class ServiceStatus(msgspec.Struct, gc=False, rename="camel"):
    """The load balancer of a Service or Ingress."""

    load_balancer: LoadBalancerStatus | None = None
    conditions: tuple[Condition, ...] | None = None


class Service(msgspec.Struct, gc=False, rename="camel"):
    """A Service."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("", "Service")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: ServiceSpec | None = None
    status: ServiceStatus | None = None


class EndpointConditions(msgspec.Struct, gc=False, rename="camel"):
    """Whether an endpoint takes traffic; absent ``ready`` means yes."""

    ready: bool | None = None
    serving: bool | None = None
    terminating: bool | None = None


class Endpoint(msgspec.Struct, gc=False, rename="camel"):
    """One backend."""

    addresses: tuple[str, ...] | None = None
    conditions: EndpointConditions | None = None
    target_ref: ObjectReference | None = None
    node_name: str | None = None


class EndpointPort(msgspec.Struct, gc=False, rename="camel"):
    """A port of every backend of the slice."""

    name: str | None = None
    port: int | None = None
    protocol: str | None = None


class EndpointSlice(msgspec.Struct, gc=False, rename="camel"):
    """Part of a Service's backends; the label ``kubernetes.io/service-name`` names the Service."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("discovery.k8s.io", "EndpointSlice")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    address_type: str | None = None
    endpoints: tuple[Endpoint, ...] | None = None
    ports: tuple[EndpointPort, ...] | None = None


class EndpointAddress(msgspec.Struct, gc=False, rename="camel"):
    """One backend of the old Endpoints."""

    ip: str = ""
    node_name: str | None = None
    target_ref: ObjectReference | None = None


class EndpointSubset(msgspec.Struct, gc=False, rename="camel"):
    """Backends that share ports."""

    addresses: tuple[EndpointAddress, ...] | None = None
    not_ready_addresses: tuple[EndpointAddress, ...] | None = None
    ports: tuple[EndpointPort, ...] | None = None


class Endpoints(msgspec.Struct, gc=False, rename="camel"):
    """The old form of a Service's backends, named like the Service."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("", "Endpoints")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    subsets: tuple[EndpointSubset, ...] | None = None
