"""The whole chat with the real Foundry Local, by way of a proxy that keeps every request."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from arcops.chat.answer import Chat
from arcops.chat.backends.choose import open_backend
from arcops.chat.sessions import Sessions
from arcops.chat.settings import ModelSettings
from arcops.queries.services import ModelKeeping
from arcops.testing.questions import services_of
from tests.foundry.recording_proxy import RecordingProxy
from tests.unit.chat.hostile import ORDERS, case_of

WINDOW = 4096


@dataclass(frozen=True)
class Talk:
    """A chat about a hostile cluster, and the proxy its model is asked through."""

    chat: Chat
    proxy: RecordingProxy
    model: ModelKeeping


@asynccontextmanager
async def talking(url: str, folder: Path, *, window: int = WINDOW, **more: object) -> AsyncIterator[Talk]:
    """A chat about a hostile cluster with the model at ``url``, through the proxy, with the window of a small model."""
    async with RecordingProxy(url) as proxy:
        settings = ModelSettings(base_url=proxy.url, window=window, **more)  # type: ignore[arg-type]  # fields by name
        cluster = await services_of([case_of(folder, ORDERS)])
        chat = Chat(cluster, open_backend(settings, cluster), Sessions(cluster.clock), settings)
        await chat.start()
        await chat.backend.start()
        try:
            yield Talk(chat, proxy, cluster.model)
        finally:
            await chat.aclose()
