"""No object, however broken, makes the decoders raise anything but their own error, nor anything above them fail."""

from __future__ import annotations

import json
import random
from copy import deepcopy
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from arcops.inventory.index import Inventory
from arcops.inventory.links.base import links_from, links_to
from arcops.inventory.stats import stats_of
from arcops.kube.columns import row
from arcops.kube.objects.decode import TYPES, convert, decode, type_of
from arcops.kube.objects.event import Event, normalize
from arcops.kube.refs import GroupKind, group_of
from arcops.kube.watch import Observation, Op
from tests.pod_states import CASES

Body = dict[str, Any]

FILE = Path(__file__).parents[1] / "data" / "table_objects.yaml"
KINDS = [*sorted(TYPES), GroupKind("example.org", "Thing")]
ODD: list[Any] = [None, True, -1, 0, 3.5, "", "x", "\x00", [], {}, [None], [[]], {"": None}, {"a": {"a": []}}, "9" * 400, 10**30]
PODS = [{**case.body, "metadata": {"name": case.name, "namespace": "shop"}} for case in CASES]
BODIES: list[Body] = [*yaml.safe_load_all(FILE.read_text()), *PODS]


def places(body: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value in a body."""
    inner = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    return [path, *(found for key, value in inner for found in places(value, (*path, key)))]


def broken(body: Body, chance: random.Random) -> Body:
    """A copy with one to three values exchanged for odd ones."""
    copy: Body = deepcopy(body)
    for _ in range(chance.randint(1, 3)):
        path = chance.choice(places(copy))
        if path:
            inner: Any = copy
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = deepcopy(chance.choice(ODD))
    return copy


@given(st.sampled_from(BODIES), st.randoms(use_true_random=False))
def test_a_broken_object_is_unreadable_or_does_no_harm(body: Body, chance: random.Random) -> None:
    kind = GroupKind(group_of(body["apiVersion"]), body["kind"])
    for read_as in (kind, GroupKind("example.org", "Thing")):
        try:
            obj = convert(read_as, broken(body, chance))
        except msgspec.DecodeError:
            continue
        inventory = Inventory()
        inventory.apply([Observation(Op.ADDED, read_as, obj, b"", 0)])
        row(read_as, obj, 0, wide=True)
        stats_of(inventory, 0)
        if isinstance(obj, Event):
            normalize(obj)
        for entry in inventory.list(read_as):
            for link in links_from(entry, inventory):
                list(links_to(link.target, inventory))


@given(st.binary(max_size=300), st.sampled_from(KINDS))
def test_any_bytes_are_an_object_or_unreadable(data: bytes, kind: GroupKind) -> None:
    try:
        decode(kind, data)
    except msgspec.DecodeError:
        return


@given(st.sampled_from(BODIES), st.integers(0, 2000), st.integers(0, 255))
def test_any_damaged_byte_is_an_object_or_unreadable(body: Body, at: int, byte: int) -> None:
    data = bytearray(json.dumps(body).encode())
    data[at % len(data)] = byte
    try:
        decode(GroupKind(group_of(body["apiVersion"]), body["kind"]), bytes(data))
    except msgspec.DecodeError:
        return


@pytest.mark.parametrize("body", BODIES, ids=lambda body: f"{body['kind']}-{body['metadata']['name']}")
def test_what_is_decoded_is_what_was_sent(body: Body) -> None:
    kind = GroupKind(group_of(body["apiVersion"]), body["kind"])
    obj = convert(kind, body)
    assert isinstance(obj, type_of(kind))
    again = convert(kind, msgspec.to_builtins(obj))
    assert again == obj
    assert_part_of(without_defaults(msgspec.to_builtins(obj)), body)


def without_defaults(value: Any) -> Any:
    """The same without absent fields and empty values."""
    if isinstance(value, dict):
        return {key: inner for key, member in value.items() if (inner := without_defaults(member)) not in (None, "", {}, [], 0, False)}
    return [without_defaults(member) for member in value] if isinstance(value, list | tuple) else value


def assert_part_of(part: Any, whole: Any) -> None:
    """Every value kept is the value sent, at the same place; protocol and skew have defaults of their own."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key != "protocol" or key in whole:
                assert_part_of(value, whole[key])
    elif isinstance(part, list):
        for value, sent in zip(part, whole, strict=True):
            assert_part_of(value, sent)
    else:
        assert part == whole
