"""The API server refuses the pods that a workload wants to create.

Found: a ReplicaSet, StatefulSet, DaemonSet, Job or ReplicationController has fewer pods than it wants, and its ReplicaFailure
condition or a FailedCreate event says why: a quota is used up or wants values that are not set, a LimitRange, a webhook that
denies or does not answer, Pod Security, a missing priority class.

Quiet: once the pods are there, and for a service account that is missing (ServiceAccountMissing tells that better).

Do: read the refusal; raise the quota or ask for less, set the values it demands, or mend the webhook.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.began import earliest_ms, first_seen_ms
from arcops.findings.jobs import is_finished, is_suspended
from arcops.findings.onset import MINUTE_MS
from arcops.findings.replicas import replicas_of
from arcops.findings.text.refusals import Refusal, Refused, refused
from arcops.findings.view import RuleView
from arcops.kube.objects.access import ServiceAccount
from arcops.kube.objects.batch import Job
from arcops.kube.objects.cluster import MutatingWebhookConfiguration, Namespace, ValidatingWebhookConfiguration
from arcops.kube.objects.condition import Condition
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.policy import LimitRange, PriorityClass, ResourceQuota
from arcops.kube.objects.workloads import DaemonSet, ReplicaSet, ReplicationController, StatefulSet
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.times import time_ms

_NEXT = {
    Refusal.QUOTA_EXCEEDED: "Raise the quota, ask for less, or remove what is not needed any more.",
    Refusal.QUOTA_NEEDS_VALUES: "Set in the pod template what the quota demands, or give the namespace a LimitRange with defaults.",
    Refusal.LIMIT_RANGE: "Bring requests and limits of the pod template within the LimitRange.",
    Refusal.POD_SECURITY: "Correct the security context of the pod template, or the pod-security labels of the namespace.",
    Refusal.WEBHOOK_DENIED: "Correct the pod template as the webhook asks.",
    Refusal.WEBHOOK_DOWN: "Bring back what answers the webhook.",
    Refusal.PRIORITY_CLASS_MISSING: "Create the priority class, or correct its name in the pod template.",
}


_RECENT_MS = 30 * MINUTE_MS
"""Controllers try again at least every 17 minutes."""
Workload = ReplicaSet | StatefulSet | DaemonSet | ReplicationController | Job


def _lacks_pods(obj: KubeObject) -> bool:
    if isinstance(obj, Job):
        return obj.status is not None and not obj.status.active and not is_finished(obj) and not is_suspended(obj)
    counts = replicas_of(obj)
    return counts is not None and counts.made < counts.wanted


@rule(
    ReplicaSet, StatefulSet, DaemonSet, ReplicationController, Job, severity=Severity.CRITICAL, for_minutes=1, gate=_lacks_pods,
    blames_changes=True,
)  # fmt: skip
def check(workload: Workload, view: RuleView) -> Iterator[Hit]:
    """One hit, about the newest refusal."""
    failure = _failure(workload)
    events = [event for event in view.events("FailedCreate") if (time_ms(event.last_seen) or 0) >= view.now_ms - _RECENT_MS]
    if failure is None and not events:
        return
    found = refused((failure.message if failure else None) or (events[-1].message if events else ""))
    if found.refusal is Refusal.NAMESPACE_ENDS or (found.refusal is Refusal.ACCOUNT_MISSING and view.sees(ServiceAccount.GROUP_KIND)):
        return
    cause = _cause(found, view)
    yield Hit(
        title=f"Pods of {view.subject} cannot be created (FailedCreate): {found.said or 'the reason is not given'}",
        cause=cause,
        link="refuses" if cause else "",
        why=f"They are refused on account of {cause}" if cause else "",
        evidence=(
            *((evidence.condition(view.subject, failure),) if failure else ()),
            *(evidence.event(event) for event in events),
            *_limits(found, view),
        ),
        next=(advice.look(cause or view.subject), *((_NEXT[found.refusal],) if found.refusal in _NEXT else ())),
        since_ms=earliest_ms(time_ms(failure.last_transition_time) if failure else None, first_seen_ms(events)),
    )


_CLASSES = {
    Refusal.PRIORITY_CLASS_MISSING: PriorityClass.GROUP_KIND,
    Refusal.RUNTIME_CLASS_MISSING: GroupKind("node.k8s.io", "RuntimeClass"),
}


def _failure(workload: Workload) -> Condition | None:
    """The condition that says so, one with a message before one without."""
    conditions = workload.status.conditions if workload.status else None
    found = [one for one in conditions or () if one.type == "ReplicaFailure" and one.status == "True"]
    return next((one for one in found if one.message), found[0] if found else None)


def _cause(found: Refused, view: RuleView) -> ObjectRef | None:
    """The object whose rule the pods broke; None where the pod template itself is to be mended."""
    namespace = view.subject.namespace
    match found.refusal:
        case Refusal.QUOTA_EXCEEDED:
            return ObjectRef.of(ResourceQuota.GROUP_KIND, namespace, found.by) if found.by else _only(view, ResourceQuota.GROUP_KIND)
        case Refusal.LIMIT_RANGE:
            return _only(view, LimitRange.GROUP_KIND)
        case Refusal.POD_SECURITY:
            return ObjectRef.of(Namespace.GROUP_KIND, "", namespace)
        case Refusal.PRIORITY_CLASS_MISSING | Refusal.RUNTIME_CLASS_MISSING:
            return ObjectRef.of(_CLASSES[found.refusal], "", found.by)
        case Refusal.WEBHOOK_DOWN:
            return _configuration(view, found.by)
        case _:
            return None


def _only(view: RuleView, kind: GroupKind) -> ObjectRef | None:
    """The one object of a kind in the namespace, if there is exactly one."""
    entries = view.list(kind, view.subject.namespace) if view.sees(kind) else ()
    return entries[0].ref if len(entries) == 1 else None


def _configuration(view: RuleView, webhook: str) -> ObjectRef | None:
    """The configuration that has a webhook of this name."""
    for kind in (ValidatingWebhookConfiguration.GROUP_KIND, MutatingWebhookConfiguration.GROUP_KIND):
        for entry in view.list(kind) if view.sees(kind) else ():
            webhooks = getattr(entry.obj, "webhooks", None) or ()
            if any(one.name == webhook for one in webhooks):
                return entry.ref
    return None


def _limits(found: Refused, view: RuleView) -> Iterator[Evidence]:
    """What the quota allows and what of it is used."""
    ref = ObjectRef.of(ResourceQuota.GROUP_KIND, view.subject.namespace, found.by)
    if found.refusal not in (Refusal.QUOTA_EXCEEDED, Refusal.QUOTA_NEEDS_VALUES) or not found.by or not view.sees(ref.group_kind):
        return
    entry = view.get(ref)
    status = entry.obj.status if entry and isinstance(entry.obj, ResourceQuota) else None
    for name, hard in sorted((status.hard or {}).items()) if status else ():
        used = (status.used or {}).get(name, "0") if status else "0"
        yield evidence.field(ref, f"status.used[{name}]", used, f"{ref}: {name}: {used} of {hard} used")
