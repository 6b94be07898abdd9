"""A volume of a pod cannot be mounted, so its containers do not start.

Found: a pod has a node, none of its containers has started, and events say FailedMount, for 2 minutes. Told is which volume and why: a
ConfigMap, Secret or key that is not there, a driver that is not registered, a server that refuses or does not answer, a damaged file
system, a path of the node that is not what it should be. The volume's own object in a storage system (Longhorn, OpenEBS, TopoLVM) that is
not well is to blame, or the Ceph cluster behind it.

Quiet: for hitches that pass by themselves, once the kubelet goes on to the images (volumes come before), where what was missing has come
since, and where it is seen that a ConfigMap or Secret does not exist (ConfigMissing).

Do: create what is missing; else look at the storage driver's pod on the node and at the storage server.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.began import first_seen_ms
from arcops.findings.passed import unpassed
from arcops.findings.plugins import AbsentDriver, storage_driver_absent, storage_driver_down
from arcops.findings.pods import is_waiting, node_of, not_ready_since_ms
from arcops.findings.stores import ill_store
from arcops.findings.text.config_errors import missing_config
from arcops.findings.text.mounts import MountFailure, MountProblem, mount_problem, worst
from arcops.findings.view import RuleView
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.storage import CSIDriver
from arcops.kube.objects.volume import Volume
from arcops.kube.refs import ObjectRef

_OWN_REASON = frozenset({MountFailure.MISSING_CONFIG, MountFailure.HOST_PATH, MountFailure.DRIVER_MISSING})
REASONS = ("FailedMount", "FailedMapVolume", "FailedMountVolume")


@rule(Pod, severity=Severity.CRITICAL, for_minutes=2, gate=is_waiting, blames_changes=True)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit for the volume that tells most."""
    events = unpassed(view, *REASONS) if pod.spec and pod.spec.node_name else ()
    problems = [found for event in events if (found := mount_problem(event.message)) is not None]
    problem = worst([one for one in problems if not _is_mended(view, one)])
    if problem is None or (problem.failure is MountFailure.TIMED_OUT and view.events("FailedAttachVolume")):
        return
    absent = _absent_driver(pod, view, problem)
    store = ill_store(view, pod) if problem.failure not in _OWN_REASON else None
    cause = absent.maker if absent else _cause(pod, view, problem) or store
    if cause is not None and cause.namespace and view.sees(cause.group_kind) and view.get(cause) is None and _is_of_pod(pod, problem):
        return  # ConfigMissing tells it, with every place that names it
    node = node_of(pod)
    near = _near(view, cause) if problem.failure is MountFailure.MISSING_CONFIG and cause else ""
    yield Hit(
        title=f"{view.subject} cannot mount volume {_named(pod, problem)}: {_why(problem, cause, node)}{_off(absent, node)}"
        f"{f'; {store} is not well' if store else ''}",
        cause=cause,
        link="holds the volume of" if store else "mounts" if cause else "",
        why=f"The kubelet says: {problem.said}" + (f". Near the missing name there is {near}" if near else ""),
        evidence=(
            *(evidence.event(event) for event in events if event.message == problem.said),
            *((evidence.absence(cause, _place(cause)),) if cause and view.get(cause) is None else ()),
        ),
        next=(*((advice.look(cause) if view.get(cause) else advice.listing(cause),) if cause else ()), advice.look(view.subject)),
        since_ms=min((time for time in (first_seen_ms(events), not_ready_since_ms(pod)) if time is not None), default=None),
    )


def _is_of_pod(pod: Pod, problem: MountProblem) -> bool:
    """Whether the pod itself names what is missing; for a volume of a driver it is the class or the volume that does."""
    volume = next((one for one in (pod.spec.volumes if pod.spec else None) or () if one.name == problem.volume), None)
    return volume is not None and volume.persistent_volume_claim is None and volume.csi is None


def _is_mended(view: RuleView, problem: MountProblem) -> bool:
    """Whether an object that was missing is there now: the kubelet tries again within two minutes."""
    missing = _missing(view, problem)
    return missing is not None and view.sees(missing.group_kind) and view.get(missing) is not None and "key" not in problem.said.lower()


def _missing(view: RuleView, problem: MountProblem) -> ObjectRef | None:
    found = missing_config(problem.said) if problem.failure is MountFailure.MISSING_CONFIG else None
    return ObjectRef("", found.kind, view.subject.namespace, found.name) if found and found.name else None


def _cause(pod: Pod, view: RuleView, problem: MountProblem) -> ObjectRef | None:
    if problem.failure is not MountFailure.DRIVER_MISSING or not problem.detail:
        return _missing(view, problem)
    down = storage_driver_down(view, (pod.spec.node_name if pod.spec else None) or "", problem.detail)
    if down is not None or not view.sees(CSIDriver.GROUP_KIND):
        return down
    ref = ObjectRef.of(CSIDriver.GROUP_KIND, "", problem.detail)
    return ref if view.get(ref) is None else None


def _absent_driver(pod: Pod, view: RuleView, problem: MountProblem) -> AbsentDriver | None:
    """The DaemonSet that would register the driver and has no pod on the node."""
    node = (pod.spec.node_name if pod.spec else None) or ""
    return storage_driver_absent(view, node, problem.detail) if problem.failure is MountFailure.DRIVER_MISSING and problem.detail else None


def _off(absent: AbsentDriver | None, node: str) -> str:
    return f"; {absent.maker} brings it and has no pod on {node}{f': {absent.why}' if absent.why else ''}" if absent else ""


def _why(problem: MountProblem, cause: ObjectRef | None, node: str) -> str:
    if problem.failure is MountFailure.MISSING_CONFIG:
        absent = f"{cause.kind} {cause.name} does not exist in namespace {cause.namespace} (not found)" if cause else ""
        return absent or f"key {problem.detail} is missing"
    said = problem.failure.value.replace("the node", node)
    return f"{said}{f' ({problem.detail})' if problem.detail else ''}"


def _named(pod: Pod, problem: MountProblem) -> str:
    """The volume's name in the pod and what it is."""
    volume = next((one for one in (pod.spec.volumes if pod.spec else None) or () if one.name == problem.volume), None)
    return f"{problem.volume}{f' ({_kind(volume)})' if volume and _kind(volume) else ''}" if problem.volume else "of its"


def _kind(volume: Volume) -> str:
    if volume.persistent_volume_claim:
        return f"claim {volume.persistent_volume_claim.claim_name}"
    if volume.nfs:
        return f"NFS {volume.nfs.server}:{volume.nfs.path}"
    if volume.host_path:
        return f"host path {volume.host_path.path}"
    return f"CSI driver {volume.csi.driver}" if volume.csi else ""


def _near(view: RuleView, cause: ObjectRef) -> str:
    if not view.sees(cause.group_kind):
        return ""
    names = [entry.ref.name for entry in view.list(cause.group_kind, cause.namespace)]
    return ", ".join(get_close_matches(cause.name, names, n=3, cutoff=0.5))


def _place(cause: ObjectRef) -> str:
    return f"namespace {cause.namespace}" if cause.namespace else "the cluster"
