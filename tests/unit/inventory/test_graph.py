"""Walks over the links find what may be to blame and what may suffer, and nothing beside."""

from arcops.inventory.graph import downstream, upstream
from arcops.inventory.index import Inventory
from tests.unit.inventory.seen import filled, ref
from tests.unit.inventory.shop import OBJECTS

INVENTORY = filled(*OBJECTS)
POD = ref("Pod", "web-1-x")


def reached(steps: object) -> set[str]:
    return {str(step.ref) for step in steps}  # type: ignore[attr-defined]


def test_a_pod_depends_on_its_node_configuration_storage_account_and_makers() -> None:
    found = reached(upstream(POD, INVENTORY))
    assert {
        "Node edge-1",
        "ConfigMap shop/settings",
        "Secret shop/missing",
        "PersistentVolumeClaim shop/data",
        "PersistentVolume disk",
        "StorageClass fast",
        "ServiceAccount shop/robot",
        "RoleBinding shop/reads",
        "Role shop/reader",
        "ReplicaSet shop/web-1",
        "Deployment shop/web",
        "NetworkPolicy shop/deny",
    } <= found


def test_a_pod_does_not_depend_on_its_siblings_nor_on_what_uses_it() -> None:
    found = reached(upstream(POD, INVENTORY, depth=9))
    assert not found & {"Pod shop/web-1-y", "Service shop/web", "Ingress shop/web", "Node edge-2"}


def test_a_deployment_depends_on_its_pods_and_theirs() -> None:
    found = reached(upstream(ref("Deployment", "web", group="apps"), INVENTORY))
    assert {"Pod shop/web-1-x", "Pod shop/web-1-y", "Node edge-1", "Node edge-2"} <= found


def test_an_ingress_depends_on_pods_behind_its_service_and_on_what_is_missing() -> None:
    found = reached(upstream(ref("Ingress", "web", group="networking.k8s.io"), INVENTORY))
    assert {"Service shop/web", "Service shop/gone", "Pod shop/web-1-x", "IngressClass nginx", "Secret shop/cert"} <= found


def test_a_broken_configuration_reaches_pods_services_and_ingresses() -> None:
    found = reached(downstream(ref("ConfigMap", "settings"), INVENTORY))
    assert {"Pod shop/web-1-x", "Deployment shop/web", "Service shop/web", "Ingress shop/web", "HTTPRoute shop/web"} <= found
    assert "Node edge-1" not in found


def test_a_broken_node_reaches_only_its_own_pods() -> None:
    found = reached(downstream(ref("Node", "edge-1", ""), INVENTORY))
    assert {"Pod shop/web-1-x", "Service shop/web"} <= found
    assert "Pod shop/web-1-y" not in found


def test_nearer_comes_first_and_depth_bounds_the_walk() -> None:
    steps = upstream(POD, INVENTORY, depth=2)
    assert [step.depth for step in steps] == sorted(step.depth for step in steps)
    assert max(step.depth for step in steps) == 2
    assert len({step.ref for step in steps}) == len(steps)


def test_a_walk_from_nothing_ends() -> None:
    assert upstream(ref("Pod", "never"), Inventory()) == downstream(ref("Secret", "never"), Inventory()) == []
