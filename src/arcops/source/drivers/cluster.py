"""The live source: an API server, read through the official client's transport.

The official client (its asyncio flavour) opens connections, speaks TLS and talks to proxies; this file is its only
door. It never decodes: its models cost 35 times the CPU and 10 times the memory of our own (kubernetes_api.md §4).
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import urllib.parse
import urllib.request
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import cast

import aiohttp
from kubernetes.aio.client.api_client import ApiClient
from kubernetes.aio.client.configuration import Configuration
from kubernetes.aio.client.rest import RESTClientObject
from multidict import CIMultiDict

from arcops import __version__
from arcops.base.clock import Clock, SystemClock
from arcops.base.tasks import TaskGroup
from arcops.kube.kinds import KindCatalog
from arcops.source.base import LogQuery, Observed, Source, SourceEvent, SourceState
from arcops.source.connection import ClientCertificate, ClusterConnection
from arcops.source.drivers.cluster_discovery import DiscoveryLoop
from arcops.source.drivers.cluster_kinds import KindWatchers
from arcops.source.drivers.cluster_logs import follow_lines, read_logs
from arcops.source.drivers.cluster_outbox import Outbox
from arcops.source.drivers.cluster_requests import Query, Requests
from arcops.source.tls import ssl_context
from arcops.source.watch_options import DEFAULT_OPTIONS, WatchOptions

USER_AGENT = f"arcops/{__version__}"
_READ_BUFFER_BYTES = 256 * 1024
"""A stream's socket is not read beyond twice this; 60 streams of a slow consumer then hold 30 MB at most."""

_KEEPALIVE_S = (30, 15, 3)
"""Idle time, interval, probes: a peer that vanished is noticed after 75 s even without traffic (client-go: 30 s)."""


class ClusterSource(Source):
    """Every kind of one cluster that the account may list and watch.

    A kind is loaded whole, then followed; what breaks is tried again for ever, so a cluster that is down at the start
    is connected to when it comes. Slow consumers: what waits is bounded (``queue_bytes``), above it sockets are not
    read, so TCP slows the server; nothing is merged or dropped here. A server that loses patience closes the stream,
    and the objects are listed again.
    """

    def __init__(self, connection: ClusterConnection, clock: Clock | None = None, options: WatchOptions = DEFAULT_OPTIONS) -> None:
        """Nothing is opened before ``observe`` or ``logs`` is used."""
        self._clock = clock or SystemClock()
        self._options = options
        self._state = SourceState("cluster", server=connection.server, context=connection.context)
        self._requests = Requests(connection, open_client, self._clock, options, self._state)
        self._outbox = Outbox(options.queue_bytes)
        self._kinds = KindWatchers(self._requests, self._outbox, self._clock, options, self._state)
        self._tasks = TaskGroup(self._clock)

    @property
    def state(self) -> SourceState:
        """The live state; read it, do not change it."""
        return self._state

    @property
    def catalog(self) -> KindCatalog:
        """The kinds known so far."""
        return self._kinds.catalog

    @property
    def waiting_bytes(self) -> int:
        """Bytes seen and not yet taken by the consumer."""
        return self._outbox.waiting_bytes

    async def observe(self) -> AsyncGenerator[SourceEvent, None]:
        """Everything that is seen, in order; starts the tasks that read the cluster and ends them when it is left."""
        discovery = DiscoveryLoop(self._requests, self._kinds, self._clock, self._options, self._state)
        self._requests.on_return = self._outbox.put_now
        async with self._tasks as tasks:
            tasks.supervise("discovery", lambda: discovery.run(tasks))
            tasks.supervise("audit", self._kinds.audit)
            while (event := await self._outbox.get()) is not None:
                discovery.look_at(event)
                yield event
                self._note_lag(event)
                del event  # a complete list is large: it must not live until the next event comes

    def _note_lag(self, event: SourceEvent) -> None:
        """The consumer has asked for the next event, so it is done with this one."""
        if isinstance(event, Observed) and (kind := self._state.kinds.get(event.resource.group_kind)):
            kind.lags_ms.append(max(0, self._clock.now_ms() - event.observations[0].seen_ms))

    async def logs(self, query: LogQuery) -> str:
        """Lines of a container, cleaned; the errors are those of ``Source.logs``."""
        return await read_logs(self._requests, query, self._state.server)

    def follow_logs(self, query: LogQuery) -> AsyncIterator[str]:
        """Lines as they come; the errors of ``logs`` come with the first one."""
        return follow_lines(self._requests, query, self._state.server, self._options.log_idle_s)

    async def aclose(self) -> None:
        """End ``observe`` and close every socket. Safe to call twice."""
        self._outbox.close()
        await self._tasks.aclose()
        await self._requests.aclose()


