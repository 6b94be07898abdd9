"""Word lists and patterns of the reading as text, one thing a line, so that they can be read and added to like a list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_NAMED = re.compile(r"<([A-Z_]+)> = (.+)")
_USE = re.compile(r"(?<!\?P)<([A-Z_]+)>")


@dataclass(frozen=True, slots=True)
class Table:
    """A file: its ``sections`` in their order, each with its lines; ``named`` are the parts that lines are made of."""

    sections: dict[str, tuple[str, ...]]
    named: dict[str, str]


@cache
def table(name: str) -> Table:
    """The table of a file. ``[section]`` begins a section, ``<NAME> = text`` names a part, ``<NAME>`` stands for it, ``#`` is a comment."""
    named: dict[str, str] = {}
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in (files(__package__) / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        part = _NAMED.fullmatch(line)
        if part is not None:
            named[part[1]] = _USE.sub(lambda use: named[use[1]], part[2])
        elif line.startswith("[") and line.endswith("]"):
            lines = sections.setdefault(line[1:-1], [])
        elif line and not line.startswith("#"):
            lines.append(_USE.sub(lambda use: named[use[1]], line))
    return Table({section: tuple(found) for section, found in sections.items()}, named)


def word_list(section: str) -> frozenset[str]:
    """The words of a section of ``words.txt``."""
    return frozenset(word for line in table("words").sections[section] for word in line.split())


@cache
def pattern_of(name: str, section: str) -> re.Pattern[str]:
    """A section of a file as one pattern: each of its lines is an alternative."""
    return re.compile("|".join(table(name).sections[section]))


def turn(section: str) -> re.Pattern[str]:
    """A section of ``turns.txt`` as one pattern."""
    return pattern_of("turns", section)
