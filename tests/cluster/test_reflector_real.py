"""R4, R6, R8, R9, R10, R18 and R21 of kubernetes_api.md §9 against a real API server that is stopped, frozen and put back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

import pytest

from arcops.base.clock import SystemClock
from arcops.kube.refs import GroupKind
from arcops.source.base import KindPhase, KindsChanged
from arcops.source.kubeconfig import load_connection
from arcops.source.watch_options import WatchOptions
from lab.client import Json
from lab.cluster import Lab
from tests.cluster.wire import Wire
from tests.contract.watching import Watcher, until
from tests.contract.watching import watching as watching_server

pytestmark = [pytest.mark.anyio, pytest.mark.cluster]

MAPS = GroupKind("", "ConfigMap")
REAL = WatchOptions(
    include=("configmaps", "pods", "events", "namespaces"), first_retry_s=0.1, most_retry_s=1.0, connect_timeout_s=2.0,
    forbidden_retry_s=(0.5, 1.0),
)  # fmt: skip


def config_map(name: str, text: str = "") -> Json:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default"}, "data": {"text": text}}


async def write(lab: Lab, *names: str, text: str = "") -> None:
    """Create or change config maps."""
    for name in names:
        await asyncio.to_thread(lab.client.apply, config_map(name, text))


async def delete(lab: Lab, name: str) -> None:
    await asyncio.to_thread(lab.client.delete, "ConfigMap", name, "default")


async def truth(lab: Lab) -> dict[str, str]:
    """Uid and version of every config map, as the server says."""
    found = await asyncio.to_thread(lab.client.objects, "ConfigMap")
    return {body["metadata"]["uid"]: body["metadata"]["resourceVersion"] for body in found}


async def equals(lab: Lab, watcher: Watcher, within_s: float = 10.0) -> None:
    """Wait until the watcher's config maps are the server's."""
    async with asyncio.timeout(within_s):
        while watcher.index.get(MAPS) != await truth(lab):  # noqa: ASYNC110 - the truth is asked for anew
            await asyncio.sleep(0.05)


@asynccontextmanager
async def watching(lab: Lab, user: str = "admin", *, through: str = "", **changes: object) -> AsyncIterator[Watcher]:
    """A source on the lab as ``user``, and its consumer."""
    connection = await asyncio.to_thread(load_connection, lab.kubeconfig(user), None, SystemClock())
    if through:
        connection = replace(connection, server=through, origin=None)
    async with watching_server(connection, REAL, **changes) as watcher:
        yield watcher


async def do(work: Callable[[], object]) -> None:
    """Do something to the lab while the source goes on."""
    await asyncio.to_thread(work)


async def test_a_kind_is_loaded_by_one_streaming_list(fresh_lab: Lab) -> None:
    """R4: a server of today streams the list and ends it with the mark; no LIST is made."""
    await write(fresh_lab, *(f"map-{n}" for n in range(60)))
    async with watching(fresh_lab) as watcher:
        await equals(fresh_lab, watcher)
        state = watcher.source.state.kinds[MAPS]
        assert (state.phase, state.lists, state.watches, state.errors) == (KindPhase.SYNCED, 1, 1, {})
        assert watcher.source.state.version.startswith("v1.")
        assert abs(watcher.source.state.clock_skew_ms) <= 1500
        metrics = await asyncio.to_thread(fresh_lab.client.text, "/metrics")
        streamed = [
            line
            for line in metrics.splitlines()
            if line.startswith("apiserver_watch_list_duration_seconds_count") and 'resource="configmaps"' in line
        ]
        assert streamed


async def test_lists_in_pages_give_the_same(fresh_lab: Lab) -> None:
    """R1, R4: with streaming switched off, in pages of 7, while objects change."""
    await write(fresh_lab, *(f"map-{n}" for n in range(30)))
    async with watching(fresh_lab, watch_list=False, page_limit=7) as watcher:
        await write(fresh_lab, *(f"map-{n}" for n in range(20, 40)), text="new")
        await equals(fresh_lab, watcher)
        assert watcher.source.state.kinds[MAPS].errors == {}


async def test_watches_that_end_are_resumed_without_a_list(fresh_lab: Lab) -> None:
    """R6: the server ends every watch after 1 to 2 seconds, as it was asked to; objects change all the time."""
    async with watching(fresh_lab, watch_timeout_s=(1.0, 2.0)) as watcher:
        await equals(fresh_lab, watcher)
        for turn in range(25):
            await write(fresh_lab, f"map-{turn % 10}", text=str(turn))
            if turn % 4 == 3:
                await delete(fresh_lab, f"map-{turn % 10}")
            await asyncio.sleep(0.15)
        await equals(fresh_lab, watcher)
        state = watcher.source.state.kinds[MAPS]
        assert state.lists == 1
        assert state.watches >= 3
        assert not watcher.gaps


async def test_history_that_was_compacted_leaves_no_ghost(fresh_lab: Lab) -> None:
    """R8: the wire is cut, an object is deleted, etcd is compacted and the server restarted; then the wire is mended."""
    async with Wire(fresh_lab.url) as wire, watching(fresh_lab, through=wire.url) as watcher:
        await write(fresh_lab, "stays", "goes")
        await equals(fresh_lab, watcher)
        await wire.cut()
        await until(lambda: not watcher.is_connected(), within_s=2.0)
        await delete(fresh_lab, "goes")
        await write(fresh_lab, "comes")
        await do(fresh_lab.forget_history)
        await wire.mend()
        await equals(fresh_lab, watcher)
        state = watcher.source.state.kinds[MAPS]
        assert state.errors["expired"] == 1
        assert state.lists <= 3
        assert {g.why for g in watcher.gaps if g.group_kind == MAPS} == {"expired"}
        assert any(g.group_kind is None for g in watcher.gaps)


async def test_an_etcd_put_back_to_an_older_copy_is_read_again(fresh_lab: Lab) -> None:
    """R9: everything since the copy is undone; the index follows within 10 s of the server's return, and stays live."""
    await write(fresh_lab, "old-1", "old-2")
    copy = await asyncio.to_thread(fresh_lab.snapshot)
    async with watching(fresh_lab) as watcher:
        for turn in range(5):
            await write(fresh_lab, *(f"new-{n}" for n in range(10)), text=str(turn))
        await delete(fresh_lab, "old-1")
        await equals(fresh_lab, watcher)
        await do(partial(fresh_lab.restore, copy))
        await equals(fresh_lab, watcher)
        assert len(watcher.index[MAPS]) < 10
        await write(fresh_lab, "after")
        await equals(fresh_lab, watcher)
        assert "history_reset" in {g.why for g in watcher.gaps if g.group_kind == MAPS}


