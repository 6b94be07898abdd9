"""What is kept of a raw body, and which fields changed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcops.base.errors import BadInput
from arcops.store.revisions import MOST_PATHS, changed_paths, is_noise, keep, newest_writer, version_of_body
from tests.observations import LEASE, NODE, POD, SECRET, body


def packed(content: Any) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()


def paths(before: Any, after: Any) -> tuple[str, ...]:
    return changed_paths(packed(before), packed(after))


@pytest.mark.parametrize("place", [0, 2, 5], ids=["first", "middle", "last"])
def test_managed_fields_are_cut_out_wherever_they_stand(place: int) -> None:
    content = body("web-0", 1)
    managed = content["metadata"].pop("managedFields")
    members = list(content["metadata"].items())
    members.insert(place, ("managedFields", managed))
    kept = keep(POD, packed({**content, "metadata": dict(members)}))
    assert kept.body == packed(content)
    assert kept.writer is not None
    assert kept.writer.manager == "kubelet"


def test_json_with_blanks_is_written_anew() -> None:
    content = body("web-0", 1)
    kept = keep(POD, json.dumps(content, indent=2).encode())
    del content["metadata"]["managedFields"]
    assert json.loads(kept.body) == content


def test_managed_fields_alone_leave_empty_metadata() -> None:
    assert keep(POD, b'{"metadata":{"managedFields":[]},"spec":{}}').body == b'{"metadata":{},"spec":{}}'


def test_the_words_managed_fields_in_a_value_stay() -> None:
    content = body("web-0", 1, meta={"annotations": {"note": 'see "managedFields":[] there', "managedFields": "[]"}})
    kept = json.loads(keep(POD, packed(content)).body)
    assert kept["metadata"]["annotations"] == content["metadata"]["annotations"]
    assert "managedFields" not in kept["metadata"]


def test_a_body_without_managed_fields_is_kept_as_it_is() -> None:
    raw = b'{"metadata":{"name":"a"},"spec":{}}'
    assert keep(POD, raw) == (raw, None)


@pytest.mark.parametrize("raw", [b"", b"[]", b'{"metadata":', b'{"spec":{}}', b'{"metadata":{"managedFields":"x"}}', b"\xff\xfe"])
def test_what_is_no_object_is_refused(raw: bytes) -> None:
    with pytest.raises(BadInput):
        keep(POD, raw)


@pytest.mark.parametrize("annotations", [None, {}, {"a": "b"}])
def test_a_secret_loses_its_data_and_keeps_the_rest(annotations: dict[str, str] | None) -> None:
    content = body(
        "db", 1, kind=SECRET, fields={"data": {"k": "djE="}, "type": "Opaque", "immutable": True}, meta={"annotations": annotations}
    )
    kept = json.loads(keep(SECRET, packed(content)).body)
    assert sorted(kept) == ["apiVersion", "immutable", "kind", "metadata", "type"]
    assert kept["metadata"]["annotations"] == annotations


def test_the_newest_writer_is_the_last_of_those_with_the_newest_time() -> None:
    entries = [
        {"manager": m, "operation": "Update", "time": t}
        for m, t in (("a", "2026-02"), ("b", "2026-03"), ("c", "2026-03"), ("d", "2026-01"))
    ]
    writer = newest_writer(packed([*entries, {"manager": "timeless"}]))
    assert writer is not None
    assert writer.manager == "c"
    assert newest_writer(b"[]") is None


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1}, {"a": 1}, ()),
        ({"a": 1}, {"a": 2}, ("a",)),
        ({"a": 1}, {}, ("a",)),
        ({}, {"a": 1}, ("a",)),
        ({"a": {"b": {"c": 1}}}, {"a": {"b": {"c": 2}}}, ("a.b.c",)),
        ({"a": {"b": 1}}, {"a": [1]}, ("a",)),
        ({"a": [{"x": 1}, {"x": 2}]}, {"a": [{"x": 1}, {"x": 3}]}, ("a.x",)),
        ({"a": [1, 2]}, {"a": [2, 1]}, ("a",)),
        ({"a": [[1]]}, {"a": [[2]]}, ("a",)),
        ({"a": [{"name": "x", "v": 1}]}, {"a": [{"name": "y", "v": 0}, {"name": "x", "v": 1}]}, ("a",)),
        ({"a": [{"name": "x", "v": 1}]}, {"a": [{"name": "y", "v": 0}, {"name": "x", "v": 2}]}, ("a", "a.v")),
        ({"a": [{"v": 1}]}, {"a": [{"v": 1}, 5]}, ("a",)),
        ({"a": {"b.c/d": 1}}, {"a": {"b.c/d": 2}}, ("a[b.c/d]",)),
        ({"metadata": {"resourceVersion": "1"}}, {"metadata": {"resourceVersion": "2"}}, ()),
        ({"spec": {"resourceVersion": "1"}}, {"spec": {"resourceVersion": "2"}}, ("spec.resourceVersion",)),
    ],
)
def test_changed_fields_are_named(before: Any, after: Any, expected: tuple[str, ...]) -> None:
    assert paths(before, after) == expected


def test_text_written_in_another_way_is_no_change() -> None:
    assert changed_paths(b'{"a":"\\u003cb\\u003e", "n": {"x":1.0}}', b'{"a":"<b>","n":{ "x" : 1.0}}') == ()


def test_very_many_changed_fields_are_named_by_their_parents() -> None:
    before = {"data": {f"key{n}": 1 for n in range(1000)}, "spec": {"x": 1}}
    after = {"data": {f"key{n}": 2 for n in range(1000)}, "spec": {"x": 2}}
    assert paths(before, after) == ("data", "spec")
    deep = {"status": {"nodes": {f"n.{n}": {"load": n} for n in range(MOST_PATHS + 1)}}}
    busy = {"status": {"nodes": {f"n.{n}": {"load": n + 1} for n in range(MOST_PATHS + 1)}}}
    assert paths(deep, busy) == ("status.nodes",)


def test_only_renewals_and_heartbeats_are_noise() -> None:
    assert is_noise(LEASE, ("spec.renewTime",))
    assert is_noise(NODE, ("status.conditions.lastHeartbeatTime",))
    assert not is_noise(NODE, ("status.conditions.lastHeartbeatTime", "status.conditions.status"))
    assert not is_noise(POD, ("spec.renewTime",))
    assert not is_noise(LEASE, ())


def test_the_version_of_a_body_is_read_back() -> None:
    assert version_of_body(packed(body("a", 17))) == "17"
    assert version_of_body(b'{"metadata":{}}') == ""


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)
json_objects = st.dictionaries(st.sampled_from(["metadata", "spec", "status", "data", "x.y"]), json_values, max_size=4)


@given(json_objects, json_objects)
def test_no_paths_means_equal_but_for_the_version(before: dict[str, Any], after: dict[str, Any]) -> None:
    for content in (before, after):
        if isinstance(content.get("metadata"), dict):
            content["metadata"].pop("resourceVersion", None)
    assert (paths(before, after) == ()) == same(before, after)


def same(left: Any, right: Any) -> bool:
    """Equality of JSON, in which true is not 1."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)
