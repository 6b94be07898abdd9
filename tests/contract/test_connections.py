"""TLS, certificates, impersonation, and kubeconfigs that are rewritten while we run, against a TLS server (R19, R30)."""

from __future__ import annotations

import asyncio
import base64
import ssl
from pathlib import Path

import pytest
import trustme

from arcops.base.errors import CredentialFailed
from arcops.testing.clock import FakeClock
from tests.contract.tls_server import STREAMS, Door, ask, ask_by_all, connect, kubeconfig, pem_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


async def test_certificate_files_are_read_again_for_new_connections(tmp_path: Path) -> None:
    async with Door(wants_certificate=True) as door:
        for name in ("one", "two"):
            issued = door.authority.issue_cert(f"{name}.example", organization_unit_name=name)
            issued.cert_chain_pems[0].write_to_path(tmp_path / "client.crt")
            issued.private_key_pem.write_to_path(tmp_path / "client.key")
            if name == "one":
                connection = connect(
                    kubeconfig(tmp_path / "config", door, {"client-certificate": "client.crt", "client-key": "client.key"})
                )
            assert await ask(connection) == 200
        assert [seen.certificate for seen in door.requests] == ["one", "two"]
        assert await connection.credentials.headers() == {}


async def test_an_inline_certificate_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    async with Door(wants_certificate=True) as door:
        pem = pem_of(door.authority.issue_cert("me.example", organization_unit_name="me"))
        user = {
            "client-certificate-data": base64.b64encode(pem["clientCertificateData"].encode()).decode(),
            "client-key-data": base64.b64encode(pem["clientKeyData"].encode()).decode(),
        }
        assert await ask(connect(kubeconfig(tmp_path / "config", door, user))) == 200
        assert [seen.certificate for seen in door.requests] == ["me"]
    assert not list((tmp_path / "temporary").iterdir())


async def test_a_certificate_that_is_none_is_a_clear_error(tmp_path: Path) -> None:
    async with Door() as door:
        user = {"client-certificate-data": base64.b64encode(b"no").decode(), "client-key-data": base64.b64encode(b"no").decode()}
        connection = connect(kubeconfig(tmp_path / "config", door, user))
        with pytest.raises(CredentialFailed, match="cannot be used"):
            await ask(connection)


async def test_a_server_of_another_authority_is_refused_unless_verification_is_off(tmp_path: Path) -> None:
    async with Door({"t1"}) as door:
        path = kubeconfig(tmp_path / "config", door, {"token": "t1"})
        (tmp_path / "config.ca.pem").write_bytes(trustme.CA().cert_pem.bytes())
        with pytest.raises(ssl.SSLCertVerificationError):
            await ask(connect(path))
        insecure = {"certificate-authority": None, "insecure-skip-tls-verify": True}
        assert await ask(connect(kubeconfig(tmp_path / "config", door, {"token": "t1"}, cluster=insecure))) == 200


async def test_the_name_in_the_certificate_is_the_tls_server_name(tmp_path: Path) -> None:
    async with Door({"t1"}, names=("api.edge.example",)) as door:
        with pytest.raises(ssl.SSLCertVerificationError):
            await ask(connect(kubeconfig(tmp_path / "config", door, {"token": "t1"})))
        named = kubeconfig(tmp_path / "config", door, {"token": "t1"}, cluster={"tls-server-name": "api.edge.example"})
        assert await ask(connect(named)) == 200


async def test_impersonation_is_sent_with_every_request(tmp_path: Path) -> None:
    user = {"token": "t1", "as": "viewer", "as-uid": "7", "as-groups": ["a", "b"], "as-user-extra": {"Acme.com/Site": ["x"]}}
    async with Door({"t1"}) as door:
        connection = connect(kubeconfig(tmp_path / "config", door, user))
        assert await ask(connection) == 200
        assert door.requests[0].headers["impersonate-user"] == "viewer"
        assert connection.impersonation == (
            ("Impersonate-User", "viewer"),
            ("Impersonate-Uid", "7"),
            ("Impersonate-Group", "a"),
            ("Impersonate-Group", "b"),
            ("Impersonate-Extra-acme.com%2Fsite", "x"),
        )


async def test_a_kubeconfig_rewritten_under_us_is_followed_by_all_streams(tmp_path: Path, clock: FakeClock) -> None:
    """The Arc proxy does this: another port, another token, the same context."""
    async with Door({"t1"}) as first, Door({"t2"}) as second:
        path = kubeconfig(tmp_path / "config", first, {"token": "t1"})
        connection = connect(path, clock)
        assert await ask(connection) == 200
        assert await connection.current() is connection
        first.tokens = set()
        kubeconfig(path, second, {"token": "t2"}, cluster={"server": f"{second.url}/proxies/abc"})
        assert await ask_by_all(connection) == [200] * STREAMS
        assert {seen.path.rpartition("/")[0] for seen in second.requests} == {"/proxies/abc/watch"}
        await clock.advance(2)
        moved = await connection.current()
        assert moved.server == f"{second.url}/proxies/abc"
        assert moved.ca_pem == second.ca_pem
        assert await moved.current() is moved
        assert "Bearer t2" not in first.authorizations


async def test_a_kubeconfig_that_is_half_written_or_loses_the_context_changes_nothing(tmp_path: Path, clock: FakeClock) -> None:
    async with Door({"t1", "t2"}) as door:
        path = kubeconfig(tmp_path / "config", door, {"token": "t1"})
        connection = connect(path, clock)
        for content in ("clusters: [", "", "kind: Config\n", "\x00"):
            path.write_text(content)
            await clock.advance(2)
            assert await connection.current() is connection
            assert await ask(connection) == 200
        kubeconfig(path, door, {"token": "t2"})
        await clock.advance(2)
        assert await ask(connection) == 200
        assert door.authorizations[-1] == "Bearer t2"


async def test_making_another_context_current_does_not_move_a_running_connection(tmp_path: Path, clock: FakeClock) -> None:
    async with Door({"t1"}) as mine, Door({"t1"}) as other:
        path = kubeconfig(tmp_path / "config", mine, {"token": "t1"})
        connection = connect(path, clock)
        kubeconfig(path, other, {"token": "t1"}, context="elsewhere")
        await clock.advance(2)
        assert await ask(connection) == 200
        assert not other.requests


async def test_a_rewritten_authority_file_is_read_again(tmp_path: Path, clock: FakeClock) -> None:
    async with Door({"t1"}) as door:
        path = kubeconfig(tmp_path / "config", door, {"token": "t1"})
        authority = tmp_path / "config.ca.pem"
        authority.write_bytes(trustme.CA().cert_pem.bytes())
        connection = connect(path, clock)
        authority.write_bytes(door.ca_pem)
        await clock.advance(2)
        assert await ask(connection) == 200


async def test_two_contexts_in_one_process_share_nothing(tmp_path: Path) -> None:
    async with Door({"red"}) as red, Door({"blue"}) as blue:
        first = connect(kubeconfig(tmp_path / "red", red, {"token": "red", "as": "r"}))
        second = connect(kubeconfig(tmp_path / "blue", blue, {"token": "blue"}))
        for answers in await asyncio.gather(ask_by_all(first), ask_by_all(second)):
            assert answers == [200] * STREAMS
        assert set(red.authorizations) == {"Bearer red"}
        assert set(blue.authorizations) == {"Bearer blue"}
        assert not any("impersonate-user" in seen.headers for seen in blue.requests)
