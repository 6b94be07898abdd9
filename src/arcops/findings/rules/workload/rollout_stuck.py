"""A Deployment's new revision does not come up: the rollout has stopped.

Found: the Progressing condition is False with ProgressDeadlineExceeded, or the rollout has made no progress for its deadline and 5 minutes
more. What differs between the new template and the one before is told.

Quiet: while the controller has not yet seen the newest generation, while a rollout makes progress, and when it is paused.

Do: look at the pods of the new ReplicaSet; undo the rollout if the revision before was well.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.inventory.diff import Difference, differences
from arcops.kube.conditions import condition_of, is_false
from arcops.kube.objects.condition import ProgressCondition
from arcops.kube.objects.workloads import Deployment, ReplicaSet
from arcops.kube.times import time_ms

_REVISION = "deployment.kubernetes.io/revision"
_MORE_MS = 5 * 60_000
_MOST_DIFFERENCES = 6


@rule(Deployment, severity=Severity.CRITICAL, is_symptom=True, blames_changes=True, mixin="DeploymentRolloutStuck")
def check(deployment: Deployment, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    status, spec = deployment.status, deployment.spec
    if status is None or spec is None or spec.paused or spec.replicas == 0:
        return
    progress = condition_of(status.conditions, "Progressing")
    if progress is None or (status.observed_generation or 0) < (deployment.metadata.generation or 0):
        return
    if not _is_stuck(deployment, progress, view):
        return
    new, old = _revisions(view)
    changed = _template_differences(new, old)
    told = f"; it changed {_difference_text(changed[0])}" if changed else ""
    ready, wanted = status.updated_replicas or 0, 1 if spec.replicas is None else spec.replicas
    unavailable = is_false(status.conditions, "Available") or not status.available_replicas
    yield Hit(
        title=f"The rollout of {view.subject} is stuck ({progress.reason}): its new revision never became ready "
        f"({status.available_replicas or 0} of {wanted} replicas available, {ready} updated){told}",
        why=progress.message or "",
        severity=Severity.CRITICAL if unavailable else Severity.WARNING,
        evidence=(evidence.condition(view.subject, progress), *_evidence(view, changed)),
        next=(f"kubectl -n {view.subject.namespace} rollout status {advice.named(view.subject)}", *advice.undo(view.subject)),
        since_ms=time_ms(new.obj.metadata.creation_timestamp) if new else time_ms(progress.last_transition_time),
    )


def _is_stuck(deployment: Deployment, progress: ProgressCondition, view: RuleView) -> bool:
    if progress.status == "False":
        return progress.reason == "ProgressDeadlineExceeded"
    moved_ms = time_ms(progress.last_update_time)
    deadline_s = (deployment.spec.progress_deadline_seconds if deployment.spec else None) or 600
    if progress.reason in ("NewReplicaSetAvailable", "DeploymentPaused") or moved_ms is None:
        return False
    return view.held(moved_ms, (deadline_s * 1000 + _MORE_MS) / 60_000)


def _revisions(view: RuleView) -> tuple[Entry | None, Entry | None]:
    """The newest ReplicaSet and the one before."""
    if not view.sees(ReplicaSet.GROUP_KIND):
        return None, None
    sets = sorted(view.owned_by(view.uid, ReplicaSet.GROUP_KIND), key=_revision)
    return (sets[-1] if sets else None), (sets[-2] if len(sets) > 1 else None)


def _revision(entry: Entry) -> tuple[int, str]:
    text = (entry.obj.metadata.annotations or {}).get(_REVISION, "")
    return (int(text) if text.isdigit() else 0), entry.ref.name


def _template_differences(new: Entry | None, old: Entry | None) -> list[Difference]:
    if new is None or old is None or not isinstance(new.obj, ReplicaSet) or not isinstance(old.obj, ReplicaSet):
        return []
    after, before = (msgspec.to_builtins(entry.spec.template) if entry.spec else {} for entry in (new.obj, old.obj))
    found = differences(before, after)
    return [one for one in found if "pod-template-hash" not in one.path][:_MOST_DIFFERENCES]


def _difference_text(one: Difference) -> str:
    return f"{one.path} from {one.old or 'nothing'} to {one.new or 'nothing'}"


def _evidence(view: RuleView, changed: list[Difference]) -> Iterator[Evidence]:
    for one in changed:
        path = f"spec.template.{one.path}"
        yield evidence.field(view.subject, path, one.new, f"{view.subject}: the new revision changed {_difference_text(one)}")
