"""Packing, retention, heads: the small parts of the record."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcops.base.ids import first_id
from arcops.kube.watch import Op
from arcops.store.base import Revision
from arcops.store.days.packing import (
    kind_of,
    pack_event_name,
    pack_lag,
    pack_message,
    pack_time,
    pack_uid,
    unpack_event_name,
    unpack_lag,
    unpack_message,
    unpack_time,
    unpack_uid,
)  # fmt: skip
from arcops.store.heads import Head, Heads
from arcops.store.retention import DAY_MS, Retention, surplus
from tests.observations import DEPLOYMENT, POD, START_MS, ref

UUID = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"


@given(st.one_of(st.text(), st.just(UUID), st.just(UUID.upper()), st.just("")))
def test_uids_come_back_as_they_were(uid: str) -> None:
    assert unpack_uid(pack_uid(uid)) == uid


def test_a_uuid_takes_sixteen_bytes() -> None:
    assert len(pack_uid(UUID)) == 16


@given(
    st.one_of(
        st.text(), st.sampled_from(["2026-11-24T07:20:00Z", "2026-11-24T07:20:00.123456Z", "2026-02-31T00:00:00Z", "2026-11-24T07:20:60Z"])
    )
)
def test_times_come_back_as_they_were(text: str) -> None:
    assert unpack_time(pack_time(text)) == text


def test_whole_seconds_are_a_number() -> None:
    assert pack_time("2026-11-24T06:00:00Z") == START_MS // 1000


@pytest.mark.parametrize("kind", [POD, DEPLOYMENT])
def test_kinds_come_back_from_their_names(kind: object) -> None:
    assert kind_of(str(kind)) == kind


@given(st.text(), st.integers(0, 2**42))
def test_lags_come_back_as_the_times_they_were(text: str, at_ms: int) -> None:
    assert unpack_lag(pack_lag(text, at_ms), at_ms) == text
    assert unpack_lag(pack_lag("2026-11-24T07:20:00Z", at_ms), at_ms) == "2026-11-24T07:20:00Z"


def test_a_time_just_past_takes_no_room() -> None:
    assert pack_lag("2026-11-24T06:00:00Z", START_MS + 900) == 0


@given(st.text("ab.0f", max_size=12), st.text("ab.0f", max_size=5))
def test_names_of_events_come_back_as_they_were(name: str, involved: str) -> None:
    assert unpack_event_name(pack_event_name(name, involved), involved) == name


def test_the_usual_name_of_an_event_takes_eight_bytes() -> None:
    packed = pack_event_name("web-0.17b2c3d4e5f60718", "web-0")
    assert isinstance(packed, bytes)
    assert len(packed) == 8


@given(st.text("ab/\x01\x02\x03", max_size=20), st.text("ab\x01", max_size=6), st.text("ab\x02", max_size=6))
def test_messages_come_back_as_they_were(text: str, name: str, namespace: str) -> None:
    assert unpack_message(pack_message(text, name, namespace), name, namespace) == text


def test_one_message_serves_all_pods_of_which_it_says_the_same() -> None:
    text = "Successfully assigned {0}/{1} to edge-1"
    packed = {pack_message(text.format(namespace, name), name, namespace) for namespace, name in (("shop", "web-0"), ("team", "api-7f"))}
    assert packed == {"Successfully assigned \x02/\x01 to edge-1"}


@dataclass
class Day:
    """A day file of whole days."""

    day: int
    size_bytes: int = 100
    is_pinned: bool = False

    @property
    def end_id(self) -> int:
        """The next day's begin."""
        return first_id((self.day + 1) * DAY_MS)


def going(days: list[Day], retention: Retention, now_day: float) -> list[int]:
    return [day.day for day in surplus(days, retention, round(now_day * DAY_MS))]


def test_a_day_goes_when_all_of_it_is_too_old() -> None:
    days = [Day(n) for n in range(5)]
    assert going(days, Retention(max_age_ms=2 * DAY_MS), 4.5) == [0, 1]
    assert going(days, Retention(max_age_ms=2 * DAY_MS), 100) == [0, 1, 2, 3]


def test_the_oldest_days_go_until_the_bytes_fit() -> None:
    days = [Day(n) for n in range(5)]
    assert going(days, Retention(max_bytes=250), 4.5) == [0, 1, 2]
    assert going(days, Retention(max_bytes=500), 4.5) == []
    assert going(days, Retention(max_bytes=0), 4.5) == [0, 1, 2, 3]
    days[0].is_pinned = True
    assert going(days, Retention(max_bytes=250), 4.5) == [1, 2, 3]


def head(number: int, *, owner: str = "rs", op: Op = Op.ADDED, size: int = 1000) -> Head:
    text = b"%d" % number + b"".join(b"%d," % (n * 7919) for n in range(size // 6))
    return Head(number, owner, Revision(number, op, ref(f"web-{number}"), f"uid-{number}", number, "1", text))


def test_heads_above_the_cap_are_packed_and_read_back_equal() -> None:
    heads = Heads(most_text_bytes=3000)
    made = [head(number, owner="rs" if number % 3 else "") for number in range(50)]
    texts = [item.revision.body for item in made]
    for item in made:
        heads.put(item)
    assert sum(len(item.revision.body) for item in made) <= 3000
    assert [heads.peek(item).body for item in made] == texts
    assert sum(len(item.packed) for item in made if item.model) < 40 * 60
    for item, text in zip(reversed(made), reversed(texts), strict=True):
        assert heads.revision(item).body == text
    assert sum(len(item.revision.body) for item in made) <= 3000


def test_only_the_latest_of_the_gone_are_remembered() -> None:
    heads = Heads(most_gone=3)
    for number in range(10):
        heads.put(head(number))
    for number in range(8):
        heads.put(head(number, op=Op.DELETED))
    assert len(heads) == 2
    assert [number for number in range(10) if heads.get(ref(f"web-{number}"))] == [5, 6, 7, 8, 9]
    heads.put(head(6))
    assert len(heads) == 3
    assert len(heads.of_kind(POD)) == 3
