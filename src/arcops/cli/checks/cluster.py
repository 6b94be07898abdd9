"""Tries everything `arcops serve` will need of a cluster, for real: connection, rights, clocks, logs, metrics."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import TYPE_CHECKING

from arcops.base.clock import Clock, SystemClock
from arcops.base.errors import ArcopsError
from arcops.cli.checks.base import Check, failed, missing, ok, skipped, warning
from arcops.cli.errors import Exit, exit_of
from arcops.kube.kinds import ApiResource
from arcops.kube.refs import GroupKind
from arcops.source.drivers.cluster_probe import ClusterProbe, Tried
from arcops.source.kubeconfig import load_connection

if TYPE_CHECKING:
    from arcops.source.connection import ClusterConnection

_WAIT_S = 10.0
_SLOW_MS = 500.0
_SKEW_MS = 5_000
_PARALLEL = 8
_NEEDED = {GroupKind("", "Pod"), GroupKind("", "Node"), GroupKind("", "Namespace"), GroupKind("", "Event")}
"""Without these arcops can say nothing of use; any other kind may be missing."""
_POD = ApiResource("", "v1", "Pod", "pods")
_METRICS = "/apis/metrics.k8s.io/v1beta1/nodes"
_FORBIDDEN, _NOT_FOUND, _BAD_REQUEST = 403, 404, 400
_ROLE = "Give the account get, list and watch on it; docs/howto/rbac.md has the role."


def check_cluster(kubeconfig: str, context: str, timeout_s: float | None) -> tuple[str, list[Check]]:
    """What was looked at (a name), and what came of it; a connection that cannot even be described is the only check then."""
    clock = SystemClock()
    try:
        connection = load_connection(kubeconfig or None, context or None, clock)
    except ArcopsError as error:
        return context or kubeconfig or "the current context", [_of_error("kubeconfig", error)]
    name = f"{connection.context or 'cluster'} ({connection.server})"
    return name, asyncio.run(_all(connection, clock, timeout_s or _WAIT_S))


async def _all(connection: ClusterConnection, clock: Clock, timeout_s: float) -> list[Check]:
    probe = ClusterProbe(connection, clock, timeout_s)
    try:
        return [one async for one in _look(probe, connection)]
    finally:
        await probe.aclose()


async def _look(probe: ClusterProbe, connection: ClusterConnection) -> AsyncIterator[Check]:
    context = f"context {connection.context}, " if connection.context else ""
    yield ok("kubeconfig", f"{context}namespace {connection.namespace}")
    try:
        version = await probe.version()
        found = await probe.kinds()
    except ArcopsError as error:
        yield _of_error("connection", error)
        return
    yield ok("connection", f"{connection.server}, Kubernetes {version}")
    if connection.insecure_skip_tls_verify:
        yield warning("certificate", "the server's certificate is not checked", "Put certificate-authority in the kubeconfig.")
    yield await _latency(probe)
    yield _clock(probe)
    for group, why in found.errors.items():
        yield missing(
            f"API group {group or 'core'}", why, "Its kinds cannot be seen until it answers: look at its APIService and the pods behind it."
        )
    for checks in await _rights(probe, found.resources):
        yield checks
    yield await _logs(probe)
    yield await _metrics(probe)


def _of_error(name: str, error: ArcopsError) -> Check:
    return failed(name, error.message, error.advice, exit_of(error))


async def _latency(probe: ClusterProbe) -> Check:
    """The middle of three answers, so that one slow one does not decide."""
    took = sorted([(await probe.try_get("/version")).took_ms for _ in range(3)])[1]
    if took > _SLOW_MS:
        return warning("latency", f"{took:.0f} ms", "The API server answers slowly: look at its load, and at the network between.")
    return ok("latency", f"{took:.0f} ms")


def _clock(probe: ClusterProbe) -> Check:
    skew = probe.state.clock_skew_ms
    if abs(skew) > _SKEW_MS:
        where = "behind" if skew > 0 else "ahead of"
        return warning(
            "clock",
            f"this machine is {abs(skew) / 1000:.0f} s {where} the API server",
            "Set the clock by NTP: tokens, ages and the record depend on it.",
        )
    return ok("clock", f"within {max(abs(skew), 1000) / 1000:.0f} s of the API server's")


async def _rights(probe: ClusterProbe, resources: Iterable[ApiResource]) -> list[Check]:
    """One check per kind, a few at a time."""
    slots = asyncio.Semaphore(_PARALLEL)

    async def one(resource: ApiResource) -> Check:
        async with slots:
            return await _right(probe, resource)

    return list(await asyncio.gather(*(one(resource) for resource in resources)))


async def _right(probe: ClusterProbe, resource: ApiResource) -> Check:
    """Whether a kind can be listed and watched."""
    name = resource.resource_name
    for verb, tried in (("list", await probe.try_list(resource)), ("watch", await probe.try_watch(resource))):
        if tried.is_fine:
            continue
        if tried.status == _FORBIDDEN:
            status = Exit.NOT_ALLOWED if resource.group_kind in _NEEDED else Exit.PARTIAL
            return missing(name, f"may not {verb}", _ROLE, status)
        return failed(name, f"{verb}: {_said(tried)}", "Look at the API server's log, and at the webhook or API service behind this kind.")
    return ok(name, "list, watch")


async def _logs(probe: ClusterProbe) -> Check:
    """Whether logs can be read: of a real pod if there is one, else by asking the server for its opinion."""
    namespace, pod = await probe.first_name(_POD)
    if pod:
        tried = await probe.try_get(f"{_POD.path(namespace, pod)}/log", [("tailLines", "1"), ("limitBytes", "100")])
        if tried.status == _FORBIDDEN:
            return missing("pods/log", "may not get", "Give the account get on pods/log; without it arcops shows no log lines.")
        if tried.is_fine or tried.status in {_NOT_FOUND, _BAD_REQUEST}:
            return ok("pods/log", "get")  # a pod with several containers or none started answers 400: that is no matter of rights
        return warning(
            "pods/log", _said(tried), "The API server cannot reach the node's kubelet: look at the node, and at the network to port 10250."
        )
    try:
        allowed = await probe.may("get", "", "pods", "log")
    except ArcopsError as error:
        return skipped("pods/log", f"there is no pod to try it on; {error.message}")
    return (
        ok("pods/log", "get")
        if allowed
        else missing("pods/log", "may not get", "Give the account get on pods/log; without it arcops shows no log lines.")
    )


async def _metrics(probe: ClusterProbe) -> Check:
    tried = await probe.try_get(_METRICS, [("limit", "1")])
    if tried.is_fine:
        return ok("metrics-server", "CPU and memory are there")
    if tried.status == _FORBIDDEN:
        return missing(
            "metrics-server",
            "may not list nodes.metrics.k8s.io",
            "Give the account get and list on nodes and pods of metrics.k8s.io.",
            Exit.FINE,
        )
    if tried.status == _NOT_FOUND:
        return missing(
            "metrics-server", "not installed", "Without it arcops knows no CPU and memory figures; nothing else is lost.", Exit.FINE
        )
    return missing("metrics-server", _said(tried), "It is installed but does not answer: look at its pods in kube-system.", Exit.FINE)


def _said(tried: Tried) -> str:
    return f"HTTP {tried.status}: {tried.message}" if tried.status else tried.message
