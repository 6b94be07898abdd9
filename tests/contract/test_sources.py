"""What every source promises, over every source that needs no cluster."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from arcops.base.errors import ArcopsError, ContainerNotFound, LogsNotFound, ObjectNotFound
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.watch import Observation, Op
from arcops.source.base import KindPhase, KindsChanged, LogQuery, Observed, Replaced, Source, SourceEvent
from arcops.source.drivers.fake import FakeSource
from arcops.source.drivers.files import FilesSource
from arcops.source.drivers.replay import Recorder, ReplaySource
from arcops.testing.clock import FakeClock

pytestmark = pytest.mark.anyio

POD, SECRET, WIDGET = GroupKind("", "Pod"), GroupKind("", "Secret"), GroupKind("acme.com", "Widget")
WEB = ObjectRef("", "Pod", "shop", "web-1")


def pod(image: str = "web:1", **metadata: Any) -> dict[str, Any]:
    meta = {"name": "web-1", "namespace": "shop", **metadata}
    env = [{"name": "DB_PASSWORD", "value": "planted"}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": {"containers": [{"name": "web", "image": image, "env": env}]}}


STORY: tuple[tuple[dict[str, Any], ...], ...] = (
    (
        pod(uid="p1", resourceVersion="1"),
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "uid": "n1", "resourceVersion": "2"}},
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db", "namespace": "shop", "uid": "s1", "resourceVersion": "3"},
         "data": {"p": "cGxhbnRlZA=="}, "stringData": {"q": "planted"}},
    ),
    (pod("web:2", uid="p1", resourceVersion="4"),
     {"apiVersion": "acme.com/v1", "kind": "Widget", "metadata": {"name": "w", "namespace": "shop"}}),
)  # fmt: skip
"""What there is at first, and what changes; then the pod is deleted."""


async def files(folder: Path, clock: FakeClock) -> Source:
    first, changed = STORY
    case = {
        "now": "2026-09-15T09:00:00Z", "objects": first, "logs": {"shop/web-1/web": "one\ntwo\x1b[31m\x00\nthree\n"},
        "steps": [{"after": "1m", "apply": changed}, {"after": "1m", "delete": ["Pod/shop/web-1"]}],
    }  # fmt: skip
    path = folder / "case.json"
    path.write_bytes(msgspec.json.encode(case))
    return await FilesSource.open([path], clock)


async def fake(folder: Path, clock: FakeClock) -> Source:
    source = FakeSource(clock)
    for body in STORY[0]:
        source.put(body)
    source.set_log("shop", "web-1", "web", "one\ntwo\x1b[31m\x00\nthree\n")
    return _Told(source)


class _Told:
    """A fake cluster in which the rest of the story happens once it is watched."""

    def __init__(self, source: FakeSource) -> None:
        self._source = source
        self.state, self.catalog = source.state, source.catalog
        self.logs, self.follow_logs, self.aclose = source.logs, source.follow_logs, source.aclose

    async def observe(self) -> AsyncIterator[SourceEvent]:
        """The fake's events."""
        events = aiter(self._source.observe())
        yield await anext(events)
        for body in STORY[1]:
            self._source.put(body)
        self._source.delete(WEB)
        self._source.end()
        async for event in events:
            yield event


async def replay(folder: Path, clock: FakeClock) -> Source:
    recorder = Recorder(folder / "watch.jsonl.gz", clock)
    async for _ in recorder.passing(await files(folder, clock)):
        pass
    await recorder.aclose()
    return ReplaySource(folder / "watch.jsonl.gz", clock, speed=0)


MAKERS: dict[str, Callable[[Path, FakeClock], Awaitable[Source]]] = {"files": files, "fake": fake, "replay": replay}


@pytest.fixture(params=MAKERS)
async def source(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Source]:
    made = await MAKERS[request.param](tmp_path, FakeClock())
    yield made
    await made.aclose()
    await made.aclose()


async def events_of(source: Source) -> list[SourceEvent]:
    async def read() -> list[SourceEvent]:
        return [event async for event in source.observe()]

    return await asyncio.wait_for(read(), 10)


def observations(events: list[SourceEvent]) -> list[Observation]:
    return [seen for event in events if isinstance(event, Observed | Replaced) for seen in event.observations]


