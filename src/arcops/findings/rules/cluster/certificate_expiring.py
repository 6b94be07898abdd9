"""A certificate that cert-manager looks after is about to expire, or has.

Found: the Certificate's ``notAfter`` is within 14 days (warning), or within 2 days or in the past (critical).

Quiet: for certificates that live no longer than a month and have a third of that left, for they are renewed late by design.

Do: look at the Certificate's conditions and at its CertificateRequest: the issuer may be unreachable.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.base.clock import rfc3339
from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.onset import MINUTE_MS
from arcops.findings.view import RuleView
from arcops.kube.objects.custom import CustomObject
from arcops.kube.refs import GroupKind
from arcops.kube.times import time_ms

_KIND = GroupKind("cert-manager.io", "Certificate")
_DAY_MS = 24 * 60 * MINUTE_MS
_SOON_MS = 14 * _DAY_MS
_VERY_SOON_MS = 2 * _DAY_MS
_SHARE_LEFT = 4
"""A certificate is called late when less than a quarter of its life is left: cert-manager renews at a third."""


@rule(severity=Severity.WARNING)
def check(certificate: CustomObject, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    status = certificate.status if view.subject.group_kind == _KIND else None
    end_ms = time_ms(status.not_after) if status else None
    if status is None or end_ms is None:
        return
    begin_ms = time_ms(status.not_before)
    life_ms = end_ms - begin_ms if begin_ms is not None else None
    soon_ms = min(_SOON_MS, life_ms // _SHARE_LEFT) if life_ms else _SOON_MS
    very_soon_ms = min(_VERY_SOON_MS, soon_ms // 2)
    if not view.held(end_ms - soon_ms, 0):
        return
    is_over, is_near = view.held(end_ms, 0), view.held(end_ms - very_soon_ms, 0)
    secret = certificate.spec.secret_name if certificate.spec else None
    yield Hit(
        title=f"{view.subject} {'has expired' if is_over else 'expires'} at {rfc3339(end_ms)} and was not renewed"
        + (f" (its Secret is {secret})" if secret else ""),
        severity=Severity.CRITICAL if is_near else None,
        evidence=(evidence.field(view.subject, "status.notAfter", status.not_after),
                  *(evidence.condition(view.subject, one) for one in status.conditions or () if one.status != "True")),
        next=(advice.look(view.subject), f"kubectl -n {view.subject.namespace} get certificaterequests"),
        since_ms=end_ms if is_over else end_ms - soon_ms,
    )  # fmt: skip
