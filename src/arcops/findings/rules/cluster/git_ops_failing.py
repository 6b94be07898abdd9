"""What is in Git does not reach the cluster: Flux or Argo CD cannot fetch, build or apply it.

Found: a Flux object is not Ready (for 5 minutes, or 30 while it says that it is under way), or an Argo CD Application has a
failed sync, an error condition, or is Degraded or Missing. The source, the dependency or the applied object it names is to blame
where there is one. That an Application is merely out of sync is information.

Quiet: while it is suspended or being deleted, and while the status speaks of an older generation.

Do: read the message; correct what is in Git, or the access to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from arcops.findings import advice, evidence
from arcops.findings.ailments import Ailment, ailment_of, is_off
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.kube.objects.custom import CustomObject, CustomStatus, ManagedResource, NamedStatus
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms

_FLUX, _ARGO = "toolkit.fluxcd.io", "argoproj.io"
_ARGO_KINDS = ("Application", "ApplicationSet", "AppProject")
_DEPENDENCY = re.compile(r"dependency '([\w.-]+)/([\w.-]+)' is not ready")
_BUSY_MINUTES = 30
_MOST = 3


class _Verdict(NamedTuple):
    said: str
    proof: tuple[Evidence, ...]
    since_ms: int | None = None
    severity: Severity | None = None
    also: str = ""


@rule(severity=Severity.WARNING, for_minutes=5, is_symptom=True)
def check(obj: CustomObject, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    group, kind = view.subject.group_kind
    if is_off(obj):
        return
    if group.endswith(_FLUX):
        yield from _flux(obj, view)
    elif group == _ARGO and kind in _ARGO_KINDS:
        yield from _argo(obj, view)


def _flux(obj: CustomObject, view: RuleView) -> Iterator[Hit]:
    found = ailment_of(view.subject, obj)
    if found is None:
        return
    cause = _not_ready_source(obj, view) or _dependency(found, view)
    yield Hit(
        title=f"{view.subject} does not reach the cluster: {found.said}",
        cause=cause,
        link="is fetched by" if cause else "",
        why=found.also,
        evidence=(found.proof, *(evidence.event(event) for event in view.events()[-2:] if event.type == "Warning")),
        next=(
            advice.look(cause or view.subject),
            f"flux reconcile {view.subject.kind.lower()} {view.subject.name} -n {view.subject.namespace}",
        ),
        since_ms=found.since_ms,
        for_minutes=_BUSY_MINUTES if found.is_busy and cause is None else None,
    )


def _not_ready_source(obj: CustomObject, view: RuleView) -> ObjectRef | None:
    """The source it is made from, if that is absent or not ready itself."""
    named = obj.spec.source_ref if obj.spec else None
    if named is None or not named.name:
        return None
    group = named.ref.group or f"source.{_FLUX}"
    ref = ObjectRef(group, named.kind, named.namespace or view.subject.namespace, named.name)
    if not view.sees(ref.group_kind):
        return None
    entry = view.get(ref)
    if entry is None:
        return ref
    return ref if isinstance(entry.obj, CustomObject) and ailment_of(ref, entry.obj) else None


def _dependency(found: Ailment, view: RuleView) -> ObjectRef | None:
    match = _DEPENDENCY.search(found.said)
    return ObjectRef(*view.subject.group_kind, match[1], match[2]) if match else None


def _argo(obj: CustomObject, view: RuleView) -> Iterator[Hit]:
    status = obj.status
    verdict = next(_verdicts(status, view), None) if status else None
    if status is None or verdict is None:
        return
    bad = [one for one in status.resources or () if _is_bad(one)]
    cause = next((one.ref for one in bad if one.health and one.health.status == "Degraded" and view.get(one.ref) is not None), None)
    named = "; ".join(f"{one.kind} {one.namespace}/{one.name} is {_state(one)}" for one in bad[:_MOST])
    yield Hit(
        title=f"{view.subject} is not in order: {verdict.said}{f'; {named}' if named else ''}",
        cause=cause,
        link="applies" if cause else "",
        why=verdict.also,
        severity=verdict.severity,
        evidence=verdict.proof,
        next=(f"argocd app get {view.subject.name}", advice.look(cause or view.subject)),
        since_ms=verdict.since_ms,
    )


def _verdicts(status: CustomStatus, view: RuleView) -> Iterator[_Verdict]:
    """What is wrong with an Application or ApplicationSet, the worst first."""
    operation = status.operation_state
    errors = [one for one in status.conditions or () if one.type.endswith("Error") and one.status in ("", "True")]
    proof = tuple(evidence.condition(view.subject, one) for one in errors)
    if operation is not None and operation.phase in ("Failed", "Error"):
        at = "status.operationState.message"
        shown = evidence.field(view.subject, at, operation.message, time=operation.finished_at)
        also = next((f"{one.type}: {one.message}" for one in errors if one.message and one.message not in (operation.message or "")), "")
        yield _Verdict(f"its sync failed: {operation.message}", (shown, *proof), time_ms(operation.finished_at), also=also)
    if errors:
        yield _Verdict(f"{errors[0].type}: {errors[0].message}", proof, time_ms(errors[0].last_transition_time))
    for one in status.conditions or ():
        if one.type in ("ParametersGenerated", "ResourcesUpToDate") and one.status == "False":
            yield _Verdict(one.message or one.type, (evidence.condition(view.subject, one),), time_ms(one.last_transition_time))
    health, sync = (one if isinstance(one, NamedStatus) else NamedStatus() for one in (status.health, status.sync))
    if health.status in ("Degraded", "Missing"):
        words = f"its health is {health.status}{f' ({health.message})' if health.message else ''}"
        yield _Verdict(words, (evidence.field(view.subject, "status.health.status", health.status),))
    if sync.status == "OutOfSync":
        shown = evidence.field(view.subject, "status.sync.status", sync.status)
        yield _Verdict("it is out of sync with Git", (shown,), severity=Severity.INFO)


def _is_bad(one: ManagedResource) -> bool:
    return one.status == "OutOfSync" or bool(one.health and one.health.status in ("Degraded", "Missing"))


def _state(one: ManagedResource) -> str:
    return ", ".join(part for part in (one.status if one.status != "Synced" else "", one.health.status if one.health else "") if part)
