"""A view remembers what it was asked, so that a change tells which answers it may alter."""

from arcops.inventory.delta import Change
from arcops.inventory.view import Question, Read, View, reads_touched, touches_selection
from arcops.kube.refs import GroupKind
from arcops.kube.selectors import parse_selector
from arcops.kube.watch import Op
from tests.unit.inventory.seen import POD, Body, filled, gone, owned, pod, ref, seen, thing

NOW_MS = 1_000_000


def change(before: Body | None, after: Body | None) -> Change:
    """The change from one state to another."""
    inventory = filled(*([before] if before else []))
    (found,) = inventory.apply([seen(after, Op.MODIFIED)] if after else [gone(before or {})]).changes
    return found


def test_a_view_answers_as_the_inventory_does() -> None:
    inventory = filled(pod("a", node="edge-1", labels={"app": "web"}))
    view = View(inventory, NOW_MS)
    entry = inventory.get(ref("Pod", "a"))
    assert entry is not None
    assert view.get(entry.ref) is view.by_uid("uid-a") is entry
    assert view.list(POD) == view.on_node("edge-1") == view.select(POD, "shop", parse_selector("app=web")) == (entry,)
    assert (view.owned_by("x"), view.events_of(entry.ref)) == ((), ())


def test_every_question_is_remembered_absence_too() -> None:
    view = View(filled(), NOW_MS)
    web = parse_selector("app=web")
    view.get(ref("Secret", "missing"))
    view.select(POD, "shop", web)
    view.list(POD)
    assert view.reads == {Read(Question.GET, ref("Secret", "missing")), Read(Question.SELECT, POD, "shop", web), Read(Question.LIST, POD)}
    assert view.kinds_read == {GroupKind("", "Secret"), POD}


def test_a_duration_not_yet_held_asks_to_be_woken() -> None:
    view = View(filled(), NOW_MS)
    assert view.held(NOW_MS - 60_000, minutes=1)
    assert view.wake_at_ms is None
    assert not view.held(NOW_MS - 30_000, minutes=1)
    assert not view.held(NOW_MS - 30_000, minutes=5)
    assert view.wake_at_ms == NOW_MS + 30_000


def test_a_change_touches_the_reads_of_both_its_states() -> None:
    one, two = (thing("ReplicaSet", name, api="apps/v1") for name in ("one", "two"))
    found = set(reads_touched(change(pod("a", node="edge-1", owners=owned(one)), pod("a", 2, node="edge-2", owners=owned(two)))))
    assert {
        Read(Question.GET, ref("Pod", "a")), Read(Question.BY_UID, "uid-a"), Read(Question.LIST, POD), Read(Question.LIST, POD, "shop"),
        Read(Question.ON_NODE, "edge-1"), Read(Question.ON_NODE, "edge-2"),
        Read(Question.OWNED_BY, "uid-ReplicaSet-one"), Read(Question.OWNED_BY, "uid-ReplicaSet-two"),
    } == found  # fmt: skip


def test_an_event_touches_the_questions_about_its_object() -> None:
    about = {"apiVersion": "v1", "kind": "Pod", "namespace": "shop", "name": "a", "uid": "uid-a"}
    found = set(reads_touched(change(None, thing("Event", "e", involvedObject=about))))
    assert {Read(Question.EVENTS, ref("Pod", "a")), Read(Question.EVENTS, "uid-a")} <= found


def test_a_selection_is_touched_by_what_is_enters_or_leaves_it() -> None:
    read = Read(Question.SELECT, POD, "shop", parse_selector("app=web"))
    web, db = pod("a", labels={"app": "web"}), pod("a", 2, labels={"app": "db"})
    assert touches_selection(read, change(web, db))
    assert touches_selection(read, change(pod("a", labels={"app": "db"}), pod("a", 2, labels={"app": "web"})))
    assert touches_selection(read, change(web, None))
    assert not touches_selection(read, change(pod("a", labels={"app": "x"}), db))
    assert not touches_selection(read._replace(namespace="other"), change(web, db))
    assert not touches_selection(Read(Question.GET, ref("Pod", "a")), change(web, db))
