"""A model of Foundry Local is not served.

Found: a ModelDeployment is in state Error, or in any other state than Running for 10 minutes. The certificate or workload it owns
that is not well is to blame; a missing GPU or too little memory then shows in the findings of its pods.

Quiet: while it is being deleted, and in the first 10 minutes, in which models are loaded.

Do: read the message; look at the pods of the deployment, and at cert-manager, which gives it its certificate.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.ailments import ailment_of, is_off
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.replicas import replicas_of
from arcops.findings.view import RuleView
from arcops.kube.objects.cluster import CustomResourceDefinition
from arcops.kube.objects.custom import CustomObject
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.workloads import Deployment, StatefulSet
from arcops.kube.refs import GroupKind, ObjectRef

_KIND = GroupKind("foundrylocal.azure.com", "ModelDeployment")
_CERTIFICATE = GroupKind("cert-manager.io", "Certificate")
_DEFINITION = ObjectRef.of(CustomResourceDefinition.GROUP_KIND, "", "certificates.cert-manager.io")


@rule(severity=Severity.WARNING, for_minutes=10, is_symptom=True)
def check(obj: CustomObject, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    if view.subject.group_kind != _KIND or is_off(obj):
        return
    status = obj.status
    state = (status.state or status.phase or "") if status else ""
    if state == "Running":
        return
    cause, why = _cause(view)
    found = ailment_of(view.subject, obj)
    message = (status.message if status else None) or (found.said if found else "")
    yield Hit(
        title=f"Model {view.subject.name} is not served: {view.subject} is {state or 'without a state'}{f': {message}' if message else ''}"
        + (f"; {why}" if why else ""),
        cause=cause,
        link="needs" if cause else "",
        evidence=(evidence.field(view.subject, "status.state", state), *((found.proof,) if found else ())),
        next=(advice.look(view.subject), *((advice.look(cause),) if cause else ("kubectl -n foundry-local-operator get pods",))),
        since_ms=found.since_ms if found else None,
    )


def _cause(view: RuleView) -> tuple[ObjectRef | None, str]:
    """What it owns that is not well, certificates first, for pods wait for their Secret."""
    for ref, obj in _owned(view, _CERTIFICATE):
        ailment = ailment_of(ref, obj) if isinstance(obj, CustomObject) else None
        if ailment is not None:
            return ref, f"its certificate is not ready: {ailment.said}"
    for kind in (Deployment.GROUP_KIND, StatefulSet.GROUP_KIND):
        for ref, obj in _owned(view, kind):
            counts = replicas_of(obj) if isinstance(obj, Deployment | StatefulSet) else None
            if counts is not None and counts.wanted and not counts.available:
                return ref, f"{ref} has no available pod"
    if view.sees(_DEFINITION.group_kind) and view.list(_DEFINITION.group_kind) and view.get(_DEFINITION) is None:
        return _DEFINITION, "cert-manager, which it needs, is not installed"
    return None, ""


def _owned(view: RuleView, kind: GroupKind) -> list[tuple[ObjectRef, KubeObject]]:
    """What it owns of a kind, or what is named like it where owners are not noted."""
    if not view.sees(kind):
        return []
    owned = [(entry.ref, entry.obj) for entry in view.owned_by(view.uid, kind)] if view.uid else []
    named = view.get(ObjectRef.of(kind, view.subject.namespace, view.subject.name))
    return owned or ([(named.ref, named.obj)] if named else [])