async def test_a_bookmark_moves_the_version_of_a_quiet_kind(fresh_lab: Lab) -> None:
    """R10: pods never change, config maps do; a bookmark brings the pods' version past those writes, without list or event."""
    pods = GroupKind("", "Pod")
    async with watching(fresh_lab, watch_timeout_s=(20.0, 20.0)) as watcher:
        await equals(fresh_lab, watcher)
        state = watcher.source.state.kinds[pods]
        before = int(state.resource_version)
        await write(fresh_lab, *(f"map-{n}" for n in range(10)))
        # The lab's etcd reports no progress by itself; a consistent list makes the API server ask for it.
        await asyncio.to_thread(fresh_lab.client.objects, "Pod")
        await until(lambda: int(state.resource_version) >= before + 10, within_s=25.0)
        assert state.last_bookmark_ms
        assert (state.lists, state.events) == (1, 0)


async def test_a_forbidden_kind_waits_for_its_grant(fresh_lab: Lab) -> None:
    """R18: an account without config maps and events sees its pods; after the grant everything, unaided."""
    async with watching(fresh_lab, "narrow") as watcher:
        await until(lambda: watcher.source.state.is_synced, within_s=10.0)
        kinds = watcher.source.state.kinds
        forbidden = {str(kind) for kind, state in kinds.items() if state.phase is KindPhase.FORBIDDEN}
        assert {"ConfigMap", "Event"} <= forbidden
        assert kinds[GroupKind("", "Pod")].phase is KindPhase.SYNCED
        assert "configmaps is forbidden" in kinds[MAPS].last_error
        role: Json = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "more"}}
        role["rules"] = [{"apiGroups": [""], "resources": ["configmaps", "events"], "verbs": ["get", "list", "watch"]}]
        subject = {"kind": "Group", "name": "lab:narrow", "apiGroup": "rbac.authorization.k8s.io"}
        binding: Json = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "more"}}
        binding |= {"roleRef": {"kind": "ClusterRole", "name": "more", "apiGroup": "rbac.authorization.k8s.io"}, "subjects": [subject]}
        await asyncio.to_thread(fresh_lab.client.apply, role, binding)
        await equals(fresh_lab, watcher)
        await until(lambda: watcher.phase(GroupKind("", "Event")) is KindPhase.SYNCED, within_s=5.0)


