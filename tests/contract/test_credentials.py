"""Signing in against a TLS server: renewal, rotation, failing plugins, two clusters (R19, R20, R25, R30)."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path

import pytest
import trustme

from arcops.base.clock import SystemClock, rfc3339
from arcops.base.errors import CredentialFailed
from arcops.source.credentials import PluginCredentials
from arcops.source.exec_plugin import ExecPlugin
from arcops.source.kubeconfig import in_cluster
from arcops.testing.clock import FakeClock
from tests.contract.tls_server import STREAMS, Door, Plugin, ask, ask_by_all, connect, kubeconfig, pem_of
from tests.contract.watching import until

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


async def test_a_token_of_the_kubeconfig_is_sent(tmp_path: Path) -> None:
    async with Door({"t1"}) as door:
        assert await ask(connect(kubeconfig(tmp_path / "config", door, {"token": "t1"}))) == 200
        assert door.authorizations == ["Bearer t1"]


async def test_twelve_streams_cause_one_plugin_run_at_the_start_and_one_after_a_rotation(tmp_path: Path, clock: FakeClock) -> None:
    plugin = Plugin(tmp_path / "plugin")
    plugin.gives(token="t1")
    async with Door({"t1"}) as door:
        connection = connect(kubeconfig(tmp_path / "config", door, plugin.entry()), clock)
        assert await ask_by_all(connection) == [200] * STREAMS
        assert plugin.runs == 1
        door.tokens = {"t2"}
        plugin.gives(token="t2")
        await clock.advance(60)
        assert await ask_by_all(connection) == [200] * STREAMS
        assert plugin.runs == 2


async def test_a_token_is_renewed_when_four_fifths_of_its_life_are_gone(tmp_path: Path, clock: FakeClock) -> None:
    plugin = Plugin(tmp_path / "plugin")
    plugin.gives(token="t1", expirationTimestamp=rfc3339(clock.now_ms() + 1_000_000))
    async with Door({"t1", "t2"}) as door:
        connection = connect(kubeconfig(tmp_path / "config", door, plugin.entry("v1")), clock)
        assert await ask(connection) == 200
        plugin.gives(token="t2", expirationTimestamp=rfc3339(clock.now_ms() + 2_000_000))
        await clock.advance(799)
        assert await ask(connection) == 200
        await clock.advance(2)
        assert await ask_by_all(connection) == [200] * STREAMS
        assert plugin.runs == 2
        assert door.authorizations == ["Bearer t1"] * 2 + ["Bearer t2"] * STREAMS


async def test_a_failing_plugin_does_not_take_a_token_that_still_lives(tmp_path: Path, clock: FakeClock) -> None:
    plugin = Plugin(tmp_path / "plugin")
    plugin.gives(token="t1", expirationTimestamp=rfc3339(clock.now_ms() + 100_000))
    async with Door({"t1"}) as door:
        connection = connect(kubeconfig(tmp_path / "config", door, plugin.entry()), clock)
        assert await ask(connection) == 200
        plugin.answer.write_text("rubbish")
        await clock.advance(90)
        assert await ask(connection) == 200
        await clock.advance(31)
        with pytest.raises(CredentialFailed):
            await ask(connection)


async def test_an_answer_that_seems_expired_is_used_and_only_a_401_renews_it(tmp_path: Path, clock: FakeClock) -> None:
    """R25: our clock is ten minutes ahead of the one that wrote the expiry."""
    plugin = Plugin(tmp_path / "plugin")
    plugin.gives(token="t1", expirationTimestamp=rfc3339(clock.now_ms() - 600_000))
    async with Door({"t1"}) as door:
        connection = connect(kubeconfig(tmp_path / "config", door, plugin.entry()), clock)
        for _ in range(5):
            assert await ask(connection) == 200
            await clock.advance(30)
        assert plugin.runs == 1
        door.tokens = {"t2"}
        plugin.gives(token="t2", expirationTimestamp=rfc3339(clock.now_ms() - 600_000))
        assert await ask(connection) == 200
        assert plugin.runs == 2


async def test_a_stepped_wall_clock_does_not_run_the_plugin_for_every_request(tmp_path: Path, clock: FakeClock) -> None:
    plugin = Plugin(tmp_path / "plugin")
    plugin.gives(token="t1", expirationTimestamp=rfc3339(clock.now_ms() + 3_600_000))
    async with Door({"t1"}) as door:
        connection = connect(kubeconfig(tmp_path / "config", door, plugin.entry()), clock)
        assert await ask(connection) == 200
        clock.step_wall(-600)
        assert await ask(connection) == 200
        assert plugin.runs == 1
        clock.step_wall(7_200)
        assert await ask_by_all(connection) == [200] * STREAMS
        assert plugin.runs <= 2


async def test_a_plugin_that_keeps_giving_a_refused_token_is_not_run_in_a_loop(tmp_path: Path, clock: FakeClock) -> None:
    plugin = Plugin(tmp_path / "plugin")
    plugin.gives(token="old")
    async with Door({"new"}) as door:
        connection = connect(kubeconfig(tmp_path / "config", door, plugin.entry()), clock)
        for _ in range(10):
            assert await ask_by_all(connection) == [401] * STREAMS
        assert plugin.runs <= 2
        plugin.gives(token="new")
        await clock.advance(5)
        assert await ask_by_all(connection) == [200] * STREAMS


BROKEN = {
    "absent": (None, "is not installed"),
    "exit 1": ("echo 'sign in first: password=hunter2' >&2; exit 1", "ended with status 1: sign in first"),
    "rubbish": ("echo '<html>not json</html>'", "did not print an ExecCredential"),
    "another kind": ("""echo '{"apiVersion":"v1","kind":"Pod"}'""", "printed v1 Pod"),
    "nothing inside": ("""echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential"}'""", "neither a token nor"),
    "half a certificate": (
        """echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"clientKeyData":"k"}}'""",
        "key without its certificate",
    ),
    "a token with a newline inside": (
        """echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"a\\\\nb"}}'""",
        "no header can carry",
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
async def test_a_broken_plugin_is_a_clear_error_and_nothing_is_sent_without_a_credential(kind: str, tmp_path: Path) -> None:
    script, words = BROKEN[kind]
    plugin = Plugin(tmp_path / "plugin", script or "true")
    entry = plugin.entry(installHint="Install it from {the store}.")
    if script is None:
        plugin.command.unlink()
    async with Door() as door:
        connection = connect(kubeconfig(tmp_path / "config", door, entry))
        for _ in range(3):
            with pytest.raises(CredentialFailed, match=words) as raised:
                await ask(connection)
        assert "hunter2" not in raised.value.message
        assert ("{the store}" in raised.value.advice) == (script is None)
        assert not door.requests
        assert plugin.runs <= 1


async def test_a_hanging_plugin_is_ended_with_all_it_started(tmp_path: Path) -> None:
    pid_file = tmp_path / "child.pid"
    plugin = Plugin(tmp_path / "plugin", f'sleep 300 & echo $! > "{pid_file}"; wait')
    credentials = PluginCredentials(ExecPlugin(str(plugin.command), timeout_s=0.5), SystemClock())
    with pytest.raises(CredentialFailed, match=r"did not answer within 0\.5 s"):
        await asyncio.wait_for(credentials.headers(), 10)
    child = int(pid_file.read_text())
    await until(lambda: not _is_alive(child), 10)


def _is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


async def test_cancelling_who_waits_for_a_plugin_ends_it_and_the_next_one_runs_it_again(tmp_path: Path) -> None:
    plugin = Plugin(tmp_path / "plugin", f'[ -e "{tmp_path}/go" ] || sleep 300; cat "{tmp_path}/plugin/answer.json"')
    plugin.gives(token="t1")
    credentials = PluginCredentials(ExecPlugin(str(plugin.command)), SystemClock())
    waiting = asyncio.ensure_future(credentials.headers())
    await until(lambda: plugin.runs > 0, 10)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    (tmp_path / "go").touch()
    assert await asyncio.wait_for(credentials.headers(), 10) == {"Authorization": "Bearer t1"}


async def test_a_plugin_gets_its_variables_and_the_cluster_but_no_terminal(tmp_path: Path) -> None:
    plugin = Plugin(
        tmp_path / "plugin", f'[ -t 0 ] && exit 9; read line; echo "$MODE $1" > "{tmp_path}/args"; cat "{tmp_path}/plugin/answer.json"'
    )
    plugin.gives("v1beta1", token="t1")
    entry = plugin.entry("v1beta1", args=["--login"], env=[{"name": "MODE", "value": "msi"}], provideClusterInfo=True)
    async with Door({"t1"}) as door:
        assert await ask(connect(kubeconfig(tmp_path / "config", door, entry, cluster={"tls-server-name": "localhost"}))) == 200
        info = json.loads(plugin.info.read_text())
        assert (tmp_path / "args").read_text() == "msi --login\n"
        assert info["apiVersion"] == "client.authentication.k8s.io/v1beta1"
        assert info["spec"]["interactive"] is False
        assert info["spec"]["cluster"]["server"] == door.url
        assert base64.b64decode(info["spec"]["cluster"]["certificate-authority-data"]) == door.ca_pem
        assert door.requests[0].server_name == "localhost"


async def test_a_plugin_may_give_a_certificate_and_a_new_one_after_a_401(tmp_path: Path, clock: FakeClock) -> None:
    plugin = Plugin(tmp_path / "plugin")
    async with Door() as door:
        first, second = (door.authority.issue_cert(f"{name}.example", organization_unit_name=name) for name in ("one", "two"))
        plugin.gives(**pem_of(first))
        connection = connect(kubeconfig(tmp_path / "config", door, plugin.entry()), clock)
        assert await ask(connection) == 200
        plugin.gives(**pem_of(second))
        await clock.advance(60)
        assert await connection.credentials.renew({})
        assert await ask(connection) == 200
        assert [seen.certificate for seen in door.requests] == ["one", "two"]


async def test_a_token_file_is_read_again_and_its_last_newline_does_no_harm(tmp_path: Path, clock: FakeClock) -> None:
    token = tmp_path / "token"
    token.write_text("t1\n")
    async with Door({"t1"}) as door:
        connection = connect(kubeconfig(tmp_path / "config", door, {"tokenFile": "token"}), clock)
        assert await ask_by_all(connection) == [200] * STREAMS
        door.tokens = {"t2"}
        token.write_text("t2\n")
        assert await ask_by_all(connection) == [200] * STREAMS
        token.write_text("t3\n")
        door.tokens = {"t3"}
        await clock.advance(11)
        assert await ask(connection) == 200
        assert door.authorizations[-1] == "Bearer t3"


async def test_a_token_file_that_is_away_for_a_moment_is_no_reason_to_stop(tmp_path: Path, clock: FakeClock) -> None:
    token = tmp_path / "token"
    token.write_text("t1")
    async with Door({"t1"}) as door:
        connection = connect(kubeconfig(tmp_path / "config", door, {"tokenFile": "token"}), clock)
        assert await ask(connection) == 200
        token.unlink()
        await clock.advance(11)
        assert await ask(connection) == 200


@pytest.mark.parametrize(
    ("content", "words"), [(None, "cannot be read"), ("", "is empty"), ("two words", "more than a token"), ("a\x00b", "more than")]
)
async def test_a_useless_token_file_is_an_error_and_never_anonymous(content: str | None, words: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "token").write_text(content)
    async with Door() as door:
        connection = connect(kubeconfig(tmp_path / "config", door, {"tokenFile": "token"}))
        with pytest.raises(CredentialFailed, match=words):
            await ask(connection)
        assert not door.requests


@pytest.fixture
def service_account(tmp_path: Path) -> Path:
    folder = tmp_path / "serviceaccount"
    folder.mkdir()
    (folder / "token").write_text("t1")
    (folder / "namespace").write_text("arcops")
    return folder


async def test_a_pod_signs_in_with_its_service_account_whose_token_is_rotated(service_account: Path, clock: FakeClock) -> None:
    async with Door({"t1"}) as door:
        (service_account / "ca.crt").write_bytes(door.ca_pem)
        host, _, port = door.url.removeprefix("https://").partition(":")
        environ = {"KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": port}
        connection = in_cluster(clock, environ=environ, folder=service_account)
        assert (connection.context, connection.namespace) == ("in-cluster", "arcops")
        assert await ask_by_all(connection) == [200] * STREAMS
        door.tokens = {"t2"}
        (service_account / "token").write_text("t2")
        assert await ask_by_all(connection) == [200] * STREAMS


async def test_a_pod_follows_its_authority_when_the_cluster_has_a_new_one(service_account: Path, clock: FakeClock) -> None:
    async with Door({"t1"}) as door:
        authority = service_account / "ca.crt"
        authority.write_bytes(trustme.CA().cert_pem.bytes())
        host, _, port = door.url.removeprefix("https://").partition(":")
        environ = {"KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": port}
        connection = in_cluster(clock, environ=environ, folder=service_account)
        authority.write_bytes(door.ca_pem)
        await clock.advance(2)
        moved = await connection.current()
        assert moved is not connection
        assert await ask(moved) == 200
        assert await moved.current() is moved
