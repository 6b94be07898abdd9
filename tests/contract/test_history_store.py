"""What every engine of the record must do (store/base.py); run over all of them."""

from __future__ import annotations

import json

import pytest

from arcops.kube.refs import GroupKind
from arcops.kube.watch import Op
from arcops.store.base import EventFilter, Gap, HistoryStore, Revision, Scope, Window
from tests.observations import (
    DEPLOYMENT,
    EVENT,
    LEASE,
    NODE,
    POD,
    SECRET,
    START_MS,
    event,
    inferred_end,
    ref,
    seen,
)  # fmt: skip

pytestmark = pytest.mark.anyio

T = START_MS
EVER = Window(0, T * 2)


def image(name: str) -> dict[str, object]:
    return {"spec": {"containers": [{"name": "web", "image": name}]}}


def ops(revisions: list[Revision]) -> list[Op]:
    return [revision.op for revision in revisions]


async def test_what_was_appended_is_the_head_at_once(store: HistoryStore) -> None:
    await store.append([seen(Op.ADDED, "web-0", 1, T)])
    head = await store.head(ref("web-0"))
    assert head is not None
    assert (head.op, head.uid, head.resource_version, head.seen_ms, head.unseen) == (Op.ADDED, "uid-web-0", "1", T, False)


async def test_bodies_lose_managed_fields_and_keep_the_newest_writer(store: HistoryStore) -> None:
    await store.append([seen(Op.ADDED, "web-0", 1, T)])
    [version] = await store.versions(ref("web-0"), EVER)
    assert "managedFields" not in json.loads(version.body)["metadata"]
    assert version.writer is not None
    assert (version.writer.manager, version.writer.operation, version.writer.subresource) == ("kubelet", "Update", "status")
    assert version.writer.time == "2026-11-24T07:20:00Z"


async def test_a_change_names_its_fields_with_list_positions_folded(store: HistoryStore) -> None:
    await store.append([seen(Op.ADDED, "web-0", 1, T, fields=image("a")), seen(Op.MODIFIED, "web-0", 2, T + 1, fields=image("b"))])
    newest, oldest = await store.versions(ref("web-0"), EVER)
    assert newest.paths == ("spec.containers.image",)
    assert oldest.paths == ()


async def test_the_same_version_and_an_equal_body_are_kept_once(store: HistoryStore) -> None:
    await store.append([seen(Op.ADDED, "web-0", 1, T), seen(Op.ADDED, "web-0", 1, T + 1), seen(Op.MODIFIED, "web-0", 2, T + 2)])
    assert len(await store.versions(ref("web-0"), EVER)) == 1


async def test_renewals_and_heartbeats_are_counted_and_not_kept(store: HistoryStore) -> None:
    for turn in range(5):
        lease = {"spec": {"holderIdentity": "edge-1", "renewTime": f"2026-11-24T07:20:0{turn}.000000Z"}}
        beat = {"status": {"conditions": [{"type": "Ready", "status": "True", "lastHeartbeatTime": f"2026-11-24T07:20:0{turn}Z"}]}}
        await store.append(
            [
                seen(Op.MODIFIED if turn else Op.ADDED, "edge-1", turn + 1, T + turn, kind=LEASE, fields=lease),
                seen(Op.MODIFIED if turn else Op.ADDED, "edge-1", turn + 1, T + turn, kind=NODE, namespace="", fields=beat),
            ]
        )
    assert len(await store.changes(EVER, Scope())) == 2
    assert (await store.stats()).noise == 8


async def test_a_lease_that_changes_hands_is_a_version(store: HistoryStore) -> None:
    for turn, holder in enumerate(("a", "b")):
        fields = {"spec": {"holderIdentity": holder, "renewTime": f"2026-11-24T07:20:0{turn}.000000Z"}}
        await store.append([seen(Op.MODIFIED if turn else Op.ADDED, "leader", turn + 1, T + turn, kind=LEASE, fields=fields)])
    [newest, _] = await store.versions(ref("leader", kind=LEASE), EVER)
    assert newest.paths == ("spec.holderIdentity", "spec.renewTime")


