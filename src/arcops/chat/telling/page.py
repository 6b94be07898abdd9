"""A page under way: what is said is written down as a fact in the same words, so that no sentence holds what its facts do not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from arcops.base.guard import safe_line
from arcops.chat.base import Block, Command, Draft, FactType, Heading, Said, Table
from arcops.chat.book import FactBook
from arcops.kube.refs import ObjectRef

LONGEST = 1_600
"""Characters of one paragraph."""


class Page:
    """Collects blocks. ``tell`` writes a fact and says it; ``say`` says something that rests on facts already written."""

    def __init__(self, book: FactBook) -> None:
        """An empty page whose facts go into ``book``."""
        self.book = book
        self._blocks: list[Block] = []

    def tell(
        self, type_: FactType, text: str, *, ref: ObjectRef | None = None, path: str = "", at_ms: int | None = None, rank: int = 4,
        item: bool = False, also: Sequence[str] = (),
    ) -> str:  # fmt: skip
        """Say a fact word for word; returns its id. ``also`` are further facts it rests on."""
        identity = self.book.add(type_, text, ref=ref, path=path, at_ms=at_ms, rank=rank)
        self._blocks.append(Said(safe_line(text), tuple(dict.fromkeys((identity, *also))), item))
        return identity

    def text_of(self, identity: str) -> str:
        """The text of a fact as it was written down: masked, defused, of bounded length."""
        fact = self.book.get(identity)
        return fact.text if fact is not None else ""

    def has_said(self, text: str) -> bool:
        """Whether a paragraph so far holds these words."""
        line = safe_line(text)
        return any(isinstance(block, Said) and line in block.text for block in self._blocks)

    def say(self, text: str, facts: Iterable[str] = (), *, item: bool = False) -> None:
        """Say sentences whose names and numbers stand in the facts."""
        self._blocks.append(Said(safe_line(text, LONGEST), tuple(dict.fromkeys(facts)), item))

    def head(self, text: str) -> None:
        """A heading; one with nothing beneath it is left out of the draft."""
        self._blocks.append(Heading(text))

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]], total: int, facts: Iterable[str] = ()) -> None:
        """A table; none where there are no rows."""
        if rows:
            self._blocks.append(Table(tuple(columns), tuple(tuple(row) for row in rows), total, tuple(dict.fromkeys(facts))))

    def command(self, line: str, facts: Iterable[str] = ()) -> None:
        """A command to run."""
        self._blocks.append(Command(line, tuple(dict.fromkeys(facts))))

    def draft(self, *, can_tell: bool = True) -> Draft:
        """The answer so far."""
        following: list[Block | None] = [*self._blocks, None][1:]
        kept = [
            one
            for one, after in zip(self._blocks, following, strict=True)
            if not (isinstance(one, Heading) and (after is None or isinstance(after, Heading)))
        ]
        return Draft(tuple(kept), can_tell)
