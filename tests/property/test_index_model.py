"""Whatever is observed, in whatever order and however often: the index equals a model too simple to be wrong."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcops.inventory.index import Inventory
from arcops.kube.objects.meta import ObjectMeta, OwnerReference
from arcops.kube.objects.pod import Pod, PodSpec
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.selectors import Selector, parse_selector
from arcops.kube.watch import Observation, Op

POD = GroupKind("", "Pod")
SELECTORS = [parse_selector(text) for text in ("app=a", "app=a,tier=x", "app!=a", "tier", "app in (a,b),!tier")]


class State(NamedTuple):
    """One state of one pod."""

    namespace: str
    name: str
    life: int
    """Which pod of that name: 0 for the first."""
    version: int
    app: str
    tier: str
    node: str
    owner: str
    deleted: bool

    @property
    def uid(self) -> str:
        return f"{self.namespace}.{self.name}.{self.life}"

    @property
    def labels(self) -> dict[str, str]:
        return {key: value for key, value in (("app", self.app), ("tier", self.tier)) if value}


def observation(state: State) -> Observation:
    owners = (OwnerReference("apps/v1", "ReplicaSet", state.owner, state.owner, controller=True),) if state.owner else None
    meta = ObjectMeta(
        name=state.name, namespace=state.namespace, uid=state.uid, resource_version=str(state.version), labels=dict(state.labels) or None,
        owner_references=owners,
    )  # fmt: skip
    op = Op.DELETED if state.deleted else Op.MODIFIED
    return Observation(op, POD, Pod(metadata=meta, spec=PodSpec(node_name=state.node or None)), b"", 0)


@st.composite
def histories(draw: st.DrawFn) -> list[State]:
    """A true history of some pods: versions rise, a name is taken again only after its pod was deleted."""
    version = 7
    alive: dict[tuple[str, str], int] = {}
    lives: dict[tuple[str, str], int] = {}
    found: list[State] = []
    for _ in range(draw(st.integers(1, 25))):
        place = (draw(st.sampled_from("xy")), draw(st.sampled_from("ab")))
        if place not in alive:
            alive[place] = lives.setdefault(place, 0)
            lives[place] += 1
        version += draw(st.integers(1, 60))
        deleted = draw(st.integers(0, 2)) == 0
        words = [draw(st.sampled_from(("", "a", "b"))) for _ in range(4)]
        found.append(State(*place, alive[place], version, words[0], words[1], words[2], words[3], deleted))
        if deleted:
            del alive[place]
    return found


def truth(history: Sequence[State]) -> list[State]:
    """What exists after a history: of every name the last state, unless it is a deletion."""
    last = {(state.namespace, state.name): state for state in history}
    return [state for _, state in sorted(last.items()) if not state.deleted]


def assert_equal(inventory: Inventory, expected: list[State]) -> None:
    """Every answer of the index is that of the model."""
    assert [versions(entry.obj) for entry in inventory.list(POD)] == [state.version for state in expected]
    assert inventory.count(POD) == len(inventory) == len(expected)
    for namespace in "xyz":
        inside = [state for state in expected if state.namespace == namespace]
        assert names(inventory.list(POD, namespace)) == [state.name for state in inside]
        for selector in SELECTORS:
            assert names(inventory.select(POD, namespace, selector)) == [state.name for state in inside if matches(selector, state)]
    for word in "ab":
        assert uids(inventory.on_node(word)) == [state.uid for state in expected if state.node == word]
        assert uids(inventory.owned_by(word)) == [state.uid for state in expected if state.owner == word]
    for state in expected:
        entry = inventory.by_uid(state.uid)
        assert entry is not None
        assert entry is inventory.get(ObjectRef.of(POD, state.namespace, state.name))


def versions(obj: object) -> int:
    assert isinstance(obj, Pod)
    return int(obj.metadata.resource_version)


def names(entries: object) -> list[str]:
    return [entry.ref.name for entry in entries]  # type: ignore[attr-defined]


def uids(entries: object) -> list[str]:
    return [entry.uid for entry in entries]  # type: ignore[attr-defined]


def matches(selector: Selector, state: State) -> bool:
    return selector.matches(state.labels)


@given(histories())
def test_the_index_is_the_end_of_a_history(history: list[State]) -> None:
    inventory = Inventory()
    inventory.apply([observation(state) for state in history])
    assert_equal(inventory, truth(history))


@given(histories(), st.randoms(use_true_random=False), st.data())
def test_order_and_repetition_make_no_difference(history: list[State], chance: random.Random, data: st.DataObject) -> None:
    seen = [*history, *data.draw(st.lists(st.sampled_from(history), max_size=10))]
    chance.shuffle(seen)
    inventory = Inventory()
    for state in seen:
        inventory.apply([observation(state)])
    assert_equal(inventory, truth(history))


@given(histories(), st.integers(0, 25))
def test_a_list_in_the_middle_makes_no_difference(history: list[State], at: int) -> None:
    inventory = Inventory()
    inventory.apply([observation(state) for state in history[: at // 2]])
    inventory.replace(POD, [observation(state) for state in truth(history[:at])])
    assert_equal(inventory, truth(history[:at]))
    inventory.apply([observation(state) for state in history])
    assert_equal(inventory, truth(history))


@given(histories(), histories())
def test_a_list_of_another_cluster_replaces_everything(history: list[State], other: list[State]) -> None:
    inventory = Inventory()
    inventory.apply([observation(state) for state in history])
    inventory.replace(POD, [observation(state._replace(life=state.life + 100)) for state in truth(other)])
    assert_equal(inventory, [state._replace(life=state.life + 100) for state in truth(other)])
    inventory.drop_kind(POD)
    assert_equal(inventory, [])


@given(histories())
def test_the_deltas_of_a_history_add_up_to_what_is_there(history: list[State]) -> None:
    inventory = Inventory()
    there: dict[ObjectRef, int] = {}
    for state in history:
        for change in inventory.apply([observation(state)]).changes:
            assert (change.ref in there) is (change.before is not None)
            there.pop(change.ref, None)
            if change.after is not None:
                there[change.ref] = versions(change.after)
    assert there == {entry.ref: versions(entry.obj) for entry in inventory.list(POD)}


def test_the_model_itself_tells_a_wrong_index() -> None:
    inventory = Inventory()
    state = State("x", "a", 0, 8, "a", "", "a", "", deleted=False)
    inventory.apply([observation(state)])
    with pytest.raises(AssertionError):
        assert_equal(inventory, [state._replace(version=9)])
