"""The index holds what is, whatever order it was seen in, and says what changed."""

import pytest

from arcops.inventory.index import Inventory, is_older
from arcops.kube.objects.event import Event
from arcops.kube.objects.meta import ObjectMeta, PartialObject
from arcops.kube.objects.pod import Pod
from arcops.kube.refs import GroupKind
from arcops.kube.selectors import parse_selector
from arcops.kube.watch import Observation, Op
from tests.unit.inventory.seen import POD, filled, gone, names, owned, pod, ref, seen, thing

EVENT = GroupKind("", "Event")


def event(name: str, about: str, uid: str, *, kind: str = "Pod", last: str = "2026-11-24T07:00:00Z") -> Observation:
    involved = {"apiVersion": "v1", "kind": kind, "namespace": "shop" if kind == "Pod" else "", "name": about, "uid": uid}
    return seen(thing("Event", name, involvedObject=involved, reason="BackOff", lastTimestamp=last, type="Warning"))


def test_an_added_object_is_found_by_name_uid_kind_and_namespace() -> None:
    inventory = filled(pod("web-0", node="edge-1"))
    entry = inventory.get(ref("Pod", "web-0"))
    assert entry is not None
    assert entry is inventory.by_uid("uid-web-0")
    assert inventory.list(POD) == inventory.list(POD, "shop") == (entry,)
    assert inventory.on_node("edge-1") == (entry,)
    assert (inventory.count(POD), inventory.count(POD, "other"), len(inventory)) == (1, 0, 1)


def test_what_was_never_seen_is_absent() -> None:
    inventory = Inventory()
    assert inventory.get(ref("Pod", "web-0")) is None
    assert inventory.by_uid("x") is None
    assert (
        inventory.list(POD) == inventory.owned_by("x") == inventory.on_node("x") == inventory.select(POD, None, parse_selector("a")) == ()
    )
    assert (inventory.kinds(), inventory.namespaces(), inventory.kind_revision(POD)) == ((), (), 0)


def test_a_delta_names_what_came_changed_and_went() -> None:
    inventory = filled(pod("a"), pod("b"))
    delta = inventory.apply([seen(pod("a", 2), Op.MODIFIED), gone(pod("b", 3)), seen(pod("c"))])
    assert (delta.added, delta.modified, delta.deleted) == ([ref("Pod", "c")], [ref("Pod", "a")], [ref("Pod", "b")])
    assert delta.kinds == {POD}
    assert delta.revision == inventory.revision == inventory.kind_revision(POD)


def test_a_change_carries_both_states() -> None:
    inventory = filled(pod("a", node=""))
    (change,) = inventory.apply([seen(pod("a", 2, node="edge-1"), Op.MODIFIED)]).changes
    assert isinstance(change.before, Pod)
    assert isinstance(change.after, Pod)
    assert (change.before.metadata.resource_version, change.after.metadata.resource_version) == ("1", "2")


def test_nothing_new_is_no_change() -> None:
    inventory = filled(pod("a", 5))
    revision = inventory.revision
    assert not inventory.apply([seen(pod("a", 5)), seen(pod("a", 4), Op.MODIFIED), gone(pod("never"))])
    assert inventory.revision == revision


def test_lists_are_sorted_by_namespace_and_name() -> None:
    inventory = filled(pod("b"), pod("a"), pod("z", namespace="bar", uid="z"), pod("c"))
    assert names(inventory.list(POD)) == ["z", "a", "b", "c"]
    inventory.apply([gone(pod("b", 2)), seen(pod("aa"))])
    assert names(inventory.list(POD, "shop")) == ["a", "aa", "c"]


def test_a_list_is_the_same_tuple_until_an_object_comes_or_goes() -> None:
    inventory = filled(pod("a"))
    before = inventory.list(POD)
    inventory.apply([seen(pod("a", 2), Op.MODIFIED)])
    assert inventory.list(POD) is before
    inventory.apply([seen(pod("b"))])
    assert inventory.list(POD) is not before
    assert names(before) == ["a"]


def test_the_late_deletion_of_an_earlier_pod_does_not_take_away_the_new_one() -> None:
    inventory = filled(pod("db-0", 5, uid="old"))
    delta = inventory.apply([seen(pod("db-0", 9, uid="new")), gone(pod("db-0", 8, uid="old"))])
    entry = inventory.get(ref("Pod", "db-0"))
    assert entry is not None
    assert entry.uid == "new"
    assert [change.op for change in delta.changes] == [Op.DELETED, Op.ADDED]
    assert inventory.count(POD) == 1


