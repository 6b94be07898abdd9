"""Pods as people ask for them: the status of each now, and how one came to be so."""

from __future__ import annotations

from typing import cast

import msgspec

from arcops.base.clock import rfc3339
from arcops.base.errors import BadInput
from arcops.inventory.base import Entry
from arcops.kube.objects.pod import Pod
from arcops.kube.owners import controller_of
from arcops.kube.podstate import pod_state
from arcops.kube.refs import ObjectRef
from arcops.kube.watch import Op
from arcops.queries.bodies import decode_pod
from arcops.queries.live import POD
from arcops.queries.missing import never_seen
from arcops.queries.services import Services
from arcops.queries.times import window_of
from arcops.store.base import Revision, Window

PHASES = ("Pending", "Running", "Succeeded", "Failed", "Unknown")
UNSCHEDULED = "unscheduled"
"""What the first version's clients read where a pod has no node."""
_MOST_VERSIONS = 5_000
_MOST_PATHS = 5


class PodStatus(msgspec.Struct, frozen=True, gc=False):
    """A pod in short. ``reason`` is kubectl's STATUS column, ``ready``/``total`` its READY, ``restarts`` its RESTARTS.

    ``phase`` is Pending, Running, Succeeded, Failed or Unknown; ``node`` is ``unscheduled`` if there is none;
    ``containers`` and ``init_containers`` are names; ``owner`` is the controller as ``Kind/name``; ``ip`` and ``owner``
    may be null; ``created_at`` is RFC 3339.
    """

    name: str
    namespace: str
    phase: str
    reason: str
    node: str
    containers: list[str]
    init_containers: list[str]
    ready: int
    total: int
    restarts: int
    created_at: str
    ip: str | None
    labels: dict[str, str]
    owner: str | None
    qos: str
    uid: str


class PodMoment(PodStatus, frozen=True, gc=False):
    """A pod's status as it was seen at ``observed_at``; ``change`` says what was new then.

    ``unseen`` is true where it came to be so at an unknown moment before ``observed_at``, while nobody watched.
    """

    observed_at: str
    change: str
    unseen: bool


def find_pods(services: Services, namespace: str | None = None, phase: str | None = None) -> list[Entry]:
    """The pods of a namespace and phase that exist now, as the index holds them, by namespace and name.

    ``phase`` in any case; raises ``BadInput`` for one there is not.
    """
    wanted = phase_of(phase) if phase else None
    entries = services.inventory.list(POD, namespace or None)
    return [e for e in entries if wanted is None or phase_name(cast("Pod", e.obj)) == wanted]


def list_pods(services: Services, namespace: str | None = None, phase: str | None = None) -> list[PodStatus]:
    """The status of every pod, or of those of a namespace or phase, by namespace and name. Raises ``BadInput``."""
    return [pod_status(cast("Pod", entry.obj)) for entry in find_pods(services, namespace, phase)]


def phase_of(word: str) -> str:
    """The phase a person means, in any case; raises ``BadInput`` that names all five."""
    for phase in PHASES:
        if phase.lower() == word.strip().lower():
            return phase
    raise BadInput(
        what=f'The phase "{word}"', why=f"a pod is {', '.join(PHASES[:-1])} or {PHASES[-1]}", hint="Ask for one of these phases."
    )


def phase_name(pod: Pod) -> str:
    """A pod's phase; Unknown where the cluster wrote none."""
    return (pod.status.phase if pod.status else None) or "Unknown"


def pod_status(pod: Pod) -> PodStatus:
    """The status of one typed pod."""
    meta, spec, columns = pod.metadata, pod.spec, pod_state(pod)
    status = pod.status
    owner = controller_of(pod)
    return PodStatus(
        name=meta.name, namespace=meta.namespace, phase=phase_name(pod), reason=columns.status or "Unknown",
        node=(spec.node_name if spec else None) or UNSCHEDULED,
        containers=[c.name for c in spec.containers or ()] if spec else [],
        init_containers=[c.name for c in spec.init_containers or ()] if spec else [],
        ready=columns.ready, total=columns.total, restarts=columns.restarts, created_at=meta.creation_timestamp or "",
        ip=(status.pod_ip if status else None) or None, labels=meta.labels or {},
        owner=f"{owner.kind}/{owner.name}" if owner else None, qos=(status.qos_class if status else None) or "", uid=meta.uid,
    )  # fmt: skip


async def pod_history(services: Services, namespace: str, name: str, hours: float = 1.0) -> list[PodMoment]:
    """How a pod came to be as it is: its states in the last ``hours``, oldest first, with what changed.

    The first entry is the state in force when the window begins, even if it was seen earlier, so that a pod the record
    knows never gives an empty answer. Works for pods that are gone. Raises ``NeverSeen``.
    """
    ref = ObjectRef("", "Pod", namespace, name)
    window = window_of(services.clock.now_ms(), hours=hours, otherwise_hours=1.0)
    inside = await services.store.versions(ref, window, _MOST_VERSIONS)
    before = await services.store.versions(ref, Window(0, max(0, window.since_ms - 1)), 1)
    revisions = [*reversed(before), *reversed(inside)]
    if not revisions:
        raise await never_seen(services, ref)
    return _moments(revisions)


def _moments(revisions: list[Revision]) -> list[PodMoment]:
    """The revisions that show in a pod's status, the first of them included."""
    moments: list[PodMoment] = []
    last: PodStatus | None = None
    for revision in revisions:
        status = pod_status(decode_pod(revision))
        change = _change(revision, last, status)
        if change or not moments:
            fields = msgspec.structs.asdict(status)
            moments.append(PodMoment(**fields, observed_at=rfc3339(revision.seen_ms), change=change or "no change", unseen=revision.unseen))
        last = None if revision.op is Op.DELETED else status
    return moments


def _change(revision: Revision, last: PodStatus | None, status: PodStatus) -> str:
    if revision.op is Op.DELETED:
        return "deleted"
    if last is None:
        return "created" if revision.op is Op.ADDED and not revision.unseen else "first seen"
    if last.uid != status.uid:
        return "replaced by a new pod of the same name"
    parts = [f"{name} {getattr(last, name)} → {getattr(status, name)}" for name in ("phase", "reason", "node", "restarts", "ip")
             if getattr(last, name) != getattr(status, name)]  # fmt: skip
    if (last.ready, last.total) != (status.ready, status.total):
        parts.append(f"ready {last.ready}/{last.total} → {status.ready}/{status.total}")
    if last.labels != status.labels:
        parts.append("labels")
    return ", ".join(parts) or _paths(revision)


def _paths(revision: Revision) -> str:
    return f"changed {', '.join(revision.paths[:_MOST_PATHS])}" if revision.paths else ""
