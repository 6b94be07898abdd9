"""What extends or runs the cluster itself: namespaces, CRDs, aggregated APIs, webhooks, leases."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from arcops.kube.objects.condition import Condition
from arcops.kube.objects.meta import ObjectMeta
from arcops.kube.objects.selector import LabelSelector
from arcops.kube.refs import GroupKind


class NamespaceSpec(msgspec.Struct, gc=False, rename="camel"):
    """Finalizers that hold a namespace."""

    finalizers: tuple[str, ...] | None = None


class NamespaceStatus(msgspec.Struct, gc=False, rename="camel"):
    """``phase`` is Active or Terminating; conditions name what remains."""

    phase: str | None = None
    conditions: tuple[Condition, ...] | None = None


class Namespace(msgspec.Struct, gc=False, rename="camel"):
    """A namespace."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("", "Namespace")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: NamespaceSpec | None = None
    status: NamespaceStatus | None = None


class CustomResourceNames(msgspec.Struct, gc=False, rename="camel"):
    """What a custom kind is called."""

    kind: str = ""
    plural: str = ""
    singular: str | None = None
    short_names: tuple[str, ...] | None = None
    categories: tuple[str, ...] | None = None


class CustomResourceVersion(msgspec.Struct, gc=False, rename="camel"):
    """A version, whether it is served and whether it is the stored one (the schema is left out: it can be 1 MB)."""

    name: str = ""
    served: bool = False
    storage: bool = False
    deprecated: bool | None = None


class WebhookService(msgspec.Struct, gc=False, rename="camel"):
    """The Service that answers; absent port means 443."""

    namespace: str = ""
    name: str = ""
    path: str | None = None
    port: int | None = None


class WebhookClientConfig(msgspec.Struct, gc=False, rename="camel"):
    """How a webhook is reached; ``ca_bundle`` is base64 of PEM."""

    url: str | None = None
    service: WebhookService | None = None
    ca_bundle: str | None = None


class WebhookConversion(msgspec.Struct, gc=False, rename="camel"):
    """A webhook that converts between versions."""

    client_config: WebhookClientConfig | None = None


class CustomResourceConversion(msgspec.Struct, gc=False, rename="camel"):
    """``None`` or ``Webhook``."""

    strategy: str | None = None
    webhook: WebhookConversion | None = None


class CustomResourceDefinitionSpec(msgspec.Struct, gc=False, rename="camel"):
    """The kind that is defined."""

    group: str = ""
    names: CustomResourceNames | None = None
    scope: str = ""
    versions: tuple[CustomResourceVersion, ...] | None = None
    conversion: CustomResourceConversion | None = None


class CustomResourceDefinitionStatus(msgspec.Struct, gc=False, rename="camel"):
    """Whether it is served."""

    conditions: tuple[Condition, ...] | None = None
    stored_versions: tuple[str, ...] | None = None


class CustomResourceDefinition(msgspec.Struct, gc=False, rename="camel"):
    """A CustomResourceDefinition."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("apiextensions.k8s.io", "CustomResourceDefinition")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: CustomResourceDefinitionSpec | None = None
    status: CustomResourceDefinitionStatus | None = None


class APIServiceSpec(msgspec.Struct, gc=False, rename="camel"):
    """Which API group a Service serves; without a Service the API server does so itself."""

    service: WebhookService | None = None
    group: str | None = None
    version: str | None = None
    ca_bundle: str | None = None
    insecure_skip_tls_verify: bool | None = msgspec.field(default=None, name="insecureSkipTLSVerify")


class APIServiceStatus(msgspec.Struct, gc=False, rename="camel"):
    """Whether it answers."""

    conditions: tuple[Condition, ...] | None = None


class APIService(msgspec.Struct, gc=False, rename="camel"):
    """An aggregated API."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("apiregistration.k8s.io", "APIService")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: APIServiceSpec | None = None
    status: APIServiceStatus | None = None


class WebhookRule(msgspec.Struct, gc=False, rename="camel"):
    """Which requests are asked about."""

    operations: tuple[str, ...] | None = None
    api_groups: tuple[str, ...] | None = None
    api_versions: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = None
    scope: str | None = None


class Webhook(msgspec.Struct, gc=False, rename="camel"):
    """One webhook; ``failure_policy`` Fail blocks when it does not answer (the default)."""

    name: str = ""
    client_config: WebhookClientConfig | None = None
    rules: tuple[WebhookRule, ...] | None = None
    failure_policy: str | None = None
    namespace_selector: LabelSelector | None = None
    object_selector: LabelSelector | None = None
    timeout_seconds: int | None = None


class ValidatingWebhookConfiguration(msgspec.Struct, gc=False, rename="camel"):
    """Webhooks that may refuse."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("admissionregistration.k8s.io", "ValidatingWebhookConfiguration")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    webhooks: tuple[Webhook, ...] | None = None


class MutatingWebhookConfiguration(msgspec.Struct, gc=False, rename="camel"):
    """Webhooks that may change or refuse."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("admissionregistration.k8s.io", "MutatingWebhookConfiguration")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    webhooks: tuple[Webhook, ...] | None = None


class LeaseSpec(msgspec.Struct, gc=False, rename="camel"):
    """Who holds it and when it was last renewed."""

    holder_identity: str | None = None
    lease_duration_seconds: int | None = None
    acquire_time: str | None = None
    renew_time: str | None = None
    lease_transitions: int | None = None


class Lease(msgspec.Struct, gc=False, rename="camel"):
    """A Lease: a node's heartbeat, or the leader of a component."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("coordination.k8s.io", "Lease")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: LeaseSpec | None = None
