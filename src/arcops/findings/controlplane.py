"""The parts of the control plane that run as pods: which pod is which, and what their logs tell of trouble."""

from __future__ import annotations

from arcops.base.clock import rfc3339
from arcops.findings.leases import newest_renewal
from arcops.findings.text.controlplane import Sign, troubles
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.refs import ObjectRef
from arcops.kube.selectors import selector_of_labels

NAMESPACE = "kube-system"
STORE = "etcd"
PARTS = (STORE, "kube-apiserver", "kube-controller-manager", "kube-scheduler", "cloud-controller-manager")
_STILL_MS = 120_000


def part_of(obj: KubeObject) -> str:
    """Which part of the control plane a pod is; "" for others."""
    if not isinstance(obj, Pod) or obj.metadata.namespace != NAMESPACE:
        return ""
    labels = obj.metadata.labels or {}
    named = labels.get("component") or labels.get("k8s-app") or ""
    return named if named in PARTS else next((part for part in PARTS if obj.metadata.name.startswith(f"{part}-")), "")


def signs_of(pod: Pod, view: RuleView) -> tuple[str, list[Sign]]:
    """The container whose log tells of trouble that goes on, with what it tells; ``("", [])`` where none does.

    A log of one that is well is asked for only where logs are at hand, or nobody has renewed a Lease of late: then nothing is written.
    """
    statuses = (pod.status.container_statuses if pod.status else None) or ()
    restarted = any(one.restart_count or not one.ready for one in statuses)
    if not (view.has_every_log or restarted or _stands_still(view)):
        return "", []
    for one in (pod.spec.containers if pod.spec else None) or ():
        log = view.log(view.subject, one.name) or view.log(view.subject, one.name, previous=True)
        found = troubles(log, view.now_ms, rfc3339(view.now_ms)[:4]) if log else []
        if found:
            return one.name, found
    return "", []


def store_pod(view: RuleView, node: str | None) -> ObjectRef | None:
    """The pod of etcd: that of the node, or any."""
    found: list[Entry] = list(view.select(Pod.GROUP_KIND, NAMESPACE, selector_of_labels({"component": STORE})))
    here = [entry for entry in found if isinstance(entry.obj, Pod) and entry.obj.spec and entry.obj.spec.node_name == node]
    return next((entry.ref for entry in (*here, *found)), None)


def _stands_still(view: RuleView) -> bool:
    at_ms = newest_renewal(view)
    return at_ms is not None and view.now_ms - at_ms > _STILL_MS