async def test_a_secret_never_has_data_even_if_a_source_forgets(store: HistoryStore) -> None:
    annotations = {"kubectl.kubernetes.io/last-applied-configuration": '{"data":{"password":"aHVudGVyMg=="}}', "team": "shop"}
    fields = {"data": {"password": "aHVudGVyMg=="}, "stringData": {"password": "hunter2"}, "type": "Opaque"}
    await store.append([seen(Op.ADDED, "db", 1, T, kind=SECRET, fields=fields, meta={"annotations": annotations})])
    [version] = await store.versions(ref("db", kind=SECRET), EVER)
    assert b"hunter2" not in version.body
    assert b"aHVudGVyMg" not in version.body
    assert json.loads(version.body)["metadata"]["annotations"] == {"team": "shop"}
    assert json.loads(version.body)["type"] == "Opaque"


async def test_a_deletion_is_a_tombstone_with_the_last_state(store: HistoryStore) -> None:
    await store.append([seen(Op.ADDED, "web-0", 1, T), seen(Op.DELETED, "web-0", 2, T + 10)])
    head = await store.head(ref("web-0"))
    assert head is not None
    assert head.op is Op.DELETED
    assert json.loads(head.body)["spec"] == {"image": "nginx:1"}
    assert await store.object_at(ref("web-0"), T + 10) is None
    assert await store.object_at(ref("web-0"), T + 9) is not None


async def test_a_deletion_known_by_metadata_only_keeps_the_last_body(store: HistoryStore) -> None:
    await store.append([seen(Op.ADDED, "web-0", 1, T), inferred_end("web-0", T + 10), inferred_end("never-seen", T + 10)])
    head = await store.head(ref("web-0"))
    assert head is not None
    assert (head.op, head.unseen, json.loads(head.body)["metadata"]["name"]) == (Op.DELETED, True, "web-0")
    assert await store.head(ref("never-seen")) is None


async def test_a_second_deletion_changes_nothing(store: HistoryStore) -> None:
    await store.append([seen(Op.ADDED, "web-0", 1, T), seen(Op.DELETED, "web-0", 2, T + 1), seen(Op.DELETED, "web-0", 2, T + 2)])
    assert ops(await store.versions(ref("web-0"), EVER)) == [Op.DELETED, Op.ADDED]


async def test_a_name_used_again_has_both_lives(store: HistoryStore) -> None:
    await store.append(
        [
            seen(Op.ADDED, "web-0", 1, T, uid="one"),
            seen(Op.DELETED, "web-0", 2, T + 1, uid="one"),
            seen(Op.ADDED, "web-0", 3, T + 2, uid="two"),
        ]
    )
    assert [version.uid for version in await store.versions(ref("web-0"), EVER)] == ["two", "one", "one"]
    assert [version.uid for version in await store.changes(EVER, Scope(uid="one"))] == ["one", "one"]


async def test_a_name_taken_over_unseen_ends_the_life_before(store: HistoryStore) -> None:
    await store.append([seen(Op.ADDED, "web-0", 1, T, uid="one"), seen(Op.ADDED, "web-0", 9, T + 5, uid="two")])
    added, ended, _ = await store.versions(ref("web-0"), EVER)
    assert (added.uid, added.op) == ("two", Op.ADDED)
    assert (ended.uid, ended.op, ended.unseen) == ("one", Op.DELETED, True)


async def test_a_late_deletion_of_the_life_before_does_not_end_the_new_one(store: HistoryStore) -> None:
    await store.append(
        [
            seen(Op.ADDED, "web-0", 1, T, uid="one"),
            seen(Op.ADDED, "web-0", 9, T + 5, uid="two"),
            seen(Op.DELETED, "web-0", 8, T + 6, uid="one"),
        ]
    )
    head = await store.head(ref("web-0"))
    assert head is not None
    assert (head.uid, head.op) == ("two", Op.ADDED)


async def test_an_object_that_comes_back_with_its_uid_lives_again(store: HistoryStore) -> None:
    await store.append([seen(Op.ADDED, "web-0", 5, T), inferred_end("web-0", T + 1), seen(Op.RELISTED, "web-0", 5, T + 2)])
    assert await store.object_at(ref("web-0"), T + 1) is None
    assert await store.object_at(ref("web-0"), T + 2) is not None
    assert len(await store.state_at(T + 3, Scope())) == 1


async def test_replace_ends_what_is_not_in_the_list(store: HistoryStore) -> None:
    await store.append([seen(Op.ADDED, name, 1, T) for name in ("a", "b", "c")] + [seen(Op.ADDED, "d", 1, T, kind=DEPLOYMENT)])
    assert await store.replace(POD, {"uid-a", "uid-c"}, T + 5) == 1
    assert await store.replace(POD, ["uid-a", "uid-c"], T + 6) == 0
    assert [revision.ref.name for revision in await store.state_at(T + 6, Scope())] == ["d", "a", "c"]
    head = await store.head(ref("b"))
    assert head is not None
    assert (head.op, head.unseen, head.seen_ms) == (Op.DELETED, True, T + 5)


