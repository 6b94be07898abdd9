"""A GatewayClass, Gateway or HTTPRoute does not serve: what it names is not there, or its controller refuses it.

Found: for 2 minutes a class, Gateway, backend Service, its port or a certificate Secret that is named does not exist; a listener does not
admit routes of the namespace; or Accepted, Programmed or ResolvedRefs is not True, of the object or of one of its listeners.

Quiet: while the controller has not seen the newest generation, for conditions that tell of no fault (SupportedVersion), and for routes
that hang on a Service (a mesh).

Do: read the condition's message; correct the name, or create what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.kube.objects.cluster import Namespace
from arcops.kube.objects.condition import GenerationCondition
from arcops.kube.objects.config import Secret
from arcops.kube.objects.gateway import Gateway, GatewayClass, GatewayReference, HTTPRoute, Listener
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.service import Service
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.selectors import selector_of
from arcops.kube.times import time_ms

_GROUP = Gateway.GROUP_KIND.group
_WANTED = ("Accepted", "Programmed", "ResolvedRefs")

Refusal = tuple[str, GenerationCondition]
"""Whose condition ("listener https", "" for the object's own) and the condition."""


@rule(GatewayClass, Gateway, HTTPRoute, severity=Severity.CRITICAL, for_minutes=2)
def check(obj: KubeObject, view: RuleView) -> Iterator[Hit]:
    """One hit for each thing that is missing, and one for all that the controller refuses."""
    if isinstance(obj, GatewayClass):
        yield from _refused(view, _refusals(obj, (("", obj.status.conditions if obj.status else None),)), [])
    elif isinstance(obj, Gateway):
        yield from _gateway(obj, view)
    elif isinstance(obj, HTTPRoute):
        yield from _route(obj, view)


def _refusals(obj: KubeObject, listed: Iterable[tuple[str, tuple[GenerationCondition, ...] | None]]) -> list[Refusal]:
    """The conditions that should be True and are not, of the newest generation."""
    return [
        (whose, one)
        for whose, conditions in listed
        for one in conditions or ()
        if (one.type in _WANTED and one.status != "True" and not _is_old(obj, one)) or (one.type == "Conflicted" and one.status == "True")
    ]  # fmt: skip


def _is_old(obj: KubeObject, condition: GenerationCondition) -> bool:
    return condition.observed_generation is not None and condition.observed_generation < (obj.metadata.generation or 0)


def _refused(view: RuleView, refusals: list[Refusal], own: list[str], cause: ObjectRef | None = None) -> Iterator[Hit]:
    """One hit for all refusals and what we see to be wrong ourselves."""
    if not refusals and not own:
        return
    said = "; ".join(dict.fromkeys((*own, *(_refusal_text(whose, one) for whose, one in refusals))))
    times = [found for _, one in refusals if (found := time_ms(one.last_transition_time))]
    yield Hit(
        title=f"{view.subject} does not serve: {said}",
        cause=cause,
        link="is served by" if cause else "",
        evidence=tuple(evidence.condition(view.subject, one) for _, one in refusals),
        next=(advice.look(view.subject),),
        since_ms=min(times, default=None),
    )


def _refusal_text(whose: str, one: GenerationCondition) -> str:
    verdict = {"Accepted": "not accepted", "Programmed": "not programmed", "ResolvedRefs": "not all it names is found"}.get(
        one.type, one.type
    )
    why = ": ".join(part for part in (one.reason, one.message) if part)
    return f"{f'{whose} is ' if whose else ''}{verdict}{f' ({why})' if why else ''}"


# Gateways


def _gateway(gateway: Gateway, view: RuleView) -> Iterator[Hit]:
    spec, status = gateway.spec, gateway.status
    ref = ObjectRef.of(GatewayClass.GROUP_KIND, "", spec.gateway_class_name if spec else "")
    entry = view.get(ref)
    if ref.name and entry is None:
        names = ", ".join(other.ref.name for other in view.list(ref.group_kind))
        yield _missing(view, ref, "the cluster", "class", f"; there is {names}" if names else "")
    listed = [("", status.conditions if status else None)]
    listed += [(f"listener {one.name}", one.conditions) for one in (status.listeners if status else None) or ()]
    refusals = _refusals(gateway, listed)
    broken = entry is not None and isinstance(entry.obj, GatewayClass) and _is_refused(entry.obj)
    yield from _refused(view, refusals, [], ref if broken else None)
    for listener in (spec.listeners if spec else None) or ():
        yield from _certificates(listener, view)


def _is_refused(found: GatewayClass) -> bool:
    return bool(_refusals(found, (("", found.status.conditions if found.status else None),)))


def _certificates(listener: Listener, view: RuleView) -> Iterator[Hit]:
    for named in (listener.tls.certificate_refs if listener.tls else None) or ():
        ref = _ref(named, Secret.GROUP_KIND, view.subject.namespace)
        if ref.group_kind == Secret.GROUP_KIND and view.get(ref) is None:
            yield _missing(view, ref, f"namespace {ref.namespace}", "takes its certificate from", f" (listener {listener.name})")


# Routes


def _route(route: HTTPRoute, view: RuleView) -> Iterator[Hit]:
    spec, status = route.spec, route.status
    own: list[str] = []
    broken: ObjectRef | None = None
    for parent in (spec.parent_refs if spec else None) or ():
        ref = _ref(parent, Gateway.GROUP_KIND, view.subject.namespace)
        if ref.group_kind != Gateway.GROUP_KIND:
            continue
        entry = view.get(ref)
        if entry is None:
            yield _missing(view, ref, f"namespace {ref.namespace}", "attached to", "")
        elif isinstance(entry.obj, Gateway):
            own += _closed(entry.obj, ref, parent, view)
            broken = broken or (ref if _is_down(entry.obj) else None)
    yield from _backends(route, view, own)
    refusals = _refusals(route, [(f"at {_parent(one.parent_ref)}", one.conditions) for one in (status.parents if status else None) or ()])
    yield from _refused(view, refusals, own, broken)


def _parent(ref: GatewayReference | None) -> str:
    return f"{(ref.kind if ref else None) or 'Gateway'} {ref.name if ref else ''}"


def _is_down(gateway: Gateway) -> bool:
    return bool(_refusals(gateway, (("", gateway.status.conditions if gateway.status else None),)))


def _closed(gateway: Gateway, ref: ObjectRef, parent: GatewayReference, view: RuleView) -> list[str]:
    """That no listener of the Gateway takes routes of the namespace, or that there is no such listener."""
    every = (gateway.spec.listeners if gateway.spec else None) or ()
    listeners = [one for one in every if parent.section_name in (None, one.name)]
    if not listeners and every:
        return [f"{ref} has no listener {parent.section_name} (its listeners are {', '.join(one.name for one in every)})"]
    if not every or any(_admits(one, ref, view) for one in listeners):
        return []
    return [f"no listener of {ref} allows routes from namespace {view.subject.namespace}"]


def _admits(listener: Listener, gateway: ObjectRef, view: RuleView) -> bool:
    namespaces = listener.allowed_routes.namespaces if listener.allowed_routes else None
    source = (namespaces.source if namespaces else None) or "Same"
    own = view.subject.namespace
    if source == "Selector" and namespaces is not None:
        if not view.sees(Namespace.GROUP_KIND):
            return True
        entry = view.get(ObjectRef.of(Namespace.GROUP_KIND, "", own))
        return entry is None or selector_of(namespaces.selector).matches(entry.obj.metadata.labels)
    return source == "All" or (source == "Same" and gateway.namespace == own)


def _backends(route: HTTPRoute, view: RuleView, own: list[str]) -> Iterator[Hit]:
    """A hit for each absent Service; wrong ports are added to what the route itself has wrong."""
    seen: set[ObjectRef] = set()
    for one in (route.spec.rules if route.spec else None) or ():
        for backend in one.backend_refs or ():
            ref = _ref(backend, Service.GROUP_KIND, view.subject.namespace)
            if ref.group_kind != Service.GROUP_KIND:
                continue
            entry = view.get(ref)
            if entry is None and ref not in seen:
                seen.add(ref)
                yield _missing(view, ref, f"namespace {ref.namespace}", "routes to", "")
            elif entry is not None and isinstance(entry.obj, Service):
                own += _unoffered(entry.obj, ref, backend.port)


def _unoffered(service: Service, ref: ObjectRef, port: int | None) -> list[str]:
    ports = [one.port for one in (service.spec.ports if service.spec else None) or ()]
    if port is None or not ports or port in ports:
        return []
    return [f"it leads to port {port} of {ref}, which offers {', '.join(map(str, ports))}"]


def _ref(named: GatewayReference, default: GroupKind, namespace: str) -> ObjectRef:
    kind = GroupKind(default.group if named.group is None else named.group, named.kind or default.kind)
    return ObjectRef.of(kind, named.namespace or namespace, named.name)


def _missing(view: RuleView, ref: ObjectRef, where: str, link: str, more: str) -> Hit:
    what = {"attached to": "hangs on", "routes to": "leads to", "class": "asks for"}.get(link, link)
    told: tuple[Evidence, ...] = (evidence.absence(ref, where),)
    return Hit(
        title=f"{view.subject} {what} {ref.kind} {ref.name}, which does not exist in {where}{more}",
        cause=ref,
        link=link,
        evidence=told,
        next=(advice.listing(ref), advice.edit(view.subject, "the name"), f"Or create {ref}."),
    )
