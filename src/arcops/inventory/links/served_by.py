"""The Services that answer for webhooks, aggregated APIs and conversions."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import API_SERVICE, CRD, MUTATING_WEBHOOKS, SERVICE, VALIDATING_WEBHOOKS
from arcops.inventory.links.base import Link, scanned
from arcops.kube.objects.cluster import (
    APIService,
    CustomResourceDefinition,
    MutatingWebhookConfiguration,
    ValidatingWebhookConfiguration,
    WebhookService,
)
from arcops.kube.objects.meta import KubeObject
from arcops.kube.refs import ObjectRef

NAME = "served by"
SOURCES = (VALIDATING_WEBHOOKS, MUTATING_WEBHOOKS, API_SERVICE, CRD)


def outgoing(entry: Entry, _reader: Reader) -> Iterator[Link]:
    """To each Service; optional for webhooks that are ignored when they do not answer."""
    for service, field, optional in _services(entry.obj):
        yield Link(NAME, entry.ref, ObjectRef.of(SERVICE, service.namespace, service.name), field, optional)


def _services(obj: KubeObject) -> Iterator[tuple[WebhookService, str, bool]]:
    if isinstance(obj, ValidatingWebhookConfiguration | MutatingWebhookConfiguration):
        for position, hook in enumerate(obj.webhooks or ()):
            if hook.client_config and hook.client_config.service:
                yield hook.client_config.service, f"webhooks[{position}].clientConfig.service", hook.failure_policy == "Ignore"
    elif isinstance(obj, APIService):
        if obj.spec and obj.spec.service:
            yield obj.spec.service, "spec.service", False
    elif isinstance(obj, CustomResourceDefinition) and obj.spec and obj.spec.conversion and obj.spec.conversion.webhook:
        config = obj.spec.conversion.webhook.client_config
        if config and config.service:
            yield config.service, "spec.conversion.webhook.clientConfig.service", False


RELATION = scanned(NAME, outgoing, sources=SOURCES, targets=(SERVICE,), everywhere=True)
