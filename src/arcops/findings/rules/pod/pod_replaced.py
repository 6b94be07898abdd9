"""A pod vanished without a rollout or scale-down, and another took its place.

Found: in the record: a pod of the same owner and template was gone shortly before this one was made, less than 15 minutes ago. How it
ended is told where it is known.

Quiet: in rollouts, when scaling, and for pods of Jobs.

Do: nothing, as a rule; if it happens often, look at the node and at who deletes pods.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.base.clock import rfc3339
from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, EvidenceType, Hit, Severity, rule
from arcops.findings.past import Was
from arcops.findings.pods import boxes
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.kube.conditions import condition_of
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.owners import controller_of
from arcops.kube.times import time_ms

_FRESH_MS = 15 * 60_000
_GAP_MS = 2 * 60_000
_HASHES = ("pod-template-hash", "controller-revision-hash")
_OWNERS = frozenset({"ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController"})


def _is_kept(obj: KubeObject) -> bool:
    owner = controller_of(obj) if isinstance(obj, Pod) else None
    return owner is not None and owner.kind in _OWNERS and not obj.metadata.deletion_timestamp


@rule(Pod, severity=Severity.INFO, gate=_is_kept)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    created_ms = time_ms(pod.metadata.creation_timestamp)
    owner = controller_of(pod)
    if created_ms is None or owner is None or view.now_ms - created_ms > _FRESH_MS or view.record_since_ms > created_ms:
        return
    made = view.by_uid(owner.uid)
    if made is None or _is_young(made, created_ms):
        return
    view.held(created_ms, _FRESH_MS / 60_000)
    gone = [was for was in view.gone(Pod.GROUP_KIND, view.subject.namespace) if _is_before(was, pod, owner.uid, created_ms)]
    if not gone:
        return
    last = gone[-1]
    at_ms = last.gone_ms or last.at_ms
    yield Hit(
        title=f"{view.subject} replaced {last.ref.name}, which vanished at {rfc3339(at_ms)}{_how(last.obj)}",
        evidence=(Evidence(EvidenceType.CHANGE, last.ref, f"{last.ref} was deleted at {rfc3339(at_ms)}", "", "deleted", at_ms),
                  evidence.field(view.subject, "metadata.creationTimestamp", pod.metadata.creation_timestamp)),
        next=(f"arcops history {advice.named(last.ref)} -n {last.ref.namespace}",),
        since_ms=at_ms,
    )  # fmt: skip


def _is_young(owner: Entry, created_ms: int) -> bool:
    """Whether the owner is as new as its pod: a rollout."""
    made_ms = time_ms(owner.obj.metadata.creation_timestamp)
    return made_ms is None or created_ms - made_ms < _GAP_MS


def _is_before(was: Was, pod: Pod, owner_uid: str, created_ms: int) -> bool:
    """Whether a pod that is gone had the same owner and template, and ended about when this one began."""
    at_ms = was.gone_ms or was.at_ms
    if not isinstance(was.obj, Pod) or was.uid == pod.metadata.uid or not created_ms - _GAP_MS <= at_ms <= created_ms + _GAP_MS:
        return False
    labels, other = pod.metadata.labels or {}, was.obj.metadata.labels or {}
    same = all(labels.get(key) == other.get(key) for key in _HASHES)
    return same and any(owner.uid == owner_uid for owner in was.obj.metadata.owner_references or ())


def _how(obj: KubeObject) -> str:
    if not isinstance(obj, Pod) or obj.status is None:
        return ""
    target = condition_of(obj.status.conditions, "DisruptionTarget")
    if target is not None and target.status == "True":
        return f" ({target.reason}: {target.message})"
    if obj.status.reason:
        return f" ({obj.status.reason}: {obj.status.message or ''})"
    ended = next((box for box in boxes(obj) if box.ended is not None), None)
    return f" (container {ended.name} had ended with exit code {ended.ended.exit_code})" if ended and ended.ended else ""
