"""A program is not allowed to do what it asks of the API server.

Found: the log or termination message of a container, or an event of its pod, says that its service account cannot do something.
The role bound to that account that comes nearest is looked up; it, or where none is bound the account, is to blame. Logs are read
of pods whose service account is one of their own. Critical if the pod is not ready.

Quiet: for rights that a binding has granted since.

Do: add the verb to the role, if the program is meant to do that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.pods import boxes, is_over, is_ready
from arcops.findings.text.rights import DeniedRight, denied_rights
from arcops.findings.view import RuleView
from arcops.kube.objects.access import ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, ServiceAccount, Subject
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.refs import ObjectRef

_MOST = 5


class Grant(NamedTuple):
    """A role that an account has, and the binding that gives it."""

    role: ObjectRef
    binding: ObjectRef
    rules: tuple[PolicyRule, ...]


def _may_ask(obj: KubeObject) -> bool:
    """A pod with a service account of its own, whose name says that the program speaks to the API server."""
    if type(obj) is not Pod or obj.spec is None or is_over(obj):
        return False
    return obj.spec.service_account_name not in (None, "", "default")


@rule(Pod, severity=Severity.WARNING, gate=_may_ask)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit for each role to blame."""
    told: dict[ObjectRef, list[tuple[DeniedRight, str]]] = {}
    nearest: dict[ObjectRef, Grant | None] = {}
    for denied, container in _denials(pod, view):
        account = ObjectRef.of(ServiceAccount.GROUP_KIND, denied.account_namespace, denied.account)
        grants = list(_grants(view, account, denied.namespace))
        if any(_allows(rule_, denied) for grant in grants for rule_ in grant.rules):
            continue
        best = max(grants, key=lambda grant: (_likeness(grant, denied), grant.role), default=None)
        cause = best.role if best else account
        told.setdefault(cause, []).append((denied, container))
        nearest[cause] = best
    for cause, found in told.items():
        yield _hit(pod, view, cause, nearest[cause], found)


def _hit(pod: Pod, view: RuleView, cause: ObjectRef, grant: Grant | None, found: list[tuple[DeniedRight, str]]) -> Hit:
    first = found[0][0]
    wanted = "; ".join(dict.fromkeys(denied.text for denied, _ in found[:_MOST]))
    has = f"{cause}, bound to it by {grant.binding}, does not grant that" if grant else "no role is bound to it there"
    proof: list[Evidence] = []
    for denied, container in found[:_MOST]:
        proof.append(
            evidence.log(view.subject, container, denied.line) if container else evidence.field(view.subject, "status", denied.line)
        )
    for one in grant.rules if grant else ():
        shown = f"{', '.join(one.verbs or ())} on {', '.join(one.resources or one.non_resource_urls or ())}"
        proof.append(evidence.field(cause, "rules", shown, f"{cause} grants {shown}"))
    what = first.resource or first.path
    account = f"system:serviceaccount:{first.account_namespace}:{first.account}"
    scope = f" -n {first.namespace}" if first.namespace else ""
    return Hit(
        title=f"{view.subject} is denied by the API server: ServiceAccount {first.account} cannot {wanted}; {has}",
        cause=cause,
        link="does not grant",
        severity=None if is_ready(pod) else Severity.CRITICAL,
        evidence=tuple(proof),
        next=(
            f"kubectl auth can-i {first.verb} {what} --as={account}{scope}",
            f"If it is meant to, add the verb {first.verb} on {what} to {cause}: {advice.kubectl(cause, 'edit')}" if grant
            else f"If it is meant to, create a role with the verb {first.verb} on {what} and bind it to {cause}.",
        ),
    )  # fmt: skip


def _denials(pod: Pod, view: RuleView) -> Iterator[tuple[DeniedRight, str]]:
    """What was denied, with the container that wrote it; "" for an event."""
    seen: set[tuple[str, ...]] = set()
    for box in boxes(pod):
        ends = [end.message or "" for end in (box.ended, box.ended_before) if end is not None]
        for text in (*ends, view.log(view.subject, box.name), view.log(view.subject, box.name, previous=True) if box.restarts else ""):
            for denied in denied_rights(text):
                if denied[:-1] not in seen:
                    seen.add(denied[:-1])
                    yield denied, box.name
    for event in view.events():
        for denied in denied_rights(event.message):
            if denied[:-1] not in seen:
                seen.add(denied[:-1])
                yield denied, ""


def _grants(view: RuleView, account: ObjectRef, namespace: str) -> Iterator[Grant]:
    """The roles an account has in a namespace, and in the whole cluster."""
    if namespace:
        for entry in view.list(RoleBinding.GROUP_KIND, namespace):
            if isinstance(entry.obj, RoleBinding):
                yield from _granted(view, account, entry.ref, entry.obj, namespace)
    for entry in view.list(ClusterRoleBinding.GROUP_KIND):
        if isinstance(entry.obj, ClusterRoleBinding):
            yield from _granted(view, account, entry.ref, entry.obj, "")


def _granted(
    view: RuleView, account: ObjectRef, ref: ObjectRef, binding: RoleBinding | ClusterRoleBinding, namespace: str
) -> Iterator[Grant]:
    named = binding.role_ref
    if named is None or not any(_is_subject(one, account, namespace) for one in binding.subjects or ()):
        return
    is_cluster = named.kind == "ClusterRole"
    role = ObjectRef.of(ClusterRole.GROUP_KIND if is_cluster else Role.GROUP_KIND, "" if is_cluster else namespace, named.name)
    found = view.get(role)
    yield Grant(role, ref, (found.obj.rules or ()) if found and isinstance(found.obj, Role | ClusterRole) else ())


def _is_subject(one: Subject, account: ObjectRef, namespace: str) -> bool:
    if one.kind == "ServiceAccount":
        return one.name == account.name and (one.namespace or namespace) == account.namespace
    groups = ("system:authenticated", "system:serviceaccounts", f"system:serviceaccounts:{account.namespace}")
    return (one.kind == "Group" and one.name in groups) or one.name == f"system:serviceaccount:{account.namespace}:{account.name}"


def _allows(one: PolicyRule, denied: DeniedRight) -> bool:
    if not _fits(one.verbs, denied.verb) or one.resource_names:
        return False
    if denied.path:
        return _fits(one.non_resource_urls, denied.path)
    return _fits(one.resources, denied.resource) and _fits(one.api_groups, denied.group)


def _fits(listed: tuple[str, ...] | None, wanted: str) -> bool:
    return wanted in (listed or ()) or "*" in (listed or ())


def _likeness(grant: Grant, denied: DeniedRight) -> int:
    """How near a role comes: the same resource, the same group, a Role before a ClusterRole."""
    same = any(denied.resource in (one.resources or ()) for one in grant.rules)
    group = any(denied.group in (one.api_groups or ()) for one in grant.rules)
    return 8 * same + 4 * (grant.role.kind == "Role") + 2 * group + (not grant.role.name.startswith("system:"))
