"""A workload needs a ConfigMap, a Secret or a key of a ConfigMap that is not there.

Found: a pod that waits to start names one, in a volume, a variable or a pull of all keys, that does not exist; or a workload
names one that the record saw being deleted, so that its next pod will not start; without such a record it is information.

Quiet: for optional references, for keys of Secrets (whose contents are not read), and where the kubelet already says it of a
container (ContainerConfigError).

Do: create what is missing, or correct the name in the workload. Names close to the missing one are listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.began import began_ms
from arcops.findings.past import FieldChange
from arcops.findings.pods import boxes
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.inventory.links import env, mounts
from arcops.inventory.links.base import Link
from arcops.inventory.podspecs import spec_of
from arcops.kube.objects.batch import CronJob
from arcops.kube.objects.config import ConfigMap, Secret
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.workloads import DaemonSet, Deployment, StatefulSet

_KINDS = (ConfigMap.GROUP_KIND, Secret.GROUP_KIND)
_TOLD_BY_KUBELET = "CreateContainerConfigError"


def _reads_config(obj: KubeObject) -> bool:
    """A pod that has a node and has not started, or a workload; and something to read."""
    if isinstance(obj, Pod):
        status = obj.status
        if status is None or status.phase != "Pending" or obj.metadata.deletion_timestamp or not (obj.spec and obj.spec.node_name):
            return False
    at = spec_of(obj)
    if at is None:
        return False
    containers = (*(at.spec.containers or ()), *(at.spec.init_containers or ()))
    return bool(at.spec.volumes) or any(one.env or one.env_from for one in containers)


@rule(Pod, Deployment, StatefulSet, DaemonSet, CronJob, severity=Severity.CRITICAL, for_minutes=1, gate=_reads_config)
def check(obj: KubeObject, view: RuleView) -> Iterator[Hit]:
    """One hit for each thing that is missing."""
    if isinstance(obj, Pod) and any(box.waiting == _TOLD_BY_KUBELET for box in boxes(obj)):
        return
    entry = Entry(view.subject, obj)
    missing: dict[tuple[str, ...], Link] = {}
    for link in (*mounts.outgoing(entry, view), *env.outgoing(entry, view)):
        if link.target.group_kind in _KINDS and not link.optional and _is_missing(link, view):
            missing.setdefault((*link.target, link.key), link)
    for link in missing.values():
        gone = [change for change in view.changes(link.target) if change.what == "deleted"][-1:]
        yield _hit(obj, view, link, gone)


def _is_missing(link: Link, view: RuleView) -> bool:
    if not view.sees(link.target.group_kind):
        return False
    found = view.get(link.target)
    if found is None:
        return True
    return bool(link.key) and isinstance(found.obj, ConfigMap) and link.key not in found.obj.keys


def _hit(obj: KubeObject, view: RuleView, link: Link, gone: list[FieldChange]) -> Hit:
    ref = link.target
    is_there = view.get(ref) is not None
    what = f"key {link.key} in {ref.kind} {ref.name}" if is_there and link.key else f"{ref.kind} {ref.name}"
    near = _near(view, link)
    now = "cannot start" if isinstance(obj, Pod) else "will not start again"
    return Hit(
        title=f"{view.subject} {now}: {what} is missing (not found in namespace {ref.namespace})",
        cause=ref,
        link="reads",
        why=f"Near the missing name there is {near}" if near else "",
        severity=None if isinstance(obj, Pod) else Severity.WARNING if gone else Severity.INFO,
        evidence=tuple(_evidence(view, link, gone, is_there=is_there)),
        next=(advice.listing(ref), f"Create {what}, or correct the name in the workload."),
        since_ms=began_ms(obj, view, "FailedMount") if isinstance(obj, Pod) else gone[-1].at_ms if gone else None,
    )


def _near(view: RuleView, link: Link) -> str:
    found = view.get(link.target)
    if found is not None:
        keys = sorted(found.obj.keys) if isinstance(found.obj, ConfigMap) else []
        return ", ".join(get_close_matches(link.key, keys, n=3) or keys[:5])
    names = [entry.ref.name for entry in view.list(link.target.group_kind, link.target.namespace)]
    return ", ".join(get_close_matches(link.target.name, names, n=3, cutoff=0.5))


def _evidence(view: RuleView, link: Link, gone: list[FieldChange], *, is_there: bool) -> Iterator[Evidence]:
    yield evidence.field(view.subject, link.field, link.target.name)
    if not is_there:
        yield evidence.absence(link.target, f"namespace {link.target.namespace}")
    for change in gone:
        yield evidence.change(change)
    for event in view.events("FailedMount"):
        if link.target.name in event.message:
            yield evidence.event(event)
