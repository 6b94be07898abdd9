"""A small shop in which every relation occurs once or more, some of them to objects that are not there."""

from __future__ import annotations

from tests.unit.inventory.seen import Body, owned, thing

RBAC = "rbac.authorization.k8s.io/v1"
GATEWAY = "gateway.networking.k8s.io/v1"
SPEC: Body = {
    "serviceAccountName": "robot",
    "priorityClassName": "high",
    "imagePullSecrets": [{"name": "registry"}],
    "containers": [
        {
            "name": "web",
            "image": "web:1",
            "env": [
                {"name": "A", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "a"}}},
                {"name": "B", "valueFrom": {"secretKeyRef": {"name": "password", "key": "b", "optional": True}}},
            ],
            "envFrom": [{"configMapRef": {"name": "all"}}],
        }
    ],
    "initContainers": [{"name": "wait", "envFrom": [{"secretRef": {"name": "missing"}}]}],
    "volumes": [
        {"name": "c", "configMap": {"name": "files", "items": [{"key": "x", "path": "x"}, {"key": "y", "path": "y"}]}},
        {"name": "s", "secret": {"secretName": "cert"}},
        {"name": "d", "persistentVolumeClaim": {"claimName": "data"}},
        {
            "name": "p",
            "projected": {"sources": [{"configMap": {"name": "kube-root-ca.crt"}}, {"secret": {"name": "extra", "optional": True}}]},
        },
        {"name": "e", "ephemeral": {"volumeClaimTemplate": {"spec": {}}}},
        {"name": "i", "csi": {"driver": "secrets.example.org"}},
    ],
}
WEB = {"matchLabels": {"app": "web"}}


def backend(name: str) -> Body:
    """An Ingress path."""
    return {"path": "/", "backend": {"service": {"name": name, "port": {"number": 80}}}}


DEPLOYMENT = thing(
    "Deployment", "web", api="apps/v1", spec={"selector": WEB, "template": {"metadata": {"labels": {"app": "web"}}, "spec": SPEC}}
)
REPLICA_SET = thing("ReplicaSet", "web-1", api="apps/v1", owners=owned(DEPLOYMENT), spec={"selector": WEB, "template": {"spec": SPEC}})
POD = thing("Pod", "web-1-x", owners=owned(REPLICA_SET), labels={"app": "web"}, spec={**SPEC, "nodeName": "edge-1"})
SIBLING = thing("Pod", "web-1-y", owners=owned(REPLICA_SET), labels={"app": "web"}, spec={"nodeName": "edge-2", "containers": []})

OBJECTS: tuple[Body, ...] = (
    DEPLOYMENT,
    REPLICA_SET,
    POD,
    SIBLING,
    thing("Node", "edge-1", namespace=None),
    thing("Service", "web", spec={"selector": {"app": "web"}}),
    thing(
        "EndpointSlice",
        "web-abc",
        api="discovery.k8s.io/v1",
        labels={"kubernetes.io/service-name": "web"},
        endpoints=[{"addresses": ["10.0.0.1"], "targetRef": {"kind": "Pod", "name": "web-1-x", "namespace": "shop"}}],
    ),
    thing("PodDisruptionBudget", "web", api="policy/v1", spec={"selector": WEB}),
    thing("NetworkPolicy", "deny", api="networking.k8s.io/v1", spec={"podSelector": {}}),
    thing(
        "HorizontalPodAutoscaler",
        "web",
        api="autoscaling/v2",
        spec={
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
            "metrics": [{"type": "Resource", "resource": {"name": "cpu"}}],
        },
    ),
    thing("ScaledObject", "queue", api="keda.sh/v1alpha1", spec={"scaleTargetRef": {"name": "web"}}),
    thing(
        "Ingress",
        "web",
        api="networking.k8s.io/v1",
        spec={
            "ingressClassName": "nginx",
            "tls": [{"secretName": "cert"}],
            "rules": [{"http": {"paths": [backend("web"), backend("gone")]}}],
        },
    ),
    thing("Ingress", "old", api="networking.k8s.io/v1", annotations={"kubernetes.io/ingress.class": "traefik"}, spec={}),
    thing("PersistentVolumeClaim", "data", spec={"storageClassName": "fast", "volumeName": "disk"}),
    thing(
        "PersistentVolume",
        "disk",
        namespace=None,
        spec={
            "storageClassName": "fast",
            "claimRef": {"kind": "PersistentVolumeClaim", "namespace": "shop", "name": "data"},
            "csi": {"driver": "disk.example.org"},
        },
    ),
    thing(
        "VolumeAttachment",
        "va",
        api="storage.k8s.io/v1",
        namespace=None,
        spec={"attacher": "disk.example.org", "nodeName": "edge-1", "source": {"persistentVolumeName": "disk"}},
    ),
    thing("ServiceAccount", "robot", imagePullSecrets=[{"name": "registry"}]),
    thing(
        "RoleBinding", "reads", api=RBAC, roleRef={"kind": "Role", "name": "reader"}, subjects=[{"kind": "ServiceAccount", "name": "robot"}]
    ),
    thing(
        "ClusterRoleBinding",
        "views",
        api=RBAC,
        namespace=None,
        roleRef={"kind": "ClusterRole", "name": "view"},
        subjects=[{"kind": "ServiceAccount", "name": "robot", "namespace": "shop"}, {"kind": "User", "name": "ada"}],
    ),
    thing(
        "ValidatingWebhookConfiguration",
        "checks",
        api="admissionregistration.k8s.io/v1",
        namespace=None,
        webhooks=[{"name": "a", "failurePolicy": "Ignore", "clientConfig": {"service": {"namespace": "shop", "name": "web"}}}],
    ),
    thing(
        "APIService",
        "v1beta1.metrics.k8s.io",
        api="apiregistration.k8s.io/v1",
        namespace=None,
        spec={"service": {"namespace": "kube-system", "name": "metrics-server"}},
    ),
    thing("ResourceQuota", "team"),
    thing("LimitRange", "defaults"),
    thing("StatefulSet", "db", api="apps/v1", spec={"serviceName": "db", "selector": {"matchLabels": {"app": "db"}}}),
    thing(
        "Gateway",
        "edge",
        api=GATEWAY,
        namespace="infra",
        spec={"gatewayClassName": "envoy", "listeners": [{"name": "tls", "tls": {"certificateRefs": [{"name": "wild"}]}}]},
    ),
    thing(
        "HTTPRoute",
        "web",
        api=GATEWAY,
        spec={
            "parentRefs": [{"name": "edge", "namespace": "infra"}],
            "rules": [{"backendRefs": [{"name": "web"}, {"name": "api", "namespace": "other"}]}],
        },
    ),
)
