"""What speaks for an intent: patterns over the sentence of plain words, each with its weight, from ``tables/cues.txt``.

In that sentence ``OBJ`` is an object found, ``NS`` a namespace, ``TIME`` words of time, ``KIND`` the word for a kind, ``KINDS`` its
plural; ``NODE``, ``NODES``, ``EVENTS`` and ``SPACES`` have cues of their own. Weights of an intent add up; a pattern counts once.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from arcops.chat.base import Intent
from arcops.chat.read.tables import table


class Cue(NamedTuple):
    """A pattern that speaks for an intent."""

    intent: Intent
    weight: float
    pattern: re.Pattern[str]


@cache
def cues() -> tuple[Cue, ...]:
    """Every cue."""
    return tuple(_cue(Intent(section), line) for section, lines in table("cues").sections.items() for line in lines)


def _cue(intent: Intent, line: str) -> Cue:
    weight, _, pattern = line.partition(" ")
    return Cue(intent, float(weight), re.compile(pattern.strip()))
