"""The pods a PodDisruptionBudget counts."""

from __future__ import annotations

from arcops.inventory.links._kinds import BUDGET
from arcops.inventory.links._selecting import selecting
from arcops.inventory.links.base import Dependence
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.policy import PodDisruptionBudget
from arcops.kube.selectors import NOTHING, Selector, selector_of


def selector(obj: KubeObject) -> Selector:
    """A budget's selector: absent selects nothing, empty every pod of the namespace (policy/v1)."""
    return selector_of(obj.spec.selector) if isinstance(obj, PodDisruptionBudget) and obj.spec else NOTHING


RELATION = selecting("budget counts pods", "spec.selector", (BUDGET,), selector, Dependence.ON_TARGET)
