"""Single questions to a cluster, for ``arcops check`` and for the kinds of a command: nothing is watched, nothing kept.

Rights are tried for real (a list of one object, a watch of one second): what the server does counts more than what its
reviews say. Reviews are asked only for what cannot be tried without an object.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import aiohttp
import msgspec
from multidict import CIMultiDict

from arcops.base.clock import Clock
from arcops.base.errors import ArcopsError, ClusterUnreachable, CredentialFailed, Forbidden, Refused, Unauthorized
from arcops.kube.kinds import ApiResource
from arcops.source.base import SourceState
from arcops.source.connection import ClusterConnection
from arcops.source.discovery import Discovery, discover
from arcops.source.drivers.cluster import open_client
from arcops.source.drivers.cluster_errors import TRANSPORT_ERRORS, failure_of_exception
from arcops.source.drivers.cluster_requests import Query, Requests
from arcops.source.failures import Failure, failure_of_response
from arcops.source.streams import BAD_JSON, METADATA_ONLY
from arcops.source.watch_options import WatchOptions

Json = Any
"""A decoded body of any shape."""

_OK, _CREATED, _UNAUTHORIZED, _FORBIDDEN = 200, 201, 401, 403
_JSON = "application/json"
_TABLE_FREE = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
_CAP_BYTES = 32 << 20
_REVIEW = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying one request: HTTP status (0 if nobody answered), what the server said, how long it took."""

    status: int
    message: str
    took_ms: float

    @property
    def is_fine(self) -> bool:
        """It was answered as hoped."""
        return self.status == _OK


class ClusterProbe:
    """Asks one cluster single questions. Close it with ``aclose``."""

    def __init__(self, connection: ClusterConnection, clock: Clock, timeout_s: float = 10.0) -> None:
        """Nothing is opened yet; ``timeout_s`` bounds each request."""
        self._connection = connection
        self._clock = clock
        self._timeout_s = timeout_s
        self.state = SourceState("cluster", server=connection.server, context=connection.context)
        options = WatchOptions(connect_timeout_s=timeout_s, idle_limit_s=timeout_s)
        self._requests = Requests(connection, open_client, clock, options, self.state)

    async def version(self) -> str:
        """The server's version. Raises ``ClusterUnreachable``, ``CredentialFailed``, ``Unauthorized`` or ``Refused``."""
        body = await self._json("/version")
        return str(body.get("gitVersion", "")) if isinstance(body, dict) else ""

    async def kinds(self) -> Discovery:
        """Every kind that can be listed and watched. Raises as ``version``, and ``Forbidden``."""

        async def get_json(path: str, accept: str) -> tuple[int, Json]:
            failure, body = await self._body(path, [], accept)
            if failure and not failure.status:
                raise self._error(failure, path)
            return (failure.status, None) if failure else (_OK, _decoded(body, path))

        return await discover(get_json)

    async def try_list(self, resource: ApiResource) -> Tried:
        """List one object of a kind, over all namespaces."""
        accept = _TABLE_FREE if resource.group_kind in METADATA_ONLY else _JSON
        return await self._try(resource.path(), [("limit", "1")], accept)

    async def try_watch(self, resource: ApiResource) -> Tried:
        """Open a watch of a kind that ends by itself after a second."""
        return await self._try(resource.path(), [("watch", "1"), ("timeoutSeconds", "1"), ("limit", "1")], _JSON, only_open=True)

    async def try_get(self, path: str, query: Query | None = None) -> Tried:
        """GET any path."""
        return await self._try(path, query or [], _JSON)

    async def first_name(self, resource: ApiResource) -> tuple[str, str]:
        """Namespace and name of some object of a kind; ("", "") if there is none or it may not be listed."""
        failure, body = await self._body(resource.path(), [("limit", "1")], _JSON)
        items = [] if failure else _decoded(body, resource.path()).get("items") or []
        meta = items[0].get("metadata", {}) if items else {}
        return str(meta.get("namespace", "")), str(meta.get("name", ""))

    async def may(self, verb: str, group: str, resource: str, subresource: str = "") -> bool:
        """Whether the server would allow it in all namespaces, by a SelfSubjectAccessReview. Raises as ``version``."""
        attributes = {"verb": verb, "group": group, "resource": resource, "subresource": subresource}
        review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": {"resourceAttributes": attributes}}
        connection = await self._connection.current()
        headers = CIMultiDict(await connection.credentials.headers())
        for name, value in connection.impersonation:
            headers.add(name, value)
        client = await open_client(connection, await connection.credentials.client_certificate())
        try:
            response = await client.post(_REVIEW, review, headers, aiohttp.ClientTimeout(total=self._timeout_s))
            body = await response.read()
        except TRANSPORT_ERRORS as error:
            raise self._error(failure_of_exception(error), _REVIEW) from error
        finally:
            await client.close()
        if response.status != _CREATED:
            raise self._error(failure_of_response(response.status, response.headers, body, self._clock.now_ms()), _REVIEW)
        return bool((_decoded(body, _REVIEW).get("status") or {}).get("allowed"))

    async def aclose(self) -> None:
        """Close every socket."""
        await self._requests.aclose()

    async def _try(self, path: str, query: Query, accept: str, *, only_open: bool = False) -> Tried:
        began = time.monotonic()
        failure, _ = await self._body(path, query, accept, only_open=only_open)
        took_ms = (time.monotonic() - began) * 1000
        return Tried(failure.status, failure.message, took_ms) if failure else Tried(_OK, "", took_ms)

    async def _json(self, path: str) -> Json:
        failure, body = await self._body(path, [], _JSON)
        if failure:
            raise self._error(failure, path)
        return _decoded(body, path)

    async def _body(self, path: str, query: Query, accept: str, *, only_open: bool = False) -> tuple[Failure | None, bytes]:
        opened = await self._requests.open(path, query, accept, total_s=self._timeout_s)
        if isinstance(opened, Failure):
            return opened, b""
        if only_open:
            opened.close()
            return None, b""
        body = await self._requests.read(opened, _CAP_BYTES)
        return (body, b"") if isinstance(body, Failure) else (None, body)

    def _error(self, failure: Failure, path: str) -> ArcopsError:
        if failure.cause == "credential":
            return CredentialFailed(why=failure.message)
        if failure.status == _UNAUTHORIZED:
            return Unauthorized()
        if failure.status == _FORBIDDEN:
            return Forbidden(verb="get", resource=path)
        if failure.status:
            return Refused(status=failure.status, what=f"GET {path}")
        return ClusterUnreachable(server=self.state.server, why=failure.message)


def _decoded(body: bytes, path: str) -> Json:
    try:
        return msgspec.json.decode(body)
    except BAD_JSON as error:
        raise Refused(status=_OK, what=f"GET {path} with a body that is no JSON") from error
