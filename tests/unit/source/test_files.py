"""Clusters in files: what is read, what is never read, and how bad files are told."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from arcops.base.errors import BadInput
from arcops.kube.refs import GroupKind
from arcops.kube.times import time_ms
from arcops.kube.watch import Observation, Op
from arcops.source.base import KindPhase, LogQuery, Observed, Replaced, SourceEvent
from arcops.source.drivers.files import FilesSource
from arcops.testing.clock import FakeClock

pytestmark = pytest.mark.anyio

CASES = Path(__file__).parents[2] / "data" / "cases"
ALL_CASES = Path(__file__).parents[4] / "shared" / "cases"
"""Beside the checkout of those who work on arcops; elsewhere the copies in tests/data/cases have to do."""

POD = GroupKind("", "Pod")


async def read(*names: Path | str, strict: bool = False) -> tuple[FilesSource, list[SourceEvent]]:
    source = await FilesSource.open(names, FakeClock(), strict=strict)
    return source, [event async for event in source.observe()]


def seen(events: list[SourceEvent]) -> list[Observation]:
    return [o for event in events if isinstance(event, Observed | Replaced) for o in event.observations]


def named(events: list[SourceEvent]) -> list[str]:
    return [str(o.ref) for o in seen(events)]


def write(folder: Path, text: str, name: str = "m.yaml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


MANY = """
kind: ConfigMap
apiVersion: v1
metadata: {name: a}
---
apiVersion: v1
kind: List
items:
- {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "edge-1", "namespace": "nonsense"}}
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web, namespace: shop, creationTimestamp: 2026-01-01T00:00:00Z}
---
apiVersion: v1
kind: PodList
items:
- metadata: {generateName: job-}
"""


async def test_manifests_lists_and_typed_lists_are_opened(tmp_path: Path) -> None:
    source, events = await read(write(tmp_path, MANY))
    assert sorted(named(events)) == ["ConfigMap default/a", "Deployment shop/web", "Node edge-1", "Pod default/job-"]
    assert {o.seen_ms for o in seen(events)} == {FakeClock().now_ms()} == {source.present_ms}
    deployment = next(o for o in seen(events) if o.group_kind.kind == "Deployment")
    assert deployment.obj.metadata.creation_timestamp == "2026-01-01T00:00:00Z"


async def test_what_kubectl_prints_as_json_is_read_and_so_are_folders(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    listed = {"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}]}
    write(tmp_path / "deep", json.dumps(listed, indent=4), "pods.json")
    write(tmp_path, "apiVersion: v1\nkind: Node\nmetadata: {name: n}", "node.yml")
    write(tmp_path, "not a manifest", "readme.txt")
    assert sorted(named((await read(tmp_path))[1])) == ["Node n", "Pod default/p"]


async def test_standard_input_and_powershell_files_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "apiVersion: v1\r\nkind: Pod\r\nmetadata: {name: p}\r\n"
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(text.encode())))
    assert named((await read("-"))[1]) == ["Pod default/p"]
    (tmp_path / "ps.yaml").write_bytes(text.encode("utf-16"))
    assert named((await read(tmp_path / "ps.yaml"))[1]) == ["Pod default/p"]


async def test_only_the_kinds_in_manifests_count_as_listed(tmp_path: Path) -> None:
    source, events = await read(write(tmp_path, MANY))
    assert {kind.kind for kind in source.state.kinds} == {"ConfigMap", "Node", "Deployment", "Pod"}
    assert source.catalog.find("svc").kind == "Service"
    assert len([event for event in events if isinstance(event, Replaced)]) == 4


async def test_objects_without_a_uid_get_the_same_one_in_every_run(tmp_path: Path) -> None:
    path = write(tmp_path, MANY)
    uids = [[o.obj.metadata.uid for o in seen((await read(path))[1])] for _ in range(2)]
    assert uids[0] == uids[1]
    assert len(set(uids[0])) == 4


BAD = {
    "a: [1": r"document 1 cannot be read: line [12]: did not find",
    "kind: Pod": r"line 1: a Pod: it has no apiVersion",
    "apiVersion: v1\nkind: Pod": "it has no metadata.name",
    "apiVersion: v1\nmetadata: {name: a}": r"it has no kind \(its fields are apiVersion, metadata\)",
    "just text": "it is text, not an object",
    "# nothing": "it holds no document",
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: 5": "Pod default/a: Expected",
    "now: soon\nobjects: []": "now is no RFC 3339 time: soon",
    "objects: []\nexpect: {}": "now is missing",
    "now: 2026-01-01T00:00:00Z\nobjects: []\nsteps: [{after: later}]": "no duration",
    "now: 2026-01-01T00:00:00Z\nobjects: []\nsteps: [{after: 1m, delete: [Pod]}]": "Kind/namespace/name",
    "now: 2026-01-01T00:00:00Z\nobjects: 5": "objects is not a list",
}


@pytest.mark.parametrize("text", BAD)
async def test_a_file_with_nothing_readable_is_told_with_file_document_and_line(text: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=BAD[text]) as raised:
        await read(write(tmp_path, text))
    assert "m.yaml" in raised.value.message


async def test_one_bad_document_does_not_lose_the_rest_unless_strict(tmp_path: Path) -> None:
    good = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\n"
    path = write(tmp_path, "---\n".join([good % "a", "b: [\n", "kind: Pod\n", good % "c"]))
    source, events = await read(path)
    assert named(events) == ["Pod default/a", "Pod default/c"]
    assert [p.what for p in source.problems] == [f"{path}, document 2", f"{path}, document 3"]
    assert [p.why.partition(":")[0] for p in source.problems] == ["line 6", "line 6"]
    with pytest.raises(BadInput, match="document 2"):
        await read(path, strict=True)


@pytest.mark.parametrize("name", ["absent.yaml", "empty"])
async def test_a_path_that_leads_nowhere_is_told(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match=name):
        await read(tmp_path / name)


async def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes(b"a: \xff\xfa")
    with pytest.raises(BadInput, match="not text in UTF-8"):
        await read(tmp_path / "x.yaml")


async def test_a_case_is_observed_step_by_step_at_its_own_times() -> None:
    source, events = await read(CASES / "forbidden-and-deleted.yaml")
    start = time_ms("2026-09-15T09:00:00Z") or 0
    told = [(o.op, str(o.ref), (o.seen_ms - start) // 1000) for o in seen(events)]
    assert told == [
        (Op.RELISTED, "Namespace shop", 0), (Op.RELISTED, "Pod shop/web-1", 0), (Op.RELISTED, "Secret shop/db", 0),
        (Op.MODIFIED, "Pod shop/web-1", 300), (Op.DELETED, "Pod shop/web-1", 330), (Op.DELETED, "Namespace shop", 330),
    ]  # fmt: skip
    assert (source.present_ms - start) // 1000 == 330 + 3600


async def test_of_a_case_every_kind_is_listed_but_the_forbidden_ones() -> None:
    source, events = await read(CASES / "forbidden-and-deleted.yaml")
    classes = source.catalog.find("ingressclasses").group_kind
    assert source.state.kinds[classes].phase is KindPhase.FORBIDDEN
    assert not [o for o in seen(events) if o.group_kind == classes]
    empty = [event.resource.plural for event in events if isinstance(event, Replaced) and not event.observations]
    assert "configmaps" in empty
    assert source.state.is_synced


async def test_what_a_case_expects_and_holds_in_secrets_is_never_given_on() -> None:
    source, events = await read(CASES / "forbidden-and-deleted.yaml")
    given = repr(events).encode() + repr(source.state).encode() + b"".join(o.raw for o in seen(events))
    for word in (b"cGxhbnRlZA", b"words-that-nobody-may-read", b"forbidden-and-deleted", b"last-applied"):
        assert word not in given


async def test_logs_of_a_case_are_there_even_when_the_pod_is_gone() -> None:
    source, _ = await read(CASES / "forbidden-and-deleted.yaml")
    assert await source.logs(LogQuery("shop", "web-1", "web")) == "one\ntwo red\nthree\n"
    assert await source.logs(LogQuery("shop", "web-1", previous=True)) == "died\n"


async def test_a_pod_replaced_under_its_name_is_seen_to_end_first(tmp_path: Path) -> None:
    def named_pod(uid: str) -> dict[str, object]:
        return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "db-0", "namespace": "shop", "uid": uid}}

    case = {"now": "2026-01-01T00:00:00Z", "objects": [named_pod("one")], "steps": [{"after": "1s", "apply": [named_pod("two")]}]}
    _, events = await read(write(tmp_path, json.dumps(case)))
    assert [(o.op, o.obj.metadata.uid) for o in seen(events)] == [(Op.RELISTED, "one"), (Op.DELETED, "one"), (Op.ADDED, "two")]


async def test_a_case_is_read_alone(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="read alone"):
        await read(CASES)


def case_files() -> list[Path]:
    return sorted(CASES.glob("*.yaml")) + sorted(ALL_CASES.glob("*/*.yaml"))


@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.stem)
async def test_every_case_is_read_whole(path: Path) -> None:
    source, events = await read(path, strict=True)
    assert not source.problems
    assert seen(events)
    assert all(msgspec.json.decode(o.raw) for o in seen(events))
    assert source.present_ms >= max(o.seen_ms for o in seen(events))
