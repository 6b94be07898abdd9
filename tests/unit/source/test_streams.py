"""Bytes to typed objects: the fast path and the slow one agree, and nothing a server sends raises."""

from __future__ import annotations

import json
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcops.kube.kinds import ApiResource
from arcops.kube.watch import Op
from arcops.source.failures import Failure
from arcops.source.lines import Oversized
from arcops.source.streams import Bookmark, Item, ObjectReader, Page, Seen, Unreadable

PODS = ObjectReader(ApiResource("", "v1", "Pod", "pods"))
SECRETS = ObjectReader(ApiResource("", "v1", "Secret", "secrets"))
BODY = {
    "kind": "Pod",
    "apiVersion": "v1",
    "metadata": {"name": "web-0", "namespace": "shop", "uid": "u", "resourceVersion": "7"},
    "spec": {"nodeName": "n"},
}


def seen(item: Item) -> Seen:
    """The object of an item that must be one."""
    assert type(item) is tuple
    return cast("Seen", item)


def compact(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


@pytest.mark.parametrize("op", ["ADDED", "MODIFIED", "DELETED"])
@pytest.mark.parametrize("form", ["apiserver", "spaces", "object first", "kind last", "without kind"])
def test_every_form_of_an_event_gives_the_same_object(op: str, form: str) -> None:
    body = dict(BODY)
    if form == "kind last":
        body = dict(reversed(BODY.items()))
    if form == "without kind":
        del body["kind"], body["apiVersion"]
    event = {"type": op, "object": body} if form != "object first" else {"object": body, "type": op}
    line = json.dumps(event).encode() if form == "spaces" else compact(event)
    item = seen(PODS.event(line))
    assert (item[0], item[1].metadata.name, item[1].metadata.resource_version) == (Op[op], "web-0", "7")
    assert json.loads(item[2]) == BODY


def test_custom_resources_take_the_fast_path_with_their_order_of_keys() -> None:
    widgets = ObjectReader(ApiResource("example.com", "v1", "Widget", "widgets"))
    body = {
        "apiVersion": "example.com/v1",
        "kind": "Widget",
        "metadata": {"name": "w", "uid": "u", "resourceVersion": "1"},
        "spec": {"size": 3},
    }
    item = seen(widgets.event(compact({"type": "ADDED", "object": body})))
    assert json.loads(item[2]) == body


def test_bookmarks_and_errors_are_told_apart() -> None:
    mark = {"kind": "Pod", "apiVersion": "v1", "metadata": {"resourceVersion": "9", "creationTimestamp": None}}
    assert PODS.event(compact({"type": "BOOKMARK", "object": mark})) == Bookmark("9")
    mark["metadata"] = {"resourceVersion": "9", "annotations": {"k8s.io/initial-events-end": "true"}}
    assert PODS.event(compact({"type": "BOOKMARK", "object": mark})) == Bookmark("9", is_initial_end=True)
    gone = {"kind": "Status", "status": "Failure", "code": 410, "reason": "Expired", "message": "too old"}
    failure = PODS.event(compact({"type": "ERROR", "object": gone}))
    assert isinstance(failure, Failure)
    assert failure.cause == "expired"


def test_an_oversized_line_is_named_by_its_head() -> None:
    line = compact({"type": "DELETED", "object": BODY})
    item = PODS.event(Oversized(99_000_000, line))
    assert item == Unreadable("too_big", "99000000 bytes, above the cap", "shop/web-0", "u", "7", is_deletion=True)


@given(st.one_of(st.binary(max_size=300), st.builds(lambda b: b'{"type":"MODIFIED","object":' + b + b"}", st.binary(max_size=300))))
def test_no_line_raises(line: bytes) -> None:
    for reader in (PODS, SECRETS):
        reader.event(line)
        reader.page(line)
        reader.item(line, Op.ADDED)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["kind", "metadata", "name", "uid", "spec", "status", "code", "items"]), inner, max_size=5)
    ),
    max_leaves=20,
)


@given(JSON, st.sampled_from(["ADDED", "DELETED", "BOOKMARK", "ERROR", "FOO", None, 7]))
def test_no_shape_raises(body: object, kind: object) -> None:
    for reader in (PODS, SECRETS):
        reader.event(compact({"type": kind, "object": body}))
        reader.page(compact(body))
        reader.item(compact(body), Op.RELISTED)


def test_pages_say_what_they_are() -> None:
    page = PODS.page(compact({"kind": "PodList", "metadata": {"resourceVersion": "5", "continue": "m"}, "items": None}))
    assert page == Page([], "5", "m")
    bodies: tuple[object, ...] = (
        {"kind": "Table", "metadata": {}},
        {"kind": "Status", "metadata": {}},
        {},
        {"kind": "PodList"},
        [],
        {"kind": "PodList", "metadata": {}, "items": {}},
    )
    for body in bodies:
        failure = PODS.page(compact(body))
        assert isinstance(failure, Failure)
        assert failure.cause == "bad_body"


def test_secrets_with_data_are_refused_and_metadata_is_cleaned() -> None:
    whole = {"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "db"}, "data": {"p": "eA=="}}
    for answer in (
        SECRETS.event(compact({"type": "ADDED", "object": whole})),
        SECRETS.item(compact(whole), Op.RELISTED),
        SECRETS.page(compact({"kind": "SecretList", "metadata": {"resourceVersion": "1"}, "items": [whole]})),
    ):
        assert isinstance(answer, Failure)
        assert answer.cause == "secret_data"
    partial = {
        "kind": "PartialObjectMetadata",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {"name": "db", "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "eA==", "a": "b"}},
    }
    item = seen(SECRETS.event(compact({"type": "ADDED", "object": partial})))
    assert json.loads(item[2]) == {"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "db", "annotations": {"a": "b"}}}
    assert item[1].metadata.annotations == {"a": "b"}
