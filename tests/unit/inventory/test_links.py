"""Links are found from both ends, whether what they name is there or not."""

from inline_snapshot import snapshot

from arcops.inventory.graph import neighbours
from arcops.inventory.links.base import Link, links_from, links_to, registry
from arcops.kube.refs import ObjectRef
from tests.unit.inventory.seen import filled, pod, ref, thing
from tests.unit.inventory.shop import OBJECTS

INVENTORY = filled(*OBJECTS)


NAMED = snapshot(
    {
        "LimitRange shop/defaults": ["limits namespace: Namespace shop [metadata.namespace]"],
        "Node edge-1": [],
        "PersistentVolume disk": [
            "claim and volume: PersistentVolumeClaim shop/data [spec.claimRef]",
            "CSI driver: CSIDriver disk.example.org [spec.csi.driver]?",
            "storage class: StorageClass fast [spec.storageClassName]?",
        ],
        "PersistentVolumeClaim shop/data": [
            "claim and volume: PersistentVolume disk [spec.volumeName]",
            "storage class: StorageClass fast [spec.storageClassName]?",
        ],
        "ResourceQuota shop/team": ["limits namespace: Namespace shop [metadata.namespace]"],
        "Service shop/web": [
            "service selects pods: Pod shop/web-1-x [spec.selector]",
            "service selects pods: Pod shop/web-1-y [spec.selector]",
            "service has slices: EndpointSlice shop/web-abc [metadata.labels['kubernetes.io/service-name']]",
        ],
        "ServiceAccount shop/robot": ["pull secret: Secret shop/registry [imagePullSecrets[0].name]?"],
        "ValidatingWebhookConfiguration checks": ["served by: Service shop/web [webhooks[0].clientConfig.service]?"],
        "APIService v1beta1.metrics.k8s.io": ["served by: Service kube-system/metrics-server [spec.service]"],
        "ReplicaSet shop/web-1": [
            "owner: Deployment shop/web [metadata.ownerReferences[0]]",
            "workload selects pods: Pod shop/web-1-x [spec.selector]",
            "workload selects pods: Pod shop/web-1-y [spec.selector]",
        ],
        "StatefulSet shop/db": ["governing service: Service shop/db [spec.serviceName]"],
        "HorizontalPodAutoscaler shop/web": [
            "metrics API: APIService v1beta1.metrics.k8s.io [spec.metrics]",
            "scales: Deployment shop/web [spec.scaleTargetRef]",
        ],
        "EndpointSlice shop/web-abc": ["slice leads to pods: Pod shop/web-1-x [endpoints[0].targetRef]"],
        "Gateway infra/edge": [
            "gateway class: GatewayClass envoy [spec.gatewayClassName]",
            "gateway TLS: Secret infra/wild [spec.listeners[0].tls.certificateRefs[0]]",
        ],
        "HTTPRoute shop/web": [
            "route backend: Service shop/web [spec.rules[0].backendRefs[0]]",
            "route backend: Service other/api [spec.rules[0].backendRefs[1]]",
            "route hangs on gateway: Gateway infra/edge [spec.parentRefs[0]]",
        ],
        "ScaledObject shop/queue": ["scales: Deployment shop/web [spec.scaleTargetRef]"],
        "Ingress shop/old": ["ingress class: IngressClass traefik [metadata.annotations['kubernetes.io/ingress.class']]?"],
        "Ingress shop/web": [
            "ingress backend: Service shop/web [spec.rules[0].http.paths[0].backend.service.name]",
            "ingress backend: Service shop/gone [spec.rules[0].http.paths[1].backend.service.name]",
            "ingress class: IngressClass nginx [spec.ingressClassName]",
            "ingress TLS: Secret shop/cert [spec.tls[0].secretName]",
        ],
        "NetworkPolicy shop/deny": [
            "policy guards pods: Pod shop/web-1-x [spec.podSelector]",
            "policy guards pods: Pod shop/web-1-y [spec.podSelector]",
        ],
        "PodDisruptionBudget shop/web": [
            "budget counts pods: Pod shop/web-1-x [spec.selector]",
            "budget counts pods: Pod shop/web-1-y [spec.selector]",
        ],
        "ClusterRoleBinding views": [
            "binding names account: ServiceAccount shop/robot [subjects[0]]",
            "binding grants role: ClusterRole view [roleRef]",
        ],
        "RoleBinding shop/reads": [
            "binding names account: ServiceAccount shop/robot [subjects[0]]",
            "binding grants role: Role shop/reader [roleRef]",
        ],
        "VolumeAttachment va": [
            "attaches: PersistentVolume disk [spec.source.persistentVolumeName]",
            "attaches: Node edge-1 [spec.nodeName]",
        ],
    }
)


