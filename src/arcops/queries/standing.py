"""The diagnosis of now as a running service keeps it: who asks reads the last finished one, never one half made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from arcops.findings.engine import Engine
from arcops.findings.report import Report
from arcops.queries.stories import Told
from arcops.store.notes import MemoryNotes, Notes


def _nobody() -> None:
    """Nobody listens."""


@dataclass(slots=True)
class Standing:
    """``report`` is None before the first look, and so is ``told``, the same in the form of the answers.

    ``engine`` tells what was looked at, ``notes`` remember incidents and decisions. ``looks`` counts evaluations of everything,
    ``turns`` those of what changed; ``last_ms`` is how long the last took, ``longest_ms`` the longest stretch without giving way to
    others. ``nudge`` asks for a new turn at once.
    """

    notes: Notes = field(default_factory=MemoryNotes)
    report: Report | None = None
    told: Told | None = None
    engine: Engine | None = None
    looks: int = 0
    turns: int = 0
    changes: int = 0
    last_ms: float = 0.0
    longest_ms: float = 0.0
    nudge: Callable[[], None] = _nobody
