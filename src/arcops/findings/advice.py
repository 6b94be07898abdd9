"""The next steps, written once: exact commands, read-only ones first."""

from __future__ import annotations

from arcops.kube.refs import ObjectRef

_SHORT = {
    "Pod": "pod", "Deployment": "deployment", "StatefulSet": "statefulset", "DaemonSet": "daemonset", "ReplicaSet": "replicaset",
    "Job": "job", "CronJob": "cronjob", "Service": "service", "ConfigMap": "configmap", "Secret": "secret", "Node": "node",
    "PersistentVolumeClaim": "pvc", "PersistentVolume": "pv", "StorageClass": "storageclass", "Ingress": "ingress",
    "NetworkPolicy": "networkpolicy", "HorizontalPodAutoscaler": "hpa", "ResourceQuota": "resourcequota", "Namespace": "namespace",
    "ServiceAccount": "serviceaccount", "Role": "role", "RoleBinding": "rolebinding",
}  # fmt: skip


def named(ref: ObjectRef) -> str:
    """``deployment/web``, as kubectl takes it; kinds of other groups in full."""
    short = _SHORT.get(ref.kind) or (f"{ref.kind.lower()}.{ref.group}" if ref.group else ref.kind.lower())
    return f"{short}/{ref.name}"


def kubectl(ref: ObjectRef, verb: str, rest: str = "") -> str:
    """A kubectl command about an object: ``kubectl -n shop describe pod/web-0``."""
    scope = f"-n {ref.namespace} " if ref.namespace else ""
    return f"kubectl {scope}{verb} {named(ref)}{f' {rest}' if rest else ''}"


def look(ref: ObjectRef) -> str:
    """The command that describes an object."""
    return kubectl(ref, "describe")


def listing(ref: ObjectRef) -> str:
    """The command that lists the objects of a kind where one is missing."""
    scope = f"-n {ref.namespace} " if ref.namespace else ""
    return f"kubectl {scope}get {named(ref).partition('/')[0]}"


def logs(pod: ObjectRef, container: str, *, previous: bool = False) -> str:
    """The command that prints a container's last lines."""
    return f"kubectl -n {pod.namespace} logs {pod.name} -c {container}{' --previous' if previous else ''} --tail=50"


def undo(workload: ObjectRef) -> tuple[str, ...]:
    """The command that takes back the last rollout, for kinds that have rollouts."""
    if workload.kind not in ("Deployment", "StatefulSet", "DaemonSet"):
        return ()
    return (f"kubectl -n {workload.namespace} rollout undo {named(workload)}",)


def restart(workload: ObjectRef) -> tuple[str, ...]:
    """The command that makes a workload's pods anew, for kinds that have rollouts."""
    if workload.kind not in ("Deployment", "StatefulSet", "DaemonSet"):
        return ()
    return (f"kubectl -n {workload.namespace} rollout restart {named(workload)}",)


def edit(ref: ObjectRef, what: str) -> str:
    """The step that changes something by hand."""
    return f"Correct {what} of {ref}: {kubectl(ref, 'edit')}"
