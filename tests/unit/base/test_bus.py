"""The bus: everybody hears everything; who is slow gets less, but the newest."""

from __future__ import annotations

import pytest

from arcops.base.bus import Bus

pytestmark = pytest.mark.anyio


async def test_every_listener_hears_every_message_in_order() -> None:
    bus: Bus[int] = Bus(lambda older, newer: older + newer)
    first, second = bus.subscribe(), bus.subscribe()
    for message in (1, 2, 3):
        bus.publish(message)
    bus.close()
    assert [m async for m in first] == [1, 2, 3]
    assert [m async for m in second] == [1, 2, 3]
    assert bus.listeners == 0


async def test_a_slow_listener_gets_merged_messages_and_that_is_counted() -> None:
    bus: Bus[int] = Bus(lambda older, newer: older + newer)
    slow = bus.subscribe(size=2)
    for message in (1, 2, 3, 4):
        bus.publish(message)
    bus.close()
    assert [m async for m in slow] == [1, 9]
    assert slow.merged == 2


async def test_who_has_left_is_no_longer_told() -> None:
    bus: Bus[int] = Bus(lambda older, newer: older + newer)
    listener = bus.subscribe()
    listener.close()
    bus.publish(1)
    assert bus.listeners == 0
    assert [m async for m in listener] == []
