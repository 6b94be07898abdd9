"""Composition: the one place that knows every part and how they fit."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from starlette.types import ASGIApp

from arcops.api.app import create_app
from arcops.api.settings import ApiSettings
from arcops.base.bus import Bus
from arcops.base.clock import Clock
from arcops.base.tasks import TaskGroup
from arcops.chat.answer import Chat
from arcops.chat.backends.choose import open_backend
from arcops.chat.sessions import Sessions
from arcops.chat.sessions import open_notes as open_chat_notes
from arcops.inventory.delta import Delta, merged
from arcops.inventory.index import Inventory
from arcops.queries.services import ContextBuffer, Services
from arcops.queries.standing import Standing
from arcops.runtime.diagnosing import Diagnosing
from arcops.runtime.excerpts import ExcerptKeeper
from arcops.runtime.pipeline import Pipeline
from arcops.runtime.settings import RecordSettings, Settings
from arcops.runtime.sources import Chosen
from arcops.runtime.ticker import Ticker
from arcops.store.base import HistoryStore
from arcops.store.engines.memory import MemoryStore
from arcops.store.notes import FileNotes, MemoryNotes, Notes
from arcops.store.retention import DAY_MS, Retention

MODEL_CLOSE_S = 2.5
"""A model's process gets so long to end; the record's close must still fit into the time of a stop."""


@dataclass(frozen=True, slots=True)
class App:
    """A service put together, not yet running."""

    services: Services
    asgi: ASGIApp
    pipeline: Pipeline
    ticker: Ticker
    diagnosing: Diagnosing
    excerpts: ExcerptKeeper | None
    notes: Notes
    chat: Chat
    bus: Bus[Delta]

    async def aclose(self) -> None:
        """End the listeners, stop the model, close the source, then commit and close the record."""
        self.bus.close()
        async with TaskGroup() as tasks:
            ended = tasks.spawn("close_chat", self.chat.aclose())
            await asyncio.wait([ended], timeout=MODEL_CLOSE_S)
        await self.services.source.aclose()
        await self.services.store.aclose()
        await self.notes.aclose()

    async def start(self) -> None:
        """Open the record. Raises ``RecordError``."""
        await self.services.store.start()
        await self.notes.start()
        await self.chat.start()


def compose(settings: Settings, chosen: Chosen, clock: Clock) -> App:
    """Put a service together from its settings and a source."""
    context = settings.context
    notes = open_notes(settings.record, chosen)
    services = Services(
        source=chosen.source,
        inventory=Inventory(),
        store=open_store(settings.record, chosen, clock),
        clock=clock,
        started_ms=clock.now_ms(),
        context=ContextBuffer(context.snapshot_every_s, context.keep_hours, context.max_snapshots),
        standing=Standing(notes),
    )
    bus = Bus(merged)
    server = settings.server
    chat = open_chat(settings, chosen, services)
    api = ApiSettings(server.token, server.token_file, server.allowed_hosts, server.cors_origins)
    return App(
        services=services,
        asgi=create_app(services, api, chat),
        pipeline=Pipeline(services.source, services.store, services.inventory, bus, clock),
        ticker=Ticker(services),
        diagnosing=Diagnosing(services, bus),
        excerpts=open_excerpts(services, bus, settings.record),
        notes=notes,
        chat=chat,
        bus=bus,
    )


def open_store(settings: RecordSettings, chosen: Chosen, clock: Clock) -> HistoryStore:
    """The record of one cluster; opened by its ``start``."""
    retention = Retention(round(settings.keep_days * DAY_MS), settings.max_bytes)
    if settings.engine == "memory" or chosen.is_made_up:
        return MemoryStore(clock, retention)
    from arcops.store.engines.sqlite import SqliteStore

    return SqliteStore(settings.directory / chosen.name, clock, retention)


def open_excerpts(services: Services, bus: Bus[Delta], settings: RecordSettings) -> ExcerptKeeper | None:
    """The keeper of log excerpts, None if the settings want none."""
    if not settings.log_excerpts:
        return None
    services.log_keeping.state, services.log_keeping.since_ms = "ok", services.started_ms
    return ExcerptKeeper(services, bus, settings)


def open_chat(settings: Settings, chosen: Chosen, services: Services) -> Chat:
    """Who answers questions in words. Its model is looked for by ``chat.backend.start``, which takes its time.

    Raises ``BadInput`` for settings of a model that cannot work.
    """
    folder = None if settings.record.engine == "memory" or chosen.is_made_up else settings.record.directory / chosen.name
    return Chat(
        services,
        open_backend(settings.model, services, data_dir=settings.record.directory),
        Sessions(services.clock, open_chat_notes(folder)),
        settings.model,
    )


def open_notes(settings: RecordSettings, chosen: Chosen) -> Notes:
    """What is noted beside the record; opened by its ``start``."""
    if settings.engine == "memory" or chosen.is_made_up:
        return MemoryNotes()
    return FileNotes(settings.directory / chosen.name)
