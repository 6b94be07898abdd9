"""Columns of autoscalers."""

from __future__ import annotations

from arcops.kube.objects.autoscaling import (
    HorizontalPodAutoscaler,
    HorizontalPodAutoscalerSpec,
    HorizontalPodAutoscalerStatus,
    Metric,
    MetricSource,
    MetricValue,
)
from arcops.kube.printers.base import NONE, UNKNOWN, UNSET, age, columns_of, number, plain

_SPEC = HorizontalPodAutoscalerSpec()
_STATUS = HorizontalPodAutoscalerStatus()
_NO_SOURCE = MetricSource()
_NO_VALUE = MetricValue()
_MOST = 2
"""Metrics shown; the rest is counted."""


def _reference(obj: HorizontalPodAutoscaler) -> str:
    target = (obj.spec or _SPEC).scale_target_ref
    return f"{target.kind}/{target.name}" if target else NONE


def _targets(obj: HorizontalPodAutoscaler) -> str:
    wanted = (obj.spec or _SPEC).metrics or ()
    measured = (obj.status or _STATUS).current_metrics or ()
    texts = [_target(metric, measured[i] if i < len(measured) else None) for i, metric in enumerate(wanted)]
    shown = ", ".join(texts[:_MOST])
    return f"{shown} + {len(texts) - _MOST} more..." if len(texts) > _MOST else shown or NONE


def _target(wanted: Metric, measured: Metric | None) -> str:
    """``cpu: 45%/80%``, ``12/10 (avg)``."""
    source = wanted.source or _NO_SOURCE
    target = source.target or _NO_VALUE
    now = (measured.source.current if measured and measured.source else None) or _NO_VALUE
    if wanted.type in ("Resource", "ContainerResource"):
        if target.average_value is not None:
            return f"{source.name}: {_text(now.average_value)}/{target.average_value}"
        return f"{source.name}: {_percent(now, UNKNOWN)}/{_percent(target, '<auto>')}"
    if wanted.type == "Pods":
        return f"{_text(now.average_value)}/{target.average_value}"
    if target.average_value is not None:
        return f"{_text(now.average_value)}/{target.average_value} (avg)"
    return f"{_text(now.value)}/{target.value}"


def _text(value: str | float | None) -> str:
    return UNKNOWN if value is None else str(value)


def _percent(value: MetricValue, absent: str) -> str:
    return absent if value.average_utilization is None else f"{value.average_utilization}%"


def _min_pods(obj: HorizontalPodAutoscaler) -> str:
    least = (obj.spec or _SPEC).min_replicas
    return UNSET if least is None else str(least)


COLUMNS = dict((
    columns_of(
        HorizontalPodAutoscaler,
        plain("REFERENCE", _reference),
        plain("TARGETS", _targets),
        plain("MINPODS", _min_pods),
        number("MAXPODS", lambda obj: (obj.spec or _SPEC).max_replicas),
        number("REPLICAS", lambda obj: (obj.status or _STATUS).current_replicas),
        age(),
    ),
))  # fmt: skip
