"""What every test of a back end needs: services without a cluster, short time-outs, one question."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from arcops.base.clock import SystemClock
from arcops.chat.backends.base import Backend, Message, Prompt, Usage
from arcops.chat.backends.choose import open_backend
from arcops.chat.settings import ModelSettings
from arcops.inventory.index import Inventory
from arcops.queries.services import Services
from arcops.source.cases import Picture, Step
from arcops.source.drivers.files import FilesSource
from arcops.store.engines.memory import MemoryStore

QUESTION = Prompt(
    (Message("system", "Word the facts."), Message("user", "F1 pod shop/checkout: OOMKilled\nWhy?")), max_tokens=50, tokens=20
)
SHORT: dict[str, Any] = {
    "connect_timeout_s": 1.0, "first_token_timeout_s": 0.6, "between_tokens_timeout_s": 0.25, "total_timeout_s": 1.5,
}  # fmt: skip


def some_services() -> Services:
    """The floors below with nothing in them and the machine's own clock."""
    clock = SystemClock()
    return Services(FilesSource(Picture([Step(clock.now_ms(), ())])), Inventory(), MemoryStore(clock), clock, clock.now_ms())


@asynccontextmanager
async def started(services: Services, **settings: Any) -> AsyncIterator[Backend]:
    """The back end of these settings, started; closed at the end."""
    backend = open_backend(ModelSettings(**{**SHORT, **settings}), services)
    await backend.start()
    try:
        yield backend
    finally:
        await backend.aclose()


async def ask(backend: Backend, prompt: Prompt = QUESTION, usage: Usage | None = None, heard: list[str] | None = None) -> str:
    """The whole answer; its pieces are added to ``heard`` as they come."""
    pieces = heard if heard is not None else []
    async for piece in backend.stream(prompt, usage or Usage()):
        pieces.append(piece)
    return "".join(pieces)