class _Client:
    """The official client with one connection's TLS, proxy and server: see ``cluster_requests.Client``."""

    def __init__(self, connection: ClusterConnection, context: ssl.SSLContext) -> None:
        configuration = Configuration(
            host=connection.server,
            verify_ssl=not connection.insecure_skip_tls_verify,
            tls_server_name=connection.tls_server_name or None,
            proxy=proxy_of(connection),
        )
        self._api = _Api(configuration, _Rest(configuration, context))
        self._api.user_agent = USER_AGENT

    async def get(self, path: str, query: Query, headers: CIMultiDict[str], limits: aiohttp.ClientTimeout) -> aiohttp.ClientResponse:
        """Send a GET; the answer's body is not read."""
        method, url, own_headers, _, _ = await self._api.param_serialize("GET", path, query_params=query)
        headers.update(own_headers)
        answer = await self._api.call_api(method, url, header_params=headers, _request_timeout=limits)
        return cast("aiohttp.ClientResponse", answer.response)

    async def post(self, path: str, body: object, headers: CIMultiDict[str], limits: aiohttp.ClientTimeout) -> aiohttp.ClientResponse:
        """Send a body as JSON: for reviews of our own rights, which ask and change nothing."""
        method, url, own_headers, _, _ = await self._api.param_serialize("POST", path)
        headers.update({**own_headers, "Content-Type": "application/json"})
        answer = await self._api.call_api(method, url, header_params=headers, body=body, _request_timeout=limits)
        return cast("aiohttp.ClientResponse", answer.response)

    async def close(self) -> None:
        """Close every socket."""
        await self._api.close()  # type: ignore[no-untyped-call]


async def open_client(connection: ClusterConnection, certificate: ClientCertificate | None) -> _Client:
    """A client for a connection, made in a thread: reading authorities from disk takes up to 30 ms."""

    def build() -> _Client:
        return _Client(connection, ssl_context(connection, certificate, has_proxy=proxy_of(connection) is not None))

    return await asyncio.to_thread(build)


class _Api(ApiClient):
    """The client with a transport given to it: its own constructor makes one first, and with it a TLS context (16 ms, never used)."""

    def __init__(self, configuration: Configuration, transport: RESTClientObject) -> None:
        self.configuration = configuration
        self.client_side_validation = configuration.client_side_validation
        self.rest_client = transport
        self.default_headers = {}
        self.cookie = None


class _Rest(RESTClientObject):
    """The client's transport with our TLS context, keepalive, and a session that takes nothing from the environment.

    Both hooks are the extension points its docstrings name. A connector given through ``client_session_kwargs`` would
    lose authorities and certificates. ``trust_env`` would send passwords of a ``.netrc`` in place of our credentials.
    Its constructor is left out for the same reason as ``_Api``'s.
    """

    def __init__(self, configuration: Configuration, context: ssl.SSLContext) -> None:
        self.configuration = configuration
        self.maxsize = configuration.connection_pool_maxsize
        self.ssl_context = context
        self.proxy, self.proxy_headers = configuration.proxy, configuration.proxy_headers
        self._effective_retry_options = None
        self.pool_manager = self.retry_client = None

    async def close(self) -> None:
        """Close every socket at once."""
        session = self.pool_manager
        if session and session.connector:
            await session.connector.close(abort_ssl=True)
        await super().close()

    def _create_connector(self) -> aiohttp.TCPConnector:
        # Watches, lists and logs share it: the default limit of 100 could let watches starve the others.
        return aiohttp.TCPConnector(limit=0, ssl=self.ssl_context, socket_factory=keepalive_socket)

    def _create_pool_manager(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=self._create_connector(),
            trust_env=False,
            read_bufsize=_READ_BUFFER_BYTES,
            cookie_jar=aiohttp.DummyCookieJar(),
        )


def keepalive_socket(info: aiohttp.AddrInfoType) -> socket.socket:
    """A socket that finds out by itself that its peer has vanished."""
    family, kind, protocol = info[0], info[1], info[2]
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    idle_s, interval_s, probes = _KEEPALIVE_S
    _set_tcp(made, "TCP_KEEPIDLE", idle_s)
    _set_tcp(made, "TCP_KEEPINTVL", interval_s)
    _set_tcp(made, "TCP_KEEPCNT", probes)
    _set_tcp(made, "TCP_USER_TIMEOUT", (idle_s + interval_s * probes) * 1000)
    return made


def _set_tcp(made: socket.socket, name: str, value: int) -> None:
    """Set a TCP option where the platform has it."""
    option = getattr(socket, name, None)
    if option is not None:
        made.setsockopt(socket.IPPROTO_TCP, option, value)


def proxy_of(connection: ClusterConnection) -> str | None:
    """The proxy on the way to a cluster, or None."""
    return connection.proxy_url or proxy_of_environment(connection.server)


def proxy_of_environment(server: str) -> str | None:
    """The proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY mean for a server, or None."""
    url = urllib.parse.urlsplit(server)
    lookup: Callable[[str], bool | int] = urllib.request.proxy_bypass
    if not url.hostname or lookup(url.netloc.rpartition("@")[2]):
        return None
    return urllib.request.getproxies().get(url.scheme)
