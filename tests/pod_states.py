"""Pods in every state that ``kubectl get pods`` tells apart, and what it prints: READY, STATUS and how many restarts.

tests/unit/kube checks them against arcops, tests/cluster against a real API server.
"""

from __future__ import annotations

from typing import Any, NamedTuple

Body = dict[str, Any]

SIDECAR = {"restartPolicy": "Always"}
ENDED = "2026-11-24T07:00:00Z"


class PodCase(NamedTuple):
    """One pod and what kubectl shows of it."""

    name: str
    ready: str
    status: str
    restarts: int
    body: Body
    deleted: bool = False
    """Whether the pod is on its way out: the server sets deletionTimestamp when it is deleted."""


def running(*, ready: bool = True, restarts: int = 0, last: Body | None = None, name: str = "main", started: bool = True) -> Body:
    return _status(name, {"running": {"startedAt": ENDED}}, ready=ready, restarts=restarts, last=last, started=started)


def waiting(reason: str = "", restarts: int = 0, last: Body | None = None, name: str = "main") -> Body:
    return _status(name, {"waiting": {"reason": reason} if reason else {}}, restarts=restarts, last=last)


def ended(code: int, reason: str = "", signal: int = 0, restarts: int = 0, name: str = "main") -> Body:
    terminated: Body = {"exitCode": code, "startedAt": ENDED, "finishedAt": ENDED}
    terminated |= {"reason": reason} if reason else {}
    terminated |= {"signal": signal} if signal else {}
    return _status(name, {"terminated": terminated}, restarts=restarts)


def crashed(code: int = 1, at: str = ENDED) -> Body:
    """A last state."""
    return {"terminated": {"exitCode": code, "reason": "Error", "startedAt": at, "finishedAt": at}}


def _status(name: str, state: Body, *, ready: bool = False, restarts: int = 0, last: Body | None = None, started: bool = False) -> Body:
    return {
        "name": name, "image": "web:1", "imageID": "", "ready": ready, "restartCount": restarts, "started": started, "state": state,
        "lastState": last or {},
    }  # fmt: skip


def _condition(type_: str, status: str = "True", reason: str = "") -> Body:
    return {"type": type_, "status": status, "lastTransitionTime": ENDED} | ({"reason": reason} if reason else {})


def pod(
    *statuses: Body,
    init: tuple[Body, ...] = (),
    sidecars: tuple[str, ...] = (),
    phase: str = "Running",
    conditions: tuple[Body, ...] = (),
    reason: str = "",
    spec: Body | None = None,
    finalizers: tuple[str, ...] = (),
) -> Body:
    """A pod whose containers are those its statuses name (or one, ``main``)."""
    names = [status["name"] for status in statuses] or ["main"]
    inits = [{"name": status["name"], "image": "init:1", **(SIDECAR if status["name"] in sidecars else {})} for status in init]
    status: Body = {"phase": phase, "conditions": list(conditions)}
    status |= {"containerStatuses": list(statuses), "initContainerStatuses": list(init)}
    status |= {"reason": reason} if reason else {}
    containers = [{"name": name, "image": "web:1"} for name in names]
    return {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"finalizers": list(finalizers)},
        "spec": {"containers": containers, "initContainers": inits, **(spec or {})}, "status": status,
    }  # fmt: skip


READY = (_condition("Ready"), _condition("Initialized"))
KEPT = ("arcops.test/kept",)

