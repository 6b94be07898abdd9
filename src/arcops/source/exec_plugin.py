"""Runs a kubeconfig's credential plugin (kubelogin, aws, gke…) by the ExecCredential contract of Kubernetes.

The plugin is another program: it may be absent, hang, fail or print rubbish. Each of these ends in ``CredentialFailed``
with what the plugin said, never in going on without a credential.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from arcops.base.clock import to_ms
from arcops.base.errors import CredentialFailed
from arcops.base.guard import safe_text
from arcops.source.connection import ClientCertificate

API_VERSIONS = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")
_MOST_OUTPUT_BYTES = 1_000_000
_SHOWN_CHARACTERS = 500
_ABSENT = "is not installed, or not on the PATH"


@dataclass(frozen=True, slots=True)
class ExecPlugin:
    """What the kubeconfig says about the plugin. ``cluster`` is sent along where ``provideClusterInfo`` asks for it."""

    command: str
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    api_version: str = API_VERSIONS[0]
    install_hint: str = ""
    cluster: Mapping[str, Any] | None = None
    timeout_s: float = 45.0
    """How long it may take: within the 30 to 60 s that a sign-in over a slow link needs."""


class _Status(msgspec.Struct, rename="camel"):
    token: str | None = None
    client_certificate_data: str | None = None
    client_key_data: str | None = None
    expiration_timestamp: datetime | None = None


class _ExecCredential(msgspec.Struct, rename="camel"):
    api_version: str = ""
    kind: str = ""
    status: _Status | None = None


@dataclass(frozen=True, slots=True)
class PluginAnswer:
    """What a plugin gave: a token, a certificate or both; ``expires_ms`` is Unix milliseconds, 0 if it did not say."""

    token: str = field(default="", repr=False)
    certificate: ClientCertificate | None = None
    expires_ms: int = 0


async def run_plugin(plugin: ExecPlugin) -> PluginAnswer:
    """Run the plugin once, off the event loop, with stdin closed; raises ``CredentialFailed``."""
    info: dict[str, Any] = {"apiVersion": plugin.api_version, "kind": "ExecCredential", "spec": {"interactive": False}}
    if plugin.cluster is not None:
        info["spec"]["cluster"] = dict(plugin.cluster)
    env = {**os.environ, **plugin.env, "KUBERNETES_EXEC_INFO": msgspec.json.encode(info).decode()}
    process = await _started(plugin, env)
    try:
        output, complaint, code = await asyncio.wait_for(_outcome(process), plugin.timeout_s)
    except TimeoutError as error:
        raise _failed(plugin, f"did not answer within {plugin.timeout_s:g} s") from error
    finally:
        await _end(process)
    if code != 0:
        raise _failed(plugin, f"ended with status {code}", complaint or output)
    return _answer(plugin, output, complaint)


async def _started(plugin: ExecPlugin, env: Mapping[str, str]) -> asyncio.subprocess.Process:
    # The search is ours because Windows would look for .exe only, and `az` is a .cmd.
    command = await asyncio.to_thread(shutil.which, plugin.command, path=env.get("PATH"))
    if command is None:
        raise _failed(plugin, _ABSENT)
    try:
        return await asyncio.create_subprocess_exec(
            command,
            *plugin.args,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=env,
            start_new_session=sys.platform != "win32",
        )
    except (OSError, ValueError) as error:
        raise _failed(plugin, f"cannot be started ({error})") from error


async def _outcome(process: asyncio.subprocess.Process) -> tuple[bytes, bytes, int]:
    """Both outputs, each cut at a bound so that a plugin that never stops talking cannot fill the memory."""
    if process.stdout is None or process.stderr is None:  # pragma: no cover - both are pipes, see above
        return b"", b"", -1
    output, complaint = await asyncio.gather(_bounded(process.stdout), _bounded(process.stderr))
    return output, complaint, await process.wait()


async def _bounded(stream: asyncio.StreamReader) -> bytes:
    kept = bytearray()
    while piece := await stream.read(65536):
        kept += piece[: _MOST_OUTPUT_BYTES - len(kept)]
    return bytes(kept)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Leave nothing behind: the plugin and what it started are killed if they still run (time limit, cancellation)."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            if process.returncode is None:
                process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


def _answer(plugin: ExecPlugin, output: bytes, complaint: bytes) -> PluginAnswer:
    try:
        credential = msgspec.json.decode(output, type=_ExecCredential)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _failed(plugin, f"did not print an ExecCredential ({error})", complaint) from error
    if credential.kind != "ExecCredential" or credential.api_version != plugin.api_version:
        printed = f"{credential.api_version or '?'} {credential.kind or '?'}"
        raise _failed(plugin, f"printed {printed} in place of {plugin.api_version} ExecCredential")
    status = credential.status or _Status()
    token = (status.token or "").strip()
    pair = (status.client_certificate_data or "", status.client_key_data or "")
    if any(pair) and not all(pair):
        raise _failed(plugin, "gave a certificate without its key, or a key without its certificate")
    if not token and not all(pair):
        raise _failed(plugin, "gave neither a token nor a certificate", complaint)
    if not is_header_safe(token):
        raise _failed(plugin, "gave a token with characters that no header can carry")
    certificate = ClientCertificate(pair[0].encode(), pair[1].encode()) if all(pair) else None
    return PluginAnswer(token, certificate, _expiry_ms(status.expiration_timestamp))


def _expiry_ms(moment: datetime | None) -> int:
    if moment is None:
        return 0
    return to_ms(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def is_header_safe(token: str) -> bool:
    """Whether a token can stand in an HTTP header: printable ASCII without blanks."""
    return all("!" <= character <= "~" for character in token)


def _failed(plugin: ExecPlugin, why: str, said: bytes = b"") -> CredentialFailed:
    """An error with the plugin's own last words, credentials masked; its install hint where it is missing."""
    words = safe_text(" ".join(said.decode("utf-8", "replace").split()))[-_SHOWN_CHARACTERS:]
    text = f"the plugin {plugin.command} {why}" + (f": {words}" if words else "")
    hint = " ".join(plugin.install_hint.split()) if why == _ABSENT and plugin.install_hint else None
    return CredentialFailed(why=text, hint=hint or None)
