"""Probes: what they ask for, whether the kubelet says they fail, and containers it restarts for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from arcops.findings.amounts import read_amounts
from arcops.findings.pods import Box
from arcops.findings.recovery import is_well_again
from arcops.findings.view import RuleView
from arcops.kube.objects.container import Container, Probe
from arcops.kube.objects.event import ClusterEvent

LIVENESS, READINESS, STARTUP = "liveness", "readiness", "startup"


_NOBODY = ("connection refused", "connect: ")
_LATE = ("timeout", "timed out", "deadline exceeded")
_LITTLE_CPU = 100
"""Thousandths of a core, at and below which programs of any size start and answer slowly."""


class Failure(NamedTuple):
    """A probe that fails: which, and the events that say so, oldest first."""

    kind: str
    probe: Probe | None
    events: tuple[ClusterEvent, ...]

    @property
    def answer(self) -> str:
        """What the kubelet got back last."""
        for event in reversed(self.events):
            _, found, rest = event.message.partition("probe failed: ")
            if found:
                return rest.strip()
        return ""

    @property
    def is_late(self) -> bool:
        """Whether the answer came too late, or not at all, from somebody who listens."""
        return any(sign in self.answer.lower() for sign in _LATE)

    @property
    def is_unheard(self) -> bool:
        """Whether nobody listens yet, as far as the kubelet says: so it is while a program starts."""
        return not self.answer or self.is_late or any(sign in self.answer.lower() for sign in _NOBODY)

    @property
    def times(self) -> int:
        """How often it is known to have failed."""
        return sum(event.count for event in self.events if event.reason == "Unhealthy")


def is_about(event: ClusterEvent, box: Box) -> bool:
    """Whether an event is about this container; one that names none is about any."""
    return not event.field_path or f"{{{box.name}}}" in event.field_path


def failures_of(view: RuleView, box: Box, *kinds: str) -> list[Failure]:
    """The probes of these kinds whose failure events tell."""
    events = [event for event in view.events("Unhealthy", "Killing", "ProbeWarning") if is_about(event, box)]
    found = []
    for kind in kinds:
        told = tuple(event for event in events if kind in event.message.lower())
        if told:
            found.append(Failure(kind, probe_of(box.spec, kind), told))
    return found


def killed_by_probe(view: RuleView, box: Box) -> Failure | None:
    """The liveness or startup probe because of which the kubelet restarts a container; none once it has been well for ten minutes.

    Its Events stay for an hour.
    """
    if box.ready and is_well_again(view, box):
        return None
    for failure in failures_of(view, box, LIVENESS, STARTUP):
        if box.restarts and any(event.reason == "Killing" for event in failure.events):
            return failure
        if box.restarts and failure.times >= threshold(failure.probe):
            return failure
    return None


def cpu_limit(container: Container | None) -> str:
    """A container's CPU limit as it is written, if it is small; else ""."""
    limits = (container.resources.limits if container and container.resources else None) or {}
    amount = read_amounts({"cpu": limits["cpu"]}).get("cpu") if "cpu" in limits else None
    return str(limits["cpu"]) if amount is not None and amount <= _LITTLE_CPU else ""


def threshold(probe: Probe | None) -> int:
    """After how many failures in a row the kubelet acts."""
    return (probe.failure_threshold if probe else None) or 3


def probe_of(container: Container | None, kind: str) -> Probe | None:
    """The probe of a kind."""
    if container is None:
        return None
    return {LIVENESS: container.liveness_probe, READINESS: container.readiness_probe, STARTUP: container.startup_probe}[kind]


def probe_text(probe: Probe | None) -> str:
    """What a probe does: ``GET :8080/healthz``, ``connect to :5432``, ``run cat /tmp/ready``."""
    if probe is None:
        return ""
    if probe.http_get:
        return f"GET :{probe.http_get.port}{probe.http_get.path or '/'}"
    if probe.tcp_socket:
        return f"connect to :{probe.tcp_socket.port}"
    if probe.grpc:
        return f"gRPC :{probe.grpc.port}"
    if probe.exec:
        return f"run {' '.join(probe.exec.command or ())}"
    return ""


def odd_port(container: Container | None, probe: Probe | None) -> str:
    """What is wrong with the port a probe asks; "" where nothing is, or where the container declares no ports."""
    port = _port_of(probe)
    declared: Sequence[int] = [one.container_port for one in (container.ports if container else None) or ()]
    names = [one.name for one in (container.ports if container else None) or () if one.name]
    if port is None or not declared:
        return ""
    listed = ", ".join(map(str, declared))
    if isinstance(port, str) and not port.isdigit():
        return "" if port in names else f"the container has no port named {port} (its ports are {listed})"
    return "" if int(port) in declared else f"port {port} is not among the container's ports ({listed})"


def _port_of(probe: Probe | None) -> int | str | None:
    if probe is None:
        return None
    action = probe.http_get or probe.tcp_socket
    return action.port if action else (probe.grpc.port if probe.grpc else None)
