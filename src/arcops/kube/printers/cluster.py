"""Columns of namespaces, configuration, limits, access, events, and what extends the cluster."""

from __future__ import annotations

from collections.abc import Sequence

from arcops.kube.conditions import condition_of
from arcops.kube.objects.access import ClusterRole, ClusterRoleBinding, Role, RoleBinding, Subject
from arcops.kube.objects.cluster import (
    APIService,
    CustomResourceDefinition,
    Lease,
    MutatingWebhookConfiguration,
    Namespace,
    ValidatingWebhookConfiguration,
)
from arcops.kube.objects.config import ConfigMap
from arcops.kube.objects.policy import LimitRange, PriorityClass, ResourceQuota
from arcops.kube.printers.base import Column, age, bool_text, columns_of, number, plain


def _quota(obj: ResourceQuota, *, limits: bool) -> str:
    hard = (obj.status.hard if obj.status else None) or {}
    used = (obj.status.used if obj.status else None) or {}
    return ", ".join(f"{name}: {used.get(name, 0)}/{hard[name]}" for name in sorted(hard) if name.startswith("limits.") is limits)


def _role(obj: RoleBinding | ClusterRoleBinding) -> str:
    return f"{obj.role_ref.kind}/{obj.role_ref.name}" if obj.role_ref else ""


def _subjects(subjects: Sequence[Subject] | None, kind: str) -> str:
    return ", ".join(
        f"{subject.namespace}/{subject.name}" if kind == "ServiceAccount" and subject.namespace else subject.name
        for subject in subjects or ()
        if subject.kind == kind
    )


def _service(obj: APIService) -> str:
    service = obj.spec.service if obj.spec else None
    return f"{service.namespace}/{service.name}" if service else "Local"


def _available(obj: APIService) -> str:
    found = condition_of(obj.status.conditions if obj.status else None, "Available")
    if found is None:
        return "Unknown"
    return f"{found.status} ({found.reason})" if found.status != "True" and found.reason else found.status


def _subject_columns() -> tuple[Column[RoleBinding | ClusterRoleBinding], ...]:
    return (
        plain("USERS", lambda obj: _subjects(obj.subjects, "User"), wide=True),
        plain("GROUPS", lambda obj: _subjects(obj.subjects, "Group"), wide=True),
        plain("SERVICEACCOUNTS", lambda obj: _subjects(obj.subjects, "ServiceAccount"), wide=True),
    )


_created: Column[Role | ClusterRole | CustomResourceDefinition | LimitRange] = plain(
    "CREATED AT", lambda obj: obj.metadata.creation_timestamp or ""
)

COLUMNS = dict((
    columns_of(Namespace, plain("STATUS", lambda obj: (obj.status.phase if obj.status else None) or ""), age()),
    columns_of(ConfigMap, number("DATA", lambda obj: len(obj.data or ()) + len(obj.binary_data or ())), age()),
    columns_of(
        ResourceQuota,
        plain("REQUEST", lambda obj: _quota(obj, limits=False)),
        plain("LIMIT", lambda obj: _quota(obj, limits=True)),
        age(),
    ),
    columns_of(LimitRange, _created),
    columns_of(
        PriorityClass,
        number("VALUE", lambda obj: obj.value),
        plain("GLOBAL-DEFAULT", lambda obj: bool_text(obj.global_default)),
        age(),
        plain("PREEMPTIONPOLICY", lambda obj: obj.preemption_policy or ""),
    ),
    columns_of(Role, _created),
    columns_of(ClusterRole, _created),
    columns_of(RoleBinding, plain("ROLE", _role), age(), *_subject_columns()),
    columns_of(ClusterRoleBinding, plain("ROLE", _role), age(), *_subject_columns()),
    columns_of(CustomResourceDefinition, _created),
    columns_of(APIService, plain("SERVICE", _service), plain("AVAILABLE", _available), age()),
    columns_of(ValidatingWebhookConfiguration, number("WEBHOOKS", lambda obj: len(obj.webhooks or ())), age()),
    columns_of(MutatingWebhookConfiguration, number("WEBHOOKS", lambda obj: len(obj.webhooks or ())), age()),
    columns_of(Lease, plain("HOLDER", lambda obj: (obj.spec.holder_identity if obj.spec else None) or ""), age()),
))  # fmt: skip
