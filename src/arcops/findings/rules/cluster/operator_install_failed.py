"""An operator cannot be installed or upgraded (Operator Lifecycle Manager, both generations).

Found: a ClusterServiceVersion or InstallPlan that failed, a Subscription whose upgrade failed or that cannot be resolved, a
CatalogSource that is not reached, several OperatorGroups in one namespace, a ClusterCatalog or ClusterExtension that keeps
retrying or asks for something that does not exist; each for 5 minutes. An InstallPlan that waits for approval is information.

Quiet: for catalogs that have not been looked at yet, and while installing goes on.

Do: read the message; look at the catalog's pod, and at the InstallPlan that is named.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from arcops.findings import advice, evidence
from arcops.findings.ailments import ailment_of, is_off
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.kube.objects.condition import GenerationCondition
from arcops.kube.objects.custom import CustomObject
from arcops.kube.refs import GroupKind
from arcops.kube.times import time_ms

_OLD, _NEW = "operators.coreos.com", "olm.operatorframework.io"
_GROUP_KIND = GroupKind(_OLD, "OperatorGroup")
_FAILED = ("failed", "upgradefailed", "installfailed")
_REACHED = ("READY", "IDLE", "")
_SOURCES = ("Catalog", "Image", "")
_POLICIES = ("CatalogProvided", "SelfCertified", "")
_CONNECTING_MINUTES = 10
_UNDER_WAY = ("Pending", "InstallReady", "Installing", "Planning", "Replacing", "Unknown")
_UNDER_WAY_MINUTES = 20
_BLOCKED = {"Installed": "not installed", "Progressing": "no progress", "Serving": "not served"}


@rule(severity=Severity.WARNING, for_minutes=5, is_symptom=True)
def check(obj: CustomObject, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    group, kind = view.subject.group_kind
    if group not in (_OLD, _NEW) or is_off(obj):
        return
    if kind == "CatalogSource":
        yield from _catalog_source(obj, view)
    elif kind == "OperatorGroup":
        yield from _operator_group(view)
    elif kind in ("ClusterExtension", "ClusterCatalog"):
        yield from _extension(obj, view)
    else:
        yield from _by_status(obj, view)


def _by_status(obj: CustomObject, view: RuleView) -> Iterator[Hit]:
    status = obj.status
    state = (status.phase or status.state or "") if status else ""
    found = ailment_of(view.subject, obj)
    proof = evidence.field(view.subject, "status.state" if status and status.state else "status.phase", state)
    words = ((status.message or status.reason) if status else None) or ""
    said = f"{state}{f': {words}' if words else ''}"
    if state.lower() in _FAILED:
        since_ms = found.since_ms if found else None
        yield _hit(view, f"{said}{_explained(state)}", (proof, *((found.proof,) if found else ())), since_ms)
    elif state == "RequiresApproval" or (obj.spec and obj.spec.approved is False and state not in ("Complete", "Installing")):
        yield replace(_hit(view, "it waits for somebody to approve it", (proof,), None), severity=Severity.INFO)
    elif found is not None and not found.is_busy:
        yield _hit(view, found.said, (found.proof,), found.since_ms)
    elif state in _UNDER_WAY and view.subject.kind in ("ClusterServiceVersion", "InstallPlan"):
        yield replace(_hit(view, f"it has not come further than {said}", (proof,), None), for_minutes=_UNDER_WAY_MINUTES)


def _explained(state: str) -> str:
    return " (the upgrade of the operator failed)" if state.lower() == "upgradefailed" else ""


def _catalog_source(obj: CustomObject, view: RuleView) -> Iterator[Hit]:
    state = obj.status.connection_state if obj.status else None
    if state is None or (state.last_observed_state or "") in _REACHED:
        return
    said = f"the connection to its catalog {state.address or ''} is {state.last_observed_state}: it cannot be reached".replace("  ", " ")
    proof = evidence.field(view.subject, "status.connectionState.lastObservedState", state.last_observed_state, time=state.last_connect)
    busy = _CONNECTING_MINUTES if state.last_observed_state == "CONNECTING" else None
    yield replace(_hit(view, said, (proof,), time_ms(state.last_connect)), for_minutes=busy)


def _operator_group(view: RuleView) -> Iterator[Hit]:
    others = [entry.ref for entry in view.list(_GROUP_KIND, view.subject.namespace) if entry.ref != view.subject]
    if others:
        named = ", ".join(ref.name for ref in others)
        said = f"there are several OperatorGroups in namespace {view.subject.namespace}, and exactly one is allowed ({named} beside it)"
        yield _hit(view, said, tuple(evidence.field(ref, "metadata.name", ref.name) for ref in others), None)


def _extension(obj: CustomObject, view: RuleView) -> Iterator[Hit]:
    source = obj.spec.source if obj.spec else None
    wrong = []
    of = (source.source_type or source.type or "") if source else ""
    if of not in _SOURCES:
        wrong.append(f"its source type {of} is not valid (it must be {'Catalog' if source and source.source_type else 'Image'})")
    policy = (source.catalog.upgrade_constraint_policy or "") if source and source.catalog else ""
    if policy not in _POLICIES:
        wrong.append(f"its upgrade constraint policy {policy} is not valid")
    failing = [one for one in (obj.status.conditions if obj.status else None) or () if _blocks(one)]
    said = [_blocked(one) for one in failing]
    if wrong or failing:
        times = [since for one in failing if (since := time_ms(one.last_transition_time)) is not None]
        proof = tuple(evidence.condition(view.subject, one) for one in failing)
        yield _hit(view, "; ".join((*wrong, *said)), proof or (evidence.field(view.subject, "spec.source", ""),), min(times, default=None))


def _blocks(one: GenerationCondition) -> bool:
    if one.type in ("Installed", "Serving", "Healthy"):
        return one.status == "False" and one.reason not in ("Absent", "UserSpecifiedUnavailable")
    return one.type == "Progressing" and one.reason in ("Retrying", "Blocked")


def _blocked(one: GenerationCondition) -> str:
    words = _BLOCKED.get(one.type, "not well")
    return f"{words} ({one.type} is {one.status}, {one.reason}{f': {one.message}' if one.message else ''})"


def _hit(view: RuleView, said: str, proof: tuple[Evidence, ...], since_ms: int | None) -> Hit:
    return Hit(
        title=f"{view.subject} is not in order: {said}", evidence=proof,
        next=(advice.look(view.subject), advice.kubectl(view.subject, "get", "-o yaml")), since_ms=since_ms,
    )  # fmt: skip
