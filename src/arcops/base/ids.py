"""Ids that are time: one number is primary key, time index and paging cursor of everything the record holds.

``id = Unix milliseconds * 1024 + n``, never below the last one + 1. It stays below 2^53, so that JSON and JavaScript
hold it exactly, until the year 2248.
"""

from __future__ import annotations

STEP = 1024


def first_id(ms: int) -> int:
    """The smallest id of that millisecond: a lower bound for "since", an upper one for "before"."""
    return ms * STEP


def last_id(ms: int) -> int:
    """The largest id of that millisecond: an upper bound for "until" that includes it."""
    return ms * STEP + STEP - 1


def id_ms(identity: int) -> int:
    """The Unix milliseconds an id stands for."""
    return identity // STEP


class IdSource:
    """Gives ids that only rise, even when the clock steps back."""

    def __init__(self, last: int = 0) -> None:
        """Continue above ``last``, the highest id already given."""
        self.last = last

    def next(self, now_ms: int) -> int:
        """The next id for something seen at ``now_ms``."""
        self.last = max(now_ms * STEP, self.last + 1)
        return self.last
