"""An autoscaler sits at its maximum and would go further.

Found: it runs as many replicas as it may, wants at least as many, and its minimum is smaller, for 15 minutes. A target that is
oddly low, and a change of the autoscaler shortly before, are named.

Quiet: where minimum and maximum are the same, at the minimum, and while it holds the maximum only to come down slowly.

Do: look at the load; raise the maximum, or the target if it was set too low.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.past import FieldChange
from arcops.findings.view import RuleView
from arcops.kube.conditions import condition_of
from arcops.kube.objects.autoscaling import HorizontalPodAutoscaler, Metric, MetricSource
from arcops.kube.objects.condition import Condition
from arcops.kube.objects.meta import KubeObject
from arcops.kube.times import time_ms

_ODD_PERCENT = 20
_BEFORE_MINUTES = 60


def _is_at_maximum(obj: KubeObject) -> bool:
    spec, status = (obj.spec, obj.status) if isinstance(obj, HorizontalPodAutoscaler) else (None, None)
    if spec is None or status is None or spec.max_replicas <= (1 if spec.min_replicas is None else spec.min_replicas):
        return False
    return (status.current_replicas or 0) >= spec.max_replicas and (status.desired_replicas or 0) >= spec.max_replicas


@rule(HorizontalPodAutoscaler, severity=Severity.WARNING, for_minutes=15, gate=_is_at_maximum, mixin="HpaMaxedOut")
def check(autoscaler: HorizontalPodAutoscaler, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    spec, status = autoscaler.spec, autoscaler.status
    if spec is None or status is None:
        return
    limited = condition_of(status.conditions, "ScalingLimited")
    if limited is not None and limited.status == "False":
        return
    changes = [change for change in view.changes(view.subject) if change.path.startswith("spec.")]
    since_ms = _since_ms(limited, changes)
    metrics = "; ".join(_metric_texts(spec.metrics or (), status.current_metrics or ()))
    odd = [percent for one in spec.metrics or () if (percent := _percent(one.source)) is not None and percent < _ODD_PERCENT]
    low = f"; a target of {odd[0]}% is oddly low, so that hardly any load already asks for the maximum" if odd else ""
    yield Hit(
        title=f"{view.subject} is at its maximum of {spec.max_replicas} replicas and wants more{f': {metrics}' if metrics else ''}{low}",
        why="; ".join(evidence.changed_text(change) for change in changes[-2:]),
        evidence=tuple(_evidence(autoscaler, view, limited, changes)),
        next=(advice.look(view.subject), advice.edit(view.subject, "the target" if odd else "spec.maxReplicas")),
        since_ms=since_ms,
    )


def _since_ms(limited: Condition | None, changes: Sequence[FieldChange]) -> int | None:
    """Since it is limited; since the change of the autoscaler if that came shortly before."""
    since_ms = time_ms(limited.last_transition_time) if limited is not None and limited.status == "True" else None
    if since_ms is None:
        return changes[-1].at_ms if changes else None
    before = [one.at_ms for one in changes if since_ms - _BEFORE_MINUTES * 60_000 <= one.at_ms <= since_ms]
    return before[-1] if before else since_ms


def _metric_texts(wanted: Sequence[Metric], measured: Sequence[Metric]) -> Iterator[str]:
    """``cpu is at 165%, the target is 80%``."""
    current = {_name(one): _value(one.source.current) for one in measured if one.source}
    for one in wanted:
        target = _value(one.source.target) if one.source else ""
        if target:
            is_now = current.get(_name(one))
            yield f"{_name(one)}{f' is at {is_now},' if is_now else ':'} the target is {target}"


def _name(metric: Metric) -> str:
    source = metric.source
    return (source.name or (source.metric.name if source.metric else "") if source else "") or metric.type


def _value(value: object) -> str:
    percent = getattr(value, "average_utilization", None)
    if percent is not None:
        return f"{percent}%"
    return str(getattr(value, "average_value", None) or getattr(value, "value", None) or "")


def _percent(source: MetricSource | None) -> int | None:
    return source.target.average_utilization if source and source.target else None


def _evidence(
    autoscaler: HorizontalPodAutoscaler, view: RuleView, limited: Condition | None, changes: Sequence[FieldChange]
) -> Iterator[Evidence]:
    yield evidence.field(view.subject, "spec.maxReplicas", autoscaler.spec.max_replicas if autoscaler.spec else "")
    if limited is not None:
        yield evidence.condition(view.subject, limited)
    for change in changes[-3:]:
        yield evidence.change(change)
