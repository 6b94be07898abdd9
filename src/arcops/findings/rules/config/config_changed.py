"""A setting of a workload was changed, and since then its log is full of errors, though its pods run.

Found: the record saw a variable, an argument, or a ConfigMap or Secret that a workload uses being changed within three hours; its
log shows no error of before, and at least five since then, which go on. The old and the new value are told.

Quiet: for errors that were there before or have ended, for changes of the image alone, for pods that are not ready, which other
rules look at, and in a live cluster, where logs of containers that are well are not read.

Do: compare the old value with the new one; undo the rollout if it was not meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.onset import MINUTE_MS
from arcops.findings.past import FieldChange
from arcops.findings.pods import is_ready, main_boxes
from arcops.findings.replicas import living_pods
from arcops.findings.text.stamped import StampedLine, stamped_failures
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.inventory.links import env, mounts
from arcops.kube.conditions import condition_of
from arcops.kube.objects.config import ConfigMap, Secret
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.workloads import Deployment, ReplicaSet
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms

_WINDOW_MS = 180 * MINUTE_MS
_GOES_ON_MS = 10 * MINUTE_MS
_LASTS_MS = 5 * MINUTE_MS
_FEWEST = 5
_MOST_PODS = 2
_SETTINGS = (".env[", ".envFrom", ".args", ".command")
_CONFIG = (ConfigMap.GROUP_KIND, Secret.GROUP_KIND)


def _is_settled(obj: KubeObject) -> bool:
    """A Deployment whose pods are available: where they are not, others speak."""
    status = obj.status if isinstance(obj, Deployment) else None
    return status is not None and bool(status.available_replicas) and not status.unavailable_replicas


@rule(Deployment, severity=Severity.WARNING, gate=_is_settled)
def check(deployment: Deployment, view: RuleView) -> Iterator[Hit]:
    """One hit for the newest change."""
    changes = _changes(deployment, view) if view.has_every_log else []
    if not changes:
        return
    last = changes[-1]
    together = [change for change in changes if change.at_ms == last.at_ms]
    found = _errors(view, last.at_ms)
    if found is None:
        return
    pod, container, lines = found
    told = "; ".join(f"{change.path} from {change.old or 'nothing'} to {change.new or 'nothing'}" for change in together[:3])
    yield Hit(
        title=f'{last.ref} was changed ({told}), and since then {view.subject} writes errors, {len(lines)} so far: "{lines[-1].line}"',
        cause=last.ref,
        link="changed",
        why="; ".join(evidence.changed_text(change) for change in together[:3]),
        evidence=(*(evidence.change(change) for change in together), evidence.log(pod, container, lines[0].line)),
        next=(advice.logs(pod, container), *advice.undo(view.subject)),
        since_ms=last.at_ms,
    )


def _changes(deployment: Deployment, view: RuleView) -> list[FieldChange]:
    """What was changed of late, oldest first. The record is asked only about what can have changed in the last hours."""
    since_ms = view.now_ms - _WINDOW_MS
    found: list[FieldChange] = []
    progress = condition_of(deployment.status.conditions, "Progressing") if deployment.status else None
    if progress is not None and (time_ms(progress.last_update_time) or 0) >= since_ms:
        found += [change for change in view.changes(view.subject) if any(part in change.path for part in _SETTINGS)]
    entry = Entry(view.subject, deployment)
    refs = dict.fromkeys(
        link.target for link in (*mounts.outgoing(entry, view), *env.outgoing(entry, view)) if link.target.group_kind in _CONFIG
    )
    for ref in refs:
        found += [change for change in view.changes(ref) if change.path.startswith(("data", "binaryData", "stringData"))]
    return sorted((change for change in found if change.at_ms >= since_ms), key=_time)


def _time(change: FieldChange) -> int:
    return change.at_ms


def _errors(view: RuleView, since_ms: int) -> tuple[ObjectRef, str, list[StampedLine]] | None:
    """The errors of a pod since a moment, if there were none before, and they last and go on."""
    for ref, pod in _pods(view)[:_MOST_PODS]:
        for box in main_boxes(pod) if is_ready(pod) else ():
            lines = stamped_failures(view.log(ref, box.name))
            after = [line for line in lines if since_ms <= line.at_ms <= view.now_ms]
            if len(after) == len(lines) >= _FEWEST and _lasts(after, view.now_ms):
                return ref, box.name, after
    return None


def _lasts(lines: Sequence[StampedLine], now_ms: int) -> bool:
    return lines[-1].at_ms - lines[0].at_ms >= _LASTS_MS and lines[-1].at_ms >= now_ms - _GOES_ON_MS


def _pods(view: RuleView) -> list[tuple[ObjectRef, Pod]]:
    sets = view.owned_by(view.uid, ReplicaSet.GROUP_KIND) if view.sees(ReplicaSet.GROUP_KIND) and view.sees(Pod.GROUP_KIND) else ()
    return [pod for entry in sets for pod in living_pods(view, entry.uid)]
