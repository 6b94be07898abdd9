"""A role that is in use grants everything on everything.

Found: a Role or ClusterRole with all verbs on all resources, which some binding grants.

Quiet: for the roles that Kubernetes brings along, aggregated roles, and roles that nobody has.

Do: name the verbs and resources that are needed; `kubectl auth can-i --list` shows what an account has.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.posture import SYSTEM
from arcops.findings.view import RuleView
from arcops.kube.objects.access import ClusterRole, ClusterRoleBinding, Role, RoleBinding
from arcops.kube.objects.meta import KubeObject
from arcops.kube.refs import ObjectRef

_BUILT_IN = frozenset({"cluster-admin", "admin", "edit", "view"})


def _grants_all(obj: KubeObject) -> bool:
    meta = obj.metadata
    if not isinstance(obj, Role | ClusterRole) or meta.namespace in SYSTEM or meta.name in _BUILT_IN or meta.name.startswith("system:"):
        return False
    if isinstance(obj, ClusterRole) and obj.aggregation_rule is not None:
        return False
    return _wildcard(obj) is not None


def _wildcard(role: Role | ClusterRole) -> int | None:
    """The place of the rule that grants everything."""
    places = (at for at, one in enumerate(role.rules or ()) if "*" in (one.verbs or ()) and "*" in (one.resources or ()))
    return next(places, None)


@rule(Role, ClusterRole, severity=Severity.INFO, gate=_grants_all)
def check(role: Role | ClusterRole, view: RuleView) -> Iterator[Hit]:
    """One hit that names a binding."""
    binding = next(_bindings(view), None)
    if binding is not None:
        yield Hit(
            title=f"{view.subject} grants all verbs on all resources, and {binding} gives it away",
            evidence=(
                evidence.field(view.subject, f"rules[{_wildcard(role)}]", "verbs *, resources *"),
                evidence.field(binding, "roleRef", view.subject.name),
            ),
            next=(advice.look(view.subject), advice.look(binding)),
        )


def _bindings(view: RuleView) -> Iterator[ObjectRef]:
    subject = view.subject
    for kind in (RoleBinding, ClusterRoleBinding):
        if kind is ClusterRoleBinding and subject.namespace:
            continue
        for entry in view.list(kind.GROUP_KIND, subject.namespace or None):
            ref = entry.obj.role_ref if isinstance(entry.obj, RoleBinding | ClusterRoleBinding) else None
            if ref is not None and (ref.kind, ref.name) == (subject.kind, subject.name):
                yield entry.ref
