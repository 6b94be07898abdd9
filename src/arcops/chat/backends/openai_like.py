"""Any chat-completions server: finds out what it is, asks it one question at a time, and tells what goes wrong.

Always streaming, temperature 0, ``max_tokens`` always, no ``strict``, no penalties: what every dialect takes. A generation is never
tried again once a token came; before that only what the server did not even begin is: a connection that was not taken, a key that was
rotated, a model that had been unloaded, a field it does not know.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import ClassVar

from arcops.base.tasks import TaskGroup
from arcops.chat.backends.asking import Asking, Mending
from arcops.chat.backends.base import FailureKind, ModelFailure, ModelInfo, Progress, Prompt, Usage
from arcops.chat.backends.dialects import chosen, recognise
from arcops.chat.backends.keeping import note_answer, note_failure, note_state, note_trouble
from arcops.chat.backends.patience import Patience
from arcops.chat.backends.place import Locator, Place
from arcops.chat.backends.probe import probe
from arcops.chat.backends.server import Server
from arcops.chat.backends.transport import Transport
from arcops.chat.backends.turns import Turns
from arcops.chat.settings import ModelSettings
from arcops.queries.services import Services

RETRY_CONNECT_S = 0.2
UNLOAD_TRIES = 10
"""Foundry Local notices within half a second that a reader has left, and unloads nothing before."""
CHECK_S = 30.0
START_S = 10.0
"""A start waits so long for the first look: loading a model may take minutes."""
NOT_FOUND = 404


class OpenAiLikeBackend:
    """One server at one place. ``services.model`` is kept by it."""

    name: ClassVar[str] = "openai_like"

    def __init__(self, settings: ModelSettings, services: Services, locator: Locator, *, check_s: float = CHECK_S) -> None:
        """``check_s``: how often a server that does not answer is looked for again."""
        self._settings = settings
        self._services = services
        self._locator = locator
        self._check_s = check_s
        self._turns = Turns(services.model, settings.concurrency, settings.waiting, settings.total_timeout_s)
        self._tasks = TaskGroup(services.clock)
        self._finding = asyncio.Lock()
        self._looked = asyncio.Event()
        self._place: Place | None = None
        self._server: Server | None = None
        self._asking = Asking("")
        self._chosen = settings.name
        self._is_probed = False

    async def start(self) -> None:
        """Look for the server, in the background once that takes longer than a moment, and go on watching it."""
        keeping = self._services.model
        if keeping.backend == "none":
            keeping.backend = self.name
        note_state(keeping, self._services.clock, "starting", "The model is being looked for.")
        self._tasks.supervise("model_watch", self._watch)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(START_S):
                await self._looked.wait()

    async def stream(self, prompt: Prompt, usage: Usage) -> AsyncGenerator[str, None]:
        """The answer in pieces, in this question's turn."""
        keeping, clock = self._services.model, self._services.clock
        try:
            async with self._turns.take():
                patience = Patience(self._settings, clock)
                pieces = 0
                async with aclosing(self._mended(prompt, usage, patience)) as spoken:
                    async for piece in spoken:
                        pieces += 1
                        yield piece
                usage.first_token_ms, usage.total_ms = patience.first_token_ms, patience.total_ms
                note_answer(keeping, clock, usage, pieces)
        except ModelFailure as failure:
            note_failure(keeping, clock, failure)
            raise

    async def _mended(self, prompt: Prompt, usage: Usage, patience: Patience) -> AsyncGenerator[str, None]:
        """One generation; before its first token what can be put right is put right once."""
        mending = Mending()
        while True:
            try:
                server = await patience.wait(self._found())
                answer = self._asking.answer(server, prompt, usage, patience)
                async with aclosing(answer) as pieces:
                    async for piece in pieces:
                        mending.has_begun = True
                        yield piece
            except ModelFailure as failure:
                self._learn(failure)
                if not mending.may_try(failure) or not await self._put_right(failure):
                    raise
            else:
                return

    async def _put_right(self, failure: ModelFailure) -> bool:
        """Whether it makes sense to ask again."""
        match failure.kind:
            case FailureKind.UNREACHABLE:
                await asyncio.sleep(RETRY_CONNECT_S)
                return True
            case FailureKind.REFUSED:
                return self._server is not None and await self._server.transport.key.read_again()
            case FailureKind.NOT_LOADED if self._server is not None and self._server.loads_models:
                await self._loaded(self._server, self._asking.model)
                return True
            case FailureKind.CUT:
                return await self._has_moved()
            case FailureKind.ERROR:
                return self._asking.leave_out_refused(failure.why)
            case _:
                return False

    async def _has_moved(self) -> bool:
        """Whether the server that was asked is gone for good, and with it whatever it may have begun: a child process that died."""
        await asyncio.sleep(RETRY_CONNECT_S)
        try:
            return await self._locator.place() != self._place
        except ModelFailure:
            return False

    def _learn(self, failure: ModelFailure) -> None:
        """Another server may listen there now; and a complaint about length tells the window."""
        if failure.kind in {FailureKind.UNREACHABLE, FailureKind.STRANGER, FailureKind.UNKNOWN_MODEL}:
            self._server = None
            self._locator.lost()
        if failure.window and not self._settings.window:
            self._services.model.window = failure.window

    # Finding

    async def _found(self) -> Server:
        """The server, looked at first if it is not known or is at another place now. Raises ``ModelFailure``."""
        async with self._finding:
            place = await self._locator.place()
            if place != self._place:
                await self._move(place)
            if self._server is None:
                self._server = await self._find(place)
            return self._server

    async def _move(self, place: Place) -> None:
        keeping = self._services.model
        keeping.url, keeping.is_local = place.shown, place.is_local(self._services.inventory)
        before, self._place, self._server = self._server, place, None
        if before is not None:
            await before.transport.aclose()

    async def _find(self, place: Place) -> Server:
        server = await recognise(Transport(place, self._settings, is_local=self._services.model.is_local))
        try:
            await self._take(server, place)
        except BaseException:
            await server.transport.aclose()
            raise
        return server

    async def _take(self, server: Server, place: Place) -> None:
        """Note which model of this server is asked, and how it is."""
        wanted = place.model or self._chosen
        model = chosen(await self._listed(server), wanted)
        if model is None and not wanted:
            raise ModelFailure(kind=FailureKind.NOT_LOADED, why="the server has no model")
        keeping = self._services.model
        self._use(model.id if model else wanted)
        keeping.window = self._settings.window or place.window or (model.window if model else 0) or await server.window()
        if model is not None and model.state != "loaded":
            note_state(keeping, self._services.clock, "unloaded", f"{model.id} is there and is loaded with the first question.")
        else:
            note_state(keeping, self._services.clock, "ready", f"{keeping.model} is loaded.")

    def _use(self, model: str) -> None:
        if self._services.model.model != model:
            self._is_probed = False
            self._asking = Asking(model)
        self._services.model.model = self._asking.model = model

    async def _listed(self, server: Server) -> list[ModelInfo]:
        """What it lists; a refused key is read again once, and a server without a list is one that was told its model by us."""
        for is_last in (False, True):
            try:
                return await server.models()
            except ModelFailure as failure:
                if failure.kind is FailureKind.REFUSED and not is_last and await server.transport.key.read_again():
                    continue
                if failure.kind is FailureKind.STRANGER and self._settings.name and failure.status == NOT_FOUND:
                    return []
                raise
        return []

    async def look(self) -> bool:
        """One look at the server; what is wrong is kept."""
        try:
            await self._found()
        except ModelFailure as failure:
            self._learn(failure)
            note_trouble(self._services.model, self._services.clock, failure)
            return False
        finally:
            self._looked.set()
        return True

    async def _watch(self) -> None:
        """Look again and again: for a server that is not there, and once for what it can do."""
        while True:
            if await self.look() and not self._is_probed and self._services.model.state == "ready":
                await self._probe()
            await self._services.clock.sleep(self._check_s)

    async def _probe(self) -> None:
        try:
            server = await self._found()
            self._is_probed = await self._turns.in_spare_time(probe(server, self._asking.model, self._services.model, self._settings))
        except ModelFailure as failure:
            note_trouble(self._services.model, self._services.clock, failure)

    # Models

    async def models(self, *, downloadable: bool = False) -> list[ModelInfo]:
        """What the server lists, and what it could fetch."""
        return await (await self._found()).models(downloadable=downloadable)

    async def load(self, model: str) -> AsyncGenerator[Progress, None]:
        """Load a model and use it from now on."""
        server = await self._found()
        found = chosen(await server.models(), model)
        name = found.id if found else model
        yield Progress(f"Loading {name}", None)
        if found is None or found.state != "loaded":
            await self._loaded(server, name)
        self._use(name)
        self._chosen = name
        note_state(self._services.model, self._services.clock, "ready", f"{name} is loaded.")
        yield Progress(f"{name} is loaded", 100.0)

    async def unload(self, model: str) -> None:
        """Free its memory."""
        server = await self._found()
        found = chosen(await server.models(), model)
        name = found.id if found else model
        async with self._turns.take():
            await self._unloaded(server, name)
        if name == self._services.model.model:
            note_state(self._services.model, self._services.clock, "unloaded", f"{name} was unloaded.")

    async def download(self, model: str) -> AsyncGenerator[Progress, None]:
        """Let the server fetch a model, where it is one that can."""
        server = await self._found()
        async with aclosing(server.download(model)) as steps:
            async for step in steps:
                yield step

    async def _unloaded(self, server: Server, model: str) -> None:
        """Unload, once the server noticed that whoever asked last has left."""
        for _ in range(UNLOAD_TRIES):
            try:
                return await server.unload(model)
            except ModelFailure as failure:
                if "still using" not in failure.why:
                    raise
            await asyncio.sleep(RETRY_CONNECT_S)
        return await server.unload(model)

    async def _loaded(self, server: Server, model: str) -> None:
        note_state(self._services.model, self._services.clock, "starting", f"Loading {model}.")
        await server.load(model)

    async def aclose(self) -> None:
        """Stop watching, close connections."""
        await self._tasks.aclose()
        await self._locator.aclose()
        if self._server is not None:
            await self._server.transport.aclose()
