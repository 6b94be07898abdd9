"""What every engine of the record tells without bodies, and of logs; run over all of them."""

from __future__ import annotations

import pytest

from arcops.kube.refs import ObjectRef
from arcops.kube.watch import Op
from arcops.store.base import ChangeFilter, Gap, HistoryStore, KindCoverage, LogFilter, Scope, Window
from arcops.store.filters import summary_of
from tests.observations import DEPLOYMENT, LEASE, POD, START_MS, event, ref, seen

pytestmark = pytest.mark.anyio

T = START_MS
EVER = Window(0, T * 2)


async def three_lives(store: HistoryStore) -> None:
    """A Deployment scaled and given an image, a pod that lives and one that is gone."""
    spec: dict[str, object] = {"replicas": 3, "image": "a"}
    await store.append(
        [
            seen(Op.ADDED, "web", 1, T, kind=DEPLOYMENT, fields={"spec": spec}),
            seen(Op.ADDED, "web-0", 1, T + 1),
            seen(Op.ADDED, "api-0", 1, T + 2, namespace="team"),
            seen(Op.MODIFIED, "web", 2, T + 3, kind=DEPLOYMENT, fields={"spec": {**spec, "replicas": 0}}),
            seen(Op.MODIFIED, "web", 3, T + 4, kind=DEPLOYMENT, fields={"spec": {**spec, "image": "b", "replicas": 0}, "status": {}}),
            seen(Op.DELETED, "web-0", 2, T + 5),
        ]
    )


async def test_a_listing_tells_what_changes_tells_without_bodies(store: HistoryStore) -> None:
    await three_lives(store)
    whole = await store.changes(EVER, Scope())
    assert await store.change_list(EVER, Scope()) == [summary_of(revision) for revision in whole]
    assert len(whole) == 6
    page = await store.change_list(EVER, Scope(), limit=4)
    assert page + await store.change_list(EVER, Scope(), before=page[-1].id) == [summary_of(revision) for revision in whole]
    assert [row.ref.name for row in await store.change_list(Window(T + 1, T + 2), Scope())] == ["api-0", "web-0"]
    assert [row.ref.name for row in await store.change_list(EVER, Scope(namespace="team"))] == ["api-0"]


@pytest.mark.parametrize(
    ("match", "found"),
    [
        (ChangeFilter(text="REPLICAS"), [3]),
        (ChangeFilter(text="kubelet"), [5, 4, 3, 2, 1, 0]),
        (ChangeFilter(text="api"), [2]),
        (ChangeFilter(text="no such"), []),
        (ChangeFilter(text="%"), []),
        (ChangeFilter(field="spec"), [4, 3]),
        (ChangeFilter(field="spec.image"), [4]),
        (ChangeFilter(field="spec.im"), []),
        (ChangeFilter(field="status"), [4]),
        (ChangeFilter(ops=frozenset({Op.DELETED})), [5]),
        (ChangeFilter(text="web", ops=frozenset({Op.ADDED, Op.DELETED})), [5, 1, 0]),
    ],
)
async def test_changes_are_found_by_their_fields_names_and_writers(store: HistoryStore, match: ChangeFilter, found: list[int]) -> None:
    await three_lives(store)
    assert [row.seen_ms - T for row in await store.change_list(EVER, Scope(), match)] == found


async def test_versions_come_with_the_one_before_each(store: HistoryStore) -> None:
    await three_lives(store)
    rows = await store.change_list(EVER, Scope())
    pairs = await store.pairs([*(row.id for row in rows), 17])
    assert [pair.after.id for pair in pairs] == [row.id for row in rows]
    assert [pair.before.seen_ms - T if pair.before else None for pair in pairs] == [1, 3, 0, None, None, None]
    assert b'"replicas":3' in (pairs[2].before.body if pairs[2].before else b"")


async def test_the_version_before_belongs_to_the_same_life(store: HistoryStore) -> None:
    await store.append(
        [seen(Op.ADDED, "a", 1, T, uid="one"), seen(Op.DELETED, "a", 2, T + 1, uid="one"), seen(Op.ADDED, "a", 3, T + 2, uid="two")]
    )
    newest = (await store.change_list(EVER, Scope()))[0]
    [pair] = await store.pairs([newest.id])
    assert (pair.before, pair.after.uid) == (None, "two")


