"""The other pods of the same workload: whether the fault is everybody's."""

from __future__ import annotations

from arcops.findings.pods import is_over, is_ready
from arcops.findings.view import RuleView
from arcops.kube.objects.pod import Pod
from arcops.kube.owners import controller_of


def others(pod: Pod, view: RuleView) -> list[Pod]:
    """The pods that the same controller manages, this one left out."""
    owner = controller_of(pod)
    if owner is None:
        return []
    found = view.owned_by(owner.uid, Pod.GROUP_KIND)
    return [entry.obj for entry in found if isinstance(entry.obj, Pod) and entry.obj.metadata.uid != pod.metadata.uid]


def all_down(pod: Pod, view: RuleView) -> bool:
    """Whether no pod of the workload is ready, this one included."""
    return not is_ready(pod) and not any(is_ready(other) for other in others(pod, view) if not is_over(other))