def outgoing(name: ObjectRef) -> list[str]:
    """The edges of an object in short: relation, target, field; ``?`` for optional, ``#key`` for a key."""
    entry = INVENTORY.get(name)
    assert entry is not None
    return [short(link) for link in links_from(entry, INVENTORY)]


def short(link: Link) -> str:
    key = f"#{link.key}" if link.key else ""
    return f"{link.relation}: {link.target}{key} [{link.field}]{'?' if link.optional else ''}"


def test_the_relations_are_these() -> None:
    assert [relation.name for relation in registry()] == snapshot(
        [
            "attaches",
            "binding names account",
            "binding grants role",
            "budget counts pods",
            "claim and volume",
            "CSI driver",
            "env",
            "gateway class",
            "gateway TLS",
            "governing service",
            "ingress backend",
            "ingress class",
            "ingress TLS",
            "limits namespace",
            "metrics API",
            "mounts",
            "owner",
            "policy guards pods",
            "priority class",
            "pull secret",
            "route backend",
            "route hangs on gateway",
            "runs on",
            "scales",
            "served by",
            "service account",
            "service selects pods",
            "service has slices",
            "slice leads to pods",
            "storage class",
            "workload selects pods",
        ]
    )


def test_a_pod_names_all_it_needs() -> None:
    assert outgoing(ref("Pod", "web-1-x")) == snapshot(
        [
            "CSI driver: CSIDriver secrets.example.org [spec.volumes[5].csi.driver]?",
            "env: Secret shop/missing [spec.initContainers[0].envFrom[0].secretRef.name]",
            "env: ConfigMap shop/all [spec.containers[0].envFrom[0].configMapRef.name]",
            "env: ConfigMap shop/settings#a [spec.containers[0].env[0].valueFrom.configMapKeyRef.name]",
            "env: Secret shop/password#b [spec.containers[0].env[1].valueFrom.secretKeyRef.name]?",
            "mounts: ConfigMap shop/files#x [spec.volumes[0].configMap.name]",
            "mounts: ConfigMap shop/files#y [spec.volumes[0].configMap.name]",
            "mounts: Secret shop/cert [spec.volumes[1].secret.secretName]",
            "mounts: PersistentVolumeClaim shop/data [spec.volumes[2].persistentVolumeClaim.claimName]",
            "mounts: ConfigMap shop/kube-root-ca.crt [spec.volumes[3].projected.sources[0].configMap.name]",
            "mounts: Secret shop/extra [spec.volumes[3].projected.sources[1].secret.name]?",
            "mounts: PersistentVolumeClaim shop/web-1-x-e [spec.volumes[4].ephemeral]",
            "owner: ReplicaSet shop/web-1 [metadata.ownerReferences[0]]",
            "priority class: PriorityClass high [spec.priorityClassName]?",
            "pull secret: Secret shop/registry [spec.imagePullSecrets[0].name]?",
            "runs on: Node edge-1 [spec.nodeName]",
            "service account: ServiceAccount shop/robot [spec.serviceAccountName]",
        ]
    )


