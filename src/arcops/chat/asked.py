"""A question together with everything an answer may look at: its reading, the moment's objects and its diagnosis."""

from __future__ import annotations

from dataclasses import dataclass

from arcops.chat.base import Reading
from arcops.chat.book import FactBook
from arcops.inventory.index import Inventory
from arcops.queries.diagnosed import Current
from arcops.queries.services import Services


@dataclass(frozen=True, slots=True)
class Asked:
    """``inventory`` and ``current`` are those of the moment asked about, ``services`` the live ones for further questions.

    ``current`` is None while nothing has been diagnosed yet; ``late`` says then why, in a sentence.
    """

    services: Services
    reading: Reading
    now_ms: int
    inventory: Inventory
    current: Current | None
    book: FactBook
    late: str = ""

    @property
    def at_ms(self) -> int:
        """The moment asked about, in Unix milliseconds."""
        return self.now_ms if self.reading.at_ms is None else self.reading.at_ms
