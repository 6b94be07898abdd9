"""The Gateway API: GatewayClass, Gateway and the routes that share HTTPRoute's shape."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from arcops.kube.objects.condition import GenerationCondition
from arcops.kube.objects.meta import ObjectMeta
from arcops.kube.objects.selector import LabelSelector
from arcops.kube.refs import GroupKind


class GatewayReference(msgspec.Struct, gc=False, rename="camel"):
    """A parent, backend or certificate; an absent namespace is the referrer's, ``section_name`` a listener."""

    group: str | None = None
    kind: str | None = None
    namespace: str | None = None
    name: str = ""
    section_name: str | None = None
    port: int | None = None
    weight: int | None = None


class ConditionsStatus(msgspec.Struct, gc=False, rename="camel"):
    """A status that is only conditions."""

    conditions: tuple[GenerationCondition, ...] | None = None


class GatewayClassSpec(msgspec.Struct, gc=False, rename="camel"):
    """Which controller serves the class."""

    controller_name: str = ""


class GatewayClass(msgspec.Struct, gc=False, rename="camel"):
    """A GatewayClass."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("gateway.networking.k8s.io", "GatewayClass")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: GatewayClassSpec | None = None
    status: ConditionsStatus | None = None


class ListenerTLS(msgspec.Struct, gc=False, rename="camel"):
    """The certificates of a listener."""

    mode: str | None = None
    certificate_refs: tuple[GatewayReference, ...] | None = None


class RouteNamespaces(msgspec.Struct, gc=False, rename="camel"):
    """Whose routes a listener takes: ``source`` is ``Same`` (the default), ``All``, ``Selector`` or ``None``."""

    source: str | None = msgspec.field(default=None, name="from")
    selector: LabelSelector | None = None


class AllowedRoutes(msgspec.Struct, gc=False, rename="camel"):
    """Which routes may hang on a listener."""

    namespaces: RouteNamespaces | None = None


class Listener(msgspec.Struct, gc=False, rename="camel"):
    """One port and host of a Gateway."""

    name: str = ""
    hostname: str | None = None
    port: int = 0
    protocol: str | None = None
    tls: ListenerTLS | None = None
    allowed_routes: AllowedRoutes | None = None


class GatewaySpec(msgspec.Struct, gc=False, rename="camel"):
    """The class and the listeners."""

    gateway_class_name: str = ""
    listeners: tuple[Listener, ...] | None = None


class GatewayAddress(msgspec.Struct, gc=False, rename="camel"):
    """An address the Gateway got."""

    type: str | None = None
    value: str | None = None


class ListenerStatus(msgspec.Struct, gc=False, rename="camel"):
    """How a listener is doing."""

    name: str = ""
    attached_routes: int | None = None
    conditions: tuple[GenerationCondition, ...] | None = None


class GatewayStatus(msgspec.Struct, gc=False, rename="camel"):
    """How a Gateway is doing."""

    addresses: tuple[GatewayAddress, ...] | None = None
    conditions: tuple[GenerationCondition, ...] | None = None
    listeners: tuple[ListenerStatus, ...] | None = None


class Gateway(msgspec.Struct, gc=False, rename="camel"):
    """A Gateway."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("gateway.networking.k8s.io", "Gateway")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: GatewaySpec | None = None
    status: GatewayStatus | None = None


class RouteRule(msgspec.Struct, gc=False, rename="camel"):
    """The backends of one rule."""

    backend_refs: tuple[GatewayReference, ...] | None = None


class RouteSpec(msgspec.Struct, gc=False, rename="camel"):
    """Which Gateways a route hangs on and where it leads."""

    parent_refs: tuple[GatewayReference, ...] | None = None
    hostnames: tuple[str, ...] | None = None
    rules: tuple[RouteRule, ...] | None = None


class RouteParentStatus(msgspec.Struct, gc=False, rename="camel"):
    """What one Gateway thinks of the route."""

    parent_ref: GatewayReference | None = None
    controller_name: str | None = None
    conditions: tuple[GenerationCondition, ...] | None = None


class RouteStatus(msgspec.Struct, gc=False, rename="camel"):
    """One entry per Gateway."""

    parents: tuple[RouteParentStatus, ...] | None = None


class HTTPRoute(msgspec.Struct, gc=False, rename="camel"):
    """An HTTPRoute."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("gateway.networking.k8s.io", "HTTPRoute")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: RouteSpec | None = None
    status: RouteStatus | None = None
