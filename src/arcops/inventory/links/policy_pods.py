"""The pods a NetworkPolicy guards."""

from __future__ import annotations

from arcops.inventory.links._kinds import NETWORK_POLICY
from arcops.inventory.links._selecting import selecting
from arcops.inventory.links.base import Dependence
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.network import NetworkPolicy
from arcops.kube.selectors import EVERYTHING, NOTHING, Selector, selector_of


def selector(obj: KubeObject) -> Selector:
    """A policy's pod selector: absent (networking/v1 sends it empty) is every pod of the namespace."""
    if not isinstance(obj, NetworkPolicy) or obj.spec is None:
        return NOTHING
    return selector_of(obj.spec.pod_selector) if obj.spec.pod_selector else EVERYTHING


RELATION = selecting("policy guards pods", "spec.podSelector", (NETWORK_POLICY,), selector, Dependence.ON_SOURCE)
