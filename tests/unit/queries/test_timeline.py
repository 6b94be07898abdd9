"""Lanes, spans and marks of objects and workloads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from arcops.base.errors import BadCursor, NeverSeen
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.watch import Op
from arcops.queries.lanes import Lane
from arcops.queries.states import State, state_of
from arcops.queries.timeline import Timeline, TimelineQuery, timeline
from arcops.store.base import Revision
from tests.past_cluster import at, past_cluster
from tests.small_cluster import World

pytestmark = pytest.mark.anyio
WEB = TimelineQuery("deploy", "shop", "web", since=at(0), until=at(60))
POD = replace(WEB, kind="pod", name="web-b-1")


@pytest.fixture
async def past(anyio_backend: str) -> World:
    return await past_cluster()


async def drawn(world: World, query: TimelineQuery, **more: Any) -> Timeline:
    return await timeline(world.services, replace(query, **more))


def names(found: Timeline) -> list[str]:
    return [f"{lane.role} {lane.object.name}" for lane in found.lanes]


def spans(lane: Lane) -> list[tuple[str, str, str, str]]:
    return [(span.since, span.until, span.state, span.tone) for span in lane.spans]


async def test_a_workload_has_itself_its_parts_and_its_pods(past: World) -> None:
    found = await drawn(past, WEB)
    assert names(found) == ["self web", "part web-a", "part web-b", "pod web-a-1", "pod web-a-2", "pod web-b-1", "pod web-b-2"]
    assert names(await drawn(past, WEB, since=at(41))) == ["self web", "part web-a", "part web-b"]
    assert names(await drawn(past, replace(WEB, kind="rs", name="web-b"))) == ["self web-b", "pod web-b-1", "pod web-b-2"]


async def test_the_states_of_a_pod_follow_each_other_without_holes(past: World) -> None:
    (lane,) = (await drawn(past, POD)).lanes
    assert spans(lane) == [
        (at(20), at(21), "ContainerCreating", "wait"),
        (at(21), at(22), "Running", "ok"),
        (at(22), at(40), "CrashLoopBackOff", "bad"),
    ]
    assert (lane.born, lane.gone) == (at(20), at(40))


async def test_a_span_begins_with_the_window_and_ends_with_it(past: World) -> None:
    (lane,) = (await drawn(past, POD, since=at(25), until=at(35))).lanes
    assert spans(lane) == [(at(25), at(35), "CrashLoopBackOff", "bad")]
    assert (lane.born, lane.gone) == (None, None)
    assert [mark.kind for mark in lane.marks] == ["restart"]


async def test_a_workload_is_judged_by_its_replicas(past: World) -> None:
    own = (await drawn(past, WEB)).lanes[0]
    assert spans(own) == [
        (at(0), at(22), "2/2 ready", "ok"),
        (at(22), at(40), "1/2 ready", "wait"),
        (at(40), at(60), "scaled to 0", "done"),
    ]
    assert [(mark.at, mark.kind, mark.who) for mark in own.marks] == [
        (at(20), "rollout", "ci-deployer"),
        (at(40), "change", "kubectl-scale"),
    ]


async def test_restarts_and_warnings_are_marks(past: World) -> None:
    (lane,) = (await drawn(past, POD)).lanes
    assert [(mark.at, mark.kind, mark.text, mark.tone) for mark in lane.marks] == [
        (at(20), "created", "created", "ok"),
        (at(22), "restart", "restart after OOMKilled", "bad"),
        (at(22), "event", "BackOff: Back-off restarting failed container app", "bad"),
        (at(30), "restart", "4 restarts", "bad"),
        (at(40), "deleted", "deleted", "ok"),
    ]


async def test_a_gap_is_named(past: World) -> None:
    found = await drawn(past, WEB)
    assert [(gap.since, gap.until) for gap in found.gaps] == [(at(32), at(36))]
    assert "connections" in " ".join(found.notes)


async def test_an_object_that_was_not_there_in_this_time_says_when_it_was(past: World) -> None:
    found = await drawn(past, replace(WEB, kind="job", name="report"), since=at(55))
    assert (found.lanes, found.notes) == ([], [f"It was not there in this time. It was deleted at {at(50)}."])
    with pytest.raises(NeverSeen):
        await drawn(past, WEB, name="nope")


async def test_pages_of_lanes_together_are_the_whole(past: World) -> None:
    whole = names(await drawn(past, WEB))
    found: list[str] = []
    cursor = None
    for _ in range(4):
        page = await drawn(past, WEB, limit=2, cursor=cursor)
        found += names(page)
        cursor = page.continue_
    assert (found, cursor) == (whole, None)
    first = await drawn(past, WEB, limit=2)
    with pytest.raises(BadCursor):
        await drawn(past, WEB, name="other", cursor=first.continue_)


@pytest.mark.parametrize(
    ("kind", "body", "state"),
    [
        ("apps/Deployment", {"spec": {"replicas": 3}, "status": {}}, State("0/3 ready", "bad")),
        ("apps/Deployment", {"spec": {"replicas": 3}, "status": {"readyReplicas": 4}}, State("4/3 ready", "ok")),
        ("apps/StatefulSet", {"spec": {}, "status": {"readyReplicas": 1}}, State("1/1 ready", "ok")),
        ("apps/DaemonSet", {"status": {"numberReady": 1, "desiredNumberScheduled": 2}}, State("1/2 ready", "wait")),
        ("batch/Job", {"status": {"active": 1}}, State("1 active", "wait")),
        ("batch/Job", {"status": {"active": 1, "failed": 2}}, State("1 active", "bad")),
        ("batch/Job", {"status": {"conditions": [{"type": "Complete", "status": "True"}]}}, State("Complete", "done")),
        ("batch/Job", {"status": {"conditions": [{"type": "Failed", "status": "True"}]}}, State("Failed", "bad")),
        ("batch/Job", {"spec": {"suspend": True}}, State("Suspended", "done")),
        ("/Node", {"status": {"conditions": [{"type": "Ready", "status": "Unknown"}]}}, State("NotReady", "bad")),
        (
            "/Node",
            {"spec": {"unschedulable": True}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}},
            State("cordoned", "wait"),
        ),
        (
            "/Node",
            {"status": {"conditions": [{"type": "Ready", "status": "True"}, {"type": "DiskPressure", "status": "True"}]}},
            State("DiskPressure", "bad"),
        ),
        ("/PersistentVolumeClaim", {"status": {"phase": "Bound"}}, State("Bound", "ok")),
        ("/PersistentVolumeClaim", {"status": {"phase": "Lost"}}, State("Lost", "bad")),
        ("/ConfigMap", {"data": {}}, State("there", "ok")),
        ("/ConfigMap", {"metadata": {"deletionTimestamp": "2026-11-24T12:00:00Z"}}, State("Terminating", "wait")),
        ("cert.example/Certificate", {"status": {"conditions": [{"type": "Ready", "status": "False"}]}}, State("not Ready", "bad")),
        ("cert.example/Certificate", {"status": {"conditions": [{"type": "Ready", "status": "True"}]}}, State("Ready", "ok")),
        ("cert.example/Strange", {"spec": 3, "status": ["x"]}, State("there", "ok")),
        ("/Pod", {"status": {"phase": "Pending"}}, State("Pending", "wait")),
        ("/Pod", {"status": {"phase": "Succeeded"}}, State("Succeeded", "done")),
        ("/Pod", {"status": {"phase": "Failed", "reason": "Evicted"}}, State("Evicted", "bad")),
    ],
)
def test_the_state_of_any_kind_is_a_word_and_a_tone(kind: str, body: Any, state: State) -> None:
    group, _, name = kind.partition("/")
    ref = ObjectRef.of(GroupKind(group, name), "", "x")
    assert state_of(Revision(1, Op.MODIFIED, ref, "u", 1, "1", msgspec.json.encode(body))) == state


def test_a_body_that_cannot_be_read_is_no_crash() -> None:
    assert state_of(Revision(1, Op.MODIFIED, ObjectRef("", "Pod", "", "x"), "u", 1, "1", b"{")).tone == "wait"
