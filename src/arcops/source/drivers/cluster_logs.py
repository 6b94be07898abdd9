"""Logs of containers: bytes made readable, never more than was asked for, errors in words.

The path is built here because a log is no object: the answer is the container's own bytes, which may be anything.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import suppress

from arcops.base.errors import (
    ArcopsError,
    ClusterUnreachable,
    ContainerNotFound,
    Forbidden,
    LogsNotFound,
    ObjectNotFound,
    Refused,
    Unauthorized,
)
from arcops.base.guard import LINE_CAP_CHARS, clean
from arcops.source.base import LogQuery
from arcops.source.drivers.cluster_errors import TRANSPORT_ERRORS
from arcops.source.drivers.cluster_requests import Query, Requests, drop
from arcops.source.failures import Failure

MOST_TAIL_LINES = 50_000
MOST_LIMIT_BYTES = 16 << 20

_QUICK_BYTES = 256 * 1024
"""Less than this is cleaned within a few milliseconds; more goes to a thread."""

_CHOICES = re.compile(r"(?:choose one of|one of): \[([^\]]*)\](?: or one of the init containers: \[([^\]]*)\])?")


def log_path(query: LogQuery) -> str:
    """The URL path of a pod's logs. Names cannot hold a slash, so nothing else can be reached."""
    return f"/api/v1/namespaces/{_segment(query.namespace)}/pods/{_segment(query.pod)}/log"


def _segment(name: str) -> str:
    if not re.fullmatch(r"[a-zA-Z0-9]([-a-zA-Z0-9.]{0,251}[a-zA-Z0-9])?", name):
        raise ObjectNotFound(kind="Pod", name=name[:100], near="A name has letters, digits, dashes and dots only.")
    return name


def log_parameters(query: LogQuery, *, follow: bool = False) -> Query:
    """Parameters of the request; the two bounds are always among them."""
    parameters: Query = [("tailLines", str(max(0, min(query.tail_lines, MOST_TAIL_LINES))))]
    if not follow:
        parameters.append(("limitBytes", str(max(1, min(query.limit_bytes, MOST_LIMIT_BYTES)))))
    if query.container:
        parameters.append(("container", query.container))
    if query.previous:
        parameters.append(("previous", "true"))
    if query.since_seconds is not None:
        parameters.append(("sinceSeconds", str(max(1, query.since_seconds))))
    if query.timestamps:
        parameters.append(("timestamps", "true"))
    if follow:
        parameters.append(("follow", "true"))
    return parameters


def log_error(failure: Failure, query: LogQuery, server: str) -> ArcopsError:
    """What a failed request for logs means."""
    pod, told = f"{query.namespace}/{query.pod}", failure.message
    what = f"{pod}, container {query.container}" if query.container else pod
    if failure.status == 404:  # noqa: PLR2004 - HTTP statuses read better as numbers here
        return ObjectNotFound(kind="Pod", name=pod, near="It may have been deleted since; its history is in the record.")
    if failure.status == 403:  # noqa: PLR2004
        return Forbidden(verb="get", resource="pods/log")
    if failure.status == 401:  # noqa: PLR2004
        return Unauthorized()
    if failure.status == 400:  # noqa: PLR2004
        return _bad_request(told, query, pod, what)
    if failure.status:
        return Refused(status=failure.status, what=f"a request for the logs of {what} ({told})")
    return ClusterUnreachable(server=server, why=told)


def _bad_request(told: str, query: LogQuery, pod: str, what: str) -> ArcopsError:
    """The API server answers 400 for a container it does not know, one it must guess, and one without logs yet."""
    choices = _CHOICES.search(told)
    if choices:
        names = ", ".join(name for group in choices.groups() if group for name in group.split())
        return ContainerNotFound(pod=pod, container=query.container or "chosen for it", near=names)
    if "is not valid for pod" in told:
        return ContainerNotFound(pod=pod, container=query.container, near="listed in the pod's spec")
    return LogsNotFound(what=f"{what}, previous run" if query.previous else what, why=told)


async def read_logs(requests: Requests, query: LogQuery, server: str) -> str:
    """The lines asked for, cleaned. Raises what ``Source.logs`` names."""
    opened = await requests.open(log_path(query), log_parameters(query), "*/*", total_s=60.0)
    if isinstance(opened, Failure):
        raise log_error(opened, query, server)
    body = await requests.read(opened, min(query.limit_bytes, MOST_LIMIT_BYTES), cut=True)
    if isinstance(body, Failure):
        raise log_error(body, query, server)
    if len(body) < _QUICK_BYTES:
        return clean(body.decode("utf-8", "replace"))
    return await asyncio.to_thread(lambda: clean(body.decode("utf-8", "replace")))


async def follow_lines(requests: Requests, query: LogQuery, server: str, idle_s: float) -> AsyncGenerator[str, None]:
    """Lines as they come, cleaned. Ends when the container ends, the connection breaks, or nothing came for ``idle_s``."""
    opened = await requests.open(log_path(query), log_parameters(query, follow=True), "*/*", idle_s=idle_s)
    if isinstance(opened, Failure):
        raise log_error(opened, query, server)
    rest = bytearray()
    skipping = False
    try:
        with suppress(*TRANSPORT_ERRORS):
            async for piece in opened.content.iter_any():
                *lines, last = piece.split(b"\n")
                for line in lines:
                    if not skipping:
                        yield clean((rest + line).decode("utf-8", "replace"))
                    rest.clear()
                    skipping = False
                if not skipping:
                    rest += last
                if len(rest) > 4 * LINE_CAP_CHARS:
                    yield clean(rest.decode("utf-8", "replace"))
                    rest.clear()
                    skipping = True
        if rest:
            yield clean(rest.decode("utf-8", "replace"))
    finally:
        drop(opened)
