"""An answer by rule as Markdown: sentences with the facts they rest on, tables, fenced lines, commands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from arcops.base.guard import clean, defused, safe_line, still
from arcops.chat.base import Answer, Block, Command, Fact, Heading, Lines, Said, Table

_FENCE = "```"
_MOST_EVIDENCE = 30


def markdown(blocks: Sequence[Block]) -> str:
    """The whole answer. Paragraphs are apart by an empty line, the items of a list are not."""
    parts: list[str] = []
    before: Block | None = None
    for block in blocks:
        if before is not None:
            parts.append("\n" if _is_item(block) and _is_item(before) else "\n\n")
        parts.append(_rendered(block))
        before = block
    return "".join(parts)


def with_evidence(answer: Answer) -> str:
    """The answer with the facts it cites listed beneath, for readers who see nothing but the text."""
    cited = cited_facts(answer.answer, answer.facts)
    if not cited:
        return answer.answer
    shown = cited[:_MOST_EVIDENCE]
    more = [f"- and {len(cited) - len(shown)} more"] if len(cited) > len(shown) else []
    return "\n".join((answer.answer, "", "Evidence:", *(fact_line(fact) for fact in shown), *more))


def fact_line(fact: Fact) -> str:
    """``- F3 pod shop/web-0: … (status.phase)``."""
    return f"- {fact.id} {fact.text}{f' ({fact.path})' if fact.path else ''}"


def cited_facts(text: str, facts: Iterable[Fact]) -> list[Fact]:
    """The facts whose ids the text names."""
    return [fact for fact in facts if f"[{fact.id}]" in text]


def citation(facts: Iterable[str]) -> str:
    """`` [F1][F2]``, or nothing."""
    marks = "".join(f"[{identity}]" for identity in dict.fromkeys(facts))
    return f" {marks}" if marks else ""


def _is_item(block: Block) -> bool:
    return isinstance(block, Command) or (isinstance(block, Said) and block.is_item)


def _rendered(block: Block) -> str:
    match block:
        case Said():
            return f"{'- ' if block.is_item else ''}{still(block.text)}{citation(block.facts)}"
        case Heading():
            return f"**{still(block.text)}**"
        case Table():
            return _table(block)
        case Lines():
            return _fenced("text", block.lines) + _cited_below(block.facts)
        case Command():
            return f"- `{defused(clean(block.line)).replace('`', 'ˋ')}`{citation(block.facts)}"


def _cited_below(facts: Sequence[str]) -> str:
    return f"\n\n{citation(facts).strip()}" if facts else ""


def _fenced(language: str, lines: Sequence[str]) -> str:
    return "\n".join((f"{_FENCE}{language}", *(still(line).replace("`", "ˋ") for line in lines), _FENCE))


def _table(table: Table) -> str:
    """Rows with the fact each rests on at its end; facts that are not one for each row stand below."""
    if not table.rows:
        return ""
    rows = [[safe_line(cell).replace("|", "\\|") for cell in row] for row in table.rows]
    columns = list(table.columns)
    is_cited = len(table.facts) == len(rows)
    if is_cited:
        columns.append("")
        rows = [[*row, f"[{fact}]"] for row, fact in zip(rows, table.facts, strict=True)]
    lines = [_row(columns), _row(["---"] * len(columns)), *(_row(row) for row in rows)]
    some = f"\n\nShowing {len(rows)} of {table.total:,}." if table.total > len(rows) else ""
    return "\n".join(lines) + some + _cited_below(() if is_cited else table.facts)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