def test_an_old_event_replayed_after_a_deletion_raises_no_ghost() -> None:
    inventory = filled(pod("a", 5))
    inventory.apply([gone(pod("a", 7)), seen(pod("a", 6), Op.MODIFIED), seen(pod("a", 5))])
    assert inventory.list(POD) == ()


def test_an_old_state_of_the_pod_before_does_not_replace_the_new_one() -> None:
    inventory = filled(pod("db-0", 9, uid="new"))
    inventory.apply([seen(pod("db-0", 6, uid="old"), Op.MODIFIED)])
    entry = inventory.get(ref("Pod", "db-0"))
    assert entry is not None
    assert entry.uid == "new"


def test_a_deletion_that_knows_only_metadata_removes_the_object() -> None:
    inventory = filled(pod("a", 5))
    bare = PartialObject(ObjectMeta(name="a", namespace="shop", uid="uid-a"))
    delta = inventory.apply([Observation(Op.DELETED, POD, bare, b"", 0, unseen=True)])
    assert delta.deleted == [ref("Pod", "a")]


def test_a_list_replaces_and_tells_only_the_differences() -> None:
    inventory = filled(pod("a", 1), pod("b", 2), pod("c", 3))
    delta = inventory.replace(POD, [seen(pod("a", 1)), seen(pod("b", 7)), seen(pod("d", 8))])
    assert (delta.added, delta.modified, delta.deleted) == ([ref("Pod", "d")], [ref("Pod", "b")], [ref("Pod", "c")])


def test_a_list_is_believed_even_where_the_cluster_went_back_in_time() -> None:
    inventory = filled(pod("a", 100), pod("b", 101))
    inventory.apply([gone(pod("b", 110))])
    delta = inventory.replace(POD, [seen(pod("a", 50)), seen(pod("b", 40))])
    assert (delta.modified, delta.added) == ([ref("Pod", "a")], [ref("Pod", "b")])
    assert inventory.apply([seen(pod("a", 51), Op.MODIFIED)]).modified == [ref("Pod", "a")]


def test_a_list_with_a_recreated_object_replaces_it() -> None:
    inventory = filled(pod("db-0", 100, uid="old"))
    delta = inventory.replace(POD, [seen(pod("db-0", 50, uid="new"))])
    assert (len(delta.deleted), len(delta.added), inventory.count(POD)) == (1, 1, 1)


def test_an_empty_list_makes_the_kind_known_and_empty() -> None:
    inventory = Inventory()
    inventory.replace(POD, [])
    assert inventory.kinds() == (POD,)


def test_a_dropped_kind_takes_its_objects_along() -> None:
    inventory = filled(pod("a", node="edge-1", labels={"app": "web"}), thing("Service", "web"))
    assert inventory.drop_kind(POD).deleted == [ref("Pod", "a")]
    assert inventory.kinds() == (GroupKind("", "Service"),)
    assert inventory.on_node("edge-1") == ()
    assert not inventory.drop_kind(GroupKind("x", "Never"))


def test_a_pod_is_found_by_its_owner_until_it_changes_hands() -> None:
    one, two = (thing("ReplicaSet", name, api="apps/v1") for name in ("one", "two"))
    inventory = filled(pod("a", owners=owned(one)), pod("b", owners=owned(one)))
    assert names(inventory.owned_by("uid-ReplicaSet-one")) == ["a", "b"]
    inventory.apply([seen(pod("a", 2, owners=owned(two)), Op.MODIFIED), gone(pod("b", 3))])
    assert inventory.owned_by("uid-ReplicaSet-one") == ()
    assert names(inventory.owned_by("uid-ReplicaSet-two")) == ["a"]


def test_a_pod_is_found_on_its_node_once_it_is_bound() -> None:
    inventory = filled(pod("a"))
    inventory.apply([seen(pod("a", 2, node="edge-1"), Op.MODIFIED)])
    assert names(inventory.on_node("edge-1")) == ["a"]
    inventory.apply([gone(pod("a", 3))])
    assert inventory.on_node("edge-1") == ()


