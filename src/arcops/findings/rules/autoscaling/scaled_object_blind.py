"""A KEDA ScaledObject cannot scale its target.

Found: the target does not exist, or it scales by a share of the CPU or memory request and containers of the target request
nothing.

Quiet: for other triggers, and while it is paused. That KEDA itself reports a fault is told by CustomResourceNotReady.

Do: correct the target's name, or set the missing requests.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.requests import lacking_requests
from arcops.findings.view import RuleView
from arcops.kube.objects.custom import CustomObject
from arcops.kube.refs import GroupKind, ObjectRef, group_of

_KIND = GroupKind("keda.sh", "ScaledObject")
_PAUSED = "autoscaling.keda.sh/paused"


@rule(severity=Severity.WARNING, for_minutes=5)
def check(scaled: CustomObject, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    if view.subject.group_kind != _KIND:
        return
    named = scaled.spec.scale_target_ref if scaled.spec else None
    if scaled.spec is None or named is None or not named.name or _PAUSED in (scaled.metadata.annotations or {}):
        return
    group = group_of(named.api_version) if named.api_version else "apps"
    ref = ObjectRef(group, named.kind or "Deployment", view.subject.namespace, named.name)
    if view.sees(ref.group_kind) and view.get(ref) is None:
        yield Hit(
            title=f"{view.subject} cannot scale: its scale target {ref} does not exist (not found)", cause=ref, link="scales",
            evidence=(evidence.absence(ref, f"namespace {ref.namespace}"),), next=(advice.listing(ref), advice.look(view.subject)),
        )  # fmt: skip
        return
    for trigger in scaled.spec.triggers or ():
        lacking = lacking_requests(view, ref, trigger.type) if trigger.type in ("cpu", "memory") and _by_share(trigger.metric_type) else []
        if lacking:
            path = f"spec.template.spec.containers[{lacking[0]}].resources.requests.{trigger.type}"
            yield Hit(
                title=f"{view.subject} scales by a share of the {trigger.type} request, and container {', '.join(lacking)} of {ref} sets "
                f"no {trigger.type} request",
                cause=ref, link="scales", evidence=(evidence.field(ref, path, ""),),
                next=(advice.edit(ref, f"the {trigger.type} requests"),),
            )  # fmt: skip
            return


def _by_share(metric_type: str | None) -> bool:
    return metric_type in (None, "", "Utilization")