async def test_state_at_a_moment_is_sorted_and_scoped(store: HistoryStore) -> None:
    await store.append(
        [
            seen(Op.ADDED, "b", 1, T),
            seen(Op.ADDED, "a", 1, T, namespace="web"),
            seen(Op.ADDED, "z", 1, T, kind=DEPLOYMENT),
            seen(Op.ADDED, "late", 1, T + 100),
            seen(Op.DELETED, "b", 2, T + 200),
        ]
    )
    assert [str(revision.ref) for revision in await store.state_at(T + 100, Scope())] == [
        "Deployment shop/z", "Pod shop/b", "Pod shop/late", "Pod web/a",
    ]  # fmt: skip
    assert [revision.ref.name for revision in await store.state_at(T + 200, Scope(POD, "shop"))] == ["late"]
    assert [revision.ref.name for revision in await store.state_at(T, Scope(name="a"))] == ["a"]
    assert await store.state_at(T - 1, Scope()) == []


async def test_a_whole_list_seen_in_one_millisecond_exists_in_that_millisecond(store: HistoryStore) -> None:
    await store.append([seen(Op.ADDED, f"web-{number}", 1, T) for number in range(1500)])
    assert len(await store.state_at(T, Scope())) == 1500


async def test_versions_are_paged_by_id(store: HistoryStore) -> None:
    await store.append([seen(Op.MODIFIED if n else Op.ADDED, "web-0", n + 1, T + n, fields=image(str(n))) for n in range(40)])
    first = await store.versions(ref("web-0"), EVER, limit=15)
    rest = await store.versions(ref("web-0"), EVER, limit=100, before=first[-1].id)
    assert [version.resource_version for version in first + rest] == [str(n) for n in range(40, 0, -1)]
    assert [version.seen_ms for version in await store.versions(ref("web-0"), Window(T + 3, T + 5))] == [T + 5, T + 4, T + 3]


async def test_changes_are_scoped_windowed_and_paged(store: HistoryStore) -> None:
    for n in range(10):
        op = Op.MODIFIED if n else Op.ADDED
        await store.append(
            [seen(op, "a", n + 1, T + n, fields=image(str(n))), seen(op, "b", n + 1, T + n, namespace="web", fields=image(str(n)))]
        )
    assert len(await store.changes(EVER, Scope())) == 20
    assert len(await store.changes(EVER, Scope(namespace="web"))) == 10
    assert len(await store.changes(Window(T + 2, T + 4), Scope(namespace="web"))) == 3
    page = await store.changes(EVER, Scope(POD), limit=7)
    rest = await store.changes(EVER, Scope(POD), before=page[-1].id)
    ids = [revision.id for revision in page + rest]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 20


async def test_events_are_sightings_and_not_changes(store: HistoryStore) -> None:
    await store.append([event("e1", 1, T, last="2026-11-24T07:20:00Z"), event("e1", 1, T + 1, last="2026-11-24T07:20:00Z")])
    await store.append(
        [
            event("e1", 2, T + 2, last="2026-11-24T07:20:09Z"),
            event("e2", 1, T + 3, reason="Pulled", type_="Normal", message="Pulled IMAGE x"),
        ]
    )
    sightings = await store.events(EVER, EventFilter())
    assert [(row.event.name, row.event.count) for row in sightings] == [("e2", 1), ("e1", 2), ("e1", 1)]
    first = sightings[-1].event
    assert (first.reason, first.message, first.type, first.source) == ("BackOff", "Back-off restarting", "Warning", "kubelet")
    assert (first.involved, first.involved_uid, first.uid) == (ref("web-0"), "uid-web-0", "uid-e1")
    assert (first.first_seen, first.last_seen, sightings[1].event.last_seen) == (
        "2026-11-24T07:00:00Z", "2026-11-24T07:20:00Z", "2026-11-24T07:20:09Z",
    )  # fmt: skip
    assert await store.changes(EVER, Scope()) == []
    assert await store.replace(EVENT, set(), T + 9) == 0


