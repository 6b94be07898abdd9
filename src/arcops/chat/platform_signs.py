"""By which signs a platform and its parts are recognised: labels, namespaces, versions and the workloads that make them up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from arcops.inventory.base import Entry
from arcops.inventory.index import Inventory
from arcops.inventory.podspecs import containers_of, spec_of
from arcops.kube.objects.network import IngressClass
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.storage import StorageClass
from arcops.kube.objects.workloads import DaemonSet, Deployment, StatefulSet
from arcops.kube.owners import controller_of
from arcops.kube.refs import GroupKind, ObjectRef

ARC_NAMESPACE = "azure-arc"
ARC_CONFIG = ObjectRef("", "ConfigMap", ARC_NAMESPACE, "azure-clusterconfig")
_MOST_NODES = 20
POOL = "msft.microsoft/nodepool-name"


class Sign(NamedTuple):
    """What was recognised, and where: the fact in words and the object that shows it."""

    name: str
    evidence: str
    ref: ObjectRef | None = None


def platform_of(inventory: Inventory, server_version: str) -> list[Sign]:
    """The platforms the cluster shows signs of, the most particular first."""
    return [*_arc(inventory), *_by_versions(inventory, server_version), *_by_labels(inventory)]


def is_arc(inventory: Inventory) -> bool:
    """Whether the agents of Azure Arc are installed."""
    return ARC_NAMESPACE in inventory.namespaces()


def _arc(inventory: Inventory) -> Iterable[Sign]:
    nodes = [entry for entry in inventory.list(Node.GROUP_KIND) if (entry.obj.metadata.labels or {}).get(POOL)]
    has_config = inventory.get(ARC_CONFIG) is not None
    if nodes:
        yield Sign("AKS enabled by Azure Arc", f"{len(nodes)} of its nodes carry the label {POOL}", nodes[0].ref)
    elif is_arc(inventory):
        shown = f"namespace {ARC_NAMESPACE} exists{' and holds the ConfigMap azure-clusterconfig' if has_config else ''}"
        yield Sign("Arc-enabled Kubernetes", f"{shown}; no node carries the label {POOL}, so it is not AKS Arc itself",
                   ARC_CONFIG if has_config else ObjectRef("", "Namespace", "", ARC_NAMESPACE))  # fmt: skip


_BY_VERSION = (
    ("+k3s", "k3s"), ("+rke2", "RKE2"), ("-eks-", "Amazon EKS"), ("-gke.", "Google GKE"), ("+k0s", "k0s"), ("+vmware", "VMware Tanzu"),
    ("-aliyun", "Alibaba ACK"),
)  # fmt: skip


def _by_versions(inventory: Inventory, server_version: str) -> Iterable[Sign]:
    versions = {server_version: None, **{version: entry.ref for version, entry in kubelets(inventory).items()}}
    seen: set[str] = set()
    for version, ref in versions.items():
        for mark, name in _BY_VERSION:
            if mark in version and name not in seen:
                seen.add(name)
                yield Sign(name, f"the version {version} names it", ref)


_BY_LABEL = (
    ("kubernetes.azure.com/cluster", "Azure AKS"), ("node.openshift.io/os_id", "Red Hat OpenShift"),
    ("eks.amazonaws.com/nodegroup", "Amazon EKS"),
    ("cloud.google.com/gke-nodepool", "Google GKE"), ("minikube.k8s.io/name", "minikube"),
    ("node.kubernetes.io/microk8s-controlplane", "MicroK8s"),
    ("microk8s.io/cluster", "MicroK8s"),
)  # fmt: skip


def _by_labels(inventory: Inventory) -> Iterable[Sign]:
    seen: set[str] = set()
    for entry in inventory.list(Node.GROUP_KIND):
        labels = entry.obj.metadata.labels or {}
        for label, name in _BY_LABEL:
            if label in labels and name not in seen:
                seen.add(name)
                yield Sign(name, f"node {entry.ref.name} carries the label {label}", entry.ref)
        provider = (entry.obj.spec.provider_id or "") if isinstance(entry.obj, Node) and entry.obj.spec else ""
        if provider.startswith(("kind://", "moc://")) and provider[:7] not in seen:
            seen.add(provider[:7])
            known = "kind" if provider.startswith("kind") else "AKS on Azure Local (MOC)"
            yield Sign(known, f"node {entry.ref.name} has a provider id that begins with {provider[:6]}", entry.ref)


def kubelets(inventory: Inventory) -> dict[str, Entry]:
    """The kubelet versions there are, each with a node that has it."""
    found: dict[str, Entry] = {}
    for entry in inventory.list(Node.GROUP_KIND):
        info = entry.obj.status.node_info if isinstance(entry.obj, Node) and entry.obj.status else None
        if info is not None and info.kubelet_version:
            found.setdefault(info.kubelet_version, entry)
    return found


_PARTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "Network (CNI)": (
        ("calico-node", "Calico"), ("cilium", "Cilium"), ("flannel", "Flannel"), ("weave-net", "Weave Net"), ("azure-cns", "Azure CNI"),
        ("kindnet", "kindnet"), ("antrea-agent", "Antrea"), ("kube-router", "kube-router"), ("canal", "Canal"),
        ("aws-node", "Amazon VPC CNI"),
        ("multus", "Multus"), ("ovnkube-node", "OVN-Kubernetes"),
    ),
    "Ingress": (
        ("traefik", "Traefik"), ("ingress-nginx", "ingress-nginx"), ("nginx-ingress", "NGINX Ingress"), ("haproxy-ingress", "HAProxy"),
        ("contour", "Contour"), ("kong", "Kong"), ("istio-ingressgateway", "Istio gateway"), ("envoy-gateway", "Envoy Gateway"),
        ("ambassador", "Ambassador"),
    ),
    "Load balancer": (
        ("metallb", "MetalLB"), ("svclb-", "k3s ServiceLB (klipper)"), ("kube-vip", "kube-vip"), ("arc-networking", "MetalLB for Arc"),
    ),
    "Storage driver": (
        ("local-path-provisioner", "local-path"), ("longhorn", "Longhorn"), ("csi-akshci", "AKS Arc disk CSI (akshci)"),
        ("akshcicsi", "AKS Arc disk CSI (akshci)"),
        ("csi-azuredisk", "Azure Disk CSI"), ("csi-azurefile", "Azure File CSI"), ("rook-ceph", "Rook Ceph"), ("openebs", "OpenEBS"),
        ("csi-smb", "SMB CSI"), ("csi-nfs", "NFS CSI"), ("ebs-csi", "Amazon EBS CSI"),
    ),
    "DNS": (("coredns", "CoreDNS"), ("kube-dns", "kube-dns")),
    "Metrics": (("metrics-server", "metrics-server"), ("prometheus", "Prometheus"), ("kube-state-metrics", "kube-state-metrics")),
    "GitOps": (("argocd-", "Argo CD"), ("source-controller", "Flux"), ("fleet-agent", "Fleet")),
    "Certificates": (("cert-manager", "cert-manager"), ("trust-manager", "trust-manager")),
    "Service mesh": (("istiod", "Istio"), ("linkerd-", "Linkerd"), ("osm-controller", "Open Service Mesh"), ("consul-connect", "Consul")),
    "Policy": (("gatekeeper", "Gatekeeper"), ("kyverno", "Kyverno")),
    "Foundry Local": (("foundry-local", "the Foundry Local operator"),),
}  # fmt: skip


def parts_of(inventory: Inventory) -> dict[str, list[Sign]]:
    """The parts of the platform that run, by what they do, recognised by the names of their workloads."""
    found: dict[str, list[Sign]] = {}
    workloads = [entry for kind in (DaemonSet, Deployment, StatefulSet) for entry in inventory.list(kind.GROUP_KIND)]
    workloads += [entry for entry in inventory.list(Pod.GROUP_KIND) if controller_of(entry.obj) is None]
    for role, marks in _PARTS.items():
        for mark, name in marks:
            entry = next((one for one in workloads if _is(one, mark)), None)
            if entry is not None and all(sign.name != name for sign in found.get(role, ())):
                found.setdefault(role, []).append(Sign(name, f"{entry.ref}{_tag(entry)}", entry.ref))
    for role, sign in (*_by_classes(inventory), *_by_annotations(inventory), *_by_messages(inventory)):
        if role not in found:
            found[role] = [sign]
    return found


_CONTROLLERS = (
    ("traefik", "Traefik"), ("k8s.io/ingress-nginx", "ingress-nginx"), ("nginx.org", "NGINX Ingress"), ("haproxy", "HAProxy"),
    ("contour", "Contour"), ("konghq", "Kong"), ("istio", "Istio gateway"), ("envoyproxy", "Envoy Gateway"),
)  # fmt: skip


def _by_classes(inventory: Inventory) -> Iterable[tuple[str, Sign]]:
    """What classes say of the controllers and drivers that serve them, where those themselves are not seen."""
    for entry in inventory.list(IngressClass.GROUP_KIND):
        controller = (entry.obj.spec.controller or "") if isinstance(entry.obj, IngressClass) and entry.obj.spec else ""
        name = next((name for mark, name in _CONTROLLERS if mark in controller), controller or entry.ref.name)
        yield "Ingress", Sign(name, f"{entry.ref} names the controller {controller}; no workload of it was recognised", entry.ref)
    for sign in storage_classes(inventory):
        yield "Storage driver", Sign(sign.evidence, f"StorageClass {sign.name} names it", sign.ref)


_ANNOTATIONS = (
    ("flannel.alpha.coreos.com/", "Flannel"),
    ("projectcalico.org/", "Calico"),
    ("io.cilium", "Cilium"),
    ("k8s.ovn.org/", "OVN-Kubernetes"),
)
_PLUGINS = (("flannel", "Flannel"), ("cilium", "Cilium"), ("calico", "Calico"), ("multus", "Multus"), ("weave", "Weave Net"))


def _by_annotations(inventory: Inventory) -> Iterable[tuple[str, Sign]]:
    for entry in inventory.list(Node.GROUP_KIND)[:_MOST_NODES]:
        for key in entry.obj.metadata.annotations or {}:
            for mark, name in _ANNOTATIONS:
                if mark in key:
                    yield "Network (CNI)", Sign(name, f"node {entry.ref.name} carries the annotation {key}", entry.ref)


def _by_messages(inventory: Inventory) -> Iterable[tuple[str, Sign]]:
    """The network plug-in that an event about a pod's network names."""
    for event in inventory.events():
        for mark, name in _PLUGINS if 'plugin type="' in event.message else ():
            if f'plugin type="{mark}' in event.message:
                yield (
                    "Network (CNI)",
                    Sign(name, f"an event of {event.involved} names it; no workload of it was recognised", event.involved),
                )
                return


def _is(entry: Entry, mark: str) -> bool:
    name = entry.ref.name
    return name.startswith(mark) or f"-{mark}" in name or entry.ref.namespace == mark.rstrip("-")


def _tag(entry: Entry) -> str:
    """The version of the first image, after a comma."""
    at = spec_of(entry.obj)
    image = next((one.image for one, _ in containers_of(at) if one.image), "") if at else ""
    last = image.rpartition("/")[2].partition("@")[0]
    return f", image {last}" if ":" in last else ""


def storage_classes(inventory: Inventory) -> list[Sign]:
    """The StorageClasses with their provisioners."""
    classes = inventory.list(GroupKind("storage.k8s.io", "StorageClass"))
    return [Sign(entry.ref.name, entry.obj.provisioner, entry.ref) for entry in classes if isinstance(entry.obj, StorageClass)]
