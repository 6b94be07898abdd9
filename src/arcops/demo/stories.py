"""What happens in the demo, on a loop of half an hour: rollouts, scaling, restarts, and ten faults that heal again.

Each fault names what a diagnosis must say of it; a test plays the loop and holds it to that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from arcops.demo.catalog import CONFIG_MAPS, NODES, REPORTS
from arcops.demo.controllers import Controller
from arcops.demo.pods import Behaviour
from arcops.demo.surroundings import QUOTA_PODS, node, put_claim, put_class, put_quota, renew, select_with, serve
from arcops.demo.world import World

Controllers = dict[str, Controller]
Deed = Callable[[World, Controllers], None]

LOOP_S = 1800


class Step(NamedTuple):
    """Something that happens ``at_s`` seconds into the loop."""

    at_s: int
    what: str
    deed: Deed


class Fault(NamedTuple):
    """A fault between two moments of the loop: the code of its finding, and the root of its incident (kind, namespace, name)."""

    at_s: int
    until_s: int
    what: str
    healed: str
    breaks: Deed
    heals: Deed
    code: str
    root: tuple[str, str, str]


def _change(name: str, **how: object) -> Deed:
    def deed(_world: World, controllers: Controllers) -> None:
        controllers[name].change(**how)  # type: ignore[arg-type]

    return deed


def _restart_one(name: str) -> Deed:
    def deed(world: World, controllers: Controllers) -> None:
        pod = controllers[name].pods[0]
        pod.restarts += 1
        pod.ended_ms = pod.started_ms = world.now_ms
        pod.stage, pod.since_ms = "running", world.now_ms
        world.event(pod.shown, "Warning", "Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500")
        world.event(pod.shown, "Normal", "Killing", f"Container {name} failed liveness probe, will be restarted")

    return deed


def _restart(world: World, controllers: Controllers, name: str, behaviour: Behaviour) -> None:
    controllers[name].change(behaviour=behaviour, manager="kubectl-rollout", restarted=world.now)


def _drop_config(world: World, controllers: Controllers) -> None:
    world.delete("ConfigMap", "shop", "catalog-config")
    _restart(world, controllers, "catalog", "config")


def _restore_config(world: World, controllers: Controllers) -> None:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "catalog-config", "namespace": "shop"}}
    world.put({**body, "data": CONFIG_MAPS["shop", "catalog-config"]}, manager="kubectl-client-side-apply")
    _restart(world, controllers, "catalog", "ok")


def _cordon(*, cordoned: bool) -> Deed:
    def deed(world: World, _controllers: Controllers) -> None:
        body = node(world, NODES[2], cordoned=cordoned)
        world.put(body, manager="kubectl-cordon" if cordoned else "kubectl-uncordon")

    return deed


def _lose_node(world: World, _controllers: Controllers) -> None:
    world.lost_nodes.add(NODES[1])
    body = world.put(node(world, NODES[1], ready=False))
    world.event(body, "Normal", "NodeNotReady", f"Node {NODES[1]} status is now: NodeNotReady", "node-controller")


def _find_node(world: World, _controllers: Controllers) -> None:
    world.lost_nodes.discard(NODES[1])
    renew(world, NODES[1])
    body = world.put(node(world, NODES[1]), manager="k3s")
    world.event(body, "Normal", "NodeReady", f"Node {NODES[1]} status is now: NodeReady")


def _select(name: str, value: str) -> Deed:
    def deed(world: World, controllers: Controllers) -> None:
        select_with(world, name, value)
        controllers[name].served = value == name
        controllers[name].dirty = True

    return deed


def _fill_quota(world: World, controllers: Controllers) -> None:
    controllers["thumbnails"].room = QUOTA_PODS
    controllers["thumbnails"].change(replicas=6, manager="kubectl-scale")
    put_quota(world, used=QUOTA_PODS)


def _free_quota(world: World, controllers: Controllers) -> None:
    controllers["thumbnails"].change(replicas=2, manager="kubectl-scale")
    controllers["thumbnails"].refused_ms = 0
    put_quota(world, used=2)


def _install_reports(world: World, controllers: Controllers) -> None:
    put_claim(world, bound=False)
    serve(world, REPORTS.namespace, REPORTS.name, REPORTS.port)
    controllers["reports"] = Controller(REPORTS, behaviour="unbound")


def _add_class(world: World, controllers: Controllers) -> None:
    put_class(world)
    put_claim(world, bound=True)
    for pod in controllers["reports"].pods:
        pod.behaviour, pod.stage, pod.since_ms = "ok", "created", world.now_ms
    controllers["reports"].behaviour = "ok"


def _remove_reports(world: World, controllers: Controllers) -> None:
    gone = controllers.pop("reports")
    for kind, namespace, name in [key for key in world.objects if key[1] == REPORTS.namespace and key[2].startswith(f"{gone.work.name}-")]:
        world.delete(kind, namespace, name)
    for kind, name in (("StatefulSet", "reports"), ("Service", "reports"), ("PersistentVolumeClaim", "data-reports-0")):
        world.delete(kind, REPORTS.namespace, name)
    world.delete("StorageClass", "", "fast")


def _image(name: str, tag: str) -> str:
    return f"registry.shop.example/{name}:{tag}"


FAULTS = (
    Fault(
        80, 240, "checkout's memory limit is lowered: it is killed for it", "checkout is rolled back",
        _change("checkout", memory=64, behaviour="oom"), _change("checkout", memory=512, behaviour="ok", manager="kubectl-rollout"),
        "OomKilled", ("Deployment", "shop", "checkout"),
    ),
    Fault(
        260, 440, "recommendation gets an image that does not exist", "recommendation gets the right image",
        _change("recommendation", image=_image("recommendation", "0.9.0-rc"), behaviour="pull"),
        _change("recommendation", image=_image("recommendation", "0.8.7"), behaviour="ok", manager="kubectl-rollout"),
        "ImagePullFailing", ("Deployment", "shop", "recommendation"),
    ),
    Fault(
        460, 600, "catalog's ConfigMap is deleted", "catalog's ConfigMap is back",
        _drop_config, _restore_config, "ContainerConfigError", ("ConfigMap", "shop", "catalog-config"),
    ),
    Fault(
        620, 780, "email crashes: it cannot reach its mail server", "email is rolled back",
        _change("email", image=_image("email", "1.2.0"), behaviour="crash", manager="argocd-controller"),
        _change("email", image=_image("email", "1.1.0"), behaviour="ok", manager="argocd-controller"),
        "ContainerCrashing", ("Deployment", "shop", "email"),
    ),
    Fault(
        800, 980, "somebody edits the selector of Service search", "the selector is right again",
        _select("search", "search-v2"), _select("search", "search"), "ServiceSelectsNothing", ("Service", "shop", "search"),
    ),
    Fault(
        1000, 1160, "the quota of namespace batch refuses more thumbnails", "thumbnails is scaled back",
        _fill_quota, _free_quota, "PodCreationRefused", ("ResourceQuota", "batch", "batch-quota"),
    ),
    Fault(
        1060, 1240, "image-resizer's new version never gets ready: its rollout is stuck", "image-resizer is rolled back",
        _change("image-resizer", image=_image("image-resizer", "1.1.0"), behaviour="unready"),
        _change("image-resizer", image=_image("image-resizer", "1.0.9"), behaviour="ok", manager="kubectl-rollout"),
        "ProbeFailing", ("Deployment", "shop", "image-resizer"),
    ),
    Fault(
        1260, 1440, "reports is installed and asks for a storage class that is not there", "storage class fast is there",
        _install_reports, _add_class, "ClaimPending", ("StorageClass", "", "fast"),
    ),
    Fault(
        1300, 1480, "inventory asks for more memory than any node has", "inventory asks for what it needs",
        _change("inventory", memory=65536, behaviour="unschedulable"), _change("inventory", memory=128, behaviour="ok"),
        "PodUnschedulable", ("Deployment", "shop", "inventory"),
    ),
    Fault(
        1540, 1700, "a node goes away", "the node is back", _lose_node, _find_node, "NodeNotReady", ("Node", "", NODES[1]),
    ),
)  # fmt: skip

STORY = (
    Step(20, "frontend is rolled out to 2.4.2", _change("frontend", image=_image("frontend", "2.4.2"))),
    Step(50, "search is scaled out", _change("search", replicas=4, manager="kubectl-scale")),
    Step(110, "a liveness probe restarts currency", _restart_one("currency")),
    Step(190, "search is scaled in", _change("search", replicas=2, manager="kubectl-scale")),
    Step(840, "a node is cordoned for maintenance", _cordon(cordoned=True)),
    Step(960, "the node is back", _cordon(cordoned=False)),
    Step(1500, "reports is removed", _remove_reports),
    Step(1740, "frontend goes back to 2.4.1", _change("frontend", image=_image("frontend", "2.4.1"))),
    *(Step(fault.at_s, fault.what, fault.breaks) for fault in FAULTS),
    *(Step(fault.until_s, fault.healed, fault.heals) for fault in FAULTS),
)