def test_selection_follows_labels_as_they_change() -> None:
    inventory = filled(pod("a", labels={"app": "web", "v": "1"}), pod("b", labels={"app": "web"}), pod("c", labels={"app": "db"}))
    web = parse_selector("app=web")
    assert names(inventory.select(POD, "shop", web)) == ["a", "b"]
    assert names(inventory.select(POD, None, parse_selector("app=web,v!=1"))) == ["b"]
    inventory.apply(
        [seen(pod("a", 2, labels={"app": "db"}), Op.MODIFIED), seen(pod("c", 3, labels={"app": "web"}), Op.MODIFIED), gone(pod("b", 4))]
    )
    assert names(inventory.select(POD, "shop", web)) == ["c"]
    assert names(inventory.select(POD, "shop", parse_selector(""))) == ["a", "c"]


def test_objects_without_a_uid_are_known_by_name() -> None:
    bare = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "shop"}}
    inventory = filled(bare, bare)
    assert inventory.count(POD) == 1
    inventory.apply([gone(bare)])
    assert inventory.count(POD) == 0


def test_events_are_found_by_what_they_speak_of() -> None:
    inventory = filled(pod("web-0"))
    inventory.apply(
        [event("e2", "web-0", "uid-web-0", last="2026-11-24T08:00:00Z"), event("e1", "web-0", "uid-web-0"), event("e3", "db-0", "uid-db-0")]
    )
    assert [e.name for e in inventory.events_of(ref("Pod", "web-0"))] == ["e1", "e2"]
    assert [e.name for e in inventory.events_of("uid-db-0")] == ["e3"]
    assert [e.name for e in inventory.events()] == ["e1", "e3", "e2"]


def test_events_of_an_earlier_object_of_that_name_are_not_its_own() -> None:
    inventory = filled(pod("web-0", uid="new"))
    inventory.apply([event("e1", "web-0", "old"), event("e2", "web-0", "new"), event("e3", "web-0", "")])
    assert [e.name for e in inventory.events_of(ref("Pod", "web-0"))] == ["e2", "e3"]
    inventory.apply([gone(pod("web-0", 5, uid="new"))])
    assert len(inventory.events_of(ref("Pod", "web-0"))) == 3


def test_events_of_a_kubelet_about_its_node_count_though_they_name_no_uid() -> None:
    inventory = filled(thing("Node", "edge-1", namespace=None))
    inventory.apply([event("e1", "edge-1", "edge-1", kind="Node")])
    assert [e.name for e in inventory.events_of(ref("Node", "edge-1", ""))] == ["e1"]


def test_an_expired_event_is_forgotten() -> None:
    inventory = Inventory()
    first = event("e1", "web-0", "uid-web-0")
    inventory.apply([first])
    assert isinstance(first.obj, Event)
    inventory.apply([Observation(Op.DELETED, EVENT, first.obj, b"", 0)])
    assert inventory.events() == inventory.events_of("uid-web-0") == ()


def test_namespaces_are_those_that_exist_and_those_in_use() -> None:
    inventory = filled(thing("Namespace", "empty", namespace=None), pod("a"), thing("Node", "n", namespace=None))
    assert inventory.namespaces() == ("empty", "shop")


def test_replicas_share_what_their_template_gave_them() -> None:
    maker = thing("ReplicaSet", "web", api="apps/v1")
    inventory = filled(pod("a", owners=owned(maker), node="edge-1"), pod("b", owners=owned(maker), node="edge-2"))
    a, b = (entry.obj for entry in inventory.list(POD))
    assert isinstance(a, Pod)
    assert isinstance(b, Pod)
    assert a.spec is not None
    assert b.spec is not None
    assert a.spec.containers is b.spec.containers
    assert (a.spec.node_name, b.spec.node_name) == ("edge-1", "edge-2")


@pytest.mark.parametrize(
    ("one", "other", "older"),
    [
        ("9", "10", True),
        ("10", "9", False),
        ("10", "10", False),
        ("11", "12", True),
        ("", "5", False),
        ("abc", "abd", False),
        ("5", "x", False),
    ],
)
def test_resource_versions_of_a_kind_compare_as_kubernetes_compares_them(one: str, other: str, older: bool) -> None:
    assert is_older(one, other) is older


def test_a_pod_whose_deletion_was_never_seen_does_not_come_back_after_its_successor() -> None:
    inventory = filled(pod("db-0", 5, uid="old"), pod("db-0", 9, uid="new"))
    inventory.apply([gone(pod("db-0", 12, uid="new")), seen(pod("db-0", 6, uid="old"), Op.MODIFIED)])
    assert inventory.list(POD) == ()
