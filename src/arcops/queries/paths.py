"""Fields of a JSON body by path: for ``fieldSelector`` and ``sort`` on anything, not only on what the API server indexes.

A path is written as in kubectl's JSONPath, without the braces: ``status.phase``, ``spec.containers[0].image``,
``metadata.labels['app.kubernetes.io/name']`` (or with ``\\.`` for the dot). A list without a position means all of its
elements: ``status.conditions.type`` has as many values as there are conditions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from arcops.base.errors import BadSelector
from arcops.kube.objects.custom import RawBody

Path = tuple[str | int, ...]
SortKey = tuple[int, float | str]
"""Missing before numbers before text; times sort as text because RFC 3339 in UTC does."""

_STEP = re.compile(r"""\[(?:(\d+)|\*|'([^']*)'|"([^"]*)")\]|((?:\\.|[^.\[\]\\])+)""")
_TERM = re.compile(r"^(.*?)\s*(!=|==|=)\s*(.*)$", re.DOTALL)
_MOST_STEPS = 32
_MOST_TERMS = 16


def parse_path(text: str) -> Path:
    """The steps of a path; raises ``BadSelector``."""
    text = text.strip().removeprefix("{").removesuffix("}").lstrip(".")
    steps: list[str | int] = []
    at = 0
    while at < len(text):
        match = _STEP.match(text, at)
        if match is None:
            raise BadSelector(selector=text, why=f"position {at + 1} is not a field name", hint="Write a path such as status.phase.")
        number, single, double, plain = match.groups()
        if number is not None:
            steps.append(int(number[:9]))
        elif plain is not None or single is not None or double is not None:
            steps.append(plain.replace("\\", "") if plain is not None else single if single is not None else double)
        at = match.end()
        if at < len(text) and text[at] == ".":
            at += 1
            if at == len(text):
                raise BadSelector(selector=text, why="it ends with a dot", hint="Write a path such as status.phase.")
    if not steps or len(steps) > _MOST_STEPS:
        raise BadSelector(selector=text, why=f"a path has 1 to {_MOST_STEPS} steps", hint="Write a path such as status.phase.")
    return tuple(steps)


def values_at(body: RawBody, path: Path) -> Iterator[RawBody]:
    """Every value a path reaches; none if it leads nowhere."""
    if not path:
        yield body
    elif isinstance(body, dict):
        if path[0] in body:
            yield from values_at(body[path[0]], path[1:])
    elif isinstance(body, list):
        if isinstance(path[0], int):
            if path[0] < len(body):
                yield from values_at(body[path[0]], path[1:])
        else:
            for element in body:
                yield from values_at(element, path)


def text_of(value: RawBody) -> str:
    """A scalar as a selector writes it: ``true``, ``3``, text as it is, and "" for null and for what is no scalar."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (str, int, float)) else ""


def sort_key(body: RawBody, path: Path) -> SortKey:
    """Where a body stands by the first value of a path."""
    value = next(values_at(body, path), None)
    if isinstance(value, list):
        value = len(value)
    if isinstance(value, (bool, int, float)):
        return (1, float(value))
    return (2, value) if isinstance(value, str) else (0, "")


@dataclass(frozen=True, slots=True)
class FieldTerm:
    """One condition on a field."""

    path: Path
    value: str
    equal: bool

    def matches(self, body: RawBody) -> bool:
        """Whether a body fulfils it: with lists, whether any element equals (or, for ``!=``, none does)."""
        found = [text_of(v) for v in values_at(body, self.path)] or [""]
        return (self.value in found) is self.equal


def parse_field_selector(text: str) -> tuple[FieldTerm, ...]:
    """The terms of ``a=b,c!=d``; an empty selector has none. A missing field equals "". Raises ``BadSelector``."""
    terms: list[FieldTerm] = []
    for part in _split(text):
        match = _TERM.match(part)
        if match is None or not match.group(1):
            raise BadSelector(selector=text, why=f'"{part}" has no = or !=', hint="Write path=value or path!=value, separated by commas.")
        path, operator, value = match.groups()
        terms.append(FieldTerm(parse_path(path), value.replace("\\,", ",").replace("\\=", "="), operator != "!="))
    if len(terms) > _MOST_TERMS:
        raise BadSelector(selector=text, why=f"it has more than {_MOST_TERMS} terms", hint="Ask for fewer fields at a time.")
    return tuple(terms)


def matches_all(terms: Sequence[FieldTerm], body: RawBody) -> bool:
    """Whether a body fulfils every term."""
    return all(term.matches(body) for term in terms)


def _split(text: str) -> list[str]:
    """Parts between commas that are neither escaped nor inside brackets or quotes."""
    parts = re.findall(r"""(?:\\.|\[[^\]]*\]|[^,\\])+""", text, re.DOTALL)
    return [p.strip() for p in parts if p.strip()]
