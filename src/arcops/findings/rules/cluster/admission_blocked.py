"""An admission webhook does not answer, and the API server therefore refuses what it is asked about.

Found: a webhook with failurePolicy Fail is served by a Service that does not exist, lacks the port, or has no ready endpoint, for
a minute. What it blocks is named. Webhooks that are ignored when they do not answer are only information.

Quiet: for webhooks outside the cluster (a URL), and those without rules.

Do: bring back what answers; in need, delete the webhook configuration and let its operator make it anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from arcops.findings import advice, evidence
from arcops.findings.backends import NoAnswer, no_answer
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.kube.objects.cluster import MutatingWebhookConfiguration, ValidatingWebhookConfiguration, Webhook
from arcops.kube.objects.service import Service
from arcops.kube.refs import ObjectRef

_HTTPS = 443
_MOST = 4


@rule(ValidatingWebhookConfiguration, MutatingWebhookConfiguration, severity=Severity.CRITICAL, for_minutes=1)
def check(configuration: ValidatingWebhookConfiguration | MutatingWebhookConfiguration, view: RuleView) -> Iterator[Hit]:
    """One hit for each object to blame."""
    dead: dict[ObjectRef, tuple[NoAnswer, list[Webhook]]] = {}
    for webhook in configuration.webhooks or ():
        service = webhook.client_config.service if webhook.client_config else None
        if service is None or not service.name or not webhook.rules:
            continue
        found = no_answer(view, ObjectRef.of(Service.GROUP_KIND, service.namespace, service.name), service.port or _HTTPS)
        if found is not None:
            dead.setdefault(found.cause, (found, []))[1].append(webhook)
    for found, webhooks in dead.values():
        yield _hit(view, found, webhooks)


def _hit(view: RuleView, found: NoAnswer, webhooks: Sequence[Webhook]) -> Hit:
    strict = [one for one in webhooks if one.failure_policy != "Ignore"]
    names = ", ".join(one.name for one in strict or webhooks)
    scope, first, policy = _scope(strict or webhooks), (*strict, *webhooks)[0].name, "Fail" if strict else "Ignore"
    effect = (
        f"so the API server refuses to {scope}" if strict else f"which is ignored when it is asked about {scope} (failurePolicy Ignore)"
    )
    return Hit(
        title=f"Webhook {names} of {view.subject} does not answer, {effect}: {found.why}",
        cause=found.cause,
        link="serves",
        severity=None if strict else Severity.INFO,
        evidence=(evidence.field(view.subject, f"webhooks[{first}].failurePolicy", policy), *found.evidence),
        next=(advice.look(found.cause), f"In need: {advice.kubectl(view.subject, 'delete')} (its operator makes it anew)"),
        since_ms=found.since_ms,
    )  # fmt: skip


def _scope(webhooks: Sequence[Webhook]) -> str:
    """``create, update deployments``."""
    rules = [one for webhook in webhooks for one in webhook.rules or ()]
    verbs = list(dict.fromkeys(verb.lower() for one in rules for verb in one.operations or ()))
    kinds = list(dict.fromkeys(kind for one in rules for kind in one.resources or ()))
    everything = "*" in kinds or "*/*" in kinds
    shown = "anything" if everything else ", ".join(kinds[:_MOST]) + (f" and {len(kinds) - _MOST} more" if len(kinds) > _MOST else "")
    narrowed = " in some namespaces" if any(_narrows(one) for one in webhooks) else ""
    return f"{'change' if '*' in verbs else ', '.join(verbs)} {shown}{narrowed}"


def _narrows(webhook: Webhook) -> bool:
    of = webhook.namespace_selector
    return of is not None and bool(of.match_labels or of.match_expressions)
