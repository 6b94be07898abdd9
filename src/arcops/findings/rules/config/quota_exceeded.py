"""A quota keeps pods or other objects from being created, or is exceeded already.

Found: a workload of the namespace has fewer pods than it wants because the quota refused them, or more is used than the quota
allows (it was lowered afterwards).

Quiet: while it is only full or nearly full (QuotaFull and QuotaNearlyFull).

Do: raise the quota, ask for less, or remove what is not needed any more.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.quotas import Use, uses_of
from arcops.findings.speaker import speaker_of
from arcops.findings.text.refusals import Refusal, refused
from arcops.findings.view import RuleView
from arcops.kube.conditions import condition_of
from arcops.kube.objects.condition import Condition
from arcops.kube.objects.policy import ResourceQuota
from arcops.kube.objects.workloads import ReplicaSet
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms


@rule(ResourceQuota, severity=Severity.CRITICAL, mixin="QuotaExceeded")
def check(quota: ResourceQuota, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    over = [use for use in uses_of(quota) if use.share > 1]
    victims = list(_victims(view))
    if not over and not victims:
        return
    named = ", ".join(f"{use.used} of {use.hard} {use.name} used" for use in over or uses_of(quota))
    refuses = f"refuses pods of {', '.join(str(ref) for ref, _ in victims[:3])} (exceeded quota)" if victims else "is exceeded"
    times = [since for _, failure in victims if (since := time_ms(failure.last_transition_time)) is not None]
    yield Hit(
        title=f"{view.subject} {refuses}: {named}",
        why=f"The refusal: {refused(victims[0][1].message or '').said}" if victims else "",
        severity=None if victims else Severity.WARNING,
        for_minutes=None if victims else 15,
        evidence=tuple(_evidence(view, uses_of(quota), victims)),
        next=(advice.look(view.subject), advice.edit(view.subject, "spec.hard")),
        since_ms=min(times, default=None),
    )


def _victims(view: RuleView) -> Iterator[tuple[ObjectRef, Condition]]:
    """The workloads whose ReplicaSets say that this quota refused a pod."""
    kind = ReplicaSet.GROUP_KIND
    seen: set[ObjectRef] = set()
    for entry in view.list(kind, view.subject.namespace) if view.sees(kind) else ():
        status = entry.obj.status if isinstance(entry.obj, ReplicaSet) else None
        failure = condition_of(status.conditions, "ReplicaFailure") if status else None
        if failure is None or failure.status != "True":
            continue
        found = refused(failure.message or "")
        speaker = speaker_of(entry.ref, entry.obj, view)
        if found.refusal is Refusal.QUOTA_EXCEEDED and found.by == view.subject.name and speaker not in seen:
            seen.add(speaker)
            yield speaker, failure


def _evidence(view: RuleView, uses: list[Use], victims: list[tuple[ObjectRef, Condition]]) -> Iterator[Evidence]:
    for use in uses:
        yield evidence.field(
            view.subject, f"status.used[{use.name}]", use.used, f"{view.subject}: {use.name}: {use.used} of {use.hard} used"
        )
    for ref, failure in victims[:3]:
        yield evidence.condition(ref, failure)
