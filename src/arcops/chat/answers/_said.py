"""Sentences that are facts: what is said is what is known, so that a number or name never stands without its fact."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from arcops.base.guard import safe_line
from arcops.chat.asked import Asked
from arcops.chat.base import Command, FactType, Lines, Said
from arcops.kube.refs import ObjectRef

_MARKS = str.maketrans("", "", "`*")


def told(
    asked: Asked,
    type_: FactType,
    text: str,
    *,
    ref: ObjectRef | None = None,
    path: str = "",
    at_ms: int | None = None,
    rank: int = 0,
    is_item: bool = False,
    more: Collection[str] = (),
) -> Said:
    """A sentence that is a fact itself: its text without marks is written down, and the sentence cites it (and ``more``).

    Both are cut at the same length, so that the sentence never says more than its fact.
    """
    said = safe_line(text)
    fact = asked.book.add(type_, said.translate(_MARKS), ref=ref, path=path, at_ms=at_ms, rank=rank)
    return Said(said, (fact, *more), is_item)


def step(asked: Asked, what: str, line: str, *, ref: ObjectRef | None = None, rank: int = 5) -> tuple[Said, Command]:
    """A command with what it is for; both rest on one fact."""
    fact = asked.book.add(FactType.COMMAND, f"{what}: {line}", ref=ref, rank=rank)
    return Said(f"{what}:", (fact,)), Command(line, (fact,))


def quoted(text: str, most: int = 240) -> str:
    """Text of others within a sentence: masked, one line, as code, so that nothing in it is alive."""
    return f"`{safe_line(text, most).replace('`', 'ˋ')}`"


def lines_of(texts: Iterable[str], facts: Sequence[str] = ()) -> Lines:
    """Lines of others, each masked and defused."""
    return Lines(tuple(safe_line(text) for text in texts), tuple(facts))


def many(count: int, noun: str, plural: str = "") -> str:
    """``1 pod``, ``2,000 pods``, ``3 classes``."""
    return f"{count:,} {noun if count == 1 else plural or plural_of(noun)}"


def plural_of(noun: str) -> str:
    """English as kinds have it: ``policies``, ``classes``, ``pods``."""
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun if noun.lower() in ("endpoints", "limits") else f"{noun}es"
    if noun.endswith("y") and noun[-2:-1] not in set("aeiou"):
        return f"{noun[:-1]}ies"
    return f"{noun}s"


def listed(words: Sequence[str], most: int = 6, last: str = "and") -> str:
    """``a, b and c``; of many the first and how many more: ``a, b, c and 4 more``."""
    shown = list(words[:most])
    if len(words) > most:
        return f"{', '.join(shown)} and {len(words) - most:,} more"
    return f"{', '.join(shown[:-1])} {last} {shown[-1]}" if len(shown) > 1 else "".join(shown)


def named(ref: ObjectRef) -> str:
    """``shop/web-0``, ``edge-1``: an object's name in a sentence that tells its kind."""
    return f"{ref.namespace}/{ref.name}" if ref.namespace else ref.name
