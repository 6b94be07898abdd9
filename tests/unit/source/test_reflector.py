"""The list-then-watch machine by itself: time and chance are arguments, the server is a few lines of model."""

from __future__ import annotations

import random

from arcops.kube.kinds import ApiResource
from arcops.kube.objects.meta import ObjectMeta, PartialObject
from arcops.kube.watch import Op
from arcops.source.base import GapSeen, KindPhase, Observed, Replaced
from arcops.source.failures import Failure
from arcops.source.reflector import Reflector, ServerTraits
from arcops.source.steps import ListPage, Moment, OpenWatch, Probe, Wait
from arcops.source.streams import Bookmark, Seen, Unreadable
from arcops.source.watch_options import WatchOptions

PODS = ApiResource("", "v1", "Pod", "pods")
PAGES = WatchOptions(watch_list=False)
REFUSED = Failure("refused", "nobody listens")


def at(seconds: float) -> Moment:
    return Moment(seconds, round(seconds * 1000) + 1)


def pod(name: str, version: int, uid: str = "", op: Op = Op.MODIFIED) -> Seen:
    return op, PartialObject(ObjectMeta(name=name, namespace="shop", uid=uid or f"uid-{name}", resource_version=str(version))), b"{}"


def reflector(options: WatchOptions = PAGES, seed: int = 1, traits: ServerTraits | None = None) -> Reflector:
    return Reflector(PODS, options, random.Random(seed), traits)


def followed(*pods: Seen, version: int = 10, options: WatchOptions = PAGES) -> Reflector:
    """A reflector that has loaded ``pods`` and watches."""
    made = reflector(options)
    assert made.next_step(at(0)) == ListPage(500)
    made.page_read(pods, str(version), "", at(0))
    step = made.next_step(at(0))
    assert isinstance(step, OpenWatch)
    assert step.resource_version == str(version)
    made.watch_opened(at(0))
    return made


def waited(made: Reflector, now_s: float) -> float:
    """Seconds the reflector wants to wait now; 0 if it wants to work."""
    step = made.next_step(at(now_s))
    return step.seconds if isinstance(step, Wait) else 0.0


def test_a_refused_connection_is_tried_at_most_eight_times_a_minute() -> None:
    """R16: 0.8 s doubling to 30 s."""
    for seed in range(200):
        made, now_s, tries = reflector(seed=seed), 0.0, 0
        while now_s < 60:
            made.failed(REFUSED, at(now_s))
            tries += 1
            now_s += waited(made, now_s)
        assert 4 <= tries <= 9
        assert made.state.errors["refused"] == tries


def test_many_reflectors_do_not_retry_in_step() -> None:
    """R16: twelve that failed at the same moments share one source of chance and spread out."""
    rng = random.Random(7)
    kinds = [Reflector(PODS, PAGES, rng) for _ in range(12)]
    for made in kinds:
        for _ in range(4):
            made.failed(REFUSED, at(0))
    waits = sorted(waited(made, 0) for made in kinds)
    assert len({round(wait, 2) for wait in waits}) >= 10
    assert waits[-1] - waits[0] > 1.0


def test_progress_brings_the_shortest_wait_back_and_so_does_calm() -> None:
    """R16: after an event, or after two minutes of an open watch, the next failure is the first again."""
    for calm in (False, True):
        made = followed()
        for _ in range(8):
            made.failed(REFUSED, at(0))
        assert waited(made, 0) > 10
        made.watch_opened(at(100))
        if calm:
            made.ended(at(300))
        else:
            made.saw([pod("a", 11)], at(101))
        made.failed(REFUSED, at(301))
        assert waited(made, 301) <= 0.8


def test_retry_after_is_a_floor_and_is_capped() -> None:
    """R17: never earlier than asked, and not a day because one header says so."""
    made = reflector()
    made.failed(Failure("http_429", "later", 429, retry_after_s=7), at(0))
    assert 7 <= waited(made, 0) <= 7.8
    made.failed(Failure("http_503", "later", 503, retry_after_s=1e6), at(0))
    assert 300 <= waited(made, 0) <= 302


