"""The certificate authority that the API server trusts for a webhook or an API is about to expire, or has.

Found: every certificate of a ``caBundle`` ends within 14 days (warning), or within 2 days or in the past (critical): from then on
calls fail.

Quiet: where one certificate of the bundle lasts longer.

Do: look at what renews it: cert-manager's CA injector, or the operator that owns the webhook.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.base.clock import rfc3339
from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.onset import MINUTE_MS
from arcops.findings.text.certificates import expiries_ms
from arcops.findings.view import RuleView
from arcops.kube.objects.cluster import APIService, MutatingWebhookConfiguration, ValidatingWebhookConfiguration
from arcops.kube.objects.meta import KubeObject

_DAY_MS = 24 * 60 * MINUTE_MS
_SOON_MS = 14 * _DAY_MS
_VERY_SOON_MS = 2 * _DAY_MS


@rule(ValidatingWebhookConfiguration, MutatingWebhookConfiguration, APIService, severity=Severity.WARNING)
def check(obj: KubeObject, view: RuleView) -> Iterator[Hit]:
    """One hit for the bundle that ends first."""
    ends = [(max(times), path) for path, bundle in _bundles(obj) if (times := expiries_ms(bundle))]
    if not ends:
        return
    end_ms, path = min(ends)
    if not view.held(end_ms - _SOON_MS, 0):
        return
    is_over = view.held(end_ms, 0)
    is_near = view.held(end_ms - _VERY_SOON_MS, 0)
    yield Hit(
        title=f"The CA certificate of {view.subject} {'has expired' if is_over else 'expires'} at {rfc3339(end_ms)}"
        + (", so its calls fail" if is_over else ""),
        severity=Severity.CRITICAL if is_near else None,
        evidence=(evidence.field(view.subject, path, rfc3339(end_ms), f"{view.subject}: {path} ends at {rfc3339(end_ms)}"),),
        next=(advice.kubectl(view.subject, "get", "-o yaml"), "Look at what renews it: cert-manager's CA injector, or its operator."),
        since_ms=end_ms if is_over else end_ms - _SOON_MS,
    )


def _bundles(obj: KubeObject) -> Iterator[tuple[str, str]]:
    if isinstance(obj, APIService):
        if obj.spec and obj.spec.ca_bundle:
            yield "spec.caBundle", obj.spec.ca_bundle
        return
    for webhook in getattr(obj, "webhooks", None) or ():
        if webhook.client_config and webhook.client_config.ca_bundle:
            yield f"webhooks[{webhook.name}].clientConfig.caBundle", webhook.client_config.ca_bundle
