"""All scenes, and clusters made of some of them."""

from __future__ import annotations

from collections.abc import Callable

from arcops.kube.watch import Observation
from tests.healthy import platform, traffic, unrest, workloads
from tests.healthy.world import World

SCENES: tuple[Callable[[World], object], ...] = (*workloads.SCENES, *traffic.SCENES, *platform.SCENES, *unrest.SCENES)


def healthy_cluster(seed: int) -> list[Observation]:
    """What a first look at a healthy cluster shows; the same for the same seed."""
    world = World(seed)
    for scene in world.rng.sample(SCENES, k=world.rng.randint(3, min(14, len(SCENES)))):
        scene(world)
    return world.observations()
