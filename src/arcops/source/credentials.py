"""Who we are to the cluster: one class per way of signing in, all with ``connection.Credentials`` as their face.

Renewal is ours because the official client's loaders lack it: they read a token file once, never re-run a plugin whose
answer has no expiry, and go on anonymously where a plugin fails.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping, Sequence
from pathlib import Path

from arcops.base.clock import Clock
from arcops.base.errors import CredentialFailed
from arcops.source.connection import ClientCertificate, Credentials
from arcops.source.exec_plugin import ExecPlugin, PluginAnswer, is_header_safe, run_plugin

_NOTHING: Mapping[str, str] = {}
_USABLE_LIFE = 0.8
"""Renew when this part of a token's life is gone, as the kubelet does with its own."""

_FILE_AGE_S = 10.0
"""How old the copy of a token file may be, as in client-go; a 401 reads it at once."""

_PAUSE_S = 2.0
_LONGEST_PAUSE_S = 30.0


def bearer(token: str) -> Mapping[str, str]:
    """The header of a token."""
    return {"Authorization": f"Bearer {token}"}


def _is_same(first: Mapping[str, str], second: Mapping[str, str]) -> bool:
    return first.get("Authorization") == second.get("Authorization")


class Anonymous:
    """No credential at all, because the operator said so."""

    async def headers(self) -> Mapping[str, str]:
        """Nothing."""
        return _NOTHING

    async def renew(self, used: Mapping[str, str]) -> bool:  # noqa: ARG002 - the protocol's parameter
        """There is nothing newer than nothing."""
        return False

    async def client_certificate(self) -> ClientCertificate | None:
        """None."""
        return None


