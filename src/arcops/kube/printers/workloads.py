"""Columns of the kinds that make pods and keep them running, of budgets and autoscalers."""

from __future__ import annotations

from arcops.kube.objects.pod import PodTemplate
from arcops.kube.objects.policy import PodDisruptionBudget, PodDisruptionBudgetSpec
from arcops.kube.objects.workloads import (
    DaemonSet,
    DaemonSetStatus,
    Deployment,
    DeploymentStatus,
    ReplicaSet,
    ReplicaSetStatus,
    ReplicationController,
    StatefulSet,
)
from arcops.kube.printers.base import age, columns_of, labels_text, number, plain, selector_text, template_columns
from arcops.kube.selectors import selector_of

_DEPLOYMENT = DeploymentStatus()
_DAEMON_SET = DaemonSetStatus()
_REPLICA_SET = ReplicaSetStatus()
_BUDGET = PodDisruptionBudgetSpec()


def desired_replicas(obj: Deployment | ReplicaSet | StatefulSet | ReplicationController) -> int:
    """How many pods are wanted; absent means 1."""
    replicas = obj.spec.replicas if obj.spec else None
    return 1 if replicas is None else replicas


def _template(obj: Deployment | ReplicaSet | StatefulSet | DaemonSet | ReplicationController) -> PodTemplate | None:
    return obj.spec.template if obj.spec else None


def _node_selector(obj: DaemonSet) -> str:
    template = _template(obj)
    return labels_text(template.spec.node_selector if template and template.spec else None)


def _ready(obj: Deployment | StatefulSet) -> str:
    return f"{(obj.status.ready_replicas if obj.status else 0) or 0}/{desired_replicas(obj)}"


COLUMNS = dict((
    columns_of(
        Deployment,
        plain("READY", _ready),
        number("UP-TO-DATE", lambda obj: (obj.status or _DEPLOYMENT).updated_replicas),
        number("AVAILABLE", lambda obj: (obj.status or _DEPLOYMENT).available_replicas),
        age(),
        *template_columns(_template),
        plain("SELECTOR", lambda obj: str(selector_of(obj.spec.selector if obj.spec else None)), wide=True),
    ),
    columns_of(
        ReplicaSet,
        number("DESIRED", desired_replicas),
        number("CURRENT", lambda obj: (obj.status or _REPLICA_SET).replicas),
        number("READY", lambda obj: (obj.status or _REPLICA_SET).ready_replicas),
        age(),
        *template_columns(_template),
        plain("SELECTOR", lambda obj: selector_text(obj.spec.selector if obj.spec else None), wide=True),
    ),
    columns_of(
        ReplicationController,
        number("DESIRED", desired_replicas),
        number("CURRENT", lambda obj: (obj.status or _REPLICA_SET).replicas),
        number("READY", lambda obj: (obj.status or _REPLICA_SET).ready_replicas),
        age(),
        *template_columns(_template),
        plain("SELECTOR", lambda obj: labels_text(obj.spec.selector if obj.spec else None), wide=True),
    ),
    columns_of(StatefulSet, plain("READY", _ready), age(), *template_columns(_template)),
    columns_of(
        DaemonSet,
        number("DESIRED", lambda obj: (obj.status or _DAEMON_SET).desired_number_scheduled),
        number("CURRENT", lambda obj: (obj.status or _DAEMON_SET).current_number_scheduled),
        number("READY", lambda obj: (obj.status or _DAEMON_SET).number_ready),
        number("UP-TO-DATE", lambda obj: (obj.status or _DAEMON_SET).updated_number_scheduled),
        number("AVAILABLE", lambda obj: (obj.status or _DAEMON_SET).number_available),
        plain("NODE SELECTOR", _node_selector),
        age(),
        *template_columns(_template),
        plain("SELECTOR", lambda obj: selector_text(obj.spec.selector if obj.spec else None), wide=True),
    ),
    columns_of(
        PodDisruptionBudget,
        plain("MIN AVAILABLE", lambda obj: _or_na((obj.spec or _BUDGET).min_available)),
        plain("MAX UNAVAILABLE", lambda obj: _or_na((obj.spec or _BUDGET).max_unavailable)),
        number("ALLOWED DISRUPTIONS", lambda obj: obj.status.disruptions_allowed if obj.status else 0),
        age(),
    ),
))  # fmt: skip


def _or_na(value: int | str | None) -> str:
    return "N/A" if value is None else str(value)
