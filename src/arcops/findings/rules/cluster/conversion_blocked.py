"""The webhook that converts a custom kind between its versions does not answer, so objects of that kind cannot be read or written.

Found: a CustomResourceDefinition converts by a webhook whose Service does not exist, lacks the port, or has no ready endpoint,
for a minute.

Quiet: where nothing is converted, or by a webhook outside the cluster.

Do: bring back what answers; its pods are those of the operator that owns the kind.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.backends import no_answer
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.kube.objects.cluster import CustomResourceDefinition
from arcops.kube.objects.service import Service
from arcops.kube.refs import ObjectRef

_HTTPS = 443


@rule(CustomResourceDefinition, severity=Severity.CRITICAL, for_minutes=1)
def check(definition: CustomResourceDefinition, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    conversion = definition.spec.conversion if definition.spec else None
    if conversion is None or conversion.strategy != "Webhook" or conversion.webhook is None or conversion.webhook.client_config is None:
        return
    service = conversion.webhook.client_config.service
    if service is None:
        return
    found = no_answer(view, ObjectRef.of(Service.GROUP_KIND, service.namespace, service.name), service.port or _HTTPS)
    if found is None:
        return
    kind = definition.spec.names.kind if definition.spec and definition.spec.names else view.subject.name
    yield Hit(
        title=f"Objects of kind {kind} cannot be converted between their versions: the webhook does not answer: {found.why}",
        cause=found.cause,
        link="serves",
        evidence=(evidence.field(view.subject, "spec.conversion.strategy", "Webhook"), *found.evidence),
        next=(advice.look(found.cause), f"kubectl get {view.subject.name} -A"),
        since_ms=found.since_ms,
    )
