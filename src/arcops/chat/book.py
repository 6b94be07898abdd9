"""Facts of one answer, numbered as they are found; the same fact twice keeps its first number."""

from __future__ import annotations

from arcops.base.clock import rfc3339
from arcops.base.guard import safe_line
from arcops.chat.base import Fact, FactType
from arcops.kube.refs import ObjectRef


class FactBook:
    """Collects facts and numbers them: ``F1``, ``F2`` and so on."""

    def __init__(self) -> None:
        """No facts yet."""
        self._facts: dict[tuple[FactType, str], Fact] = {}

    def add(
        self, type_: FactType, text: str, *, ref: ObjectRef | None = None, path: str = "", at_ms: int | None = None, rank: int = 4
    ) -> str:
        """Keep a fact and return its id. The text is masked, defused and made one line here, so that no caller can forget."""
        line = safe_line(text)
        known = self._facts.get((type_, line))
        if known is not None:
            return known.id
        fact = Fact(
            id=f"F{len(self._facts) + 1}",
            type=type_,
            text=line,
            object=f"{ref.kind}/{ref.namespace}/{ref.name}" if ref is not None else "",
            path=safe_line(path),
            at=rfc3339(at_ms) if at_ms is not None else "",
            rank=rank,
        )
        self._facts[type_, line] = fact
        return fact.id

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Every fact, in the order of its number."""
        return tuple(self._facts.values())

    def get(self, identity: str) -> Fact | None:
        """The fact of an id."""
        return next((fact for fact in self._facts.values() if fact.id == identity), None)
