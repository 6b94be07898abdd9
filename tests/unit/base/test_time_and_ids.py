"""Clocks, back-off and ids."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcops.base.backoff import Backoff
from arcops.base.clock import rfc3339, to_datetime, to_ms
from arcops.base.ids import IdSource, first_id, id_ms, last_id
from arcops.testing.clock import FakeClock


@given(st.integers(0, 4_102_444_800_000))
def test_a_moment_survives_being_written_and_read(ms: int) -> None:
    assert to_ms(datetime.fromisoformat(rfc3339(ms))) == ms
    assert to_ms(to_datetime(ms)) == ms


def test_whole_seconds_are_written_as_kubernetes_writes_them() -> None:
    assert rfc3339(to_ms(datetime(2026, 11, 24, 14, 0, tzinfo=UTC))) == "2026-11-24T14:00:00Z"
    assert rfc3339(1) == "1970-01-01T00:00:00.001Z"


@given(st.lists(st.integers(0, 10**13), min_size=1, max_size=50))
def test_ids_only_rise_even_when_the_clock_steps_back(moments: list[int]) -> None:
    ids = IdSource()
    given_ids = [ids.next(ms) for ms in moments]
    assert given_ids == sorted(set(given_ids))


def test_an_id_lies_within_its_millisecond() -> None:
    made = IdSource().next(1_795_500_000_000)
    assert id_ms(made) == 1_795_500_000_000
    assert first_id(1_795_500_000_000) <= made <= last_id(1_795_500_000_000)
    assert made < 2**53


def test_waits_double_to_their_limit_and_start_again_after_a_reset() -> None:
    backoff = Backoff(first_s=1, most_s=8, rng=random.Random(1))
    waits = [backoff.next_s() for _ in range(6)]
    for wait, ceiling in zip(waits, (1, 2, 4, 8, 8, 8), strict=True):
        assert ceiling / 2 <= wait <= ceiling
    backoff.reset()
    assert backoff.next_s() <= 1


def test_a_retry_after_is_a_floor() -> None:
    backoff = Backoff(first_s=1, most_s=8)
    assert backoff.next_s(floor_s=7) >= 7


@pytest.mark.anyio
async def test_the_fake_clock_wakes_sleepers_in_the_order_of_their_time() -> None:
    clock, woken = FakeClock(), []

    async def sleep(seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((seconds, clock.monotonic_s()))

    tasks = [asyncio.ensure_future(sleep(s)) for s in (3, 1, 2)]
    await clock.advance(2.5)
    assert woken == [(1, 1), (2, 2)]
    await clock.advance(1)
    await asyncio.gather(*tasks)
    assert woken[-1] == (3, 3)
