"""Start and stop: from settings to a running service, and from SIGTERM to exit 0 within five seconds.

A second signal ends the process at once.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Callable

import structlog

from arcops.base.clock import Clock, SystemClock, rfc3339
from arcops.base.logs import configure_logs
from arcops.base.tasks import TaskGroup
from arcops.chat.warm import warm
from arcops.queries.live import is_loaded
from arcops.runtime.app import App, compose
from arcops.runtime.memory import give_back, keep_for_good, keep_little
from arcops.runtime.server import HttpServer, bind, url_of
from arcops.runtime.settings import Settings
from arcops.runtime.sources import Chosen, open_cluster
from arcops.store.base import Gap

log = structlog.get_logger(__name__)

SETTLE_S = 5.0
"""After a sync: by then everything loaded is committed and diagnosed, and a tenth of the memory can be given back."""
CLOSE_S = 4.0
"""The record and the connections get so long to close; with the server's own grace a stop stays within 5 seconds."""
THREADS_S = 0.5
"""Threads that cannot be ended (a name being looked up, a file on a dead share) get so long once the record is closed."""


def serve(settings: Settings, open_source: Callable[[Clock], Chosen] | None = None, clock: Clock | None = None) -> int:
    """Run the service until a signal ends it; returns the exit status.

    ``open_source`` gives another source than the cluster of the settings (the demo, a recording). Raises ``UsageError`` (port, token),
    ``KubeconfigError``, ``CredentialFailed`` and ``RecordError``; never because a cluster is down.
    """
    keep_little()
    configure_logs(settings.log)
    # Python would wait for every thread of its pool, without a limit.
    leave = threading.Timer(THREADS_S, os._exit, (0,))
    leave.daemon = True
    try:
        return asyncio.run(_serve(settings, clock or SystemClock(), open_source, leave))
    finally:
        leave.cancel()


async def _serve(settings: Settings, clock: Clock, open_source: Callable[[Clock], Chosen] | None, leave: threading.Timer) -> int:
    listener = bind(settings.server)
    try:
        chosen = open_source(clock) if open_source else open_cluster(settings.cluster, clock)
        app = compose(settings, chosen, clock)
        server = HttpServer(app.asgi)
        _end_on_signal(server)
        keep_for_good()
        await app.start()
        has_past = (await app.services.store.stats()).revisions > 0
        try:
            await _run(app, server, listener, settings, clock, has_past=has_past)
        finally:
            await asyncio.wait_for(app.aclose(), CLOSE_S)
    finally:
        listener.close()
    log.info("server_stopped")
    leave.start()
    return 0


async def _run(app: App, server: HttpServer, listener: socket.socket, settings: Settings, clock: Clock, *, has_past: bool) -> None:
    async with TaskGroup(clock) as tasks:
        tasks.spawn("pipeline", app.pipeline.run())
        tasks.supervise("ticker", app.ticker.run)
        tasks.supervise("diagnosis", app.diagnosing.run)
        if app.excerpts is not None:
            tasks.supervise("log_excerpts", app.excerpts.run)
        tasks.spawn("announce", _announce(app, clock, has_past=has_past))
        tasks.spawn("model", app.chat.backend.start())
        tasks.spawn("chat_words", warm())
        context = settings.context
        log.info("server_started", url=url_of(listener), source=app.services.source.state.kind_of_source, at=rfc3339(clock.now_ms()))
        log.info(
            "context_buffer_initialized",
            retention_hours=context.keep_hours,
            max_snapshots=context.max_snapshots,
            watcher_interval_s=context.snapshot_every_s,
        )
        await server.serve(sockets=[listener])


async def _announce(app: App, clock: Clock, *, has_past: bool) -> None:
    """One line when everything is loaded; the source itself says when it is connected.

    A record that goes on says that nothing was seen until then: the cluster may have been down for long when arcops was up again.
    """
    state = app.services.source.state
    began = clock.monotonic_s()
    while not is_loaded(app.services):
        await clock.sleep(0.05)
    keep_for_good()
    if has_past:
        await app.services.store.add_gap(Gap(None, app.services.started_ms, clock.now_ms(), "arcops was starting"))
    log.info("cluster_synced", kinds=len(state.kinds), objects=len(app.services.inventory), after_s=round(clock.monotonic_s() - began, 2))
    await clock.sleep(SETTLE_S)
    await asyncio.to_thread(give_back)


def _end_on_signal(server: HttpServer) -> None:
    asked = False

    def stop(number: int) -> None:
        nonlocal asked
        if asked:
            os._exit(128 + number)
        asked = True
        log.info("server_stopping", signal=signal.Signals(number).name)
        server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stop, number)
        except NotImplementedError:  # Windows: the loop has no signal handlers
            signal.signal(number, lambda n, _frame: loop.call_soon_threadsafe(stop, n))
