"""Whether something answers behind a Service that the cluster itself calls: a webhook's, an aggregated API's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from arcops.findings import evidence
from arcops.findings.base import Evidence
from arcops.findings.pods import is_over, is_ready, not_ready_since_ms
from arcops.findings.speaker import WORKLOADS, speaker_of
from arcops.findings.text.counts import none_of
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.inventory.podspecs import template_of
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.service import EndpointSlice, Service
from arcops.kube.objects.workloads import ReplicaSet
from arcops.kube.owners import controller_of
from arcops.kube.refs import ObjectRef
from arcops.kube.selectors import Selector, selector_of_labels

_SERVICE_NAME = "kubernetes.io/service-name"


class NoAnswer(NamedTuple):
    """Why nothing answers: the object to blame, the reason as a clause, what shows it, and since when if a field says."""

    cause: ObjectRef
    why: str
    evidence: tuple[Evidence, ...]
    since_ms: int | None = None


def no_answer(view: RuleView, service: ObjectRef, port: int | None = None) -> NoAnswer | None:
    """Why nothing answers at a Service, or None if something does (or cannot be told). Raises ``CannotLook``."""
    entry = view.get(service)
    if entry is None:
        where = f"namespace {service.namespace}"
        return NoAnswer(service, f"{service} does not exist (not found)", (evidence.absence(service, where),))
    spec = entry.obj.spec if isinstance(entry.obj, Service) else None
    if spec is None or not spec.selector or spec.type == "ExternalName":
        return None
    offered = [one.port for one in spec.ports or ()]
    if port is not None and offered and port not in offered:
        shown = ", ".join(map(str, offered))
        return NoAnswer(service, f"{service} has no port {port} (it has {shown})", (evidence.field(service, "spec.ports", shown),))
    return _no_pod(view, service, selector_of_labels(spec.selector))


def _no_pod(view: RuleView, service: ObjectRef, selector: Selector) -> NoAnswer | None:
    found = view.select(Pod.GROUP_KIND, service.namespace, selector)
    alive = [entry for entry in found if isinstance(entry.obj, Pod) and not is_over(entry.obj)]
    if any(isinstance(entry.obj, Pod) and is_ready(entry.obj) for entry in alive) or _has_ready_slice(view, service):
        return None
    if not alive:
        maker = maker_of(view, service.namespace, selector)
        made = f", and {maker} has none" if maker else ""
        text = f"{service} has no endpoints: no pod matches its selector {selector}{made}"
        return NoAnswer(maker or service, text, (evidence.field(service, "spec.selector", str(selector)),))
    return _unready(view, service, alive)


def _unready(view: RuleView, service: ObjectRef, alive: Sequence[Entry]) -> NoAnswer:
    first = alive[0]
    times = [since for entry in alive if isinstance(entry.obj, Pod) and (since := not_ready_since_ms(entry.obj)) is not None]
    phases = ", ".join(f"{entry.ref.name} is {_phase(entry)}" for entry in alive[:3])
    proof = tuple(evidence.field(entry.ref, "status.conditions[Ready]", "False", f"{entry.ref} is {_phase(entry)}") for entry in alive[:3])
    why = f"{service} has no ready endpoint: {none_of(len(alive), 'pod')} running and ready ({phases})"
    return NoAnswer(speaker_of(first.ref, first.obj, view), why, proof, max(times) if len(times) == len(alive) else None)


def _phase(entry: Entry) -> str:
    status = entry.obj.status if isinstance(entry.obj, Pod) else None
    return "not ready" if status is None or status.phase == "Running" else f"not running ({status.phase})"


def _has_ready_slice(view: RuleView, service: ObjectRef) -> bool:
    if not view.sees(EndpointSlice.GROUP_KIND):
        return False
    slices = view.select(EndpointSlice.GROUP_KIND, service.namespace, selector_of_labels({_SERVICE_NAME: service.name}))
    return any(
        one.conditions is None or one.conditions.ready is not False
        for entry in slices
        if isinstance(entry.obj, EndpointSlice)
        for one in entry.obj.endpoints or ()
    )


def maker_of(view: RuleView, namespace: str, selector: Selector) -> ObjectRef | None:
    """The workload whose template has the labels, where one is seen."""
    for kind in sorted(WORKLOADS - {ReplicaSet.GROUP_KIND}):
        for entry in view.list(kind, namespace) if view.sees(kind) else ():
            template = template_of(entry.obj)
            if template is not None and selector.matches(template.metadata.labels) and controller_of(entry.obj) is None:
                return entry.ref
    return None