def test_forbidden_is_tried_again_soon_at_first_and_then_every_thirty_to_sixty_seconds() -> None:
    """R18: an API server that has just started refuses for a moment; one that means it is not hammered."""
    made = reflector()
    waits = []
    for _ in range(10):
        made.failed(Failure("http_403", "no", 403), at(0))
        waits.append(waited(made, 0))
        assert made.state.phase is KindPhase.FORBIDDEN
    assert waits[0] <= 0.8
    assert sum(waits[:5]) <= 25
    assert all(30 <= wait <= 60 for wait in waits[5:])


def test_the_servers_return_cuts_short_the_wait_for_it_but_not_a_refusal() -> None:
    made = reflector()
    for _ in range(8):
        made.failed(REFUSED, at(0))
    made.server_returned(at(1))
    assert waited(made, 1) <= 1
    made.failed(Failure("http_429", "later", 429, retry_after_s=7), at(2))
    made.server_returned(at(2))
    assert waited(made, 2) >= 7


def test_the_time_limit_of_watches_is_random() -> None:
    """R6: between 300 and 600 seconds."""
    made = followed()
    steps = [made.next_step(at(0)) for _ in range(50)]
    limits = [step.timeout_s for step in steps if isinstance(step, OpenWatch)]
    assert all(300 <= limit <= 600 for limit in limits)
    assert max(limits) - min(limits) > 100


def test_a_short_watch_is_an_error_only_without_events() -> None:
    """R11: closed after half a second."""
    quiet = followed()
    failure = quiet.ended(at(0.5))
    assert failure
    assert failure.cause == "short"
    busy = followed()
    busy.saw([pod("a", 11)], at(0.1))
    assert busy.ended(at(0.5)) is None
    assert isinstance(busy.next_step(at(0.5)), OpenWatch)


def test_expired_history_is_listed_again_first_not_older_then_without_version() -> None:
    """R8: at once the first time; a list that expires too asks for the newest, after a wait."""
    made = followed(pod("a", 5))
    made.failed(Failure("expired", "too old", 410), at(1))
    assert made.next_step(at(1)) == ListPage(500, "", "10")
    made.failed(Failure("expired", "too old", 410), at(2))
    assert waited(made, 2) > 0
    assert made.next_step(at(4)) == ListPage(500)


def test_a_relist_tells_the_gap_and_what_it_was() -> None:
    """R3, R8: since the last event, until now, with the word; everything in it is marked as unseen."""
    made = followed(pod("a", 5), pod("b", 6))
    made.saw([pod("a", 11)], at(3))
    made.failed(Failure("expired", "too old", 410), at(9))
    gap, replaced = made.page_read([pod("a", 20)], "30", "", at(10))
    assert gap == GapSeen(PODS.group_kind, at(3).wall_ms, at(10).wall_ms, "expired")
    assert isinstance(replaced, Replaced)
    assert [(o.op, o.unseen, o.obj.metadata.name) for o in replaced.observations] == [(Op.RELISTED, True, "a")]
    assert (replaced.cursor, replaced.first) == ("30", False)


def test_the_first_list_tells_no_gap() -> None:
    """R5: there was nothing before."""
    (only,) = reflector().page_read([pod("a", 5)], "9", "", at(1))
    assert isinstance(only, Replaced)
    assert only.first


def test_pages_make_one_list_with_the_version_of_the_first() -> None:
    """R1: and nothing is told before the last page."""
    made = reflector()
    assert made.page_read([pod("a", 5)], "9", "mark", at(0)) == []
    assert made.next_step(at(0)) == ListPage(500, "mark")
    assert made.state.synced_ms == 0
    (replaced,) = made.page_read([pod("b", 6)], "12", "", at(1))
    assert isinstance(replaced, Replaced)
    assert replaced.cursor == "9"
    assert len(replaced.observations) == 2


