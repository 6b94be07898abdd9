"""The kinds that Kubernetes 1.36 serves by itself, for sources without discovery (files, demo, fakes).

Only what can be listed and watched, each kind in its preferred version, in the server's order. A test compares the table
with a real API server.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.kube.kinds import ApiResource
from arcops.kube.refs import GroupKind

_TABLE = """
core/v1
  ConfigMap configmaps short=cm
  Endpoints endpoints short=ep
  Event events short=ev
  LimitRange limitranges short=limits
  Namespace namespaces cluster short=ns
  Node nodes cluster short=no
  PersistentVolumeClaim persistentvolumeclaims short=pvc
  PersistentVolume persistentvolumes cluster short=pv
  Pod pods short=po in=all
  PodTemplate podtemplates
  ReplicationController replicationcontrollers short=rc in=all
  ResourceQuota resourcequotas short=quota
  Secret secrets
  ServiceAccount serviceaccounts short=sa
  Service services short=svc in=all

apiregistration.k8s.io/v1
  APIService apiservices cluster in=api-extensions

apps/v1
  ControllerRevision controllerrevisions
  DaemonSet daemonsets short=ds in=all
  Deployment deployments short=deploy in=all
  ReplicaSet replicasets short=rs in=all
  StatefulSet statefulsets short=sts in=all

autoscaling/v2
  HorizontalPodAutoscaler horizontalpodautoscalers short=hpa in=all

batch/v1
  CronJob cronjobs short=cj in=all
  Job jobs in=all

certificates.k8s.io/v1
  CertificateSigningRequest certificatesigningrequests cluster short=csr

networking.k8s.io/v1
  IngressClass ingressclasses cluster
  Ingress ingresses short=ing
  IPAddress ipaddresses cluster short=ip
  NetworkPolicy networkpolicies short=netpol
  ServiceCIDR servicecidrs cluster

policy/v1
  PodDisruptionBudget poddisruptionbudgets short=pdb

rbac.authorization.k8s.io/v1
  ClusterRoleBinding clusterrolebindings cluster
  ClusterRole clusterroles cluster
  RoleBinding rolebindings
  Role roles

storage.k8s.io/v1
  CSIDriver csidrivers cluster
  CSINode csinodes cluster
  CSIStorageCapacity csistoragecapacities
  StorageClass storageclasses cluster short=sc
  VolumeAttachment volumeattachments cluster
  VolumeAttributesClass volumeattributesclasses cluster short=vac

admissionregistration.k8s.io/v1
  MutatingAdmissionPolicy mutatingadmissionpolicies cluster in=api-extensions
  MutatingAdmissionPolicyBinding mutatingadmissionpolicybindings cluster in=api-extensions
  MutatingWebhookConfiguration mutatingwebhookconfigurations cluster in=api-extensions
  ValidatingAdmissionPolicy validatingadmissionpolicies cluster in=api-extensions
  ValidatingAdmissionPolicyBinding validatingadmissionpolicybindings cluster in=api-extensions
  ValidatingWebhookConfiguration validatingwebhookconfigurations cluster in=api-extensions

apiextensions.k8s.io/v1
  CustomResourceDefinition customresourcedefinitions cluster short=crd,crds in=api-extensions

scheduling.k8s.io/v1
  PriorityClass priorityclasses cluster short=pc

coordination.k8s.io/v1
  Lease leases

node.k8s.io/v1
  RuntimeClass runtimeclasses cluster

discovery.k8s.io/v1
  EndpointSlice endpointslices

resource.k8s.io/v1
  DeviceClass deviceclasses cluster
  ResourceClaim resourceclaims
  ResourceClaimTemplate resourceclaimtemplates
  ResourceSlice resourceslices cluster

flowcontrol.apiserver.k8s.io/v1
  FlowSchema flowschemas cluster
  PriorityLevelConfiguration prioritylevelconfigurations cluster
"""
"""A group and its version, below it its kinds: kind, plural, ``cluster`` if not namespaced, short names, categories."""


def _rows() -> Iterator[ApiResource]:
    group = version = ""
    for line in _TABLE.strip().splitlines():
        words = line.split()
        if not line.startswith(" "):
            group, _, version = line.partition("/")
            group = "" if group == "core" else group
        elif words:
            yield _row(group, version, words)


def _row(group: str, version: str, words: list[str]) -> ApiResource:
    kind, plural, *rest = words
    listed = dict(word.split("=") for word in rest if "=" in word)
    return ApiResource(
        group=group,
        version=version,
        kind=kind,
        plural=plural,
        singular=kind.lower(),
        namespaced="cluster" not in rest,
        short_names=_split(listed.get("short", "")),
        categories=_split(listed.get("in", "")),
    )


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


BUILTIN: tuple[ApiResource, ...] = tuple(_rows())
"""Every built-in kind, in order of precedence."""

_BY_KIND = {resource.group_kind: resource for resource in BUILTIN}


def resource_for(group: str, version: str, kind: str, *, namespaced: bool = True) -> ApiResource:
    """The resource of a kind that an object names: the built-in one, else a guess (plural as English has it, scope as given)."""
    known = _BY_KIND.get(GroupKind(group, kind))
    if known is not None:
        return known
    return ApiResource(group=group, version=version, kind=kind, plural=plural_of(kind), singular=kind.lower(), namespaced=namespaced)


def plural_of(kind: str) -> str:
    """The plural a custom kind most likely has: ``proxies``, ``classes``, ``gateways``."""
    word = kind.lower()
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return f"{word}es"
    if word.endswith("y") and word[-2:-1] not in set("aeiou"):
        return f"{word[:-1]}ies"
    return f"{word}s"
