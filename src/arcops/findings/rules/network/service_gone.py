"""A Service was deleted while workloads still call it, or while its pods run on.

Found: the record holds the deletion of a Service, and since then no Service of that name is there. A variable, argument or ConfigMap of the
workload names it; or the workload's pods were selected by it, run on, and are selected by no other Service (told for a day).

Quiet: when the pods went with it, when another Service selects them, and before the record began.

Do: create the Service again; the record has its last form.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.base.clock import rfc3339
from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.callers import CALLERS, calls_of, is_caller, is_nobodys, pods_of
from arcops.findings.past import Was
from arcops.findings.pods import is_ready
from arcops.findings.traffic import selects
from arcops.findings.view import RuleView
from arcops.inventory.podspecs import template_of
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.service import Service
from arcops.kube.selectors import Labels

_DAY_MINUTES = 24 * 60


@rule(*CALLERS, severity=Severity.CRITICAL, gate=is_nobodys)
def check(workload: KubeObject, view: RuleView) -> Iterator[Hit]:
    """One hit for each Service."""
    called = _called(workload, view)
    yield from called
    known = {hit.cause for hit in called}
    for was in _orphaned(workload, view):
        if was.ref not in known:
            yield _selected(view, was)


def _called(workload: KubeObject, view: RuleView) -> list[Hit]:
    if not is_caller(workload):
        return []
    found = []
    for address in calls_of(view):
        was = _last(view, address.service.namespace, address.service.name)
        if was is None or was.gone_ms is None or view.get(address.service) is not None:
            continue
        deleted = f"it was deleted at {rfc3339(was.gone_ms)}"
        found.append(
            Hit(
                title=f"{view.subject} calls {address.said}, but {was.ref} does not exist any more: {deleted}",
                cause=was.ref,
                link="calls",
                why=f"The address is in {address.path} of {address.source}",
                evidence=(
                    evidence.absence(was.ref, f"namespace {was.ref.namespace}"),
                    evidence.field(address.source, address.path, address.said, f"{address.source}: {address.path} names {address.said}"),
                ),
                next=_again(was),
                since_ms=was.gone_ms,
            )
        )
    return found


def _last(view: RuleView, namespace: str, name: str) -> Was | None:
    found = [was for was in view.gone(Service.GROUP_KIND, namespace) if was.ref.name == name]
    return found[-1] if found else None


def _orphaned(workload: KubeObject, view: RuleView) -> Iterator[Was]:
    """Deleted Services that selected the workload's pods, which no Service selects now."""
    labels = _labels(workload)
    if not labels or any(_selects(entry.obj, labels) for entry in view.list(Service.GROUP_KIND, view.subject.namespace)):
        return
    for was in view.gone(Service.GROUP_KIND, view.subject.namespace):
        recent = was.gone_ms is not None and not view.held(was.gone_ms, _DAY_MINUTES)
        if recent and _selects(was.obj, labels) and view.get(was.ref) is None and _runs(workload, view):
            yield was


def _labels(workload: KubeObject) -> Labels | None:
    template = template_of(workload)
    return template.metadata.labels if template else workload.metadata.labels


def _selects(obj: KubeObject, labels: Labels) -> bool:
    return isinstance(obj, Service) and selects(obj, labels)


def _runs(workload: KubeObject, view: RuleView) -> bool:
    return any(isinstance(entry.obj, Pod) and is_ready(entry.obj) and not entry.obj.metadata.deletion_timestamp
               for entry in pods_of(workload, view))  # fmt: skip


def _selected(view: RuleView, was: Was) -> Hit:
    return Hit(
        title=f"{view.subject} runs on, but {was.ref}, which led to its pods, does not exist any more: "
        f"it was deleted at {rfc3339(was.gone_ms or 0)}",
        cause=was.ref,
        link="led to",
        severity=Severity.WARNING,
        evidence=(evidence.absence(was.ref, f"namespace {was.ref.namespace}"),),
        next=_again(was),
        since_ms=was.gone_ms,
    )


def _again(was: Was) -> tuple[str, ...]:
    return (advice.listing(was.ref), f"arcops history service/{was.ref.name} -n {was.ref.namespace} shows its last form; create it again.")