async def test_a_frozen_server_is_found_by_the_idle_limit(fresh_lab: Lab) -> None:
    """R21: SIGSTOP leaves every connection open and silent; found within the limit, right again within 10 s of SIGCONT."""
    async with watching(fresh_lab, include=("configmaps",), idle_limit_s=2.0, connect_timeout_s=1.0) as watcher:
        await write(fresh_lab, "before")
        await equals(fresh_lab, watcher)
        await do(fresh_lab.pause)
        await until(lambda: not watcher.is_connected(), within_s=5.0)
        assert watcher.phase(MAPS) is KindPhase.STALE
        await do(fresh_lab.resume)
        await write(fresh_lab, "after")
        await equals(fresh_lab, watcher)
        assert watcher.is_connected()
        assert any(g.group_kind is None for g in watcher.gaps)


async def test_a_killed_server_is_noticed_at_once_and_read_on_when_it_is_back(fresh_lab: Lab) -> None:
    """R16, R21: SIGKILL: disconnected within 2 s; revived: right again within 10 s, with the gap told."""
    async with watching(fresh_lab) as watcher:
        await write(fresh_lab, "before")
        await equals(fresh_lab, watcher)
        await do(fresh_lab.kill)
        await until(lambda: not watcher.is_connected(), within_s=2.0)
        await until(lambda: watcher.phase(MAPS) is KindPhase.STALE, within_s=2.0)
        await do(fresh_lab.revive)
        await write(fresh_lab, "after")
        await equals(fresh_lab, watcher)
        assert any(g.group_kind is None for g in watcher.gaps)


async def test_custom_resources_come_and_go_with_their_definition(fresh_lab: Lab) -> None:
    """A CRD is installed: its objects are seen within seconds; it is removed: the kind is told to be gone."""
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    names = {"plural": "widgets", "singular": "widget", "kind": "Widget"}
    version = {"name": "v1", "served": True, "storage": True, "schema": schema}
    definition: Json = {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "widgets.shop.test"},
        "spec": {"group": "shop.test", "scope": "Namespaced", "names": names, "versions": [version]},
    }  # fmt: skip
    kind = GroupKind("shop.test", "Widget")
    async with watching(fresh_lab, include=("*",)) as watcher:
        await until(lambda: watcher.source.state.is_synced, within_s=10.0)
        await asyncio.to_thread(fresh_lab.client.apply, definition)
        await until(lambda: kind in watcher.source.state.kinds, within_s=10.0)
        widget: Json = {"apiVersion": "shop.test/v1", "kind": "Widget", "metadata": {"name": "w", "namespace": "default"}}
        await asyncio.to_thread(fresh_lab.client.apply, widget)
        await until(lambda: watcher.index.get(kind), within_s=5.0)
        await asyncio.to_thread(fresh_lab.client.delete, "CustomResourceDefinition", "widgets.shop.test")
        await until(lambda: kind not in watcher.source.state.kinds, within_s=10.0)
        changes = [event for event in watcher.events if isinstance(event, KindsChanged)]
        assert any(resource.group_kind == kind for change in changes for resource in change.removed)