def test_a_page_mark_that_expires_twice_asks_for_the_whole_list() -> None:
    """R2: once from the first page, then in one piece, then with a wait."""
    made, gone = reflector(), Failure("expired", "mark", 410)
    made.page_read([pod("a", 5)], "9", "mark", at(0))
    made.failed(gone, at(0))
    assert made.next_step(at(0)) == ListPage(500)
    made.page_read([pod("a", 5)], "9", "mark", at(0))
    made.failed(gone, at(0))
    assert made.next_step(at(0)) == ListPage(0)
    made.page_read([pod("a", 5)], "9", "", at(0))
    assert made.state.phase is KindPhase.SYNCED


def test_a_history_that_keeps_going_back_is_not_hammered() -> None:
    """R9: at once the first time, then with waits."""
    made, behind = followed(), Failure("too_large", "too large", 504)
    made.failed(behind, at(0))
    assert waited(made, 0) == 0
    made.failed(behind, at(0))
    assert waited(made, 0) > 0


def test_a_failure_between_pages_begins_the_list_anew() -> None:
    """R22: half a list is no list."""
    made = reflector()
    made.page_read([pod("ghost", 5)], "9", "mark", at(0))
    made.failed(Failure("http_500", "no", 500), at(0))
    assert made.next_step(at(1)) == ListPage(500)
    (replaced,) = made.page_read([pod("a", 6)], "12", "", at(1))
    assert isinstance(replaced, Replaced)
    assert [o.obj.metadata.name for o in replaced.observations] == ["a"]
    assert replaced.cursor == "12"


def test_streaming_is_tried_until_the_server_says_no() -> None:
    """R4: and what one kind learns, the others know; a kind that fails where others succeed falls back alone."""
    traits = ServerTraits()
    first, second = (reflector(WatchOptions(), traits=traits) for _ in range(2))
    step = first.next_step(at(0))
    assert isinstance(step, OpenWatch)
    assert step.is_load
    first.failed(Failure("http_422", "forbidden for watch", 422), at(0))
    assert first.next_step(at(0)) == ListPage(500)
    assert second.next_step(at(0)) == ListPage(500)
    assert first.state.errors == {}
    able = ServerTraits(streaming_lists=True)
    odd, usual = (reflector(WatchOptions(), traits=able) for _ in range(2))
    odd.failed(Failure("http_400", "unknown field", 400), at(0))
    assert odd.next_step(at(0)) == ListPage(500)
    assert isinstance(usual.next_step(at(0)), OpenWatch)


def test_initial_events_count_only_with_their_end_mark() -> None:
    """R4: their versions are no progress, a deletion among them counts, a cut begins anew."""
    made = reflector(WatchOptions())
    made.watch_opened(at(0))
    events, failure = made.saw([pod("a", 90, op=Op.ADDED), pod("b", 3, op=Op.ADDED), pod("b", 91, op=Op.DELETED)], at(0))
    assert (events, failure, made.state.resource_version) == ([], None, "")
    assert made.ended(at(1)) is not None
    made.watch_opened(at(2))
    assert made.saw([pod("c", 5, op=Op.ADDED), Bookmark("94")], at(2))[0] == []
    (replaced,), _ = made.saw([pod("a", 90, op=Op.ADDED), pod("a", 7, op=Op.ADDED), Bookmark("95", is_initial_end=True)], at(2))
    assert isinstance(replaced, Replaced)
    assert {(o.obj.metadata.name, o.obj.metadata.resource_version) for o in replaced.observations} == {("a", "90"), ("c", "5")}
    assert replaced.cursor == made.state.resource_version == "95"


def test_a_server_that_was_lost_is_asked_for_its_version_before_it_is_trusted() -> None:
    """R9: at or past ours the watch goes on; before ours everything is read again, without a version."""
    for now, trusted in (("10", True), ("11", True), ("9", False)):
        made = followed()
        made.failed(REFUSED, at(0))
        assert made.next_step(at(5)) == Probe()
        made.probed(now, at(5))
        step = made.next_step(at(5))
        assert isinstance(step, OpenWatch) is trusted
        assert trusted or step == ListPage(500)


