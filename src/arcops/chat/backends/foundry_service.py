"""Foundry Local as a child of ours that is kept running, with one model loaded; begun again with back-off when it dies."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog

from arcops.base.backoff import Backoff
from arcops.base.clock import Clock
from arcops.base.tasks import TaskGroup
from arcops.chat.backends.base import FailureKind, ModelFailure, ModelInfo, Progress
from arcops.chat.backends.foundry_child import Order
from arcops.chat.backends.foundry_process import FoundryProcess
from arcops.chat.backends.place import Place
from arcops.chat.settings import ModelSettings

log = structlog.get_logger(__name__)

LIBRARY = "foundry_local_sdk"
RETRY_S = 60.0
"""A child that could not be started is tried again after so long, or when a model is loaded or fetched."""
WAIT_S = 30.0
"""A question waits so long for a child that is being started again."""


class FoundryService:
    """At most one child serves. It is started with the first ``place``, and only where there is a model for it."""

    def __init__(self, settings: ModelSettings, home: Path, clock: Clock) -> None:
        """``home`` is the folder for its models, logs and caches."""
        self._settings = settings
        self._order = Order(home=str(home), folder=settings.folder, name=settings.name, catalog=settings.catalog_url)
        self._clock = clock
        self._tasks = TaskGroup(clock)
        self._process: FoundryProcess | None = None
        self._place: Place | None = None
        self._ready = asyncio.Event()
        self._trouble: ModelFailure | None = None
        self._not_before_s = 0.0
        self._model = settings.name
        self._is_empty = False

    async def place(self) -> Place | None:
        """Where it serves which model, started if need be; None where the library or any model is missing.

        Raises ``ModelFailure`` while it does not run, with the reason.
        """
        if self._process is None and not self._tasks.names:
            if self._is_empty or not await self.is_installed():
                return None
            await self._begin_now_and_then()
            if self._place is None:
                self._is_empty = True
                await self._end()
                return None
            self._tasks.spawn("foundry_child", self._keep())
        await self._wait_ready()
        return self._place

    async def is_installed(self) -> bool:
        """Whether there is an interpreter with the library; an interpreter of the settings is believed to have it."""
        if self._settings.python:
            return True
        return await asyncio.to_thread(importlib.util.find_spec, LIBRARY) is not None

    @property
    def is_running(self) -> bool:
        """Whether a child of ours is the server."""
        return bool(self._tasks.names)

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        return self._process.pid if self._process is not None else None

    # Models

    async def models(self, *, downloadable: bool = False) -> list[ModelInfo]:
        """What is on disk; with ``downloadable`` also the catalog, asked by a second child that may go outside."""
        if self._process is not None and not downloadable:
            return [info_of(model) for model in await self._process.ask("list")]
        process = self._other(online=downloadable)
        try:
            await process.start()
            return [info_of(model) for model in await process.ask("list")]
        finally:
            await process.aclose()

    async def load(self, model: str) -> Place:
        """Load a model and serve it from now on. Raises ``ModelFailure``."""
        if self._process is None:
            self._is_empty, self._trouble, self._model = False, None, model
            place = await self.place()
            if place is None:
                raise ModelFailure(kind=FailureKind.UNKNOWN_MODEL, why=f"the model {model} is not on this machine")
            return place
        loaded = await self._process.ask("load", model)
        self._model = str(loaded["id"])
        self._place = self._placed(self._process, loaded)
        return self._place

    async def unload(self, model: str) -> None:
        """Free its memory. Raises ``ModelFailure``."""
        if self._process is None:
            raise ModelFailure(kind=FailureKind.NOT_LOADED, why=f"the model {model} is not loaded")
        await self._process.ask("unload", model)

    async def download(self, model: str) -> AsyncGenerator[Progress, None]:
        """Fetch a model, by a second child that may go outside; leaving stops it. Raises ``ModelFailure``."""
        process = self._other(online=True)
        try:
            yield Progress("Asking the catalog", None)
            await process.start()
            async with aclosing(process.follow("download", model)) as answers:
                async for answer in answers:
                    percent = float(answer.get("progress", 100.0))
                    yield Progress(f"Downloading {model}" if "progress" in answer else f"{model} is on this machine", percent)
        finally:
            await process.aclose()
        self._is_empty, self._trouble = False, None
        await self._restart()

    def _other(self, *, online: bool) -> FoundryProcess:
        return FoundryProcess(replace(self._order, online=online, serve=False, folder=""), self._settings.python)

    async def aclose(self) -> None:
        """End the child."""
        await self._tasks.aclose()
        await self._end()

    # The child's life

    async def _begin_now_and_then(self) -> None:
        """Start a child unless it could not be started a moment ago: then the same is said again at once."""
        now_s = self._clock.monotonic_s()
        if self._trouble is not None and now_s < self._not_before_s:
            raise ModelFailure(kind=self._trouble.kind, why=self._trouble.why)
        try:
            await self._begin()
        except ModelFailure as failure:
            self._trouble, self._not_before_s = failure, now_s + RETRY_S
            raise
        self._trouble = None

    async def _begin(self) -> None:
        """Start a child and load its model; without any model ``_place`` stays None. Raises ``ModelFailure``."""
        process = FoundryProcess(self._order, self._settings.python)
        await process.start()
        self._process = process
        try:
            name = process.own or self._model or await self._first(process)
            if name:
                self._place = self._placed(process, await process.ask("load", name))
                self._ready.set()
        except ModelFailure:
            await self._end()
            raise

    async def _first(self, process: FoundryProcess) -> str:
        models = [info_of(model) for model in await process.ask("list")]
        return models[0].id if models else ""

    @staticmethod
    def _placed(process: FoundryProcess, model: Mapping[str, Any]) -> Place:
        return Place(f"{process.url}{model['base']}", str(model["id"]), int(model["window"]))

    async def _keep(self) -> None:
        """Wait for its end and begin it again, as often as need be."""
        backoff = Backoff(first_s=0.5, most_s=60.0)
        while True:
            if self._process is not None:
                began_s = self._clock.monotonic_s()
                why = await self._process.ended()
                self._trouble = ModelFailure(kind=FailureKind.UNREACHABLE, why=f"{why}; it is being started again")
                log.warning("model_process_ended", why=why)
                await self._end()
                if self._clock.monotonic_s() - began_s > backoff.calm_s:
                    backoff.reset()
            await self._clock.sleep(backoff.next_s())
            try:
                await self._begin()
            except ModelFailure as failure:
                self._trouble = failure
                log.warning("model_process_not_started", why=failure.why)

    async def _wait_ready(self) -> None:
        try:
            async with asyncio.timeout(WAIT_S):
                await self._ready.wait()
        except TimeoutError:
            why = "the model's process is not ready"
            raise self._trouble or ModelFailure(kind=FailureKind.UNREACHABLE, why=why) from None

    async def _restart(self) -> None:
        """Let a running child see what is new on disk; one that serves a folder of its own does not need to."""
        if self._process is not None and not self._order.folder:
            await self._process.aclose()

    async def _end(self) -> None:
        process, self._process, self._place = self._process, None, None
        self._ready.clear()
        if process is not None:
            await process.aclose()


def info_of(model: Mapping[str, Any]) -> ModelInfo:
    """A model as the child describes it."""
    return ModelInfo(str(model["id"]), str(model["alias"]), str(model["state"]), int(model["window"]), int(model["size_bytes"]))
