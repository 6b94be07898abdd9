"""A record that was exported reads as files do, plays as a recording, and comes back as the record it was."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from arcops.base.clock import SystemClock
from arcops.base.errors import BadInput, RecordError
from arcops.kube.refs import ObjectRef
from arcops.kube.watch import Op
from arcops.runtime.bundle import export, take_in
from arcops.source.base import LogQuery, LogSeen
from arcops.source.drivers.files import FilesSource
from arcops.source.drivers.replay import ReplaySource
from arcops.store.base import EventFilter, Gap, LogFilter, Revision, Scope, Window
from arcops.store.days.archive import Archive
from arcops.store.engines.sqlite import SqliteStore
from arcops.store.retention import DAY_MS
from tests.observations import DEPLOYMENT, POD, START_MS, ManualClock, event, ref, seen

pytestmark = pytest.mark.anyio

T = START_MS
EVER = Window(0, T * 2)
END = T + 2 * DAY_MS


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two days with changes, ends, events, logs and a gap."""
    folder = tmp_path_factory.mktemp("bundle") / "record"
    asyncio.run(written(folder))
    return folder


async def written(folder: Path) -> None:
    store = SqliteStore(folder, ManualClock(T))
    await store.start()
    await store.append([seen(Op.ADDED, "steady", 1, T), seen(Op.ADDED, "web", 1, T, kind=DEPLOYMENT)])
    for turn in range(30):
        at_ms = T + 10 + turn * DAY_MS // 20
        env = [{"name": "DB_PASSWORD", "value": "hunter2"}]
        spec: dict[str, object] = {"spec": {"containers": [{"name": "main", "image": f"web:{turn}", "env": env}]}}
        await store.append(
            [seen(Op.MODIFIED if turn else Op.ADDED, "busy", turn + 2, at_ms, fields=spec), event("e1", turn + 1, at_ms + 1)]
        )
        await store.append([seen(Op.ADDED, f"job-{turn}", 1, at_ms + 2), seen(Op.DELETED, f"job-{turn}", 2, at_ms + 9)])
        await store.append_log(ref(f"job-{turn}"), f"uid-job-{turn}", "main", f"failed {turn}\n", at_ms + 5, previous=False)
    await store.add_gap(Gap(POD, T + 5, T + 7, "the API server was away"))
    await store.aclose()


@pytest.fixture(scope="module")
def bundle(record: Path) -> Path:
    """The whole record as one file."""
    path = record.with_name("record.jsonl.gz")

    async def write() -> None:
        archive = Archive(record)
        try:
            assert await export(archive, Window(T, END), path) > 100
        finally:
            await archive.aclose()

    asyncio.run(write())
    return path


def told(rows: list[Revision]) -> list[tuple[Op, ObjectRef, str, int, tuple[str, ...], bool]]:
    return [(row.op, row.ref, row.resource_version, row.seen_ms, row.paths, row.unseen) for row in rows]


async def test_an_imported_record_is_the_one_that_was_exported(record: Path, bundle: Path, tmp_path: Path) -> None:
    stats = await take_in(bundle, tmp_path / "back", ManualClock(END))
    before, after = Archive(record), Archive(tmp_path / "back")
    window = Window(T + 1, END)
    assert told(await after.changes(window, Scope(), 1000)) == told(await before.changes(window, Scope(), 1000))
    assert stats.revisions == 2 + 30 * 3
    for at_ms in (T, T + DAY_MS // 2, T + DAY_MS, END):
        assert [(r.ref, r.resource_version) for r in await after.state_at(at_ms, Scope())] == [
            (r.ref, r.resource_version) for r in await before.state_at(at_ms, Scope())
        ]
    assert [(r.seen_ms, r.event) for r in await after.events(EVER, EventFilter(), 99)] == [
        (r.seen_ms, r.event) for r in await before.events(EVER, EventFilter(), 99)
    ]
    assert [(r.text, r.ref, r.seen_ms) for r in await after.logs(EVER, LogFilter(), 99)] == [
        (r.text, r.ref, r.seen_ms) for r in await before.logs(EVER, LogFilter(), 99)
    ]
    assert await after.gaps(window) == await before.gaps(window)
    await before.aclose()
    await after.aclose()


async def test_credentials_are_masked_on_the_way_out(bundle: Path) -> None:
    import gzip

    text = gzip.decompress(await asyncio.to_thread(bundle.read_bytes))
    assert b"DB_PASSWORD" in text
    assert b"hunter2" not in text


async def test_a_bundle_is_read_like_a_file_with_its_past_and_its_logs(bundle: Path) -> None:
    source = await FilesSource.open([bundle], SystemClock())
    names = [observation.ref.name async for told in source.observe() for observation in getattr(told, "observations", ())]
    assert {"steady", "busy", "job-0", "job-29"} <= set(names)
    assert source.is_whole
    assert source.problems == ()
    assert await source.logs(LogQuery("shop", "job-3", "main")) == "failed 3\n"
    assert source.present_ms == T + 10 + 29 * DAY_MS // 20 + 9


async def test_a_bundle_plays_with_its_logs(bundle: Path) -> None:
    source = ReplaySource(bundle, SystemClock(), speed=0)
    logs = [event async for event in source.observe() if isinstance(event, LogSeen)]
    assert [log.text for log in logs[:2]] == ["failed 0\n", "failed 1\n"]
    assert await source.logs(LogQuery("shop", "job-7", "main")) == "failed 7\n"


async def test_a_part_of_the_record_begins_with_the_state_of_its_first_moment(record: Path, tmp_path: Path) -> None:
    archive = Archive(record)
    await export(archive, Window(T + DAY_MS, T + DAY_MS + DAY_MS // 4), tmp_path / "part.jsonl.gz")
    await archive.aclose()
    await take_in(tmp_path / "part.jsonl.gz", tmp_path / "back", ManualClock(END))
    part = Archive(tmp_path / "back")
    state = await part.state_at(T + DAY_MS, Scope())
    assert [row.ref.name for row in state] == ["web", "busy", "steady"]
    assert part.since_ms == T + DAY_MS
    await part.aclose()


async def test_what_is_no_bundle_and_a_folder_in_use_are_errors(bundle: Path, record: Path, tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="it holds a record"):
        await take_in(bundle, record, ManualClock())
    (tmp_path / "no.jsonl.gz").write_bytes(b"\x1f\x8bnothing")
    with pytest.raises(BadInput):
        await take_in(tmp_path / "no.jsonl.gz", tmp_path / "back", ManualClock())
    with pytest.raises(BadInput):
        await FilesSource.open([tmp_path / "no.jsonl.gz"], SystemClock())
    archive = Archive(record)
    with pytest.raises(BadInput, match="cannot be written"):
        await export(archive, EVER, tmp_path / "no" / "such" / "folder")
    await archive.aclose()