class FixedHeaders(Anonymous):
    """A token or a password that stands in the kubeconfig itself. A rewritten file is ``FollowedKubeconfig``'s business."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        """Send ``headers`` with every request."""
        self._headers = headers

    @classmethod
    def token(cls, token: str) -> FixedHeaders:
        """A bearer token."""
        return cls(bearer(token))

    @classmethod
    def password(cls, username: str, password: str) -> FixedHeaders:
        """A user name and password, as ``Basic``."""
        return cls({"Authorization": "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()})

    async def headers(self) -> Mapping[str, str]:
        """The same headers each time."""
        return self._headers

    async def renew(self, used: Mapping[str, str]) -> bool:
        """True if the refused headers are not these: the kubeconfig was rewritten since they were sent."""
        return not _is_same(self._headers, used)


class TokenFile(Anonymous):
    """A token in a file that somebody else rewrites (the kubelet for service accounts, an agent, a cron job)."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """Read the token from ``path`` when it is first needed."""
        self._path = path
        self._clock = clock
        self._token = ""
        self._read_s = float("-inf")
        self._one = asyncio.Lock()

    async def headers(self) -> Mapping[str, str]:
        """The token as it stood in the file at most 10 s ago.

        While the file is away for a moment the last token is used on; without one ``CredentialFailed`` is raised.
        """
        if self._clock.monotonic_s() - self._read_s >= _FILE_AGE_S:
            async with self._one:
                if self._clock.monotonic_s() - self._read_s >= _FILE_AGE_S:
                    await self._reread_if_possible()
        return bearer(self._token)

    async def _reread_if_possible(self) -> None:
        try:
            await self._read()
        except CredentialFailed:
            if not self._token:
                raise
            self._read_s = self._clock.monotonic_s()

    async def _read(self) -> None:
        self._token = await asyncio.to_thread(_token_in, self._path)
        self._read_s = self._clock.monotonic_s()

    async def renew(self, used: Mapping[str, str]) -> bool:
        """Read the file now; True if it holds another token than the one that was refused."""
        async with self._one:
            if not self._token or _is_same(bearer(self._token), used):
                await self._read()
        return not _is_same(bearer(self._token), used)


def _token_in(path: Path) -> str:
    try:
        token = path.read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        raise CredentialFailed(why=f"the token file {path} cannot be read ({error})") from error
    if not token or not is_header_safe(token):
        raise CredentialFailed(why=f"the token file {path} {'holds more than a token' if token else 'is empty'}")
    return token


class FixedCertificate(Anonymous):
    """A client certificate whose PEM stands in the kubeconfig."""

    def __init__(self, certificate: ClientCertificate) -> None:
        """Present ``certificate``."""
        self._certificate = certificate

    async def client_certificate(self) -> ClientCertificate | None:
        """The same certificate each time."""
        return self._certificate


class CertificateFiles(Anonymous):
    """A client certificate in two files, which k3s and the kubelet renew in place. Either half may be given inline."""

    def __init__(self, certificate: Path | bytes, key: Path | bytes) -> None:
        """Read what is a path anew each time."""
        self._halves = (certificate, key)
        self._last: ClientCertificate | None = None

    async def client_certificate(self) -> ClientCertificate | None:
        """The certificate as the files hold it now."""
        self._last = await asyncio.to_thread(self._read)
        return self._last

    async def renew(self, used: Mapping[str, str]) -> bool:  # noqa: ARG002 - a certificate sends no header
        """True if the files hold another certificate than the one presented last."""
        last = self._last
        return await self.client_certificate() != last

    def _read(self) -> ClientCertificate:
        first, second = (_bytes_of(half) for half in self._halves)
        return ClientCertificate(first, second)


def _bytes_of(half: Path | bytes) -> bytes:
    if isinstance(half, bytes):
        return half
    try:
        return half.read_bytes()
    except OSError as error:
        raise CredentialFailed(why=f"the client certificate or key {half} cannot be read ({error.strerror})") from error


class PluginCredentials:
    """What a credential plugin gives, renewed before it ends and after a 401, by one run for all who wait.

    Between two runs lie at least 2 s, after failures 2 s doubling to 30 s, so that streams that all get 401 do not start
    one plugin each.
    """

    def __init__(self, plugin: ExecPlugin, clock: Clock) -> None:
        """Run ``plugin`` when a credential is first needed."""
        self._plugin = plugin
        self._clock = clock
        self._answer: PluginAnswer | None = None
        self._due_s = float("inf")
        self._ran_s = float("-inf")
        self._failures: list[CredentialFailed] = []
        self._one = asyncio.Lock()

    async def headers(self) -> Mapping[str, str]:
        """The token, renewed when 80 % of its life is gone; a failing plugin is an error only once the token has ended."""
        return _headers_of(await self._current())

    async def client_certificate(self) -> ClientCertificate | None:
        """The plugin's certificate, or None if it gives tokens."""
        return (await self._current()).certificate

    async def renew(self, used: Mapping[str, str]) -> bool:
        """Run the plugin again, unless somebody has since ``used`` was sent, or did a moment ago."""
        refused = self._answer
        if refused is not None and refused.token and not _is_same(_headers_of(refused), used):
            return True
        async with self._one:
            if self._answer is refused and not self._is_pausing():
                await self._run()
            elif self._answer is refused and self._failures:
                raise self._failures[-1]
        if self._answer is refused:
            # A certificate leaves no trace in the headers: whoever comes right after a run may hold the one before.
            return refused is not None and not refused.token
        return _identity(self._answer) != _identity(refused)

    async def _current(self) -> PluginAnswer:
        if self._answer is None or self._is_due():
            async with self._one:
                if self._answer is None or self._is_due():
                    await self._run_or_keep()
        if self._answer is None:
            raise self._failures[-1]
        return self._answer

    async def _run_or_keep(self) -> None:
        """Run the plugin; while the answer at hand still lives, a failure is no reason to stop."""
        if self._is_pausing() and not (self._has_ended() and self._failures):
            return
        if self._is_pausing():
            raise self._failures[-1]
        try:
            await self._run()
        except CredentialFailed:
            if self._has_ended():
                raise

    def _has_ended(self) -> bool:
        return self._answer is None or bool(self._answer.expires_ms and self._clock.now_ms() >= self._answer.expires_ms)

    def _is_due(self) -> bool:
        """80 % of the life is gone by the monotonic clock, or all of it by the wall clock (the machine was suspended)."""
        if self._clock.monotonic_s() >= self._due_s:
            return True
        return self._due_s != float("inf") and self._has_ended() and not self._is_pausing()

    def _is_pausing(self) -> bool:
        pause_s = min(_PAUSE_S * 2.0 ** min(max(len(self._failures) - 1, 0), 10), _LONGEST_PAUSE_S)
        return self._clock.monotonic_s() - self._ran_s < pause_s

    async def _run(self) -> None:
        try:
            answer = await run_plugin(self._plugin)
        except CredentialFailed as error:
            self._failures = [*self._failures[-9:], error]
            self._ran_s = self._clock.monotonic_s()
            raise
        self._failures = []
        self._answer = answer
        self._ran_s = self._clock.monotonic_s()
        life_s = (answer.expires_ms - self._clock.now_ms()) / 1000
        # An answer that has ended already tells of a clock that is wrong: then only a 401 decides.
        self._due_s = self._ran_s + max(life_s * _USABLE_LIFE, 1.0) if answer.expires_ms and life_s > 0 else float("inf")


def _headers_of(answer: PluginAnswer) -> Mapping[str, str]:
    return bearer(answer.token) if answer.token else _NOTHING


def _identity(answer: PluginAnswer | None) -> tuple[str, ClientCertificate | None] | None:
    return (answer.token, answer.certificate) if answer is not None else None


class Account:
    """Several credentials as one: a certificate for the connection and a token for the requests."""

    def __init__(self, parts: Sequence[Credentials]) -> None:
        """The first part that gives a header or a certificate wins."""
        self._parts = tuple(parts)

    async def headers(self) -> Mapping[str, str]:
        """The headers of all parts."""
        merged: dict[str, str] = {}
        for part in reversed(self._parts):
            merged.update(await part.headers())
        return merged

    async def renew(self, used: Mapping[str, str]) -> bool:
        """True if any part has something new."""
        renewed = [await part.renew(used) for part in self._parts]
        return any(renewed)

    async def client_certificate(self) -> ClientCertificate | None:
        """The certificate of the first part that has one."""
        for part in self._parts:
            certificate = await part.client_certificate()
            if certificate is not None:
                return certificate
        return None
