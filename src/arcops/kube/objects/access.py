"""Who may do what: ServiceAccounts, roles and bindings."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from arcops.kube.objects.container import NamedSource
from arcops.kube.objects.meta import ObjectMeta
from arcops.kube.objects.selector import LabelSelector
from arcops.kube.refs import GroupKind


class ServiceAccount(msgspec.Struct, gc=False, rename="camel"):
    """A ServiceAccount; its pull secrets are given to pods that name none."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("", "ServiceAccount")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    secrets: tuple[NamedSource, ...] | None = None
    image_pull_secrets: tuple[NamedSource, ...] | None = None
    automount_service_account_token: bool | None = None


class PolicyRule(msgspec.Struct, gc=False, rename="camel"):
    """Verbs on resources; ``*`` means all."""

    verbs: tuple[str, ...] | None = None
    api_groups: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = None
    resource_names: tuple[str, ...] | None = None
    non_resource_urls: tuple[str, ...] | None = msgspec.field(default=None, name="nonResourceURLs")


class Role(msgspec.Struct, gc=False, rename="camel"):
    """A Role of a namespace."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("rbac.authorization.k8s.io", "Role")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    rules: tuple[PolicyRule, ...] | None = None


class AggregationRule(msgspec.Struct, gc=False, rename="camel"):
    """Other ClusterRoles whose rules are taken over."""

    cluster_role_selectors: tuple[LabelSelector, ...] | None = None


class ClusterRole(msgspec.Struct, gc=False, rename="camel"):
    """A ClusterRole."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("rbac.authorization.k8s.io", "ClusterRole")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    rules: tuple[PolicyRule, ...] | None = None
    aggregation_rule: AggregationRule | None = None


class RoleRef(msgspec.Struct, gc=False, rename="camel"):
    """The role that is granted."""

    api_group: str = ""
    kind: str = ""
    name: str = ""


class Subject(msgspec.Struct, gc=False, rename="camel"):
    """Who is granted it: ``ServiceAccount``, ``User`` or ``Group``."""

    kind: str = ""
    api_group: str | None = None
    name: str = ""
    namespace: str | None = None


class RoleBinding(msgspec.Struct, gc=False, rename="camel"):
    """A role granted in one namespace."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("rbac.authorization.k8s.io", "RoleBinding")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    subjects: tuple[Subject, ...] | None = None
    role_ref: RoleRef | None = None


class ClusterRoleBinding(msgspec.Struct, gc=False, rename="camel"):
    """A ClusterRole granted everywhere."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("rbac.authorization.k8s.io", "ClusterRoleBinding")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    subjects: tuple[Subject, ...] | None = None
    role_ref: RoleRef | None = None
