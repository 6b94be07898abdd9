"""What happens in the demo, on a loop of ten minutes: rollouts, scaling, restarts and a few faults that heal again."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from arcops.demo.catalog import CONFIG_MAPS, NODES
from arcops.demo.controllers import Controller
from arcops.demo.surroundings import node
from arcops.demo.world import World

Controllers = dict[str, Controller]
Deed = Callable[[World, Controllers], None]

LOOP_S = 600


class Step(NamedTuple):
    """Something that happens ``at_s`` seconds into the loop."""

    at_s: int
    what: str
    deed: Deed


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


def _drop_config(world: World, controllers: Controllers) -> None:
    world.delete("ConfigMap", "shop", "catalog-config")
    controllers["catalog"].change(behaviour="config", manager="kubectl-delete")


def _restore_config(world: World, controllers: Controllers) -> None:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "catalog-config", "namespace": "shop"}}
    world.put({**body, "data": CONFIG_MAPS["shop", "catalog-config"]}, manager="kubectl-client-side-apply")
    controllers["catalog"].change(behaviour="ok", manager="kubectl-rollout")


def _cordon(cordoned: bool) -> Deed:
    def deed(world: World, _controllers: Controllers) -> None:
        body = node(world, NODES[2], cordoned=cordoned)
        world.put(body, manager="kubectl-cordon" if cordoned else "kubectl-uncordon")

    return deed


STORY = (
    Step(20, "frontend is rolled out to 2.4.2", _change("frontend", image="registry.shop.example/frontend:2.4.2")),
    Step(50, "search is scaled out", _change("search", replicas=4, manager="kubectl-scale")),
    Step(80, "checkout's memory limit is lowered: it is killed for it", _change("checkout", memory=64, behaviour="oom")),
    Step(110, "a liveness probe restarts currency", _restart_one("currency")),
    Step(170, "checkout is rolled back", _change("checkout", memory=512, behaviour="ok", manager="kubectl-rollout")),
    Step(190, "search is scaled in", _change("search", replicas=2, manager="kubectl-scale")),
    Step(
        220,
        "recommendation gets an image that does not exist",
        _change("recommendation", image="registry.shop.example/recommendation:0.9.0-rc", behaviour="pull"),
    ),
    Step(
        300,
        "recommendation gets the right image",
        _change("recommendation", image="registry.shop.example/recommendation:0.8.7", behaviour="ok", manager="kubectl-rollout"),
    ),
    Step(330, "catalog's ConfigMap is deleted", _drop_config),
    Step(400, "catalog's ConfigMap is back", _restore_config),
    Step(420, "a node is cordoned for maintenance", _cordon(cordoned=True)),
    Step(440, "email crashes: it cannot reach its mail server", _change("email", behaviour="crash", manager="argocd-controller")),
    Step(480, "the node is back", _cordon(cordoned=False)),
    Step(520, "email is rolled back", _change("email", behaviour="ok", manager="argocd-controller")),
    Step(560, "frontend goes back to 2.4.1", _change("frontend", image="registry.shop.example/frontend:2.4.1")),
)
