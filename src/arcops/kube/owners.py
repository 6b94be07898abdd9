"""Who owns an object, and where an owner or a named object lives."""

from __future__ import annotations

from arcops.kube.objects.meta import KubeObject, OwnerReference
from arcops.kube.refs import GroupKind, ObjectRef

_RBAC = "rbac.authorization.k8s.io"
_ADMISSION = "admissionregistration.k8s.io"

CLUSTER_SCOPED = frozenset({
    GroupKind("", "Node"), GroupKind("", "Namespace"), GroupKind("", "PersistentVolume"),
    GroupKind("storage.k8s.io", "StorageClass"), GroupKind("storage.k8s.io", "VolumeAttachment"),
    GroupKind("storage.k8s.io", "CSIDriver"), GroupKind("storage.k8s.io", "CSINode"), GroupKind("storage.k8s.io", "VolumeAttributesClass"),
    GroupKind("scheduling.k8s.io", "PriorityClass"), GroupKind("node.k8s.io", "RuntimeClass"),
    GroupKind(_RBAC, "ClusterRole"), GroupKind(_RBAC, "ClusterRoleBinding"),
    GroupKind("apiextensions.k8s.io", "CustomResourceDefinition"), GroupKind("apiregistration.k8s.io", "APIService"),
    GroupKind(_ADMISSION, "ValidatingWebhookConfiguration"), GroupKind(_ADMISSION, "MutatingWebhookConfiguration"),
    GroupKind(_ADMISSION, "ValidatingAdmissionPolicy"), GroupKind(_ADMISSION, "ValidatingAdmissionPolicyBinding"),
    GroupKind("networking.k8s.io", "IngressClass"), GroupKind("gateway.networking.k8s.io", "GatewayClass"),
    GroupKind("certificates.k8s.io", "CertificateSigningRequest"),
})  # fmt: skip
"""Built-in kinds without a namespace: for references that do not say (owner references, involved objects)."""


def ref_in(group_kind: GroupKind, namespace: str, name: str) -> ObjectRef:
    """The ref of an object named from within ``namespace``: kinds without namespaces get none."""
    return ObjectRef.of(group_kind, "" if group_kind in CLUSTER_SCOPED else namespace, name)


def controller_of(obj: KubeObject) -> OwnerReference | None:
    """The owner that manages the object, or None."""
    for owner in obj.metadata.owner_references or ():
        if owner.controller:
            return owner
    return None


def owner_ref(owner: OwnerReference, namespace: str) -> ObjectRef:
    """The owner's name; an owner lives in its object's namespace or in none."""
    return ref_in(owner.group_kind, namespace, owner.name)
