"""Recordings: torn, foreign, and played at their own pace."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path

import pytest

from arcops.base.errors import BadInput
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.source.base import GapSeen, KindsChanged, Observed, Replaced, SourceEvent
from arcops.source.drivers.fake import FakeSource
from arcops.source.drivers.replay import Recorder, ReplaySource
from arcops.testing.clock import FakeClock

pytestmark = pytest.mark.anyio

POD = GroupKind("", "Pod")


async def recorded(path: Path, clock: FakeClock) -> list[SourceEvent]:
    """A watch of an hour: a pod comes, a gap, it is gone, the kind of widgets comes and goes."""
    source = FakeSource(clock)
    recorder = Recorder(path, clock)
    events = aiter(recorder.passing(source))
    seen = [await anext(events) for _ in range(1 + len(source.catalog))]
    ref = source.put({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "shop"}})
    seen.append(await anext(events))
    await clock.advance(3600)
    source.forget(ref)
    source.gap("connection refused", seconds=1800)
    source.relist(POD)
    source.put({"apiVersion": "acme.com/v1", "kind": "Widget", "metadata": {"name": "w"}})
    source.remove_kind(GroupKind("acme.com", "Widget"))
    source.end()
    seen += [event async for event in events]
    await recorder.aclose()
    return seen


async def test_what_was_recorded_is_played_back(tmp_path: Path) -> None:
    clock = FakeClock()
    before = await recorded(tmp_path / "r", clock)
    after = [event async for event in ReplaySource(tmp_path / "r", clock, speed=0).observe()]
    assert [type(event) for event in after] == [type(event) for event in before]
    assert after == before
    assert {type(event) for event in after} >= {GapSeen, Replaced, KindsChanged}


async def test_pauses_are_kept_and_divided_by_the_speed(tmp_path: Path) -> None:
    clock = FakeClock()
    await recorded(tmp_path / "r", clock)
    source = ReplaySource(tmp_path / "r", clock, speed=60)
    played: list[SourceEvent] = []

    async def play() -> None:
        played.extend([event async for event in source.observe()])

    started_s = clock.monotonic_s()
    task = asyncio.ensure_future(play())
    while not task.done():
        await asyncio.to_thread(lambda: None)
        await clock.advance(1)
    await task
    assert played
    assert 60 <= clock.monotonic_s() - started_s < 3600


@pytest.mark.parametrize("cut", [0.6, 0.8, 0.95])
async def test_a_torn_recording_is_played_as_far_as_it_goes(cut: float, tmp_path: Path) -> None:
    clock = FakeClock()
    whole = await recorded(tmp_path / "r", clock)
    lines = gzip.decompress((tmp_path / "r").read_bytes())
    (tmp_path / "torn").write_bytes(gzip.compress(lines)[:-8] if cut > 0.9 else gzip.compress(lines[: int(len(lines) * cut)]))
    source = ReplaySource(tmp_path / "torn", clock, speed=0)
    played = [event async for event in source.observe()]
    assert played == whole[: len(played)]
    assert played
    assert "torn" in source.state.last_error


FOREIGN = [
    b"", b"no gzip", gzip.compress(b""), gzip.compress(b'{"type":"gap","ms":1}\n'), gzip.compress(b'{"type":"head","ms":1,"version":99}\n'),
]  # fmt: skip


@pytest.mark.parametrize("content", FOREIGN)
async def test_a_file_that_is_no_recording_is_told(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "r").write_bytes(content)
    with pytest.raises(BadInput, match="recording"):
        await anext(ReplaySource(tmp_path / "r", FakeClock()).observe())


async def test_a_recording_in_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be written"):
        await recorded(tmp_path / "absent" / "r", FakeClock())


async def test_a_fake_cluster_gives_a_new_uid_to_a_new_object_of_an_old_name() -> None:
    source = FakeSource(FakeClock())
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "shop"}}
    uids = []
    events = aiter(source.observe())
    for _ in range(1 + len(source.catalog)):
        await anext(events)
    for _ in range(2):
        ref = source.put(body)
        event = await anext(events)
        uids.append(event.observations[0].obj.metadata.uid if isinstance(event, Observed) else "")
        source.delete(ref)
        await anext(events)
    assert ref == ObjectRef("", "Pod", "shop", "a")
    assert len(set(uids)) == 2
    await source.aclose()
