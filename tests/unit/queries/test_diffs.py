"""Two moments compared: an object, a namespace, the cluster."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from arcops.base.errors import BadCursor, BadInput, NeverSeen, NotThen
from arcops.kube.watch import Op
from arcops.queries.diffs import DiffPage, DiffQuery, diff
from arcops.queries.history import HistoryQuery, object_history
from tests.observations import DEPLOYMENT, seen
from tests.past_cluster import BEGIN_MS, at, past_cluster
from tests.small_cluster import World

pytestmark = pytest.mark.anyio


@pytest.fixture
async def past(anyio_backend: str) -> World:
    return await past_cluster()


async def between(world: World, since: float, until: float, **more: Any) -> DiffPage:
    return await diff(world.services, DiffQuery(since=at(since), until=at(until), **more))


def told(page: DiffPage) -> list[tuple[str, str]]:
    return [(f"{item.object.kind}/{item.object.name}", item.change) for item in page.items]


async def test_an_object_is_compared_in_words(past: World) -> None:
    (item,) = (await between(past, 5, 25, kind="deploy", namespace="shop", name="web")).items
    assert [(field.text, field.weight) for field in item.fields][:2] == [
        ("image web:1.25 → 1.26", "spec"),
        ("memory limit 512Mi → 128Mi", "spec"),
    ]
    assert (item.fields[0].old, item.fields[0].new) == ("web:1.25", "web:1.26")
    assert [writer.manager for writer in item.writers] == ["ci-deployer", "kube-controller-manager"]
    assert item.folded == 1


async def test_what_somebody_did_comes_before_what_followed(past: World) -> None:
    assert told(await between(past, 5, 23)) == [
        ("ConfigMap/settings", "changed"),
        ("Deployment/web", "changed"),
        ("Secret/login", "changed"),
        ("Pod/web-a-1", "deleted"),
        ("Pod/web-a-2", "deleted"),
        ("Pod/web-b-1", "created"),
        ("Pod/web-b-2", "created"),
        ("ReplicaSet/web-a", "changed"),
        ("ReplicaSet/web-b", "created"),
    ]


async def test_a_kind_or_a_namespace_narrows(past: World) -> None:
    assert told(await between(past, 5, 23, kind="cm")) == [("ConfigMap/settings", "changed")]
    assert told(await between(past, 5, 23, namespace="elsewhere")) == []
    assert told(await between(past, 45, 55, kind="jobs", namespace="shop")) == [("Job/report", "deleted")]


async def test_two_moments_without_a_change_between_differ_in_nothing(past: World) -> None:
    page = await between(past, 41, 49)
    assert (page.items, page.total, page.folded) == ([], 0, 0)


async def test_status_alone_is_told_as_status(past: World) -> None:
    page = await between(past, 20.5, 22.5, kind="deploy")
    assert told(page) == [("Deployment/web", "changed")]
    assert {field.weight for field in page.items[0].fields} == {"status"}


async def test_stamps_alone_are_folded_and_counted(past: World) -> None:
    for op, generation, minute in ((Op.ADDED, 1, 61), (Op.MODIFIED, 2, 62)):
        fields = {"status": {"observedGeneration": generation}}
        at_ms = BEGIN_MS + minute * 60_000
        await past.store.append([seen(op, "stamped", generation, at_ms, kind=DEPLOYMENT, uid="dep-stamped", fields=fields)])
    past.clock.step_wall(600)
    page = await between(past, 61, 62)
    assert (page.items, page.folded) == ([], 1)


async def test_the_raw_diff_has_every_line_but_no_credential(past: World) -> None:
    page = await between(past, 5, 25, kind="cm", raw=True)
    raw = page.items[0].raw or ""
    assert raw.startswith(f"--- ConfigMap shop/settings\t{at(5)}\n+++ ConfigMap shop/settings\t{at(25)}\n")
    assert "-  db.host: db-1\n+  db.host: db-2\n" in raw
    assert "hunter" not in raw
    (gone,) = (await between(past, 45, 55, kind="job", raw=True)).items
    assert all(line.startswith("-") for line in (gone.raw or "").splitlines()[3:])


async def test_pages_keep_the_moments_of_the_first(past: World) -> None:
    query = DiffQuery(since="55m", until="37m", limit=4)
    first = await diff(past.services, query)
    past.clock.step_wall(600)
    rest = await diff(past.services, replace(query, cursor=first.continue_, limit=100))
    assert (rest.from_, rest.to) == (first.from_, first.to) == (at(5), at(23))
    assert len(first.items) == 4
    assert [*told(first), *told(rest)] == told(await between(past, 5, 23))
    assert rest.continue_ is None
    with pytest.raises(BadCursor):
        await diff(past.services, replace(query, kind="pods", cursor=first.continue_))


async def test_a_moment_inside_a_gap_or_before_the_record_is_said(past: World) -> None:
    assert "connections" in " ".join((await between(past, 5, 33)).notes)
    page = await between(past, 5, 45)
    assert (page.notes, [gap.since for gap in page.gaps]) == ([], [at(32)])
    page = await diff(past.services, DiffQuery(since="2026-11-24T11:00:00Z", until=at(5)))
    assert page.notes == [f"The record begins at {at(0)}: what was before is not known."]


async def test_an_object_that_was_not_there_is_an_error_that_says_when_it_was(past: World) -> None:
    with pytest.raises(NeverSeen):
        await between(past, 5, 25, kind="deploy", namespace="shop", name="nope")
    with pytest.raises(NotThen, match="There was no Job shop/report"):
        await between(past, 52, 55, kind="job", namespace="shop", name="report")


async def test_what_cannot_be_compared_is_refused(past: World) -> None:
    with pytest.raises(BadInput, match="second is before the first"):
        await between(past, 25, 5)
    with pytest.raises(BadInput, match="kind is missing"):
        await between(past, 5, 25, name="web")


async def test_versions_tell_who_and_what(past: World) -> None:
    page = await object_history(past.services, HistoryQuery("deploy", "shop", "web"))
    assert [(v.writer.manager if v.writer else "", v.what[:1], v.change) for v in page.items] == [
        ("kubectl-scale", ["replicas 2 → 0"], "changed"),
        ("kube-controller-manager", ["ready replicas 2 → 1"], "changed"),
        ("ci-deployer", ["image web:1.25 → 1.26"], "changed"),
        ("helm", [], "created"),
    ]


async def test_the_oldest_version_of_a_window_is_compared_with_the_one_before_it(past: World) -> None:
    page = await object_history(past.services, HistoryQuery("deploy", "shop", "web", since=at(20), until=at(20)))
    assert page.items[0].what == ["image web:1.25 → 1.26", "memory limit 512Mi → 128Mi"]
