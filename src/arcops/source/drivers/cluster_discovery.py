"""Keeps the list of watched kinds equal to what the cluster serves, while its kinds come and go."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import structlog

from arcops.base.clock import Clock
from arcops.base.errors import ArcopsError, ClusterUnreachable, Refused
from arcops.base.tasks import TaskGroup
from arcops.source.base import Observed, Replaced, SourceEvent, SourceState
from arcops.source.discovery import PLAIN, Discoverer, KindPatterns, is_reason_to_rediscover
from arcops.source.drivers.cluster_kinds import KindWatchers
from arcops.source.drivers.cluster_requests import Requests
from arcops.source.failures import Failure
from arcops.source.streams import BAD_JSON
from arcops.source.watch_options import WatchOptions

log = structlog.get_logger(__name__)

Json = Any
"""A decoded body of any shape."""

_BODY_CAP_BYTES = 32 << 20


class DiscoveryLoop:
    """Asks the server for its kinds at the start, when a CRD or an API service changes, and now and then."""

    def __init__(self, requests: Requests, kinds: KindWatchers, clock: Clock, options: WatchOptions, state: SourceState) -> None:
        """Tell ``kinds`` what there is; ``state`` gets the version and the groups that could not be asked."""
        self._requests = requests
        self._kinds = kinds
        self._clock = clock
        self._options = options
        self._state = state
        self._woken = asyncio.Event()
        self._discoverer = Discoverer(self._get_json, KindPatterns(options.include, options.exclude))

    def look_at(self, event: SourceEvent) -> None:
        """Wake up if an event may mean that kinds came or went."""
        if isinstance(event, Observed | Replaced) and is_reason_to_rediscover(event.resource.group_kind):
            self._woken.set()

    async def run(self, group: TaskGroup) -> None:
        """Discover until cancelled; watchers run in ``group``."""
        while True:
            has_reason = self._woken.is_set()
            self._woken.clear()
            is_done = await self._round(group)
            # A new CRD is served a moment after it is there, so a round with a reason is followed by another.
            await self._pause(self._options.discovery_retry_s if has_reason or not is_done else self._options.discovery_s)

    async def _round(self, group: TaskGroup) -> bool:
        try:
            self._state.version = await self._version()
            changed = await self._discoverer.refresh()
        except ArcopsError as error:
            self._state.discovery_errors = {"*": error.message}
            return False
        if self._discoverer.errors != self._state.discovery_errors:
            log.info("discovery_errors", groups=self._discoverer.errors)
        self._state.discovery_errors = dict(self._discoverer.errors)
        await self._kinds.change(changed, group)
        return True

    async def _pause(self, seconds: float) -> None:
        """Wait, but not longer than a moment once there is a reason to look again."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return
        await self._clock.sleep(self._options.discovery_pause_s)

    async def _version(self) -> str:
        status, body = await self._get_json("/version", PLAIN)
        return str(body.get("gitVersion", "")) if status == 200 and isinstance(body, dict) else ""  # noqa: PLR2004

    async def _get_json(self, path: str, accept: str) -> tuple[int, Json]:
        """HTTP status and decoded body (None for a refusal). Raises ``ClusterUnreachable`` when nobody answers."""
        opened = await self._requests.open(path, [], accept, total_s=self._options.list_timeout_s)
        body = opened if isinstance(opened, Failure) else await self._requests.read(opened, _BODY_CAP_BYTES)
        if isinstance(body, Failure):
            if not body.status:
                raise ClusterUnreachable(server=self._state.server, why=body.message)
            return body.status, None
        try:
            return 200, msgspec.json.decode(body)
        except BAD_JSON as error:
            raise Refused(status=200, what=f"GET {path} with a body that is no JSON") from error
