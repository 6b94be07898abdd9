"""An API server's door: TLS, tokens, client certificates; it lets in or says 401, and remembers every request."""

from __future__ import annotations

import asyncio
import json
import ssl
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import trustme

from arcops.source.connection import ClusterConnection
from arcops.source.kubeconfig import load_connection
from arcops.source.tls import ssl_context
from arcops.testing.clock import FakeClock

STREAMS = 12
"""How many streams one cluster's connection carries in these tests."""


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    path: str
    headers: Mapping[str, str]
    certificate: str
    server_name: str


@dataclass
class Door:
    """Answers 200 to requests with a good token or a certificate of its authority, 401 to all others."""

    tokens: set[str] = field(default_factory=set)
    names: tuple[str, ...] = ("127.0.0.1", "localhost")
    wants_certificate: bool = False
    requests: list[Seen] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.authority = trustme.CA()
        self._asked = ""

    @property
    def ca_pem(self) -> bytes:
        """The authority of its certificate."""
        return self.authority.cert_pem.bytes()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"https://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    @property
    def authorizations(self) -> list[str]:
        """The Authorization header of every request, empty where there was none."""
        return [request.headers.get("authorization", "") for request in self.requests]

    async def __aenter__(self) -> Self:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert(*self.names).configure_cert(context)
        self.authority.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED if self.wants_certificate else ssl.CERT_OPTIONAL
        context.sni_callback = self._remember_name
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.close()
        await self._server.wait_closed()

    def _remember_name(self, _socket: object, name: str | None, _context: object) -> None:
        self._asked = name or ""

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest if line)}
            peer = writer.get_extra_info("peercert") or {}
            subject = ",".join(value for part in peer.get("subject", ()) for key, value in part if key == "organizationalUnitName")
            self.requests.append(Seen(first.split()[1], headers, subject, self._asked))
            token = headers.get("authorization", "").removeprefix("Bearer ")
            good = bool(peer) or token in self.tokens
            body = json.dumps({"kind": "Status", "code": 200 if good else 401}).encode()
            head = f"HTTP/1.1 {'200 OK' if good else '401 Unauthorized'}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            writer.write(head.encode() + body)
            await writer.drain()
        finally:
            writer.close()


async def ask(connection: ClusterConnection, path: str = "/api") -> int:
    """One request as the live driver makes it: credentials first, one renewal and one retry after 401; gives the status."""
    connection = await connection.current()
    headers = await connection.credentials.headers()
    status = await _get(connection, path, headers)
    if status == 401 and await connection.credentials.renew(headers):
        connection = await connection.current()
        status = await _get(connection, path, await connection.credentials.headers())
    return status


async def _get(connection: ClusterConnection, path: str, headers: Mapping[str, str]) -> int:
    context = ssl_context(connection, await connection.credentials.client_certificate())
    url = urllib.parse.urlsplit(connection.server)
    name = connection.tls_server_name or url.hostname
    reader, writer = await asyncio.open_connection(url.hostname, url.port, ssl=context, server_hostname=name)
    try:
        lines = [f"GET {url.path}{path} HTTP/1.1", f"Host: {url.netloc}", *(f"{key}: {value}" for key, value in headers.items())]
        lines += [f"{key}: {value}" for key, value in connection.impersonation]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        await writer.drain()
        return int((await reader.readline()).split()[1])
    finally:
        writer.close()
        await writer.wait_closed()


def connect(path: Path, clock: FakeClock | None = None) -> ClusterConnection:
    """The connection of a kubeconfig, with nothing of this machine's environment."""
    return load_connection(path, None, clock or FakeClock(), environ={})


async def ask_by_all(connection: ClusterConnection) -> list[int]:
    """The answers to as many requests at once as there are streams."""
    return await asyncio.gather(*(ask(connection, f"/watch/{number}") for number in range(STREAMS)))


def pem_of(certificate: trustme.LeafCert) -> dict[str, str]:
    """A certificate and its key, in the fields of an ExecCredential."""
    chain = b"".join(blob.bytes() for blob in certificate.cert_chain_pems)
    return {"clientCertificateData": chain.decode(), "clientKeyData": certificate.private_key_pem.bytes().decode()}


def kubeconfig(path: Path, door: Door, user: dict[str, Any], *, cluster: dict[str, Any] | None = None, context: str = "edge") -> Path:
    """A kubeconfig file with one context, written in one step."""
    authority = path.with_suffix(".ca.pem")
    authority.write_bytes(door.ca_pem)
    body = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": door.url, "certificate-authority": authority.name, **(cluster or {})}}],
        "users": [{"name": "u", "user": user}],
        "contexts": [{"name": context, "context": {"cluster": "c", "user": "u", "namespace": "shop"}}],
        "current-context": context,
    }
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(body))
    beside.replace(path)
    return path


class Plugin:
    """A credential plugin made of a shell script; ``runs`` counts how often it was started."""

    def __init__(self, folder: Path, script: str = "") -> None:
        """Print the answer file unless ``script`` says otherwise."""
        folder.mkdir(exist_ok=True)
        self.command = folder / "plugin.sh"
        self.answer = folder / "answer.json"
        self._log = folder / "runs.log"
        self.info = folder / "info.json"
        lines = [
            "#!/bin/sh",
            f'echo run >> "{self._log}"',
            f'printf %s "$KUBERNETES_EXEC_INFO" > "{self.info}"',
            script or f'cat "{self.answer}"',
        ]
        self.command.write_text("\n".join(lines) + "\n")
        self.command.chmod(0o755)

    @property
    def runs(self) -> int:
        """How often it was started."""
        return len(self._log.read_text().splitlines()) if self._log.exists() else 0

    def gives(self, version: str = "v1", **status: str) -> None:
        """Answer with this status from now on."""
        body = {"apiVersion": f"client.authentication.k8s.io/{version}", "kind": "ExecCredential", "status": status}
        self.answer.write_text(json.dumps(body))

    def entry(self, version: str = "v1", **more: Any) -> dict[str, Any]:
        """The user entry that names the plugin."""
        exec_entry = {"apiVersion": f"client.authentication.k8s.io/{version}", "command": str(self.command), "interactiveMode": "Never"}
        return {"exec": {**exec_entry, **more}}
