"""Field paths and field selectors over any field of any object: ``status.phase!=Running,spec.containers[*].image=web:1``.

They read plain JSON, so that they reach fields no type names. Where a path meets a list it goes through every member,
with or without ``[*]``; ``[2]`` picks one. A key with dots is written ``metadata.labels['app.kubernetes.io/name']`` or with
a backslash before each dot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from arcops.base.errors import BadSelector
from arcops.kube.objects.custom import RawBody

_STEP = re.compile(r"""\.?(?:\[\*\]|\[(?P<at>[0-9]{1,6})\]|\[(?P<quote>['"])(?P<quoted>.+?)(?P=quote)\]|(?P<name>(?:\\.|[^.\[\]\\])+))""")
_PART = re.compile(r"(?:\\.|'[^']*'|\"[^\"]*\"|[^,\\])+")
_OPERATOR = re.compile(r"(?<!\\)(!=|==|=)")
_DEEPEST = 32

Step = str | int
FieldPath = tuple[Step, ...]
EACH = "*"
"""The step that only says "every member"."""


@dataclass(frozen=True, slots=True)
class FieldRequirement:
    """One demand: some value at ``path`` equals ``value``, or (``negated``) none does. An absent field is the empty text."""

    path: FieldPath
    value: str
    negated: bool = False

    def matches(self, body: RawBody) -> bool:
        """Whether the object meets it."""
        found = any(scalar_text(value) == self.value for value in values_at(body, self.path))
        if not found and not self.value:
            found = next(values_at(body, self.path), None) is None
        return found is not self.negated


@dataclass(frozen=True, slots=True)
class FieldSelector:
    """Demands that must all be met."""

    requirements: tuple[FieldRequirement, ...] = ()

    def matches(self, body: RawBody) -> bool:
        """Whether the object, as parsed JSON, is selected."""
        return all(requirement.matches(body) for requirement in self.requirements)


def parse_field_selector(text: str) -> FieldSelector:
    """Read ``path=value,path!=value``; a comma, equals sign or backslash in a value is written with a backslash. Raises ``BadSelector``."""
    parts = [part.strip() for part in _PART.findall(text)]
    return FieldSelector(tuple(_requirement(part, text) for part in parts if part))


def parse_path(text: str) -> FieldPath:
    """Read one path, with or without kubectl's ``{.…}`` and leading dot. Raises ``BadSelector``."""
    inner = text.strip().removeprefix("{").removesuffix("}")
    steps: list[Step] = []
    at = 0
    while at < len(inner):
        match = _STEP.match(inner, at)
        if match is None or len(steps) >= _DEEPEST:
            raise BadSelector(selector=text, why="it is not a path such as spec.containers[*].image", hint=_HINT)
        steps.append(_step(match))
        at = match.end()
    if not steps:
        raise BadSelector(selector=text, why="the path is empty", hint=_HINT)
    return tuple(steps)


def values_at(body: RawBody, path: FieldPath) -> Iterator[RawBody]:
    """Every value at a path, lists gone through, nulls left out."""
    if not path:
        yield from _members(body)
    elif isinstance(body, list):
        if isinstance(path[0], int):
            yield from values_at(body[path[0]], path[1:]) if path[0] < len(body) else ()
        else:
            rest = path[1:] if path[0] == EACH else path
            for member in body:
                yield from values_at(member, rest)
    elif isinstance(body, dict):
        if path[0] == EACH:
            for member in body.values():
                yield from values_at(member, path[1:])
        elif path[0] in body:
            yield from values_at(body[path[0]], path[1:])


def scalar_text(value: RawBody) -> str | None:
    """A scalar as people write it (``true``, ``3``, ``web``); None for an object."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else None


def _members(value: RawBody) -> Iterator[RawBody]:
    if isinstance(value, list):
        for member in value:
            yield from _members(member)
    elif value is not None:
        yield value


def _step(match: re.Match[str]) -> Step:
    if match["at"]:
        return int(match["at"])
    if match["quoted"]:
        return match["quoted"]
    return _unescaped(match["name"]) if match["name"] else EACH


def _requirement(part: str, text: str) -> FieldRequirement:
    path, operator, value = (*_OPERATOR.split(part, maxsplit=1), "", "")[:3]
    if not operator:
        raise BadSelector(selector=text, why=f'"{part}" has neither = nor !=', hint=_HINT)
    return FieldRequirement(parse_path(path), _unescaped(value.strip()), operator == "!=")


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


_HINT = "Write path=value or path!=value, separated by commas, such as status.phase!=Running."
