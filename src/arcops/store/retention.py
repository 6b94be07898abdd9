"""How long and how much the record remembers. The newest version of an object that lives is never forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from arcops.base.ids import first_id

DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Retention:
    """Limits by age and by bytes on disk; whichever is reached first."""

    max_age_ms: int = 7 * DAY_MS
    max_bytes: int = 1024 * 1024 * 1024

    def cutoff_id(self, now_ms: int) -> int:
        """Ids below this one are too old."""
        return first_id(max(0, now_ms - self.max_age_ms))


class Span(Protocol):
    """A file of the record, as retention sees it. ``end_id`` is the first id that is no longer in it."""

    @property
    def end_id(self) -> int:
        """Where the next file begins."""

    @property
    def size_bytes(self) -> int:
        """What unlinking it would free."""

    @property
    def is_pinned(self) -> bool:
        """Kept on purpose."""


AnySpan = TypeVar("AnySpan", bound=Span)


def surplus(files: Sequence[AnySpan], retention: Retention, now_ms: int) -> list[AnySpan]:
    """The files to unlink, oldest first: ``files`` in order of time, the last one open and never among them.

    A file goes by age when all of it is too old; by bytes, the oldest go until the sum fits.
    """
    cutoff = retention.cutoff_id(now_ms)
    total = sum(file.size_bytes for file in files)
    going: list[AnySpan] = []
    for file in files[:-1]:
        if file.is_pinned or (file.end_id > cutoff and total <= retention.max_bytes):
            continue
        going.append(file)
        total -= file.size_bytes
    return going