async def test_it_ends_when_there_will_be_nothing_more(source: Source) -> None:
    assert await events_of(source)


async def test_complete_lists_come_before_changes_of_their_kind_and_are_marked_first(source: Source) -> None:
    events = await events_of(source)
    loaded: set[GroupKind] = set()
    for event in events:
        if isinstance(event, Replaced):
            assert event.first
            assert event.resource.group_kind not in loaded
            loaded.add(event.resource.group_kind)
        if isinstance(event, Observed) and event.resource.group_kind == POD:
            assert POD in loaded


async def test_kinds_are_announced_before_their_objects(source: Source) -> None:
    announced: set[GroupKind] = set()
    for event in await events_of(source):
        if isinstance(event, KindsChanged):
            announced |= {resource.group_kind for resource in event.added}
        if isinstance(event, Observed | Replaced):
            assert event.resource.group_kind in announced


async def test_a_life_is_seen_in_its_order(source: Source) -> None:
    seen = [(o.op, o.obj.metadata.uid, o.raw.count(b"web:2")) for o in observations(await events_of(source)) if o.group_kind == POD]
    uid = seen[0][1]
    assert uid
    assert seen == [(Op.RELISTED, uid, 0), (Op.MODIFIED, uid, 1), (Op.DELETED, uid, 1)]


async def test_times_never_go_back(source: Source) -> None:
    times = [seen.seen_ms for seen in observations(await events_of(source))]
    assert times == sorted(times)
    assert times[0] > 0


async def test_every_body_is_json_with_the_metadata_of_its_object(source: Source) -> None:
    for seen in observations(await events_of(source)):
        metadata = msgspec.json.decode(seen.raw)["metadata"]
        assert metadata["name"] == seen.obj.metadata.name
        assert metadata["uid"] == seen.obj.metadata.uid


async def test_of_secrets_only_metadata_is_given(source: Source) -> None:
    secrets = [seen for seen in observations(await events_of(source)) if seen.group_kind == SECRET]
    assert [set(msgspec.json.decode(seen.raw)) for seen in secrets] == [{"apiVersion", "kind", "metadata"}]


async def test_a_kind_that_nobody_built_in_is_seen_too(source: Source) -> None:
    assert WIDGET in {seen.group_kind for seen in observations(await events_of(source))}
    assert source.catalog.find("widgets.acme.com").kind == "Widget"
    assert source.catalog.find("po").kind == "Pod"


async def test_the_state_says_what_was_read(source: Source) -> None:
    await events_of(source)
    state = source.state.kinds[POD]
    assert state.phase is KindPhase.SYNCED
    assert (state.lists, state.events) == (1, 2)
    assert state.synced_ms > 0
    assert source.state.is_synced


async def test_a_pod_that_is_not_there_has_no_logs(source: Source) -> None:
    with pytest.raises((ObjectNotFound, LogsNotFound)):
        await source.logs(LogQuery("shop", "nobody"))
    with pytest.raises(ArcopsError):
        await anext(source.follow_logs(LogQuery("shop", "nobody")))


@pytest.mark.parametrize("maker", ["files", "fake"])
async def test_logs_are_cleaned_and_cut_as_asked(maker: str, tmp_path: Path) -> None:
    source = await MAKERS[maker](tmp_path, FakeClock())
    assert await source.logs(LogQuery("shop", "web-1")) == "one\ntwo\nthree\n"
    assert await source.logs(LogQuery("shop", "web-1", "web", tail_lines=1)) == "three\n"
    assert await source.logs(LogQuery("shop", "web-1", "web", limit_bytes=9)) == "three\n"
    assert [line async for line in source.follow_logs(LogQuery("shop", "web-1"))] == ["one", "two", "three"]
    with pytest.raises(ContainerNotFound, match="sidecar"):
        await source.logs(LogQuery("shop", "web-1", "sidecar"))
    with pytest.raises(LogsNotFound):
        await source.logs(LogQuery("shop", "web-1", "web", previous=True))


async def test_a_recording_holds_no_credentials(tmp_path: Path) -> None:
    source = await replay(tmp_path, FakeClock())
    assert b"planted" not in b"".join(seen.raw for seen in observations(await events_of(source)))
