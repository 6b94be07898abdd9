"""Foundry Local, wherever it is: a child process of ours, the ``foundry`` command's service, or in the cluster.

Looked for in this order, after a configured URL, and nothing else is tried unasked. What is found is spoken to over HTTP like any
other server.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import ClassVar

from arcops.chat.backends.base import FailureKind, ModelFailure, ModelInfo, Progress, Prompt, Usage
from arcops.chat.backends.deployments import find_deployment, not_running
from arcops.chat.backends.foundry_command import find_command_service
from arcops.chat.backends.foundry_service import FoundryService
from arcops.chat.backends.keeping import note_state
from arcops.chat.backends.openai_like import CHECK_S, OpenAiLikeBackend
from arcops.chat.backends.place import Place
from arcops.chat.settings import ModelSettings
from arcops.queries.services import Services


class Discovery:
    """Where Foundry Local is now."""

    def __init__(self, settings: ModelSettings, services: Services, home: Path, *, path: str | None = None) -> None:
        """``home`` is the child's folder; ``path`` replaces PATH in the search for the ``foundry`` command."""
        self.child = FoundryService(settings, home, services.clock)
        self._settings = settings
        self._services = services
        self._path = path
        self._command: Place | None = None

    async def place(self) -> Place:
        """The first place there is. Raises ``ModelFailure`` if there is none (off), or if the one of the settings does not work."""
        if (place := await self.child.place()) is not None:
            return place
        if self._command is None:
            self._command = await find_command_service(self._path)
        place = self._command or find_deployment(self._services.inventory, self._settings.name)
        if place is None:
            raise ModelFailure(kind=FailureKind.OFF, why=await self._why_not())
        return place

    def lost(self) -> None:
        """Ask the command again, its port may be another one."""
        self._command = None

    async def aclose(self) -> None:
        """End the child."""
        await self.child.aclose()

    async def _why_not(self) -> str:
        if waiting := not_running(self._services.inventory):
            return f"{waiting[0]}, so answers are given by rule"
        if self._settings.folder and not await self.child.is_installed():
            return f"the model in {self._settings.folder} needs Foundry Local's library (arcops[foundry]), which is not installed"
        if await self.child.is_installed():
            return "no model is on this machine yet, so answers are given by rule; `arcops model download` fetches one"
        return "no Foundry Local was found, so answers are given by rule"


class FoundryBackend:
    """The model of a Foundry Local that was found."""

    name: ClassVar[str] = "foundry"

    def __init__(
        self, settings: ModelSettings, services: Services, home: Path, *, path: str | None = None, check_s: float = CHECK_S
    ) -> None:
        """As ``Discovery`` and ``OpenAiLikeBackend`` say."""
        self._services = services
        self._discovery = Discovery(settings, services, home, path=path)
        self._server = OpenAiLikeBackend(settings, services, self._discovery, check_s=check_s)

    @property
    def child_pid(self) -> int | None:
        """The process id of our own child, where one serves."""
        return self._discovery.child.pid

    async def start(self) -> None:
        """Look for it and go on watching."""
        self._services.model.backend = self.name
        await self._server.start()

    def stream(self, prompt: Prompt, usage: Usage) -> AsyncGenerator[str, None]:
        """The answer in pieces."""
        return self._server.stream(prompt, usage)

    async def models(self, *, downloadable: bool = False) -> list[ModelInfo]:
        """What the child or the server has."""
        child = self._discovery.child
        if child.is_running or (downloadable and await child.is_installed()):
            return await child.models(downloadable=downloadable)
        return await self._server.models(downloadable=downloadable)

    async def load(self, model: str) -> AsyncGenerator[Progress, None]:
        """Load a model and use it from now on."""
        child = self._discovery.child
        if not child.is_running and not await child.is_installed():
            async for progress in self._server.load(model):
                yield progress
            return
        keeping = self._services.model
        yield Progress(f"Loading {model}", None)
        note_state(keeping, self._services.clock, "starting", f"Loading {model}.")
        try:
            place = await child.load(model)
        finally:
            await self._server.look()
        yield Progress(f"{place.model} is loaded", 100.0)

    async def unload(self, model: str) -> None:
        """Free its memory."""
        await self._server.unload(model)

    async def download(self, model: str) -> AsyncGenerator[Progress, None]:
        """Fetch a model: by the library where it is installed, else by the service of the ``foundry`` command."""
        child = self._discovery.child
        steps = child.download(model) if await child.is_installed() else self._server.download(model)
        async with aclosing(steps):
            async for step in steps:
                yield step
        await self._server.look()

    async def aclose(self) -> None:
        """Stop what was started."""
        await self._server.aclose()
