"""What every question needs, passed explicitly: no globals, no hidden state."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from arcops.base.clock import Clock
from arcops.inventory.index import Inventory
from arcops.source.base import Source
from arcops.store.base import HistoryStore

if TYPE_CHECKING:
    from arcops.queries.standing import Standing


@dataclass(frozen=True, slots=True)
class ContextBuffer:
    """How the recent window of the record is kept: a tick each ``interval_s``, for ``retention_hours``, at most ``max_snapshots``."""

    interval_s: float = 30.0
    retention_hours: float = 24.0
    max_snapshots: int = 1000


@dataclass(slots=True)
class LogKeeping:
    """How the keeping of log excerpts is doing; counters only rise.

    ``state``: ``off`` (by setting, or nobody keeps any), ``ok``, ``forbidden`` (the right to get pods/log is missing) or
    ``unreachable``; since when, in Unix milliseconds. ``missed`` ends were read in vain (their lines were gone), ``empty``
    ones had no lines, ``dropped`` ones gave way in a full queue.
    """

    state: str = "off"
    detail: str = ""
    since_ms: int = 0
    kept: int = 0
    empty: int = 0
    missed: int = 0
    dropped: int = 0
    queued: int = 0


@dataclass(frozen=True, slots=True)
class Services:
    """The floors below, as one record. ``started_ms`` is when this process began to serve, in Unix milliseconds.

    ``standing`` is the diagnosis a running service keeps going; None where nobody does.
    """

    source: Source
    inventory: Inventory
    store: HistoryStore
    clock: Clock
    started_ms: int
    context: ContextBuffer = field(default_factory=ContextBuffer)
    standing: Standing | None = None
    log_keeping: LogKeeping = field(default_factory=LogKeeping)
