"""A workload runs as a service account that does not exist, so none of its pods can be created.

Found: the service account it names is not in the namespace. Critical when it has fewer pods than it wants, otherwise a warning if
the record saw the account being deleted, else information: pods that run already go on for a while.

Quiet: for the account ``default``, which every namespace is given.

Do: create the service account, or correct its name in the pod template.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.began import first_seen_ms
from arcops.findings.jobs import is_finished
from arcops.findings.replicas import replicas_of
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.inventory.podspecs import own_spec_of
from arcops.kube.objects.access import ServiceAccount
from arcops.kube.objects.batch import CronJob, Job
from arcops.kube.objects.event import ClusterEvent
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.workloads import DaemonSet, Deployment, ReplicaSet, ReplicationController, StatefulSet
from arcops.kube.refs import ObjectRef

_DEFAULT = "default"


@rule(
    Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, severity=Severity.CRITICAL, for_minutes=1,
)  # fmt: skip
def check(workload: KubeObject, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    at = own_spec_of(Entry(view.subject, workload))
    name = at.spec.service_account_name if at else None
    if at is None or not name or name == _DEFAULT or workload.metadata.deletion_timestamp:
        return
    ref = ObjectRef.of(ServiceAccount.GROUP_KIND, view.subject.namespace, name)
    if view.get(ref) is not None:
        return
    gone = [change for change in view.changes(ref) if change.what == "deleted"][-1:]
    events = _refusals(workload, view)
    names = [entry.ref.name for entry in view.list(ServiceAccount.GROUP_KIND, ref.namespace)]
    near = ", ".join(get_close_matches(name, names, n=3, cutoff=0.5))
    lacks = _lacks_pods(workload) or bool(events)
    yield Hit(
        title=f"{view.subject} runs as ServiceAccount {name}, which does not exist (not found in namespace {ref.namespace})"
        + (", so its pods cannot be created" if lacks else ""),
        cause=ref,
        link="runs as",
        why=f"Near the missing name there is {near}" if near else "",
        severity=None if lacks else Severity.WARNING if gone else Severity.INFO,
        evidence=(
            evidence.field(view.subject, f"{at.path}.serviceAccountName", name), evidence.absence(ref, f"namespace {ref.namespace}"),
            *(evidence.change(change) for change in gone), *(evidence.event(event) for event in events),
        ),
        next=(advice.listing(ref), f"kubectl -n {ref.namespace} create serviceaccount {name}"),
        since_ms=first_seen_ms(events) or (gone[-1].at_ms if gone else None),
    )  # fmt: skip


def _lacks_pods(workload: KubeObject) -> bool:
    if isinstance(workload, Job):
        return workload.status is not None and not workload.status.active and not is_finished(workload)
    counts = replicas_of(workload)
    return counts is not None and counts.wanted > 0 and counts.made < counts.wanted


def _refusals(workload: KubeObject, view: RuleView) -> list[ClusterEvent]:
    """The events that say so, of the workload or of the ReplicaSets it owns."""
    refs = [view.subject]
    if isinstance(workload, Deployment) and view.sees(ReplicaSet.GROUP_KIND):
        refs += [entry.ref for entry in view.owned_by(view.uid, ReplicaSet.GROUP_KIND)]
    found = [event for ref in refs for event in view.events_of(ref) if event.reason == "FailedCreate"]
    return [event for event in found if "serviceaccount" in event.message.lower()]
