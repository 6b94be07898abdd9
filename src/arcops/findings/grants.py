"""What a service account may do: the roles bound to it, and those that nearly are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from arcops.findings.text.rights import DeniedRight
from arcops.findings.view import RuleView
from arcops.kube.objects.access import ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, Subject
from arcops.kube.refs import ObjectRef


class Grant(NamedTuple):
    """A role that an account has, the binding that gives it, and its rules; ``is_there`` says whether the role exists."""

    role: ObjectRef
    binding: ObjectRef
    rules: tuple[PolicyRule, ...]
    is_there: bool


def can_look(view: RuleView) -> bool:
    """Whether bindings and roles can be read, so that one that is not found is not there."""
    return all(view.sees(kind.GROUP_KIND) for kind in (Role, ClusterRole, RoleBinding, ClusterRoleBinding))


def grants_of(view: RuleView, account: ObjectRef, namespace: str) -> Iterator[Grant]:
    """The roles an account has in a namespace, and in the whole cluster."""
    for entry in view.list(RoleBinding.GROUP_KIND, namespace) if namespace else ():
        if isinstance(entry.obj, RoleBinding):
            yield from _granted(view, account, entry.ref, entry.obj, namespace)
    for entry in view.list(ClusterRoleBinding.GROUP_KIND):
        if isinstance(entry.obj, ClusterRoleBinding):
            yield from _granted(view, account, entry.ref, entry.obj, "")


def near_binding(view: RuleView, account: ObjectRef, namespace: str) -> tuple[ObjectRef, str] | None:
    """A binding that seems to mean the account and misses it, with the reason as a clause."""
    for entry in view.list(RoleBinding.GROUP_KIND):
        for one in (entry.obj.subjects or ()) if isinstance(entry.obj, RoleBinding) else ():
            if one.kind != "ServiceAccount" or one.name != account.name:
                continue
            home = one.namespace or entry.ref.namespace
            if entry.ref.namespace == namespace and home != account.namespace:
                return entry.ref, f"{entry.ref} binds an account of that name in namespace {home}, not in {account.namespace}"
            if home == account.namespace and entry.ref.namespace != namespace:
                where = f"not in {namespace}" if namespace else "not in the whole cluster"
                return entry.ref, f"{entry.ref} binds it in namespace {entry.ref.namespace}, {where}"
    return None


def allows(one: PolicyRule, denied: DeniedRight) -> bool:
    """Whether a rule grants what was denied."""
    if not _fits(one.verbs, denied.verb) or one.resource_names:
        return False
    if denied.path:
        return _fits(one.non_resource_urls, denied.path)
    return _fits(one.resources, denied.resource) and _fits(one.api_groups, denied.group)


def likeness(grant: Grant, denied: DeniedRight) -> int:
    """How near a role comes to granting it: one that is missing, the same resource, the same group, a Role before a ClusterRole."""
    same = any(denied.resource in (one.resources or ()) for one in grant.rules)
    group = any(denied.group in (one.api_groups or ()) for one in grant.rules)
    return 16 * (not grant.is_there) + 8 * same + 4 * (grant.role.kind == "Role") + 2 * group + (not grant.role.name.startswith("system:"))


def _granted(
    view: RuleView, account: ObjectRef, ref: ObjectRef, binding: RoleBinding | ClusterRoleBinding, namespace: str
) -> Iterator[Grant]:
    named = binding.role_ref
    if named is None or not any(_is_subject(one, account, namespace) for one in binding.subjects or ()):
        return
    is_cluster = named.kind == "ClusterRole"
    role = ObjectRef.of(ClusterRole.GROUP_KIND if is_cluster else Role.GROUP_KIND, "" if is_cluster else namespace, named.name)
    found = view.get(role)
    rules = found.obj.rules if found and isinstance(found.obj, Role | ClusterRole) else None
    yield Grant(role, ref, rules or (), found is not None)


def _is_subject(one: Subject, account: ObjectRef, namespace: str) -> bool:
    if one.kind == "ServiceAccount":
        return one.name == account.name and (one.namespace or namespace) == account.namespace
    groups = ("system:authenticated", "system:serviceaccounts", f"system:serviceaccounts:{account.namespace}")
    return (one.kind == "Group" and one.name in groups) or one.name == f"system:serviceaccount:{account.namespace}:{account.name}"


def _fits(listed: tuple[str, ...] | None, wanted: str) -> bool:
    return wanted in (listed or ()) or "*" in (listed or ())