CASES = (
    PodCase("pending", "0/1", "Pending", 0, pod(phase="Pending")),
    PodCase("running", "1/1", "Running", 0, pod(running(), conditions=READY)),
    PodCase("not-ready", "0/1", "Running", 0, pod(running(ready=False))),
    PodCase("restarted", "1/1", "Running", 3, pod(running(restarts=3, last=crashed()), conditions=READY)),
    PodCase("restarted-unknown-when", "1/1", "Running", 3, pod(running(restarts=3), conditions=READY)),
    PodCase("creating", "0/1", "ContainerCreating", 0, pod(waiting("ContainerCreating"), phase="Pending")),
    PodCase("waiting-without-reason", "0/1", "Pending", 0, pod(waiting(), phase="Pending")),
    PodCase("crash-loop", "0/1", "CrashLoopBackOff", 7, pod(waiting("CrashLoopBackOff", 7, crashed()))),
    PodCase("two-one-crashes", "1/2", "CrashLoopBackOff", 4, pod(waiting("CrashLoopBackOff", 4, crashed(), "a"), running(name="b"))),
    PodCase(
        "first-container-decides", "0/2", "ErrImagePull", 0, pod(waiting("ErrImagePull", name="a"), waiting("ImagePullBackOff", name="b"))
    ),
    PodCase("image-pull", "0/1", "ImagePullBackOff", 0, pod(waiting("ImagePullBackOff"), phase="Pending")),
    PodCase("error", "0/1", "Error", 1, pod(ended(1, "Error", restarts=1))),
    PodCase("oom", "0/1", "OOMKilled", 2, pod(ended(137, "OOMKilled", restarts=2))),
    PodCase("exit-code", "0/1", "ExitCode:3", 0, pod(ended(3))),
    PodCase("signal", "0/1", "Signal:9", 0, pod(ended(137, signal=9))),
    PodCase("completed", "0/1", "Completed", 0, pod(ended(0, "Completed"), phase="Succeeded")),
    PodCase("failed", "0/1", "Error", 0, pod(ended(1, "Error"), phase="Failed")),
    PodCase("evicted", "0/1", "Evicted", 0, pod(phase="Failed", reason="Evicted")),
    PodCase("one-done-ready", "1/2", "Running", 0, pod(ended(0, "Completed", name="a"), running(name="b"), conditions=READY)),
    PodCase("one-done-not-ready", "1/2", "NotReady", 0, pod(ended(0, "Completed", name="a"), running(name="b"))),
    PodCase("one-done-one-failed", "0/2", "Error", 0, pod(ended(0, "Completed", name="a"), ended(1, "Error", name="b"))),
    PodCase(
        "gated",
        "0/1",
        "SchedulingGated",
        0,
        pod(
            phase="Pending",
            conditions=(_condition("PodScheduled", "False", "SchedulingGated"),),
            spec={"schedulingGates": [{"name": "arcops.test/gate"}]},
        ),
    ),
    PodCase(
        "init-running",
        "0/1",
        "Init:0/2",
        0,
        pod(waiting("PodInitializing"), init=(running(ready=False, name="i"), waiting("PodInitializing", name="k")), phase="Pending"),
    ),
    PodCase(
        "init-second",
        "0/1",
        "Init:1/2",
        0,
        pod(waiting("PodInitializing"), init=(ended(0, "Completed", name="i"), running(ready=False, name="k")), phase="Pending"),
    ),
    PodCase(
        "init-crash-loop",
        "0/1",
        "Init:CrashLoopBackOff",
        5,
        pod(waiting("PodInitializing"), init=(waiting("CrashLoopBackOff", 5, crashed(), "i"),), phase="Pending"),
    ),
    PodCase(
        "init-error",
        "0/1",
        "Init:Error",
        1,
        pod(waiting("PodInitializing"), init=(ended(1, "Error", restarts=1, name="i"),), phase="Pending"),
    ),
    PodCase("init-exit-code", "0/1", "Init:ExitCode:4", 0, pod(waiting("PodInitializing"), init=(ended(4, name="i"),), phase="Pending")),
    PodCase(
        "init-signal", "0/1", "Init:Signal:15", 0, pod(waiting("PodInitializing"), init=(ended(143, signal=15, name="i"),), phase="Pending")
    ),
    PodCase(
        "initialized",
        "0/1",
        "PodInitializing",
        0,
        pod(waiting("PodInitializing"), init=(ended(0, "Completed", name="i"),), phase="Pending"),
    ),
    PodCase(
        "init-restarts-forgotten",
        "1/1",
        "Running",
        0,
        pod(running(), init=(ended(0, "Completed", restarts=6, name="i"),), conditions=READY),
    ),
    PodCase(
        "sidecar",
        "2/2",
        "Running",
        1,
        pod(running(), init=(running(restarts=1, last=crashed(), name="s"),), sidecars=("s",), conditions=READY),
    ),
    PodCase(
        "sidecar-not-ready", "1/2", "Running", 0, pod(running(), init=(running(ready=False, name="s"),), sidecars=("s",), conditions=READY)
    ),
    PodCase(
        "sidecar-starting",
        "0/2",
        "Init:0/1",
        0,
        pod(waiting("PodInitializing"), init=(running(ready=False, name="s", started=False),), sidecars=("s",), phase="Pending"),
    ),
    PodCase(
        "sidecar-then-init",
        "1/2",
        "Init:1/2",
        2,
        pod(
            waiting("PodInitializing"),
            init=(running(restarts=2, name="s"), running(ready=False, name="i")),
            sidecars=("s",),
            phase="Pending",
        ),
    ),
    PodCase(
        "sidecar-crashed-later",
        "1/2",
        "Init:CrashLoopBackOff",
        3,
        pod(running(restarts=1, last=crashed()), init=(waiting("CrashLoopBackOff", 2, crashed(), "s"),), sidecars=("s",), conditions=READY),
    ),
    PodCase("unknown-phase", "0/1", "Unknown", 0, pod(running(ready=False), phase="Unknown")),
    PodCase("terminating", "1/1", "Terminating", 0, pod(running(), conditions=READY, finalizers=KEPT), deleted=True),
    PodCase("terminating-done", "0/1", "Completed", 0, pod(ended(0, "Completed"), phase="Succeeded", finalizers=KEPT), deleted=True),
    PodCase("node-lost", "1/1", "Unknown", 0, pod(running(), conditions=READY, reason="NodeLost", finalizers=KEPT), deleted=True),
)