def test_every_other_object_names_what_it_needs() -> None:
    found = {str(entry.ref): outgoing(entry.ref) for kind in INVENTORY.kinds() for entry in INVENTORY.list(kind) if entry.ref.kind != "Pod"}
    del found["Deployment shop/web"]  # what its template names is what the pod names
    assert found == NAMED


def test_a_template_names_what_its_pods_will_need() -> None:
    wanted = {
        line.partition(" [")[0] for line in outgoing(ref("Pod", "web-1-x")) if line.partition(":")[0] in ("env", "mounts", "pull secret")
    }
    named = {line.partition(" [")[0] for line in outgoing(ref("Deployment", "web", group="apps"))}
    assert wanted - named == {"mounts: PersistentVolumeClaim shop/web-1-x-e"}


def test_a_replica_set_leaves_it_to_its_deployment_to_name_what_its_template_needs() -> None:
    assert {line.partition(":")[0] for line in outgoing(ref("ReplicaSet", "web-1", group="apps"))} == {"owner", "workload selects pods"}


def test_an_edge_is_found_from_its_target_as_well() -> None:
    for kind in INVENTORY.kinds():
        for entry in INVENTORY.list(kind):
            for link in links_from(entry, INVENTORY):
                if link.relation != "owner" or INVENTORY.get(link.target):
                    assert link in set(links_to(link.target, INVENTORY)), short(link)


def test_an_edge_found_from_its_target_is_one_of_its_source() -> None:
    targets = {link.target for kind in INVENTORY.kinds() for entry in INVENTORY.list(kind) for link in links_from(entry, INVENTORY)}
    for target in sorted(targets):
        for link in links_to(target, INVENTORY):
            source = INVENTORY.get(link.source)
            assert source is None or link in set(links_from(source, INVENTORY)), short(link)


def test_who_needs_a_missing_object_is_known() -> None:
    assert [str(link.source) for link in links_to(ref("Secret", "missing"), INVENTORY)] == ["Pod shop/web-1-x", "Deployment shop/web"]
    assert [str(link.source) for link in links_to(ref("Service", "gone"), INVENTORY)] == ["Ingress shop/web"]


def test_a_service_selects_only_pods_of_its_namespace_and_an_external_name_none() -> None:
    inventory = filled(
        pod("a", labels={"app": "web"}), pod("b", namespace="other", uid="b", labels={"app": "web"}),
        thing("Service", "web", spec={"selector": {"app": "web"}}),
        thing("Service", "away", spec={"type": "ExternalName", "selector": {"app": "web"}}), thing("Service", "by-hand", spec={}),
    )  # fmt: skip
    assert [str(link.target) for link in neighbours(ref("Service", "web"), inventory)] == ["Pod shop/a"]
    assert neighbours(ref("Service", "away"), inventory) == neighbours(ref("Service", "by-hand"), inventory) == []


def test_an_ingress_without_class_has_the_clusters_default() -> None:
    default = thing(
        "IngressClass",
        "nginx",
        api="networking.k8s.io/v1",
        namespace=None,
        annotations={"ingressclass.kubernetes.io/is-default-class": "true"},
    )
    inventory = filled(thing("Ingress", "web", api="networking.k8s.io/v1", spec={}), default)
    (link,) = neighbours(ref("Ingress", "web", group="networking.k8s.io"), inventory)
    assert (link.target.name, link.optional) == ("nginx", True)


def test_an_owner_of_another_life_is_still_named_by_its_reference() -> None:
    lost = thing(
        "Pod", "a", owners=[{"apiVersion": "v1", "kind": "Node", "name": "edge-9", "uid": "never-seen", "controller": True}], spec={}
    )
    found = [link for link in neighbours(ref("Pod", "a"), filled(lost)) if link.relation == "owner"]
    assert [str(link.target) for link in found] == ["Node edge-9"]


def test_neighbours_give_each_edge_once() -> None:
    found = neighbours(ref("PersistentVolumeClaim", "data"), INVENTORY)
    assert len(found) == len(set(found))
    assert {link.relation for link in found} == {"claim and volume", "mounts", "storage class"}
