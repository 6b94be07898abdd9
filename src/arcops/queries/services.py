"""What every question needs, passed explicitly: no globals, no hidden state."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from arcops.base.clock import Clock
from arcops.inventory.index import Inventory
from arcops.queries.worded import Worded
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


@dataclass(slots=True)
class ModelKeeping:
    """How the language model is doing, kept by its back end.

    ``state``: ``off`` (none is wanted, or none was found), ``starting``, ``ready`` (it answers, a model is loaded), ``unloaded`` (it
    answers, no model is loaded) or ``unreachable``; ``detail`` says why in a sentence. ``window`` is in tokens, 0 while unknown.
    ``is_local``: the URL is loopback or in the cluster, so that nothing leaves the site. ``last_answer_ms`` is the Unix time of its
    last whole answer; rates are those of that answer.
    """

    state: str = "off"
    detail: str = "No model is configured; answers are given by rule."
    backend: str = "none"
    url: str = ""
    model: str = ""
    window: int = 0
    is_local: bool = True
    has_schema: bool = False
    has_tools: bool = False
    since_ms: int = 0
    last_answer_ms: int | None = None
    last_failure: str = ""
    first_token_ms: float = 0.0
    tokens_per_s: float = 0.0
    waiting: int = 0
    answered: int = 0
    failed: int = 0


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
    model: ModelKeeping = field(default_factory=ModelKeeping)
    worded: Worded = field(default_factory=Worded)