async def test_who_was_there_in_a_window_is_told_with_beginning_and_end(store: HistoryStore) -> None:
    await three_lives(store)
    lives = await store.objects_seen(EVER, Scope())
    assert [(str(life.ref), life.first_ms - T, life.gone_ms) for life in lives] == [
        ("Deployment shop/web", 0, None), ("Pod shop/web-0", 1, T + 5), ("Pod team/api-0", 2, None),
    ]  # fmt: skip
    assert [life.ref.name for life in await store.objects_seen(Window(T, T + 1), Scope())] == ["web", "web-0"]
    assert [life.ref.name for life in await store.objects_seen(Window(T + 6, T + 9), Scope())] == ["web", "api-0"]
    assert [life.ref.name for life in await store.objects_seen(EVER, Scope(POD, "shop"))] == ["web-0"]
    assert len(await store.objects_seen(EVER, Scope(), limit=2)) == 2


async def test_a_life_knows_its_owner(store: HistoryStore) -> None:
    owners = [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "uid-rs", "controller": True}]
    await store.append([seen(Op.ADDED, "web-0", 1, T, meta={"ownerReferences": owners})])
    assert [life.owner_uid for life in await store.objects_seen(EVER, Scope())] == ["uid-rs"]


async def test_coverage_tells_since_when_and_what_was_not_kept(store: HistoryStore) -> None:
    await three_lives(store)
    for turn in range(4):
        fields = {"spec": {"renewTime": f"2026-11-24T07:20:0{turn}Z"}}
        await store.append([seen(Op.MODIFIED if turn else Op.ADDED, "l", turn + 1, T + 10 + turn, kind=LEASE, fields=fields)])
    gap = Gap(POD, T, T + 2, "away")
    await store.add_gap(gap)
    await store.flush()
    coverage = await store.coverage()
    assert (coverage.since_ms, coverage.gaps) == (T, (gap,))
    assert coverage.kinds == (
        KindCoverage(DEPLOYMENT, T, 1, 1, 0), KindCoverage(LEASE, T + 10, 1, 1, 3), KindCoverage(POD, T + 1, 2, 1, 0),
    )  # fmt: skip


async def test_events_are_not_objects_seen(store: HistoryStore) -> None:
    await store.append([event("e1", 1, T)])
    assert await store.objects_seen(EVER, Scope()) == []


WEB, API = ref("web-0"), ObjectRef("", "Pod", "team", "api-0")


async def with_logs(store: HistoryStore) -> None:
    await store.append_log(WEB, "uid-web-0", "web", "starting\nERROR: no route to db\n", T, previous=True)
    await store.append_log(WEB, "uid-web-0", "web", "starting\nbye\n", T + 1, previous=False)
    await store.append_log(API, "uid-api-0", "api", "error 17\n", T + 2, previous=True)


async def test_excerpts_come_back_as_they_were_newest_first(store: HistoryStore) -> None:
    await with_logs(store)
    rows = await store.logs(EVER, LogFilter(namespace="shop", pod="web-0"))
    assert [(row.ref, row.uid, row.container, row.previous, row.text, row.seen_ms) for row in rows] == [
        (WEB, "uid-web-0", "web", False, "starting\nbye\n", T + 1),
        (WEB, "uid-web-0", "web", True, "starting\nERROR: no route to db\n", T),
    ]
    assert (await store.stats()).logs == 3


@pytest.mark.parametrize(
    ("match", "found"),
    [
        (LogFilter(), [2, 1, 0]),
        (LogFilter(text="error"), [2, 0]),
        (LogFilter(text="Route To"), [0]),
        (LogFilter(text="absent"), []),
        (LogFilter(uid="uid-api-0"), [2]),
        (LogFilter(container="web", text="bye"), [1]),
        (LogFilter(namespace="nobody"), []),
    ],
)
async def test_excerpts_are_found_by_pod_container_and_words(store: HistoryStore, match: LogFilter, found: list[int]) -> None:
    await with_logs(store)
    assert [row.seen_ms - T for row in await store.logs(EVER, match)] == found


async def test_excerpts_are_windowed_and_paged(store: HistoryStore) -> None:
    await with_logs(store)
    assert [row.seen_ms for row in await store.logs(Window(T + 1, T + 1), LogFilter())] == [T + 1]
    page = await store.logs(EVER, LogFilter(), limit=2)
    rest = await store.logs(EVER, LogFilter(), before=page[-1].id)
    assert [row.seen_ms - T for row in page + rest] == [2, 1, 0]


async def test_excerpts_are_no_changes_and_outlive_their_pod(store: HistoryStore) -> None:
    await store.append([seen(Op.ADDED, "web-0", 1, T - 5)])
    await with_logs(store)
    await store.append([seen(Op.DELETED, "web-0", 2, T + 9)])
    assert len(await store.change_list(EVER, Scope())) == 2
    assert len(await store.logs(EVER, LogFilter(pod="web-0"))) == 2
