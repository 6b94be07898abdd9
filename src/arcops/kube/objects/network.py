"""How traffic comes in and who may speak to whom: Ingress, IngressClass, NetworkPolicy."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from arcops.kube.objects.meta import ObjectMeta
from arcops.kube.objects.scalars import IntOrString
from arcops.kube.objects.selector import LabelSelector
from arcops.kube.objects.service import ServiceStatus
from arcops.kube.refs import GroupKind


class ServiceBackendPort(msgspec.Struct, gc=False, rename="camel"):
    """A Service's port by name or number."""

    name: str | None = None
    number: int | None = None


class IngressServiceBackend(msgspec.Struct, gc=False, rename="camel"):
    """A Service of the Ingress's namespace."""

    name: str = ""
    port: ServiceBackendPort | None = None


class TypedLocalReference(msgspec.Struct, gc=False, rename="camel"):
    """An object of any kind; an absent group is the core one."""

    api_group: str | None = None
    kind: str = ""
    name: str = ""


class IngressBackend(msgspec.Struct, gc=False, rename="camel"):
    """Where a request goes; the last two are the fields of the old v1beta1."""

    service: IngressServiceBackend | None = None
    resource: TypedLocalReference | None = None
    service_name: str | None = None
    service_port: IntOrString | None = None


class HttpIngressPath(msgspec.Struct, gc=False, rename="camel"):
    """One path."""

    path: str | None = None
    path_type: str | None = None
    backend: IngressBackend | None = None


class HttpIngressRule(msgspec.Struct, gc=False, rename="camel"):
    """The paths of one host."""

    paths: tuple[HttpIngressPath, ...] | None = None


class IngressRule(msgspec.Struct, gc=False, rename="camel"):
    """One host; absent means every host."""

    host: str | None = None
    http: HttpIngressRule | None = None


class IngressTLS(msgspec.Struct, gc=False, rename="camel"):
    """A certificate for hosts."""

    hosts: tuple[str, ...] | None = None
    secret_name: str | None = None


class IngressSpec(msgspec.Struct, gc=False, rename="camel"):
    """Hosts, paths and backends."""

    ingress_class_name: str | None = None
    default_backend: IngressBackend | None = None
    tls: tuple[IngressTLS, ...] | None = None
    rules: tuple[IngressRule, ...] | None = None


class Ingress(msgspec.Struct, gc=False, rename="camel"):
    """An Ingress."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("networking.k8s.io", "Ingress")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: IngressSpec | None = None
    status: ServiceStatus | None = None


class IngressClassParameters(msgspec.Struct, gc=False, rename="camel"):
    """The object that configures a class."""

    api_group: str | None = None
    kind: str = ""
    name: str = ""
    namespace: str | None = None


class IngressClassSpec(msgspec.Struct, gc=False, rename="camel"):
    """Which controller serves the class."""

    controller: str | None = None
    parameters: IngressClassParameters | None = None


class IngressClass(msgspec.Struct, gc=False, rename="camel"):
    """An IngressClass; the default one carries ``ingressclass.kubernetes.io/is-default-class``."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("networking.k8s.io", "IngressClass")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: IngressClassSpec | None = None


class NetworkPolicyPort(msgspec.Struct, gc=False, rename="camel"):
    """A port or a range that is let through."""

    protocol: str | None = None
    port: IntOrString | None = None
    end_port: int | None = None


class IPBlock(msgspec.Struct, gc=False, rename="camel"):
    """A range of addresses without some."""

    cidr: str = ""
    excluded: tuple[str, ...] | None = msgspec.field(default=None, name="except")


class NetworkPolicyPeer(msgspec.Struct, gc=False, rename="camel"):
    """Who may speak: pods of this or other namespaces, or addresses."""

    pod_selector: LabelSelector | None = None
    namespace_selector: LabelSelector | None = None
    ip_block: IPBlock | None = None


class NetworkPolicyRule(msgspec.Struct, gc=False, rename="camel"):
    """Peers (``sources`` of an ingress rule, ``destinations`` of an egress rule; none means everybody) and ports."""

    sources: tuple[NetworkPolicyPeer, ...] | None = msgspec.field(default=None, name="from")
    destinations: tuple[NetworkPolicyPeer, ...] | None = msgspec.field(default=None, name="to")
    ports: tuple[NetworkPolicyPort, ...] | None = None


class NetworkPolicySpec(msgspec.Struct, gc=False, rename="camel"):
    """The pods it guards and what it lets through."""

    pod_selector: LabelSelector | None = None
    ingress: tuple[NetworkPolicyRule, ...] | None = None
    egress: tuple[NetworkPolicyRule, ...] | None = None
    policy_types: tuple[str, ...] | None = None


class NetworkPolicy(msgspec.Struct, gc=False, rename="camel"):
    """A NetworkPolicy."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("networking.k8s.io", "NetworkPolicy")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: NetworkPolicySpec | None = None
