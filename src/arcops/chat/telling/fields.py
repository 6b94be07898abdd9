"""The important fields of an object as sentences, beyond the columns kubectl shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from arcops.chat.answers._said import listed, many
from arcops.findings.quotas import uses_of
from arcops.inventory.base import Entry
from arcops.inventory.podspecs import own_spec_of
from arcops.kube.objects.autoscaling import HorizontalPodAutoscaler
from arcops.kube.objects.config import ConfigMap
from arcops.kube.objects.container import Container
from arcops.kube.objects.custom import CustomObject
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.network import Ingress, IngressBackend
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.policy import ResourceQuota
from arcops.kube.objects.service import Service
from arcops.kube.objects.storage import PersistentVolume
from arcops.kube.owners import controller_of, owner_ref

_MOST_KEYS = 12
_MOST_RULES = 8
_LONGEST_COMMAND = 160
_GOOD_WHEN_FALSE = ("Pressure", "Problem", "Failed", "Failure", "NetworkUnavailable", "Stalled", "Terminating", "Degraded", "Suspended")
Reader = Callable[[KubeObject], Iterator[str]]


def field_sentences(entry: Entry) -> Iterator[str]:
    """What stands in an object that its columns do not show, each with its name, without full stops."""
    name, obj = str(entry.ref), entry.obj
    owner = controller_of(obj)
    if owner is not None:
        yield f"{name} belongs to {owner_ref(owner, entry.ref.namespace)}"
    elif isinstance(obj, Pod):
        yield f"{name} belongs to no controller, so nothing makes it anew"
    yield from (f"{name}: {text}" for text in _containers(entry))
    yield from (f"{name}: {text}" for text in _of_kind(obj))
    yield from (f"{name}: {text}" for text in _conditions(obj))
    if obj.metadata.deletion_timestamp:
        held = f", held by finalizers {listed(list(obj.metadata.finalizers))}" if obj.metadata.finalizers else ""
        yield f"{name} is being deleted since {obj.metadata.deletion_timestamp}{held}"


def _containers(entry: Entry) -> Iterator[str]:
    at = own_spec_of(entry)
    if at is None:
        return
    for kind, containers in (("init container", at.spec.init_containers), ("container", at.spec.containers)):
        for one in containers or ():
            yield f"{kind} {one.name} runs image {one.image or 'of no name'}{_command(one)}{_ports(one)}{_resources(one)}"
    if at.spec.service_account_name and at.spec.service_account_name != "default":
        yield f"service account {at.spec.service_account_name}"


def _command(container: Container) -> str:
    words = [*(container.command or ()), *(container.args or ())]
    return f" with the command {' '.join(words)[:_LONGEST_COMMAND]}" if words else ""


def _ports(container: Container) -> str:
    ports = [str(port.container_port) for port in container.ports or ()]
    return f", port{'s' if len(ports) > 1 else ''} {listed(ports)}" if ports else ""


def _resources(container: Container) -> str:
    found = container.resources
    if found is None:
        return ", without requests and limits"
    parts = [f"{word} {_amounts(amounts)}" for word, amounts in (("requests", found.requests), ("limits", found.limits)) if amounts]
    return f", {', '.join(parts)}" if parts else ", without requests and limits"


def _amounts(amounts: Mapping[str, object]) -> str:
    return " and ".join(f"{name} {amount}" for name, amount in sorted(amounts.items()))


def _of_kind(obj: KubeObject) -> Iterator[str]:
    if isinstance(obj, ConfigMap):
        yield f"{many(len(obj.keys), 'key')}: {listed(sorted(obj.keys), _MOST_KEYS)}" if obj.keys else "no keys"
    elif isinstance(obj, Service):
        yield from _service(obj)
    elif isinstance(obj, Ingress):
        yield from _ingress(obj)
    elif isinstance(obj, Node):
        yield from _node(obj)
    elif isinstance(obj, HorizontalPodAutoscaler):
        yield from _autoscaler(obj)
    elif isinstance(obj, PersistentVolume) and obj.status and obj.status.message:
        yield f"{obj.status.reason or 'message'}: {obj.status.message}"
    elif isinstance(obj, ResourceQuota):
        yield from (f"{use.used} of {use.hard} {use.name} used" for use in uses_of(obj))
    elif isinstance(obj, CustomObject):
        yield from _custom(obj)
    elif isinstance(obj, Pod) and obj.spec and obj.spec.node_name:
        yield f"on node {obj.spec.node_name}, address {(obj.status.pod_ip if obj.status else None) or 'not known'}"


def _service(obj: Service) -> Iterator[str]:
    spec = obj.spec
    if spec is None:
        return
    for port in spec.ports or ():
        target = port.target_port if port.target_port is not None else port.port
        named = f" ({port.name})" if port.name else ""
        yield f"port {port.port}{named} leads to port {target} of the pods"
    labels = ", ".join(f"{key}={value}" for key, value in sorted((spec.selector or {}).items()))
    yield f"selects pods with {labels}" if labels else "it has no selector"
    if spec.external_name:
        yield f"it stands for {spec.external_name}"


def _ingress(obj: Ingress) -> Iterator[str]:
    for rule in (obj.spec.rules if obj.spec else None) or ():
        for path in (rule.http.paths if rule.http else None) or ():
            yield f"{rule.host or 'any host'}{path.path or '/'} goes to {_backend(path.backend)}"
    for one in (obj.spec.tls if obj.spec else None) or ():
        hosts = listed(list(one.hosts or ())) or "every host"
        yield f"HTTPS for {hosts} takes its certificate from Secret {one.secret_name or 'of no name'}"


def _backend(backend: IngressBackend | None) -> str:
    service = backend.service if backend else None
    if service is None:
        return "no Service"
    port = (service.port.name or service.port.number) if service.port else "no port"
    return f"Service {service.name} port {port}"


def _node(obj: Node) -> Iterator[str]:
    status, spec = obj.status, obj.spec
    for taint in (spec.taints if spec else None) or ():
        yield f"taint {taint.key}{f'={taint.value}' if taint.value else ''}:{taint.effect}"
    if spec and spec.unschedulable:
        yield "it is cordoned: no new pods are placed on it"
    if status and status.allocatable:
        named = {name: amount for name, amount in status.allocatable.items() if name in ("cpu", "memory", "pods", "ephemeral-storage")}
        yield f"allocatable {_amounts(named)}"


def _autoscaler(obj: HorizontalPodAutoscaler) -> Iterator[str]:
    spec, status = obj.spec, obj.status
    if spec is None:
        return
    if spec.scale_target_ref is not None:
        bounds = f"between {spec.min_replicas if spec.min_replicas is not None else 1} and {spec.max_replicas}"
        yield f"scales {spec.scale_target_ref.kind} {spec.scale_target_ref.name} {bounds}"
    if status is not None:
        yield f"{status.current_replicas or 0} replicas now, {status.desired_replicas or 0} wanted"
    for metric in (status.current_metrics if status else None) or ():
        source = metric.source
        value = source.current.average_utilization if source and source.current else None
        if source and value is not None:
            target = next((m.source.target.average_utilization for m in spec.metrics or () if m.source and m.source.name == source.name
                           and m.source.target), None)  # fmt: skip
            yield f"{source.name} is at {value}%{f' of a target of {target}%' if target is not None else ''}"


def _custom(obj: CustomObject) -> Iterator[str]:
    status = obj.status
    if status is None:
        return
    for word, value in (("phase", status.phase), ("state", status.state), ("message", status.message), ("reason", status.reason)):
        if value:
            yield f"{word} {value}"


def _conditions(obj: KubeObject) -> Iterator[str]:
    """Conditions that are not as they should be."""
    for one in getattr(getattr(obj, "status", None), "conditions", None) or ():
        is_bad_when_true = any(word in one.type for word in _GOOD_WHEN_FALSE)
        if one.status != ("False" if is_bad_when_true else "True"):
            said = ": ".join(part for part in (one.reason, one.message) if part)
            yield f"condition {one.type} is {one.status}{f' ({said})' if said else ''}"


def first_sentences(entry: Entry, most: int = _MOST_RULES) -> tuple[list[str], int]:
    """The first few sentences, and how many there are."""
    found = list(dict.fromkeys(field_sentences(entry)))
    return found[:most], len(found)
