"""From a Service to the ports its pods answer on."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings.pods import is_over
from arcops.findings.view import RuleView
from arcops.kube.objects.container import Container, ContainerPort, Probe
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod, PodSpec
from arcops.kube.objects.service import Endpoints, EndpointSlice, Service, ServicePort
from arcops.kube.refs import ObjectRef
from arcops.kube.selectors import Labels, selector_of_labels

HEADLESS = "None"
_SERVICE_NAME = "kubernetes.io/service-name"
_KEEPER, _OWN_KEEPER = "endpointslice.kubernetes.io/managed-by", "endpointslice-controller.k8s.io"
_LEADER = "control-plane.alpha.kubernetes.io/leader"


def is_external(service: Service) -> bool:
    """Whether it stands for a name outside, or its endpoints are somebody else's work: it selects no pods."""
    spec = service.spec
    return spec is None or spec.type == "ExternalName" or not spec.selector


def is_headless(service: Service) -> bool:
    """Whether its name leads to the pods themselves."""
    return service.spec is not None and service.spec.cluster_ip == HEADLESS


def selects(service: Service, labels: Labels) -> bool:
    """Whether a Service selects pods with these labels."""
    wanted = service.spec.selector if service.spec else None
    return bool(wanted) and all(labels.get(key) == value for key, value in (wanted or {}).items())


def pods_of(view: RuleView, namespace: str, service: Service) -> list[tuple[ObjectRef, Pod]]:
    """The pods a Service selects that have not run to their end."""
    selector = selector_of_labels(service.spec.selector if service.spec else None)
    found = view.select(Pod.GROUP_KIND, namespace, selector)
    return [(entry.ref, entry.obj) for entry in found if isinstance(entry.obj, Pod) and not is_over(entry.obj)]


def waits_for_address(obj: KubeObject) -> bool:
    """A Service of type LoadBalancer without an address."""
    if not isinstance(obj, Service) or obj.spec is None or obj.spec.type != "LoadBalancer" or obj.metadata.deletion_timestamp:
        return False
    balancer = obj.status.load_balancer if obj.status else None
    return balancer is None or not balancer.ingress


def is_kept_by_others(view: RuleView, service: ObjectRef) -> bool:
    """Whether somebody else than the cluster's own controller writes the endpoints: a leader election, an operator, a mirror."""
    if view.sees(Endpoints.GROUP_KIND):
        entry = view.get(ObjectRef.of(Endpoints.GROUP_KIND, service.namespace, service.name))
        if entry is not None and _LEADER in (entry.obj.metadata.annotations or {}):
            return True
    if not view.sees(EndpointSlice.GROUP_KIND):
        return False
    slices = view.select(EndpointSlice.GROUP_KIND, service.namespace, selector_of_labels({_SERVICE_NAME: service.name}))
    keepers = {(entry.obj.metadata.labels or {}).get(_KEEPER, _OWN_KEEPER) for entry in slices if _has_endpoints(entry.obj)}
    return bool(keepers - {_OWN_KEEPER})


def _has_endpoints(obj: KubeObject) -> bool:
    return isinstance(obj, EndpointSlice) and bool(obj.endpoints)


def containers(spec: PodSpec | None) -> Iterator[Container]:
    """The containers that can serve: ordinary ones and native sidecars."""
    if spec is None:
        return
    yield from (one for one in spec.init_containers or () if one.restart_policy == "Always")
    yield from spec.containers or ()


def declared(spec: PodSpec | None) -> list[ContainerPort]:
    """The ports the containers declare."""
    return [port for container in containers(spec) for port in container.ports or ()]


def target_of(port: ServicePort) -> int | str:
    """The port of the pods, by number or name."""
    target = port.target_port
    if target in (None, 0, ""):
        return port.port
    return int(target) if isinstance(target, str) and target.isdigit() else target or port.port


def number_of(spec: PodSpec | None, port: ServicePort) -> int | None:
    """The number of a Service's port on a pod; None where its name is on no container."""
    target = target_of(port)
    if isinstance(target, int):
        return target
    return next((one.container_port for one in declared(spec) if one.name == target), None)


def is_spoken_of(spec: PodSpec | None, number: int) -> bool:
    """Whether a probe, an argument or a variable of the containers names a port: then it may be open without being declared."""
    return any(_speaks(container, str(number)) for container in containers(spec))


def _speaks(container: Container, number: str) -> bool:
    probes = (container.readiness_probe, container.liveness_probe, container.startup_probe)
    if any(_probed(probe) == number for probe in probes):
        return True
    words = [*(container.command or ()), *(container.args or ()), *(one.value or "" for one in container.env or ())]
    return any(number in word for word in words)


def _probed(probe: Probe | None) -> str:
    if probe is None:
        return ""
    action = probe.http_get or probe.tcp_socket
    return str(action.port) if action else str(probe.grpc.port) if probe.grpc else ""
