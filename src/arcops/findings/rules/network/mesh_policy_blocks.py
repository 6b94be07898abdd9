"""A policy of the service mesh denies calls to a workload.

Found: an Istio AuthorizationPolicy denies everybody (DENY without a condition on the caller), or admits nobody (ALLOW without rules), for
pods that a Service selects; and it was made or changed within the record, or a log of the namespace says that it is denied ("RBAC: access
denied"). Critical with such a log.

Quiet: for policies that name who is denied, for an allow-nothing beside policies that admit, and while no change and no log speaks of it.

Do: take the policy back, or admit the callers.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.past import FieldChange
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.kube.objects.custom import CustomObject
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.service import Service
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.selectors import EVERYTHING, Labels, Selector, selector_of_labels
from arcops.kube.times import time_ms

_KIND = GroupKind("security.istio.io", "AuthorizationPolicy")
_DENIED = "RBAC: access denied"
_DENY, _ALLOW = "DENY", "ALLOW"
_MOST_PODS, _LAST_LINES, _LONGEST = 20, 500, 300


@rule(severity=Severity.WARNING, for_minutes=1)
def check(policy: CustomObject, view: RuleView) -> Iterator[Hit]:
    """One hit for the Service that is shut off."""
    if view.subject.group_kind != _KIND or policy.metadata.deletion_timestamp or not _shuts_all(policy, view):
        return
    service = _service(policy, view)
    if service is None:
        return
    changes = [one for one in view.changes(view.subject) if not one.path or one.path.startswith("spec")]
    said = _complaint(view, service.name)
    if not changes and said is None:
        return
    moved = evidence.aside(changes)
    yield Hit(
        title=f"{view.subject} lets nobody call {service}: {_how(policy)}{moved}",
        cause=view.subject,
        link="shuts off",
        why=f"A log says: {said.value}" if said else "",
        severity=Severity.CRITICAL if said else None,
        evidence=(
            evidence.field(view.subject, "spec.action", _action(policy)),
            *(evidence.change(one) for one in changes),
            *((said,) if said else ()),
        ),
        next=(
            advice.kubectl(view.subject, "get", "-o yaml"),
            f"kubectl -n {view.subject.namespace} get authorizationpolicies",
            f"If it is not meant: {advice.kubectl(view.subject, 'delete')}",
        ),
        since_ms=_since(policy, changes),
    )


def _since(policy: CustomObject, changes: list[FieldChange]) -> int | None:
    if not changes:
        return None
    return (time_ms(policy.metadata.creation_timestamp) if changes[-1].what == "created" else None) or changes[-1].at_ms


def _action(policy: CustomObject) -> str:
    return (policy.spec.action if policy.spec else None) or _ALLOW


def _shuts_all(policy: CustomObject, view: RuleView) -> bool:
    """Whether nobody is left who may call."""
    rules = (policy.spec.rules if policy.spec else None) or ()
    if _action(policy) == _DENY:
        return any(not one.sources and not one.when for one in rules)
    return _action(policy) == _ALLOW and not rules and not _others_admit(view)


def _others_admit(view: RuleView) -> bool:
    """Whether some other policy of the namespace admits somebody: then this one is the usual ground to stand on."""
    for entry in view.list(_KIND, view.subject.namespace):
        other = entry.obj
        if entry.ref != view.subject and isinstance(other, CustomObject) and _action(other) == _ALLOW and other.spec and other.spec.rules:
            return True
    return False


def _how(policy: CustomObject) -> str:
    if _action(policy) == _ALLOW:
        return "it admits nobody (no rules), and no other policy does"
    return "its action is DENY, without a condition on who calls"


def _selected(policy: CustomObject) -> Selector:
    labels = policy.spec.selector.match_labels if policy.spec and policy.spec.selector else None
    return selector_of_labels(labels) if labels else EVERYTHING


def _service(policy: CustomObject, view: RuleView) -> ObjectRef | None:
    """The first Service whose pods the policy is about."""
    namespace = view.subject.namespace
    pods = view.select(Pod.GROUP_KIND, namespace, _selected(policy))
    for entry in view.list(Service.GROUP_KIND, namespace):
        if _is_behind(entry, [pod.obj.metadata.labels or {} for pod in pods]):
            return entry.ref
    return None


def _is_behind(service: Entry, labels: list[Labels]) -> bool:
    wanted = service.obj.spec.selector if isinstance(service.obj, Service) and service.obj.spec else None
    return bool(wanted) and any(all(one.get(key) == value for key, value in (wanted or {}).items()) for one in labels)


def _complaint(view: RuleView, service: str) -> Evidence | None:
    """A line of a pod of the namespace that was denied; one that names the Service before others."""
    if not view.has_every_log:
        return None
    found: list[Evidence] = []
    for entry in view.list(Pod.GROUP_KIND, view.subject.namespace)[:_MOST_PODS]:
        spec = entry.obj.spec if isinstance(entry.obj, Pod) else None
        for container in (spec.containers if spec else None) or ():
            lines = view.log(entry.ref, container.name).splitlines()[-_LAST_LINES:]
            found += [evidence.log(entry.ref, container.name, line.strip()[:_LONGEST]) for line in lines if _DENIED in line][-1:]
    return next((one for one in found if service in (one.value or "")), found[0] if found else None)