@pytest.mark.parametrize(
    ("match", "names"),
    [
        (EventFilter(type="Warning"), ["e3", "e1"]),
        (EventFilter(reason="Pulled"), ["e2"]),
        (EventFilter(namespace="web"), ["e3"]),
        (EventFilter(kind="Pod", name="web-0"), ["e3", "e1"]),
        (EventFilter(kind="Node"), []),
        (EventFilter(text="image X"), ["e2"]),
    ],
)
async def test_events_are_filtered(store: HistoryStore, match: EventFilter, names: list[str]) -> None:
    await store.append(
        [
            event("e1", 1, T),
            event("e2", 1, T + 1, reason="Pulled", type_="Normal", message="pulled IMAGE x", pod="web-1"),
            event("e3", 1, T + 2, namespace="web"),
        ]
    )
    assert [row.event.name for row in await store.events(EVER, match)] == names


@pytest.mark.parametrize(("text", "found"), [("5%_A", True), ("5% a", False), ("\\D", True), ("ÄRGER", True), ("ärger", True), ("", True)])
async def test_text_of_events_is_found_whatever_its_case_and_signs(store: HistoryStore, text: str, found: bool) -> None:
    await store.append([event("e1", 1, T, message="disk 95%_a full: C:\\data, Ärger")])
    assert bool(await store.events(EVER, EventFilter(text=text))) is found


async def test_events_are_paged_and_windowed(store: HistoryStore) -> None:
    await store.append([event(f"e{n}", 1, T + n) for n in range(10)])
    page = await store.events(EVER, EventFilter(), limit=4)
    rest = await store.events(EVER, EventFilter(), before=page[-1].id)
    assert [row.event.name for row in page + rest] == [f"e{n}" for n in range(9, -1, -1)]
    assert len(await store.events(Window(T + 1, T + 2), EventFilter())) == 2


async def test_gaps_that_touch_a_window_are_found(store: HistoryStore) -> None:
    early, late = Gap(None, T, T + 10, "the API server was away"), Gap(POD, T + 20, T + 30, "watch expired")
    await store.add_gap(late)
    await store.add_gap(early)
    assert await store.gaps(EVER) == [early, late]
    assert await store.gaps(Window(T + 10, T + 15)) == [early]
    assert await store.gaps(Window(T + 11, T + 19)) == []


async def test_snapshots_are_ticks_newest_first(store: HistoryStore) -> None:
    for n in range(5):
        await store.add_snapshot(T + n * 30_000, {"pods": n})
    ticks = await store.snapshots(Window(T + 30_000, T + 120_000), limit=3)
    assert [(tick.at_ms - T, tick.counts) for tick in ticks] == [(120_000, {"pods": 4}), (90_000, {"pods": 3}), (60_000, {"pods": 2})]


async def test_cursors_are_the_last_of_each_kind(store: HistoryStore) -> None:
    await store.append([seen(Op.ADDED, "a", 1, T)], {POD: "1"})
    await store.append([], {POD: "7", GroupKind("apps", "Deployment"): "3"})
    assert await store.cursors() == {POD: "7", DEPLOYMENT: "3"}


async def test_heads_keep_the_order_of_the_question(store: HistoryStore) -> None:
    await store.append([seen(Op.ADDED, "a", 1, T), seen(Op.ADDED, "b", 1, T)])
    found = await store.heads([ref("b"), ref("nobody"), ref("a")])
    assert [revision.ref.name if revision else None for revision in found] == ["b", None, "a"]


async def test_a_body_that_is_no_object_is_left_out_and_the_rest_is_kept(store: HistoryStore) -> None:
    broken = seen(Op.ADDED, "broken", 1, T)
    broken = type(broken)(broken.op, broken.group_kind, broken.obj, b'{"metadata":', T)
    await store.append([broken, seen(Op.ADDED, "fine", 1, T)])
    assert [revision.ref.name for revision in await store.state_at(T, Scope())] == ["fine"]


async def test_stats_count_what_is_kept(store: HistoryStore) -> None:
    await store.append([seen(Op.ADDED, "a", 1, T), seen(Op.DELETED, "a", 2, T + 1), seen(Op.ADDED, "b", 1, T + 2), event("e", 1, T + 3)])
    await store.add_gap(Gap(None, T, T + 1, "x"))
    await store.add_snapshot(T + 4, {})
    await store.flush()
    stats = await store.stats()
    assert (stats.state, stats.revisions, stats.objects, stats.live_objects) == ("ok", 3, 2, 1)
    assert (stats.sightings, stats.snapshots, stats.gaps, stats.queued, stats.dropped) == (1, 1, 1, 0, 0)


async def test_closing_twice_is_safe(store: HistoryStore) -> None:
    await store.append([seen(Op.ADDED, "a", 1, T)])
    await store.aclose()
    await store.aclose()
