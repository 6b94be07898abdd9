"""What changed: ranked, by object, searched, and upstream of an object; and the inventory as of a moment behind it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from arcops.base.errors import BadCursor, BadInput, NeverSeen, NotThen, UnknownKind
from arcops.kube.refs import ObjectRef
from arcops.kube.watch import Op
from arcops.queries.changes import ChangePage, ChangeQuery, changes
from arcops.queries.rebuild import rebuild
from arcops.store.base import Gap
from tests.observations import DEPLOYMENT, seen
from tests.past_cluster import BEGIN_MS, MINUTE_MS, at, past_cluster
from tests.small_cluster import World

pytestmark = pytest.mark.anyio
HOUR = ChangeQuery(since=at(0), until=at(60))


@pytest.fixture
async def past(anyio_backend: str) -> World:
    return await past_cluster()


async def asked(world: World, **more: Any) -> ChangePage:
    return await changes(world.services, replace(HOUR, **more))


def names(page: ChangePage) -> list[str]:
    return [f"{item.object.kind}/{item.object.name}" for item in page.items]


async def test_what_somebody_did_comes_before_what_followed(past: World) -> None:
    page = await asked(past)
    assert names(page)[:4] == ["Job/report", "Deployment/web", "Secret/login", "ConfigMap/settings"]
    assert [item.rank for item in page.items] == ["deliberate"] * 4 + ["consequence"] * 6
    assert "Node/edge-1" not in names(page)


async def test_an_object_has_its_changes_newest_first_with_who_and_what(past: World) -> None:
    (web,) = (await asked(past, kind="deploy")).items
    assert [(one.observed_at, one.rank, one.what, one.writer.manager if one.writer else "") for one in web.changes] == [
        (at(40), "deliberate", ["replicas 2 → 0"], "kubectl-scale"),
        (at(22), "status", ["ready replicas 2 → 1", "available replicas 2 → 1"], "kube-controller-manager"),
        (at(20), "deliberate", ["image web:1.25 → 1.26", "memory limit 512Mi → 128Mi"], "ci-deployer"),
    ]
    assert web.writers == ["kubectl-scale", "ci-deployer", "kube-controller-manager"]
    assert (web.count, web.last, web.distance) == (3, at(40), None)


async def test_what_was_there_when_arcops_first_looked_is_no_change(past: World) -> None:
    assert names(await asked(past, until=at(5))) == []


async def test_what_was_found_after_a_gap_is_one(past: World) -> None:
    until_ms = BEGIN_MS + 63 * MINUTE_MS
    await past.store.add_gap(Gap(DEPLOYMENT, until_ms - MINUTE_MS, until_ms, "the watch was interrupted"))
    for minute, name in ((0.1, "new"), (3, "late")):
        await past.store.append([seen(Op.ADDED, name, 900, until_ms + round(minute * MINUTE_MS), kind=DEPLOYMENT, unseen=True)])
    past.clock.step_wall(600)
    (found,) = (await asked(past, since=at(61), until=at(69))).items
    assert found.object.name == "new"
    assert [(one.change, one.unseen) for one in found.changes] == [("created", True)]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("replicas", ["Deployment/web", "ReplicaSet/web-b", "ReplicaSet/web-a"]),
        ("REPLICAS deploy", ["Deployment/web"]),
        ("limit", ["Deployment/web"]),
        ("kubectl-edit", ["Secret/login", "ConfigMap/settings"]),
        ("db.host", ["ConfigMap/settings"]),
        ("deleted job", ["Job/report"]),
        ("no-such-word", []),
    ],
)
async def test_words_find_objects_fields_and_authors(past: World, words: str, found: list[str]) -> None:
    assert names(await asked(past, search=words)) == found


async def test_a_scope_and_a_rank_narrow(past: World) -> None:
    assert names(await asked(past, namespace="elsewhere")) == []
    assert names(await asked(past, kind="pods", namespace="shop", name="web-a-1")) == ["Pod/web-a-1"]
    assert len(names(await asked(past, least="deliberate"))) == 4
    with pytest.raises(BadInput, match="a rank is one of"):
        await asked(past, least="great")
    with pytest.raises(UnknownKind):
        await asked(past, kind="frobs")


async def test_upstream_of_trouble_the_nearest_deliberate_change_comes_first(past: World) -> None:
    page = await asked(past, kind="pod", namespace="shop", name="web-b-1", upstream=True, since=None, until=at(23), least="consequence")
    assert names(page)[:2] == ["Deployment/web", "ConfigMap/settings"]
    assert [(item.distance, item.link) for item in page.items[:2]] == [(1, "workload selects pods"), (1, "env")]
    assert "Job/report" not in names(page)


async def test_upstream_of_an_object_that_is_gone_uses_its_last_links(past: World) -> None:
    page = await asked(past, kind="pod", namespace="shop", name="web-b-1", upstream=True, until=at(50), least="deliberate")
    assert names(page) == ["Deployment/web", "ConfigMap/settings"]
    with pytest.raises(NotThen):
        await asked(past, kind="pod", namespace="shop", name="web-b-1", upstream=True, until=at(5))
    with pytest.raises(NeverSeen):
        await asked(past, kind="pod", namespace="shop", name="nope", upstream=True)
    with pytest.raises(BadInput, match="upstream is of one object"):
        await asked(past, kind="pod", upstream=True)


async def test_pages_together_are_the_whole(past: World) -> None:
    whole = names(await asked(past))
    found: list[str] = []
    cursor = None
    while True:
        page = await asked(past, limit=3, cursor=cursor)
        found += names(page)
        assert page.total == len(whole)
        cursor = page.continue_
        if cursor is None:
            break
    assert found == whole
    first = await asked(past, limit=3)
    with pytest.raises(BadCursor):
        await asked(past, limit=3, search="x", cursor=first.continue_)


async def test_a_window_with_a_gap_says_so(past: World) -> None:
    assert "connections" in " ".join((await asked(past, since=at(31), until=at(37))).notes)
    assert (await asked(past, since=at(37))).notes == []


async def test_no_credential_is_in_a_change(past: World) -> None:
    assert "hunter" not in str(await asked(past, least="noise"))


async def test_the_inventory_of_a_moment_has_what_existed_then(past: World) -> None:
    then = await rebuild(past.store, BEGIN_MS + 23 * MINUTE_MS)
    pods = [entry.ref.name for entry in then.list(ObjectRef("", "Pod", "", "").group_kind)]
    assert pods == ["web-b-1", "web-b-2"]
    assert [entry.ref.name for entry in then.owned_by("uid-web-b")] == pods
    assert [entry.ref.name for entry in then.on_node("edge-1")] == pods
    (event,) = then.events_of(ObjectRef("", "Pod", "shop", "web-b-1"))
    assert (event.reason, event.count, event.last_seen, event.source) == ("BackOff", 3, at(22), "kubelet")
    assert then.is_complete(ObjectRef("", "Secret", "", "").group_kind)


async def test_the_inventory_of_now_is_the_live_one(past: World) -> None:
    then = await rebuild(past.store, past.clock.now_ms())
    for kind in past.inventory.kinds():
        if kind.kind != "Event":
            assert [entry.ref for entry in then.list(kind)] == [entry.ref for entry in past.inventory.list(kind)], kind
