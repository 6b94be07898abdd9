"""A StorageClass uses a provisioner that was built into Kubernetes and has left it.

Found: the provisioner is one of kubernetes.io/… . Some are served by a CSI driver in their name, others by nobody.

Quiet: for CSI drivers and other external provisioners, and for classes of volumes made by hand.

Do: make a class with the CSI driver's own name, and use it for new claims.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.storage import StorageClass

_BUILT_IN = "kubernetes.io/"
_CSI = {
    "aws-ebs": "ebs.csi.aws.com", "gce-pd": "pd.csi.storage.gke.io", "azure-disk": "disk.csi.azure.com", "azure-file": "file.csi.azure.com",
    "cinder": "cinder.csi.openstack.org", "vsphere-volume": "csi.vsphere.vmware.com", "portworx-volume": "pxd.portworx.com",
}  # fmt: skip


def _is_built_in(obj: KubeObject) -> bool:
    return isinstance(obj, StorageClass) and obj.provisioner.startswith(_BUILT_IN) and not obj.provisioner.endswith("no-provisioner")


@rule(StorageClass, severity=Severity.INFO, gate=_is_built_in)
def check(found: StorageClass, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    driver = _CSI.get(found.provisioner.removeprefix(_BUILT_IN))
    now = f"CSI driver {driver} must serve it" if driver else "nothing serves it any more"
    yield Hit(
        title=f"{view.subject} uses the deprecated built-in provisioner {found.provisioner}: {now}",
        evidence=(evidence.field(view.subject, "provisioner", found.provisioner),),
        next=("kubectl get csidriver", "Make a StorageClass that names the CSI driver, and use it for new claims."),
    )
