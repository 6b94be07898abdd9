"""What stands behind a volume in a storage system that runs in the cluster: its own object there, its cluster, and who makes volumes."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings.ailments import ailment_of
from arcops.findings.plugins import words_of
from arcops.findings.replicas import replicas_of
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.inventory.podspecs import template_of
from arcops.kube.objects.custom import CustomObject
from arcops.kube.objects.meta import ObjectMeta
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.storage import PersistentVolume, PersistentVolumeClaim
from arcops.kube.objects.workloads import Deployment, StatefulSet
from arcops.kube.refs import GroupKind, ObjectRef

_VOLUMES = (
    GroupKind("longhorn.io", "Volume"), GroupKind("local.openebs.io", "LVMVolume"), GroupKind("zfs.openebs.io", "ZFSVolume"),
    GroupKind("topolvm.io", "LogicalVolume"), GroupKind("topolvm.cybozu.com", "LogicalVolume"),
)  # fmt: skip
"""Kinds whose objects are named after the PersistentVolume or its handle."""
_CEPH, _CEPH_CLUSTER = "csi.ceph.com", GroupKind("ceph.rook.io", "CephCluster")
_STILL_SERVES = "degraded"
_MAKER, _DRIVER = "provisioner", "csi"


def ill_store(view: RuleView, pod: Pod) -> ObjectRef | None:
    """The object of a storage system that is not well and holds a volume of a pod: the volume itself, or the cluster it lies in."""
    found = list(_volumes_of(view, pod))
    names = {name for entry in found for name in (entry.ref.name, _handle(entry)) if name}
    for kind in _VOLUMES if names else ():
        for entry in view.list(kind) if view.sees(kind) else ():
            if entry.ref.name in names and _is_ill(entry):
                return entry.ref
    return next((ref for entry in found if (ref := ill_cluster(view, _driver(entry))) is not None), None)


def ill_cluster(view: RuleView, driver: str) -> ObjectRef | None:
    """The Ceph cluster behind a driver (``rook-ceph.rbd.csi.ceph.com``), where it is not well; that of the driver's namespace first."""
    if not driver.endswith(_CEPH) or not view.sees(_CEPH_CLUSTER):
        return None
    ill = [entry.ref for entry in view.list(_CEPH_CLUSTER) if _is_ill(entry)]
    namespace = driver.partition(".")[0]
    return min(ill, key=lambda ref: (ref.namespace != namespace, ref), default=None)


def maker_down(view: RuleView, provisioner: str) -> ObjectRef | None:
    """The workload that makes the volumes of a provisioner, where none of its pods is available."""
    for kind in (Deployment.GROUP_KIND, StatefulSet.GROUP_KIND):
        for entry in view.list(kind) if view.sees(kind) else ():
            counts = replicas_of(entry.obj)
            if counts is not None and not counts.available and _makes(entry, provisioner):
                return entry.ref
    return None


def _makes(entry: Entry, provisioner: str) -> bool:
    """Whether a workload says the provisioner's name, or is named after it: ``local-path-provisioner``, ``csi-nfs-controller``."""
    template = template_of(entry.obj)
    said = words_of(Pod(metadata=ObjectMeta(), spec=template.spec)) if template else ""
    name, first, last = entry.ref.name, provisioner.partition(".")[0], provisioner.rpartition("/")[2]
    return provisioner in said or (_MAKER in name and last in name) or (_DRIVER in name and first in name and "controller" in name)


def _volumes_of(view: RuleView, pod: Pod) -> Iterator[Entry]:
    kinds = (PersistentVolumeClaim.GROUP_KIND, PersistentVolume.GROUP_KIND)
    for volume in (pod.spec.volumes if pod.spec else None) or () if all(view.sees(kind) for kind in kinds) else ():
        claimed = volume.persistent_volume_claim
        entry = view.get(ObjectRef.of(kinds[0], view.subject.namespace, claimed.claim_name)) if claimed else None
        claim = entry.obj if entry is not None else None
        name = claim.spec.volume_name if isinstance(claim, PersistentVolumeClaim) and claim.spec else None
        found = view.get(ObjectRef.of(kinds[1], "", name)) if name else None
        if found is not None:
            yield found


def _driver(entry: Entry) -> str:
    spec = entry.obj.spec if isinstance(entry.obj, PersistentVolume) else None
    return spec.csi.driver if spec and spec.csi else ""


def _handle(entry: Entry) -> str:
    spec = entry.obj.spec if isinstance(entry.obj, PersistentVolume) else None
    return (spec.csi.volume_handle if spec and spec.csi else "") or ""


def _is_ill(entry: Entry) -> bool:
    """Whether it says so, and not only that it has lost a copy."""
    found = ailment_of(entry.ref, entry.obj) if isinstance(entry.obj, CustomObject) else None
    return found is not None and _STILL_SERVES not in found.said.lower()
