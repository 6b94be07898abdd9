"""The other pods of the same workload: whether the fault is everybody's."""

from __future__ import annotations

from arcops.findings.pods import is_over, is_ready
from arcops.findings.view import RuleView
from arcops.kube.objects.pod import Pod
from arcops.kube.owners import controller_of
from arcops.kube.refs import ObjectRef


def others(pod: Pod, view: RuleView) -> list[Pod]:
    """The pods that the same controller manages, this one left out."""
    owner = controller_of(pod)
    if owner is None:
        return []
    found = view.owned_by(owner.uid, Pod.GROUP_KIND)
    return [entry.obj for entry in found if isinstance(entry.obj, Pod) and entry.obj.metadata.uid != pod.metadata.uid]


def all_down(pod: Pod, view: RuleView) -> bool:
    """Whether no pod of the workload is ready, this one included."""
    if is_ready(pod):
        return False
    owner = controller_of(pod)
    return owner is None or not view.fact(_is_any_ready, ObjectRef("", "", "", owner.uid))


def _is_any_ready(view: RuleView) -> bool:
    """Whether some pod of an owner, named by its uid, is ready."""
    found = view.owned_by(view.subject.name, Pod.GROUP_KIND)
    return any(isinstance(entry.obj, Pod) and is_ready(entry.obj) and not is_over(entry.obj) for entry in found)
