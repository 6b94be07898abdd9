"""Lines of containers."""

from __future__ import annotations

import pytest

from arcops.base.errors import BadInput, BadTime, ContainerNotFound, LogsNotFound, ObjectNotFound
from arcops.queries.logs import LogRequest, pod_logs
from tests.small_cluster import World

pytestmark = pytest.mark.anyio
CART = "cart-5c4d8-bbbbb"


async def test_the_only_container_is_read(world: World) -> None:
    logs = await pod_logs(world.services, LogRequest("shop", "web-7d9f8b6c5-aaaaa"))
    assert (logs.logs, logs.containers, logs.notes) == ("GET / 200\nGET /cart 500\n", ["app"], [])


async def test_of_several_the_one_in_trouble_is_read_and_that_is_said(world: World) -> None:
    logs = await pod_logs(world.services, LogRequest("shop", CART))
    assert (logs.logs, logs.containers) == ("cannot reach postgres:5432\n", ["app"])
    assert logs.notes == ["Container app is shown because it is not well; others: metrics."]


async def test_the_run_before_is_read(world: World) -> None:
    logs = await pod_logs(world.services, LogRequest("shop", CART, "app", previous=True))
    assert (logs.logs, logs.previous) == ("Traceback: connection refused\n", True)


async def test_the_container_asked_for_is_read_even_if_another_is_in_trouble(world: World) -> None:
    assert (await pod_logs(world.services, LogRequest("shop", CART, "metrics"))).logs == "scraped\n"


async def test_when_all_are_well_all_are_read_with_their_names_in_front(well: World) -> None:
    logs = await pod_logs(well.services, LogRequest("shop", CART))
    assert logs.logs == "[app] cannot reach postgres:5432\n[metrics] scraped\n"
    assert logs.containers == ["app", "metrics"]


async def test_a_container_without_lines_is_a_note_and_the_others_are_shown(well: World) -> None:
    logs = await pod_logs(well.services, LogRequest("shop", CART, previous=True))
    assert logs.logs == "[app] Traceback: connection refused\n"
    assert len(logs.notes) == 1
    assert "metrics" in logs.notes[0]


async def test_a_pod_that_is_not_there_names_the_nearest(world: World) -> None:
    with pytest.raises(ObjectNotFound) as raised:
        await pod_logs(world.services, LogRequest("shop", "cart"))
    assert raised.value.advice == "Did you mean cart-5c4d8-bbbbb?"


async def test_a_container_that_is_not_there_names_those_that_are(world: World) -> None:
    with pytest.raises(ContainerNotFound) as raised:
        await pod_logs(world.services, LogRequest("shop", CART, "sidecar"))
    assert "app, metrics" in raised.value.advice


async def test_a_container_without_any_lines_is_an_error(world: World) -> None:
    with pytest.raises(LogsNotFound):
        await pod_logs(world.services, LogRequest("data", "db-0"))


async def test_impossible_bounds_are_refused(world: World) -> None:
    with pytest.raises(BadInput):
        await pod_logs(world.services, LogRequest("shop", CART, tail_lines=10_000_000))
    with pytest.raises(BadTime):
        await pod_logs(world.services, LogRequest("shop", CART, since="soon"))
