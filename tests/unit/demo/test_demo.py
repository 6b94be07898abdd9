"""The demo cluster is believable: what it shows, that it lives, that what fails heals again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from arcops.base.errors import ContainerNotFound, ObjectNotFound
from arcops.demo.player import DemoSource
from arcops.demo.stories import LOOP_S
from arcops.inventory.index import POD, Inventory
from arcops.kube.objects.pod import Pod
from arcops.kube.podstate import pod_state
from arcops.kube.refs import GroupKind
from arcops.source.base import LogQuery, Observed, Replaced
from arcops.testing.clock import FakeClock

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def lived(clock: FakeClock) -> AsyncIterator[tuple[DemoSource, Inventory]]:
    """The demo, followed into an inventory as fast as the clock is turned."""
    source, inventory = DemoSource(clock), Inventory()

    async def follow() -> None:
        async for event in source.observe():
            if isinstance(event, Replaced):
                inventory.replace(event.resource.group_kind, event.observations)
            elif isinstance(event, Observed):
                inventory.apply(event.observations)

    task = asyncio.ensure_future(follow())
    await clock.advance(1.5)
    yield source, inventory
    await source.aclose()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def states(inventory: Inventory, namespace: str | None = None) -> dict[str, str]:
    """Pod name to kubectl's STATUS."""
    return {e.ref.name: pod_state(e.obj).status for e in inventory.list(POD, namespace) if isinstance(e.obj, Pod)}


def sick(inventory: Inventory) -> set[str]:
    return {status for status in states(inventory).values() if status not in {"Running", "Completed", "ContainerCreating", "Pending"}}


async def test_it_has_the_three_nodes_and_nine_system_pods_of_a_k3d_cluster(lived: tuple[DemoSource, Inventory]) -> None:
    _, inventory = lived
    assert inventory.count(GroupKind("", "Node")) == 3
    assert len(states(inventory, "kube-system")) == 9


async def test_it_is_met_healthy(lived: tuple[DemoSource, Inventory]) -> None:
    _, inventory = lived
    assert set(states(inventory).values()) == {"Running", "Completed"}


async def test_its_pods_are_days_old_not_a_minute(lived: tuple[DemoSource, Inventory], clock: FakeClock) -> None:
    _, inventory = lived
    ages_ms = [clock.now_ms() - _born_ms(e.obj) for e in inventory.list(POD) if isinstance(e.obj, Pod)]
    assert min(ages_ms) > 86_400_000


def _born_ms(pod: Pod) -> int:
    from datetime import datetime

    return round(datetime.fromisoformat(pod.metadata.creation_timestamp or "").timestamp() * 1000)


async def test_in_one_loop_its_faults_come_and_all_of_them_heal(lived: tuple[DemoSource, Inventory], clock: FakeClock) -> None:
    _, inventory = lived
    seen: set[str] = set()
    for _ in range(LOOP_S + 5):
        await clock.advance(1)
        seen |= sick(inventory)
    assert {"CrashLoopBackOff", "ImagePullBackOff", "CreateContainerConfigError"} <= seen
    await clock.advance(30)
    assert not sick(inventory)
    assert len(states(inventory, "kube-system")) == 9


async def test_replicas_are_never_more_than_one_above_what_is_wanted(lived: tuple[DemoSource, Inventory], clock: FakeClock) -> None:
    _, inventory = lived
    for _ in range(60):
        await clock.advance(1)
        assert sum(name.startswith("frontend-") for name in states(inventory, "shop")) <= 4


async def test_logs_of_a_killed_pod_tell_why_it_died(lived: tuple[DemoSource, Inventory], clock: FakeClock) -> None:
    source, inventory = lived
    await clock.advance(120)
    victim = next(name for name, status in states(inventory, "shop").items() if status in {"CrashLoopBackOff", "OOMKilled"})
    text = await source.logs(LogQuery("shop", victim, previous=True))
    assert "of the limit" in text


async def test_logs_of_unknown_pods_and_containers_are_clear_errors(lived: tuple[DemoSource, Inventory]) -> None:
    source, inventory = lived
    with pytest.raises(ObjectNotFound, match="no pod shop/nobody"):
        await source.logs(LogQuery("shop", "nobody"))
    pod = next(iter(states(inventory, "shop")))
    with pytest.raises(ContainerNotFound):
        await source.logs(LogQuery("shop", pod, container="nothing"))