def test_a_bookmark_from_before_our_version_means_history_was_put_back() -> None:
    """R9: seen in the stream itself."""
    made = followed(pod("a", 5))
    _, failure = made.saw([Bookmark("7")], at(1))
    assert failure
    made.failed(failure, at(1))
    assert made.next_step(at(1)) == ListPage(500)


def test_bookmarks_move_the_version_and_old_events_do_not() -> None:
    """R10, R13."""
    made = followed(pod("a", 5))
    made.saw([Bookmark("50")], at(1))
    assert made.state.resource_version == "50"
    events, _ = made.saw([pod("a", 5), pod("a", 4)], at(2))
    assert events == []
    assert made.state.resource_version == "50"


def test_versions_are_compared_by_length_first() -> None:
    """R13: 100 comes after 99."""
    made = followed(pod("a", 99), version=99)
    (observed,), _ = made.saw([pod("a", 100)], at(1))
    assert isinstance(observed, Observed)
    assert observed.cursor == "100"


def test_an_old_deletion_does_not_take_the_new_object_of_that_name() -> None:
    """R13: a StatefulSet's pod comes back under its name with a new uid."""
    made = followed(pod("db-0", 5, uid="old"))
    events, _ = made.saw([pod("db-0", 11, uid="new", op=Op.ADDED), pod("db-0", 12, uid="old", op=Op.DELETED)], at(1))
    (observed,) = events
    assert isinstance(observed, Observed)
    assert [(o.op, o.obj.metadata.uid) for o in observed.observations] == [(Op.ADDED, "new"), (Op.DELETED, "old")]
    assert set(made.versions.live) == {"new"}


def test_a_replayed_event_does_not_bring_a_deleted_object_back() -> None:
    """R13: the deletion is remembered."""
    made = followed(pod("a", 5))
    made.saw([pod("a", 11, op=Op.DELETED)], at(1))
    assert made.saw([pod("a", 5), pod("a", 11, op=Op.DELETED)], at(2))[0] == []
    assert made.state.objects == 0


def test_an_unreadable_object_moves_the_version_and_is_named() -> None:
    """R12: and its deletion, unreadable too, is told by name."""
    made = followed(pod("a", 5))
    made.saw([Unreadable("decode", "int for string", "shop/a", "uid-a", "11")], at(1))
    assert made.state.resource_version == "11"
    assert made.state.unreadable == {"shop/a": "int for string"}
    (observed,), _ = made.saw([Unreadable("decode", "still", "shop/a", "uid-a", "12", is_deletion=True)], at(2))
    assert isinstance(observed, Observed)
    assert [(o.op, o.obj.metadata.uid, o.raw) for o in observed.observations] == [(Op.DELETED, "uid-a", b"")]
    assert made.state.unreadable == {}


def test_an_error_event_keeps_what_came_before_it() -> None:
    """R23: the events of the same read are told, the version stands after them, the watch resumes there."""
    made = followed(pod("a", 5))
    error = Failure("server_error", "leader changed", 500)
    events, failure = made.saw([pod("a", 11), error, pod("a", 12)], at(1))
    assert failure is error
    assert len(events) == 1
    made.failed(error, at(1))
    step = made.next_step(at(3))
    assert isinstance(step, OpenWatch)
    assert step.resource_version == "11"


def test_error_events_for_a_minute_lead_to_a_list() -> None:
    """R23: without any progress in between."""
    made = followed(pod("a", 5))
    error = Failure("server_error", "no leader", 500)
    for now_s in (0, 20, 40):
        made.failed(error, at(now_s))
        assert isinstance(made.next_step(at(now_s + 15)), OpenWatch)
    made.failed(error, at(61))
    assert made.next_step(at(100)) == ListPage(500, "", "10")


def test_a_page_that_is_too_big_is_asked_for_in_quarters() -> None:
    """R14."""
    made = reflector()
    for limit in (500, 125, 31, 7, 1):
        assert made.next_step(at(0)) == ListPage(limit)
        made.failed(Failure("page_too_big", "too big"), at(0))
    assert waited(made, 0) > 0
