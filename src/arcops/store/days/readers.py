"""Readers: a few threads, each with its own read-only connections to the day files it was asked about."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from arcops.base.errors import RecordError
from arcops.store.days.file import DayFile
from arcops.store.days.opening import DAMAGE, Connection, open_for_reading

MOST_OPEN = 8

Answer = TypeVar("Answer")
Open = Callable[[DayFile], Connection]


class Readers:
    """Runs questions off the event loop. No reader ever writes or checkpoints."""

    def __init__(self, may_keep: Callable[[], bool] = lambda: True, threads: int = 2) -> None:
        """Use that many threads. ``may_keep``: whether connections may outlive the question they were opened for.

        On a read-only disk they must not: SQLite shares the state of the log between the connections of a process, and
        one that was opened read-only would keep the writer from writing when the disk can be written again.
        """
        self._may_keep = may_keep
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="record-reader")
        self._of_thread = threading.local()
        self._all: list[OrderedDict[Path, Connection]] = []
        self._is_closed = False

    async def ask(self, question: Callable[[Open], Answer]) -> Answer:
        """The answer of ``question``, which opens the files it needs; ``RecordError`` if one cannot be read."""
        if self._is_closed:
            raise RecordError(path="the data folder", why="it is closed")
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._answer, question)

    def _answer(self, question: Callable[[Open], Answer]) -> Answer:
        try:
            try:
                return question(self._open)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_CANTOPEN:
                    raise
                return question(self._open)  # retention unlinked a file in between
        except DAMAGE as error:
            raise RecordError(path="the data folder", why=error) from error
        finally:
            if not self._may_keep():
                self._close(self._connections())

    def _open(self, file: DayFile) -> Connection:
        connections = self._connections()
        connection = connections.get(file.path)
        if connection is None:
            connection = connections[file.path] = open_for_reading(file.path, closed=not file.is_open)
            if len(connections) > MOST_OPEN:
                connections.popitem(last=False)[1].close()
        else:
            connections.move_to_end(file.path)
        return connection

    def _connections(self) -> OrderedDict[Path, Connection]:
        """Those of the thread that asks, the latest used last."""
        found: OrderedDict[Path, Connection] | None = getattr(self._of_thread, "connections", None)
        if found is None:
            found = self._of_thread.connections = OrderedDict()
            self._all.append(found)
        return found

    async def aclose(self) -> None:
        """Wait for questions under way and close every connection. Safe to call twice."""
        self._is_closed = True
        await asyncio.to_thread(self._pool.shutdown, wait=True)
        for connections in self._all:
            self._close(connections)

    @staticmethod
    def _close(connections: OrderedDict[Path, Connection]) -> None:
        while connections:
            connections.popitem()[1].close()
