"""A binding gives rights to everybody who is not even logged in.

Found: a RoleBinding or ClusterRoleBinding names ``system:anonymous`` or ``system:unauthenticated``.

Quiet: for the bindings Kubernetes makes itself (``system:public-info-viewer``, and kubeadm's ``cluster-info``), and for roles
that only allow to ask for health and version.

Do: remove the subject from the binding, unless the world is meant to have these rights.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.kube.objects.access import ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding
from arcops.kube.objects.meta import KubeObject
from arcops.kube.refs import ObjectRef

_ANYBODY = ("system:anonymous", "system:unauthenticated")
_BY_DEFAULT = (("", "system:public-info-viewer"), ("kube-public", "kubeadm:bootstrap-signer-clusterinfo"))


def _names_anybody(obj: KubeObject) -> bool:
    return isinstance(obj, RoleBinding | ClusterRoleBinding) and any(one.name in _ANYBODY for one in obj.subjects or ())


@rule(RoleBinding, ClusterRoleBinding, severity=Severity.WARNING, gate=_names_anybody)
def check(binding: RoleBinding | ClusterRoleBinding, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    named = binding.role_ref
    if (view.subject.namespace, view.subject.name) in _BY_DEFAULT or named is None:
        return
    kind = ClusterRole.GROUP_KIND if named.kind == "ClusterRole" else Role.GROUP_KIND
    role = ObjectRef.of(kind, "" if kind == ClusterRole.GROUP_KIND else view.subject.namespace, named.name)
    view.need(kind)
    entry = view.get(role) if view.sees(kind) else None
    rules = (entry.obj.rules or ()) if entry and isinstance(entry.obj, Role | ClusterRole) else ()
    if rules and all(one.non_resource_urls and "*" not in one.non_resource_urls and not one.resources for one in rules):
        return
    who = ", ".join(one.name for one in binding.subjects or () if one.name in _ANYBODY)
    may = f": {'; '.join(map(_shown, rules[:3]))}" if rules else ""
    where = f"in namespace {view.subject.namespace}" if view.subject.namespace else "in the whole cluster"
    yield Hit(
        title=f"{view.subject} gives {who}, that is everybody without a login, the rights of {role} {where}{may}",
        evidence=(evidence.field(view.subject, "subjects", who), evidence.field(view.subject, "roleRef", named.name)),
        next=(advice.kubectl(view.subject, "get", "-o yaml"), f"Unless that is meant: {advice.kubectl(view.subject, 'delete')}"),
    )


def _shown(one: PolicyRule) -> str:
    return f"{', '.join(one.verbs or ())} {', '.join(one.resources or one.non_resource_urls or ())}"
