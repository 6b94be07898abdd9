"""An autoscaler cannot do its work: it finds no target or no measurements.

Found: its condition AbleToScale or ScalingActive is False for 5 minutes; or its target does not exist; or it scales by a share of
the requests and pods of the target request nothing. The target, or the API that should give the measurements, is to blame.

Quiet: while the target is scaled to zero on purpose (ScalingDisabled), and in the first minutes of new pods.

Do: correct the target's name, set the missing requests, or bring back the metrics API.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.requests import lacking_requests
from arcops.findings.view import RuleView
from arcops.kube.objects.autoscaling import HorizontalPodAutoscaler
from arcops.kube.objects.cluster import APIService
from arcops.kube.objects.condition import Condition
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms

_API = re.compile(r"\b(?:\w+\.)?((?:custom\.|external\.)?metrics\.k8s\.io)\b")
_API_FAMILIES = (
    ("external metric", "external.metrics.k8s.io"),
    ("custom metric", "custom.metrics.k8s.io"),
    ("resource metric", "metrics.k8s.io"),
)
_UTILIZATION = "Utilization"


class Blindness(NamedTuple):
    """Why it is blind, the object to blame, what shows it."""

    why: str
    cause: ObjectRef | None
    proof: tuple[Evidence, ...] = ()


@rule(HorizontalPodAutoscaler, severity=Severity.WARNING, for_minutes=5)
def check(autoscaler: HorizontalPodAutoscaler, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    failing = [
        one
        for one in (autoscaler.status.conditions if autoscaler.status else None) or ()
        if one.type in ("AbleToScale", "ScalingActive") and one.status == "False" and one.reason != "ScalingDisabled"
    ]
    found = _target_missing(autoscaler, view) or _no_requests(autoscaler, view)
    if found is None and not failing:
        return
    found = found or _told(failing, view)
    said = "; ".join(f"condition {one.type} is False ({one.reason}: {one.message})" for one in failing)
    yield Hit(
        title=f"{view.subject} cannot scale: {found.why}",
        cause=found.cause,
        link="scales by" if found.cause and found.cause.kind == "APIService" else "scales" if found.cause else "",
        why=f"It is not able to scale: {said}" if said else "",
        evidence=(*(evidence.condition(view.subject, one) for one in failing), *found.proof, *_events(view)),
        next=(advice.look(view.subject), *((advice.look(found.cause),) if found.cause else ())),
        since_ms=_since_ms(failing),
    )


def _target_missing(autoscaler: HorizontalPodAutoscaler, view: RuleView) -> Blindness | None:
    named = autoscaler.spec.scale_target_ref if autoscaler.spec else None
    if named is None or not named.name:
        return Blindness("its scale target does not exist: it names none", None, (evidence.field(view.subject, "spec.scaleTargetRef", ""),))
    ref = named.ref_in(view.subject.namespace)
    if not view.sees(ref.group_kind) or view.get(ref) is not None:
        return None
    gone = [change for change in view.changes(ref) if change.what == "deleted"][-1:]
    proof = (evidence.absence(ref, f"namespace {ref.namespace}"), *(evidence.change(change) for change in gone))
    return Blindness(f"its scale target {ref} does not exist (not found)", ref, proof)


def _no_requests(autoscaler: HorizontalPodAutoscaler, view: RuleView) -> Blindness | None:
    spec = autoscaler.spec
    if spec is None or spec.scale_target_ref is None:
        return None
    wanted = {metric.resource.name for metric in spec.metrics or () if metric.resource and metric.resource.target
              and metric.resource.target.type == _UTILIZATION and metric.resource.name}  # fmt: skip
    if spec.target_cpu_utilization_percentage and not spec.metrics:
        wanted = {"cpu"}
    ref = spec.scale_target_ref.ref_in(view.subject.namespace)
    for resource in sorted(wanted):
        lacking = lacking_requests(view, ref, resource)
        if lacking:
            named = ", ".join(lacking)
            proof = (evidence.field(ref, f"spec.template.spec.containers[{lacking[0]}].resources.requests.{resource}", ""),)
            why = f"it scales by a share of the {resource} request, and container {named} of {ref} sets no {resource} request"
            return Blindness(why, ref, proof)
    return None


def _told(failing: list[Condition], view: RuleView) -> Blindness:
    """What the conditions say: the metrics API, if they speak of measurements."""
    message = next((one.message for one in failing if one.message), "") or failing[0].reason or ""
    if any((one.reason or "").startswith("FailedGet") and "Metric" in (one.reason or "") for one in failing):
        match = _API.search(message)
        family = match[1] if match else next((api for words, api in _API_FAMILIES if words in message), "")
        for entry in view.list(APIService.GROUP_KIND) if family and view.sees(APIService.GROUP_KIND) else ():
            if isinstance(entry.obj, APIService) and entry.obj.spec and entry.obj.spec.group == family:
                return Blindness(message, entry.ref if _is_down(entry.obj) else None)
        if family and view.sees(APIService.GROUP_KIND) and view.list(APIService.GROUP_KIND):
            ref = ObjectRef.of(APIService.GROUP_KIND, "", f"v1beta1.{family}")
            return Blindness(
                f"{message}; no APIService serves {family}, such as metrics-server does", ref, (evidence.absence(ref, "the cluster"),)
            )
    return Blindness(message, None)


def _is_down(service: APIService) -> bool:
    conditions = service.status.conditions if service.status else None
    return any(one.type == "Available" and one.status != "True" for one in conditions or ())


def _since_ms(failing: list[Condition]) -> int | None:
    times = [since for one in failing if (since := time_ms(one.last_transition_time)) is not None]
    return min(times, default=None)


def _events(view: RuleView) -> Iterator[Evidence]:
    for event in view.events()[-3:]:
        if event.type == "Warning":
            yield evidence.event(event)
