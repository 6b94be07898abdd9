"""YAML and JSON text as documents: fast, with line numbers, and safe against text that means harm.

Kubernetes reads YAML 1.1 as Go does, which differs from PyYAML in two points that bite: a time stays text, and ``12:30``
is text too, not a number of base 60.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import yaml

Body = Any
"""A raw document: what JSON can hold."""

_MOST_NODES = 5_000_000
_NUMBER = re.compile(r"^(?:[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0o?[0-7_]+|0|[1-9][0-9_]*))$")
_SEPARATOR = re.compile(r"^---(?=\s|$)", re.MULTILINE)
_DEEP = 500
_DEEP_INDENT = re.compile(rf"^[ \t?:-]{{{_DEEP}}}", re.MULTILINE)
_BRACKET = re.compile(r"[\[\]{}]")
_DIRECTIVES = re.compile(r"(?:[ \t]*(?:[%#][^\n]*)?(?:\n|$))*")
_FLOW_ITEM = re.compile(r'^( *)- (\{".*\})$')
_MARK = "arcops-flow-"


class _Loader(yaml.CSafeLoader):
    """SafeLoader without times and without numbers of base 60."""


class _DeepLoader(yaml.SafeLoader):
    """The same in Python: slow, but too deep a document is an exception and not the end of the process."""


def _resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    dropped = {"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:int"}
    return {
        first: [(tag, pattern) for tag, pattern in pairs if tag not in dropped]
        for first, pairs in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


for _kind in (_Loader, _DeepLoader):
    _kind.yaml_implicit_resolvers = _resolvers()
    _kind.add_implicit_resolver("tag:yaml.org,2002:int", _NUMBER, list("-+0123456789"))


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a text. ``number`` counts from 1, ``line`` is where it begins; ``error`` says why ``body`` is not there."""

    number: int
    line: int
    body: Body = None
    error: str = ""


def read_yaml(text: str) -> Body:
    """The one document of a text; raises ``ValueError`` with line and reason. Empty text gives None."""
    documents = list(read_documents(text))
    if len(documents) > 1:
        message = f"line {documents[1].line}: there is more than one document"
        raise ValueError(message)
    for document in documents:
        if document.error:
            raise ValueError(document.error)
        return document.body
    return None


def read_documents(text: str) -> Iterator[Document]:
    """Every document that is not empty, in order. One that cannot be read does not hide the others."""
    stripped = text.lstrip("\ufeff \t\r\n")
    if stripped.startswith(("{", "[")):
        try:
            yield Document(1, 1, msgspec.json.decode(stripped))
        except (msgspec.DecodeError, RecursionError):
            pass
        else:
            return
    number = 0
    for line, part in _parts(text.removeprefix("\ufeff")):
        document = _read(part, number + 1, line)
        if document.error or document.body is not None:
            number += 1
            yield document


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """The documents' texts with the line each begins on; ``---`` inside a block scalar is indented, so it never splits."""
    start, line = 0, 1
    for match in _SEPARATOR.finditer(text):
        part = text[start : match.start()]
        yield line, part
        line += part.count("\n")
        start = match.start()
    yield line, text[start:]


def _read(part: str, number: int, line: int) -> Document:
    if _DIRECTIVES.fullmatch(part):
        return Document(number, line)
    try:
        body = _read_flow(part)
        if body is None:
            body = _load(part)
        if "&" in part:
            _check_size(body)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = line + mark.line if mark else line
        return Document(number, line, error=f"line {where}: {error.problem or error.context or 'not YAML'}")
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        return Document(number, line, error=f"line {line}: {str(error).splitlines()[0] if str(error) else type(error).__name__}")
    return Document(number, line, body=body)


def _load(text: str) -> Body:
    # libyaml's composer calls itself for each level and overflows the stack at some 20,000 (a crash, not an exception).
    return yaml.load(text, Loader=_DeepLoader if _may_be_deep(text) else _Loader)  # noqa: S506 - both are SafeLoaders


def _may_be_deep(text: str) -> bool:
    """Whether a text could nest more than 500 levels; may be wrong about brackets inside strings, to no harm."""
    if _DEEP_INDENT.search(text):
        return True
    if text.count("[") + text.count("{") <= _DEEP:
        return False
    depth = 0
    for match in _BRACKET.finditer(text):
        depth = depth + 1 if match[0] in "[{" else max(depth - 1, 0)
        if depth > _DEEP:
            return True
    return False


def _read_flow(part: str) -> Body:
    """Read a document whose list items are mostly one-line JSON; None if it is not of that sort.

    Each line ``- {"…}`` that is JSON by itself is decoded as such and stands in the rest as a short mark: 8 times faster
    on the case files. Such a line may also be part of a longer text (a block scalar); then its mark is not found again
    as an item, and the document is read the slow way.
    """
    items: list[Body] = []
    lines = part.split("\n")
    for position, line in enumerate(lines):
        match = _FLOW_ITEM.match(line)
        if match is None:
            continue
        try:
            item = msgspec.json.decode(match[2])
        except msgspec.DecodeError:
            continue
        lines[position] = f"{match[1]}- {_MARK}{len(items)}"
        items.append(item)
    if not items or _MARK in part:
        return None
    skeleton = _load("\n".join(lines))
    return skeleton if _fill(skeleton, items) == len(items) else None


def _fill(node: Body, items: list[Body]) -> int:
    """Put the items where their marks stand; gives how many were put."""
    if isinstance(node, dict):
        return sum(_fill(value, items) for value in node.values())
    if not isinstance(node, list):
        return 0
    filled = 0
    for position, value in enumerate(node):
        if isinstance(value, str) and value.startswith(_MARK):
            node[position] = items[int(value.removeprefix(_MARK))]
            filled += 1
        else:
            filled += _fill(value, items)
    return filled


def _check_size(body: Body) -> None:
    """Refuse what aliases blow up ("billion laughs") or close into a ring; each node is looked at once."""
    weights: dict[int, int] = {}

    def weigh(node: Body) -> int:
        if not isinstance(node, dict | list):
            return 1
        known = weights.get(id(node))
        if known == 0:
            raise ValueError("an alias points into itself")
        if known is None:
            weights[id(node)] = 0
            known = 1 + sum(weigh(child) for child in (node.values() if isinstance(node, dict) else node))
            if known > _MOST_NODES:
                raise ValueError("its aliases unfold to too much")
            weights[id(node)] = known
        return known

    weigh(body)
