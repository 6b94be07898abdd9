"""The disruption budget that keeps a drain waiting, from what the drain says."""

from __future__ import annotations

import re

from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.policy import PodDisruptionBudget
from arcops.kube.refs import ObjectRef
from arcops.kube.selectors import selector_of

_VIOLATES = "disruption budget"
_POD = re.compile(r"evicting pods?/?\s*\"(?P<name>[^\"]+)\" -n \"(?P<namespace>[^\"]+)\"")
"""What kubectl says of a pod that it may not evict yet."""


def budget_in_the_way(view: RuleView, said: str) -> ObjectRef | None:
    """The budget of the last pod that a log says cannot be evicted; None where it says no such thing."""
    found = next((_POD.search(line) for line in reversed(said.splitlines()) if _VIOLATES in line), None)
    if found is None or not view.sees(Pod.GROUP_KIND) or not view.sees(PodDisruptionBudget.GROUP_KIND):
        return None
    pod = view.get(ObjectRef.of(Pod.GROUP_KIND, found["namespace"], found["name"]))
    if pod is None:
        return None
    guards = [entry for entry in view.list(PodDisruptionBudget.GROUP_KIND, found["namespace"]) if _guards(entry, pod)]
    return next((entry.ref for entry in guards if _allows_none(entry)), None)


def _guards(entry: Entry, pod: Entry) -> bool:
    budget = entry.obj
    selector = selector_of(budget.spec.selector if isinstance(budget, PodDisruptionBudget) and budget.spec else None)
    return selector.matches(pod.obj.metadata.labels)


def _allows_none(entry: Entry) -> bool:
    status = entry.obj.status if isinstance(entry.obj, PodDisruptionBudget) else None
    return status is not None and not status.disruptions_allowed
