"""A Service's selector matches no pod, so nothing answers behind it.

Found: a Service with a selector, not of type ExternalName, for which no pod has the labels, for 2 minutes. Pods whose labels nearly fit are
named, and the change of the selector where the record saw one. Where a workload would make such pods and has none, the workload
is to blame.

Quiet: Services without a selector, ExternalName ones, those whose pods have run to their end or come with a CronJob's next run, those
whose workload an autoscaler holds at zero, and those whose endpoints somebody else keeps (a leader's, or another controller's).

Do: compare the selector with the labels of the pods meant; correct the one that is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from arcops.findings import advice, evidence
from arcops.findings.backends import maker_of
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.idle import is_idle
from arcops.findings.past import FieldChange
from arcops.findings.speaker import speaker_of
from arcops.findings.traffic import is_kept_by_others
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.kube.objects.batch import CronJob, Job
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.service import Endpoints, EndpointSlice, Service
from arcops.kube.refs import ObjectRef
from arcops.kube.selectors import selector_of_labels

_MOST_NEAR = 3
_RUNS = ("CronJob", "Job")


@rule(Service, severity=Severity.CRITICAL, for_minutes=2)
def check(service: Service, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    spec = service.spec
    if spec is None or not spec.selector or spec.type == "ExternalName" or service.metadata.deletion_timestamp:
        return
    selector = selector_of_labels(spec.selector)
    if view.select(Pod.GROUP_KIND, view.subject.namespace, selector):
        return
    maker = maker_of(view, view.subject.namespace, selector)
    if is_kept_by_others(view, view.subject) or (maker is not None and (maker.kind in _RUNS or is_idle(view, maker))):
        return
    for kind in (CronJob, Job, EndpointSlice, Endpoints):
        view.need(kind.GROUP_KIND)
    near = [] if maker else _near(view, spec.selector)
    changes = [change for change in view.changes(view.subject) if change.path.startswith("spec.selector")]
    relabelled = None if maker or changes else _relabelled(view, near)
    if relabelled is not None:
        changes = _label_changes(view, relabelled)
    wanted = ",".join(f"{key}={value}" for key, value in sorted(spec.selector.items()))
    told = f"; {_near_text(near[0], spec.selector)}" if near else ""
    made = f": {maker} would make them and has none" if maker else ""
    yield Hit(
        title=f"{view.subject} has no endpoints: no pod in namespace {view.subject.namespace} matches its selector {wanted}{made}{told}",
        cause=maker or relabelled,
        link="selects pods of" if maker or relabelled else "",
        why=_changed(changes, relabelled) if not maker else "",
        evidence=tuple(_evidence(view, wanted, near, changes)),
        next=_next(view.subject, wanted, maker),
        since_ms=changes[-1].at_ms if changes and not maker else None,
    )


def _relabelled(view: RuleView, near: list[Entry]) -> ObjectRef | None:
    """The workload of a pod nearby whose labels were changed."""
    makers = dict.fromkeys(speaker_of(entry.ref, entry.obj, view) for entry in near)
    return next((ref for ref in makers if _label_changes(view, ref)), None)


def _label_changes(view: RuleView, workload: ObjectRef) -> list[FieldChange]:
    return [one for one in view.changes(workload) if one.path.startswith("spec.template.metadata.labels")]


def _changed(changes: list[FieldChange], relabelled: ObjectRef | None) -> str:
    if not changes:
        return ""
    return f"The labels of {relabelled} were changed" if relabelled else "The selector was changed"


def _near(view: RuleView, wanted: Mapping[str, str]) -> list[Entry]:
    """Pods that have most of the labels, a value of them under another key, or the Service's name as a value."""
    scored = [(_likeness(entry.obj.metadata.labels or {}, wanted, view.subject.name), entry) for entry in _pods(view)]
    best = sorted(((score, entry) for score, entry in scored if score), key=lambda found: (-found[0], found[1].ref))
    return [entry for _, entry in best[:_MOST_NEAR]]


def _pods(view: RuleView) -> list[Entry]:
    return list(view.list(Pod.GROUP_KIND, view.subject.namespace))


def _likeness(labels: Mapping[str, str], wanted: Mapping[str, str], name: str) -> int:
    values = set(labels.values())
    same = sum(labels.get(key) == value for key, value in wanted.items())
    moved = sum(value in values for value in wanted.values())
    return 3 * same + 2 * moved + (name in values)


def _near_text(entry: Entry, wanted: Mapping[str, str]) -> str:
    labels = entry.obj.metadata.labels or {}
    differing = [
        f"{key}={labels[key]}" if key in labels else f"no {key}" for key, value in sorted(wanted.items()) if labels.get(key) != value
    ]
    moved = [f"{key}={value}" for key, value in sorted(labels.items()) if value in wanted.values() and wanted.get(key) != value]
    return f"near it is {entry.ref}, which has {', '.join((*differing, *moved))}"


def _evidence(view: RuleView, wanted: str, near: list[Entry], changes: list[FieldChange]) -> Iterator[Evidence]:
    yield evidence.field(view.subject, "spec.selector", wanted)
    yield evidence.absence(ObjectRef("", "Pod", view.subject.namespace, wanted), f"namespace {view.subject.namespace} with these labels")
    for change in changes:
        yield evidence.change(change)
    for entry in near:
        labels = ",".join(f"{key}={value}" for key, value in sorted((entry.obj.metadata.labels or {}).items()))
        yield evidence.field(entry.ref, "metadata.labels", labels)


def _next(subject: ObjectRef, wanted: str, maker: ObjectRef | None) -> tuple[str, ...]:
    if maker is not None:
        return (advice.look(maker),)
    return (f"kubectl -n {subject.namespace} get pods --show-labels", advice.edit(subject, f"the selector {wanted}"))
