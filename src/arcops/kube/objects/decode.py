"""From JSON to typed objects: one decoder per kind, built when first needed.

Measured in kubernetes_api.md §4: 17 µs for a full pod of 9.4 KB, of which everything that no Struct names is skipped.
"""

from __future__ import annotations

from functools import cache
from typing import cast

import msgspec

from arcops.kube.objects import access, autoscaling, batch, cluster, config, event, gateway, network, node, pod, policy, service, storage
from arcops.kube.objects import workloads as work
from arcops.kube.objects.custom import CustomObject, RawBody, read_loosely
from arcops.kube.objects.intern import intern_strings
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.podspecs import decode_pod
from arcops.kube.refs import GroupKind

_POD = GroupKind("", "Pod")

_TYPED: tuple[type[KubeObject], ...] = (
    pod.Pod, node.Node, cluster.Namespace,
    work.Deployment, work.ReplicaSet, work.StatefulSet, work.DaemonSet, work.ReplicationController, batch.Job, batch.CronJob,
    autoscaling.HorizontalPodAutoscaler, policy.PodDisruptionBudget, policy.ResourceQuota, policy.LimitRange, policy.PriorityClass,
    storage.PersistentVolumeClaim, storage.PersistentVolume, storage.StorageClass, storage.VolumeAttachment,
    storage.CSIDriver, storage.CSINode,
    service.Service, service.EndpointSlice, service.Endpoints, network.Ingress, network.IngressClass, network.NetworkPolicy,
    gateway.GatewayClass, gateway.Gateway, gateway.HTTPRoute,
    config.ConfigMap, config.Secret,
    access.ServiceAccount, access.Role, access.ClusterRole, access.RoleBinding, access.ClusterRoleBinding,
    cluster.CustomResourceDefinition, cluster.APIService, cluster.ValidatingWebhookConfiguration,
    cluster.MutatingWebhookConfiguration, cluster.Lease,
)  # fmt: skip

TYPES: dict[GroupKind, type[KubeObject]] = {
    **{cast("GroupKind", kind.GROUP_KIND): kind for kind in _TYPED},  # type: ignore[attr-defined]
    GroupKind("", "Event"): event.Event,
    GroupKind("events.k8s.io", "Event"): event.Event,
    GroupKind("extensions", "Ingress"): network.Ingress,
}
"""Every kind with a type of its own; all others become ``CustomObject``."""


LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
"""The annotation that repeats the whole manifest, values of a Secret included: never kept."""


def type_of(group_kind: GroupKind) -> type[KubeObject]:
    """The class that objects of a kind decode to."""
    return TYPES.get(group_kind, CustomObject)


@cache
def decoder_for(group_kind: GroupKind) -> msgspec.json.Decoder[KubeObject]:
    """The plain decoder of a kind: raises ``msgspec.DecodeError`` for what is not JSON or does not fit. Prefer ``decode``."""
    return msgspec.json.Decoder(type_of(group_kind))


def decode(group_kind: GroupKind, data: bytes | bytearray | memoryview | msgspec.Raw) -> KubeObject:
    """The typed object in ``data``, with its repeated strings shared.

    Raises ``msgspec.DecodeError`` (``ValidationError`` is one) when it cannot be read: the caller marks the object as
    unreadable and goes on. Two things that only hand-written or custom objects do are forgiven: explicit nulls, which
    an API server would drop, and any shape at all in the spec or status of a kind that has no type here.
    """
    try:
        obj = _decode(group_kind, data)
    except (RecursionError, UnicodeDecodeError) as error:
        raise msgspec.DecodeError(str(error)) from error
    annotations = obj.metadata.annotations
    if annotations:
        annotations.pop(LAST_APPLIED, None)
    intern_strings(obj)
    return obj


def convert(group_kind: GroupKind, body: RawBody) -> KubeObject:
    """The same from parsed JSON or YAML."""
    return decode(group_kind, msgspec.json.encode(body))


def _decode(group_kind: GroupKind, data: bytes | bytearray | memoryview | msgspec.Raw) -> KubeObject:
    try:
        return decode_pod(data) if group_kind == _POD else decoder_for(group_kind).decode(data)
    except msgspec.ValidationError:
        return _decode_again(group_kind, data)


def _decode_again(group_kind: GroupKind, data: bytes | bytearray | memoryview | msgspec.Raw) -> KubeObject:
    body = without_nulls(msgspec.json.decode(data))
    if group_kind in TYPES:
        return msgspec.convert(body, type_of(group_kind))
    return read_loosely(body)


def without_nulls(value: RawBody) -> RawBody:
    """The same JSON without null members, as an API server would store it."""
    if isinstance(value, dict):
        return {key: without_nulls(member) for key, member in value.items() if member is not None}
    if isinstance(value, list):
        return [without_nulls(member) for member in value if member is not None]
    return value
