"""Credentials that change while a real API server is watched: every kind of rotation is survived (R19)."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from arcops.base.clock import SystemClock
from arcops.base.tasks import TaskGroup
from arcops.kube.refs import GroupKind
from arcops.source.base import KindPhase, Observed, Replaced
from arcops.source.drivers.cluster import ClusterSource
from arcops.source.kubeconfig import load_connection
from arcops.source.watch_options import WatchOptions
from lab.client import ApiError, Client
from lab.cluster import Lab
from lab.wait import wait_until
from tests.contract.watching import until

pytestmark = [pytest.mark.cluster, pytest.mark.anyio]

KINDS = (
    "configmaps",
    "pods",
    "nodes",
    "services",
    "deployments",
    "jobs",
    "leases",
    "namespaces",
    "events",
    "roles",
    "endpointslices",
    "ingresses",
)
CONFIG = GroupKind("", "ConfigMap")
PATIENCE_S = 30.0
SHORT = WatchOptions(include=KINDS, watch_timeout_s=(1.0, 2.0), first_retry_s=0.2, most_retry_s=1.0, discovery_s=5.0)
"""Twelve kinds whose watches end every other second, so that each must show its credentials again and again."""


class Follower:
    """Follows a cluster and remembers the ConfigMaps it has seen."""

    def __init__(self, path: Path) -> None:
        self.source = ClusterSource(load_connection(path, None, SystemClock(), environ={}), options=SHORT)
        self.seen: set[str] = set()

    async def run(self) -> None:
        """Take events until the source is closed."""
        async for event in self.source.observe():
            if isinstance(event, Observed | Replaced) and event.resource.group_kind == CONFIG:
                self.seen |= {seen.obj.metadata.name for seen in event.observations}

    def errors(self, cause: str) -> int:
        """How many errors of a cause all kinds have had."""
        return sum(state.errors.get(cause, 0) for state in self.source.state.kinds.values())

    def is_whole(self) -> bool:
        """Whether all twelve kinds are followed now."""
        phases = [state.phase for state in self.source.state.kinds.values()]
        return phases == [KindPhase.SYNCED] * len(KINDS)


@asynccontextmanager
async def following(path: Path) -> AsyncIterator[Follower]:
    follower = Follower(path)
    async with TaskGroup() as tasks:
        tasks.spawn("follower", follower.run())
        await until(follower.is_whole, PATIENCE_S)
        try:
            yield follower
        finally:
            await follower.source.aclose()


async def is_seen(lab: Lab, follower: Follower) -> None:
    """A new object arrives, and all kinds are followed."""
    name = f"seen-{secrets.token_hex(4)}"
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default"}}
    await asyncio.to_thread(lab.client.create, body)
    await until(lambda: name in follower.seen and follower.is_whole(), PATIENCE_S)


async def is_refused(lab: Lab, token: str) -> None:
    """Wait until the server has forgotten that a token was good: it remembers for 10 s."""
    body = json.loads(lab.kubeconfig().read_text())
    authority = base64.b64decode(body["clusters"][0]["cluster"]["certificate-authority-data"]).decode()
    client = Client(lab.url, token=token, ca=authority)

    def is_unknown() -> bool:
        try:
            client.request("GET", "/api/v1/nodes")
        except ApiError as error:
            return error.status == 401
        return False

    await asyncio.to_thread(wait_until, is_unknown, "the old token is refused", timeout_s=30)


async def test_a_token_file_is_exchanged_and_the_old_token_dies(bare_lab: Lab) -> None:
    account = await asyncio.to_thread(bare_lab.service_account, "file-reader")
    async with following(account.kubeconfig) as follower:
        await is_seen(bare_lab, follower)
        for _ in range(2):
            old = account.token_file.read_text()
            await asyncio.to_thread(account.rotate)
            await is_refused(bare_lab, old)
            await is_seen(bare_lab, follower)


async def test_a_revoked_token_is_told_and_a_new_one_in_the_file_heals_it(bare_lab: Lab) -> None:
    account = await asyncio.to_thread(bare_lab.service_account, "late-reader")
    async with following(account.kubeconfig) as follower:
        await asyncio.to_thread(account.revoke)
        await until(lambda: follower.errors("http_401") > 0, PATIENCE_S)
        await asyncio.to_thread(account.rotate, revoke=False)
        await is_seen(bare_lab, follower)


def exec_kubeconfig(path: Path, template: Path, command: Path) -> Path:
    body = json.loads(template.read_text())
    body["users"][0]["user"] = {
        "exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": str(command), "interactiveMode": "Never"}
    }
    path.write_text(json.dumps(body))
    return path


async def test_a_plugin_is_run_once_for_twelve_streams_when_its_token_dies(bare_lab: Lab, tmp_path: Path) -> None:
    account = await asyncio.to_thread(bare_lab.service_account, "plugin-reader")
    runs = tmp_path / "runs"
    command = tmp_path / "plugin.sh"
    head = '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}'
    command.write_text(f"#!/bin/sh\necho run >> {runs}\nprintf '{head}' \"$(cat {account.token_file})\"\n")
    command.chmod(0o755)
    async with following(exec_kubeconfig(tmp_path / "config", account.kubeconfig, command)) as follower:
        await is_seen(bare_lab, follower)
        assert runs.read_text().count("run") == 1
        await asyncio.to_thread(account.rotate)
        await until(lambda: runs.read_text().count("run") > 1, PATIENCE_S)
        await is_seen(bare_lab, follower)
        await until(follower.is_whole, PATIENCE_S)
        assert runs.read_text().count("run") == 2


async def test_a_kubeconfig_rewritten_with_another_account_is_followed(bare_lab: Lab, tmp_path: Path) -> None:
    accounts: list[Any] = [await asyncio.to_thread(bare_lab.service_account, f"proxy-{number}") for number in range(2)]

    def rewritten(account: Any) -> Path:
        body = json.loads(account.kubeconfig.read_text())
        body["users"][0]["user"] = {"token": account.token_file.read_text()}
        body["users"][0]["name"] = body["contexts"][0]["context"]["user"] = "proxy"
        (tmp_path / "new").write_text(json.dumps(body))
        return (tmp_path / "new").replace(tmp_path / "config")

    async with following(rewritten(accounts[0])) as follower:
        await is_seen(bare_lab, follower)
        rewritten(accounts[1])
        await asyncio.to_thread(accounts[0].revoke)
        await is_refused(bare_lab, accounts[0].token_file.read_text())
        await is_seen(bare_lab, follower)
