"""The inventory of a past moment out of remembered bodies and events."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcops.inventory.rebuild import CORE_EVENT, Rebuilding, Remembered, event_of
from arcops.kube.objects.event import ClusterEvent, normalize
from arcops.kube.refs import GroupKind, ObjectRef

POD = GroupKind("", "Pod")
times = st.sampled_from(["2026-11-24T12:00:00Z", "2026-11-24T12:00:00.000001Z"])
words = st.text("abc-.1", min_size=1, max_size=8)


def body(name: str, **fields: Any) -> bytes:
    return msgspec.json.encode({"metadata": {"name": name, "namespace": "shop", "uid": f"uid-{name}"}, **fields})


def remembered(name: str, text: bytes) -> Remembered:
    return Remembered(ObjectRef.of(POD, "shop", name), f"uid-{name}", text, 1_000)


def test_what_is_handed_in_is_there_and_what_is_not_is_known_not_to_be() -> None:
    making = Rebuilding([POD, GroupKind("", "ConfigMap")])
    making.add([remembered("web", body("web", spec={"nodeName": "edge-1"}))])
    found = making.inventory()
    assert [entry.ref.name for entry in found.list(POD)] == ["web"]
    assert [entry.ref.name for entry in found.on_node("edge-1")] == ["web"]
    assert found.is_complete(GroupKind("", "ConfigMap"))
    assert not found.is_complete(GroupKind("", "Secret"))


@pytest.mark.parametrize("text", [b"{", b"[]", b'{"spec": 3}'])
def test_what_cannot_be_read_is_named_and_stops_nothing(text: bytes) -> None:
    making = Rebuilding()
    making.add([remembered("bad", text), remembered("good", body("good"))])
    assert making.unreadable == [ObjectRef.of(POD, "shop", "bad")]
    assert [entry.ref.name for entry in making.inventory().list(POD)] == ["good"]


def test_a_body_without_a_name_gets_that_of_the_record() -> None:
    making = Rebuilding()
    making.add([remembered("bare", b"{}")])
    (entry,) = making.inventory().list(POD)
    assert (entry.ref.name, entry.uid) == ("bare", "uid-bare")


@given(
    st.builds(
        ClusterEvent, name=words, namespace=words, uid=words, type=st.sampled_from(["Normal", "Warning"]), reason=words, message=words,
        count=st.integers(1, 99), first_seen=times, last_seen=times, source=st.one_of(st.just(""), words),
        involved=st.builds(ObjectRef, st.sampled_from(["", "apps"]), words, words, words), involved_uid=words,
        field_path=st.one_of(st.just(""), words),
    )
)  # fmt: skip
def test_an_event_of_the_record_is_the_same_event_again(event: ClusterEvent) -> None:
    assert normalize(event_of(event)) == event
    making = Rebuilding()
    making.add_events([event], 1_000)
    found = making.inventory()
    assert found.events_of(event.involved_uid) == (event,)
    assert found.count(CORE_EVENT) == 1
