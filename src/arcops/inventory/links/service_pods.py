"""The pods a Service selects."""

from __future__ import annotations

from arcops.inventory.links._kinds import SERVICE
from arcops.inventory.links._selecting import selecting
from arcops.inventory.links.base import Dependence
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.service import Service
from arcops.kube.selectors import NOTHING, Selector, selector_of_labels


def selector(obj: KubeObject) -> Selector:
    """A Service's selector; without one, or for an ExternalName, it selects nothing."""
    if not isinstance(obj, Service) or obj.spec is None or obj.spec.type == "ExternalName":
        return NOTHING
    return selector_of_labels(obj.spec.selector)


RELATION = selecting("service selects pods", "spec.selector", (SERVICE,), selector, Dependence.ON_TARGET)
