r"""kubectl's JSONPath: ``{range .items[*]}{.metadata.name}{"\t"}{.status.phase}{"\n"}{end}``.

Understood are fields (``.a``, ``\.`` for a dot in a name), ``['a']``, ``[0]``, ``[-1]``, ``[0:2]``, ``[*]``, ``.*``, ``..a``,
``[a,b]``, filters (``[?(@.type=="Ready")]``), ``range``/``end`` and quoted text. The page of the rules:
https://kubernetes.io/docs/reference/kubectl/jsonpath/. What is missing prints as nothing.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from arcops.base.errors import BadInput

Step = Callable[[Any], Iterator[Any]]

_FIELD = re.compile(r"\.?((?:\\.|[^\[\].\\\s])+)")
_PIECE = re.compile(
    r"""\s*(?:
        "((?:\\.|[^"\\])*)" | '((?:\\.|[^'\\])*)'                                    # quoted text
      | (range(?=[\s.\[@$])\s*)? ([.\[@$\w] (?: \[(?:[^\[\]"']|"[^"]*"|'[^']*'|\[[^\]]*\])*\] | [^\s\[] )*)    # a path
    )""",
    re.VERBOSE,
)
_BRACKET = re.compile(r"""\[(?:[^\[\]"']|"[^"]*"|'[^']*'|\[[^\]]*\])*\]""")
"""From a bracket to the one that closes it; inside a filter one more pair may stand."""
_FILTER = re.compile(r"^\?\((.+?)\s*(?:(==|!=|<=|>=|<|>)\s*(.+?))?\)$")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True, slots=True)
class Path:
    """The steps from a value to the values it names."""

    steps: tuple[Step, ...]

    def values(self, value: Any) -> list[Any]:
        """All values the path names, in their order; none where it leads nowhere."""
        found = [value]
        for step in self.steps:
            found = [inner for outer in found for inner in step(outer)]
        return found


@dataclass(frozen=True, slots=True)
class Range:
    """``{range PATH} … {end}``: the body once per value."""

    path: Path
    body: tuple[str | Path | Range, ...]


def parse_path(text: str) -> Path:
    """A bare path, as ``--sort-by`` and ``custom-columns`` take it: ``.a.b``, ``a.b`` or ``{.a.b}``. Raises ``BadInput``."""
    bare = text.strip()
    if bare.startswith("{") and bare.endswith("}"):
        bare = bare[1:-1].strip()
    return Path(tuple(_steps(bare, text)))


def render_template(text: str, value: Any) -> str:
    """What kubectl would print for ``-o jsonpath=text``. Raises ``BadInput``."""
    nodes = _nodes(iter(_pieces(text if "{" in text else "{" + text + "}")), text, nested=False)
    return _print(nodes, value)


def text_of(value: Any) -> str:
    """A value as kubectl prints it: strings bare, the rest as JSON."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _print(nodes: tuple[str | Path | Range, ...], value: Any) -> str:
    out: list[str] = []
    for node in nodes:
        if isinstance(node, str):
            out.append(node)
        elif isinstance(node, Path):
            out.append(" ".join(text_of(found) for found in node.values(value)))
        else:
            out.extend(_print(node.body, item) for item in node.path.values(value))
    return "".join(out)


def _pieces(template: str) -> Iterator[tuple[str, str]]:
    """The template as (``text`` | ``path`` | ``range`` | ``end``, content)."""
    for literal, code in re.findall(r"""([^{]+)|\{((?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^}"'])*)\}""", template):
        if literal:
            yield "text", literal
            continue
        at = 0
        while code[at:].strip():
            match = _PIECE.match(code, at)
            if match is None:
                raise BadInput(what=f'The JSONPath "{template}"', why=f'"{code[at:].strip()}" is not understood', hint=_HINT)
            double, single, is_range, path = match.groups()
            at = match.end()
            if double is not None or single is not None:
                yield "text", _unescape(double if double is not None else single)
            elif path == "end":
                yield "end", ""
            else:
                yield ("range" if is_range else "path"), path


def _nodes(pieces: Iterator[tuple[str, str]], template: str, *, nested: bool) -> tuple[str | Path | Range, ...]:
    nodes: list[str | Path | Range] = []
    for kind, content in pieces:
        if kind == "end":
            if nested:
                return tuple(nodes)
            raise BadInput(what=f'The JSONPath "{template}"', why="{end} has no {range}", hint=_HINT)
        if kind == "text":
            nodes.append(content)
        elif kind == "path":
            nodes.append(Path(tuple(_steps(content, template))))
        else:
            nodes.append(Range(Path(tuple(_steps(content, template))), _nodes(pieces, template, nested=True)))
    if nested:
        raise BadInput(what=f'The JSONPath "{template}"', why="{range} has no {end}", hint=_HINT)
    return tuple(nodes)


_HINT = "For example: -o jsonpath='{.items[*].metadata.name}'"


def _steps(path: str, template: str) -> Iterator[Step]:
    at = 1 if path[:1] in {"$", "@"} else 0
    while at < len(path):
        if path.startswith("..", at):
            yield _everything_below
            at += 1
        elif path[at] == "[":
            end = _closing(path, at, template)
            yield _bracket(path[at + 1 : end].strip(), template)
            at = end + 1
        elif path[at:] == ".":
            return
        elif match := _FIELD.match(path, at):
            yield _field(_unescape(match[1]))
            at = match.end()
        elif path.startswith(".[", at):
            at += 1
        else:
            raise BadInput(what=f'The path "{template}"', why=f'"{path[at:]}" is not understood', hint=_HINT)


def _closing(path: str, start: int, template: str) -> int:
    match = _BRACKET.match(path, start)
    if match is None:
        raise BadInput(what=f'The path "{template}"', why="a bracket is not closed", hint=_HINT)
    return match.end() - 1


def _bracket(inner: str, template: str) -> Step:
    if inner == "*":
        return _field("*")
    if inner.startswith("?"):
        return _filter(inner, template)
    if re.fullmatch(r"-?\d+", inner):
        return _slice(slice(int(inner), int(inner) + 1 or None))
    if re.fullmatch(r"(-?\d+)?:(-?\d+)?(:[1-9]\d*)?", inner):
        return _slice(slice(*(int(part) if part else None for part in inner.split(":"))))
    parts = [part.strip() for part in inner.split(",")]
    fields = [_field(_unescape(part.strip("'\""))) for part in parts]

    def each(value: Any) -> Iterator[Any]:
        for field in fields:
            yield from field(value)

    return each


def _field(name: str) -> Step:
    def step(value: Any) -> Iterator[Any]:
        if name == "*":
            yield from value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        elif isinstance(value, dict) and value.get(name) is not None:
            yield value[name]

    return step


def _slice(which: slice) -> Step:
    def step(value: Any) -> Iterator[Any]:
        if isinstance(value, list):
            yield from value[which]

    return step


def _filter(inner: str, template: str) -> Step:
    match = _FILTER.match(inner)
    if match is None:
        raise BadInput(what=f'The filter "[{inner}]"', why="it is not of the form ?(@.field==value)", hint=_HINT)
    left, sign, right = match.groups()
    path = Path(tuple(_steps(left.strip(), template)))
    wanted = _literal(right.strip()) if right else None

    def step(value: Any) -> Iterator[Any]:
        for item in value if isinstance(value, list) else (value,):
            found = path.values(item)
            if found and (sign is None or _holds(sign, found[0], wanted)):
                yield item

    return step


def _holds(sign: str, found: Any, wanted: Any) -> bool:
    try:
        return _COMPARE[sign](found, wanted)
    except TypeError:
        return False


def _literal(text: str) -> Any:
    if text[:1] in {"'", '"'}:
        return text[1:-1]
    try:
        return json.loads(text)
    except ValueError:
        return text


def _everything_below(value: Any) -> Iterator[Any]:
    yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _everything_below(inner)


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), text)
