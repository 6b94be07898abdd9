"""The aggregated API an autoscaler reads its metrics from."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import API_SERVICE, AUTOSCALER
from arcops.inventory.links.base import Link, scanned
from arcops.kube.objects.autoscaling import HorizontalPodAutoscaler
from arcops.kube.refs import ObjectRef

NAME = "metrics API"

APIS = {
    "Resource": "v1beta1.metrics.k8s.io",
    "ContainerResource": "v1beta1.metrics.k8s.io",
    "Pods": "v1beta2.custom.metrics.k8s.io",
    "Object": "v1beta2.custom.metrics.k8s.io",
    "External": "v1beta1.external.metrics.k8s.io",
}
"""Which APIService serves each type of metric (kube-controller-manager's metrics clients; custom metrics also in v1beta1)."""

_ELDER = {"v1beta2.custom.metrics.k8s.io": "v1beta1.custom.metrics.k8s.io"}


def outgoing(entry: Entry, reader: Reader) -> Iterator[Link]:
    """From an autoscaler to the API of each type of its metrics."""
    obj = entry.obj
    if not isinstance(obj, HorizontalPodAutoscaler) or obj.spec is None:
        return
    types = [metric.type for metric in obj.spec.metrics or ()]
    if not types or obj.spec.target_cpu_utilization_percentage is not None:
        types.append("Resource")
    for name in dict.fromkeys(APIS[type_] for type_ in types if type_ in APIS):
        yield Link(NAME, entry.ref, _served(name, reader), "spec.metrics")


def _served(name: str, reader: Reader) -> ObjectRef:
    """The newer API, unless only the elder one is there."""
    newer = ObjectRef.of(API_SERVICE, "", name)
    elder = ObjectRef.of(API_SERVICE, "", _ELDER.get(name, name))
    return elder if reader.get(newer) is None and reader.get(elder) is not None else newer


RELATION = scanned(NAME, outgoing, sources=(AUTOSCALER,), targets=(API_SERVICE,), everywhere=True)
