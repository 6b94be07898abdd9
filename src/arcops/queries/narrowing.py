"""Which of many objects are meant, and in which order: field terms, text, a path to sort by, pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from arcops.kube.fields import FieldPath, FieldRequirement, FieldSelector, parse_path, scalar_text, values_at
from arcops.kube.objects.custom import RawBody
from arcops.kube.refs import ObjectRef
from arcops.queries.cursors import read_any_mark, write_mark

IN_NAME: tuple[FieldPath, ...] = (("metadata", "name"), ("metadata", "namespace"))
"""Fields that need no body."""

SortKey = tuple[int, float | str]
"""Missing before numbers before text; times sort as text because RFC 3339 in UTC does."""
_NOWHERE: SortKey = (0, "")


@dataclass(frozen=True, slots=True)
class Row:
    """A candidate with its place in the order: sort key, namespace, name."""

    place: tuple[SortKey, str, str]
    ref: ObjectRef


class Page(NamedTuple):
    """The rows of one page; ``mark`` asks for the next ("" on the last); ``total`` counts those of all pages."""

    rows: list[Row]
    mark: str
    remaining: int
    total: int


class Narrowing:
    """The part of a question that looks into bodies: field terms, a text, the order."""

    def __init__(self, terms: Sequence[FieldRequirement], text: str | None, sort: str | None) -> None:
        """``sort`` is a path, turned round by a ``-`` before it."""
        plain = (sort or "").lstrip("-")
        self._path = parse_path(plain) if plain else None
        self._deeper = FieldSelector(tuple(term for term in terms if term.path not in IN_NAME))
        self._by_name = [term for term in terms if term.path in IN_NAME]
        self._has_text = text_matcher(text)
        self.needs_bodies = bool(self._deeper.requirements or self._has_text or self._path)

    def takes_name(self, ref: ObjectRef) -> bool:
        """Whether an object's name and namespace pass."""
        values = {IN_NAME[0]: ref.name, IN_NAME[1]: ref.namespace}
        return all((values[term.path] == term.value) is not term.negated for term in self._by_name)

    def row(self, ref: ObjectRef, body: bytes) -> Row | None:
        """The row of an object whose body passes, or None."""
        if self._has_text and not self._has_text(body):
            return None
        fields = msgspec.json.decode(body) if self._deeper.requirements or self._path else None
        if not self._deeper.matches(fields):
            return None
        return Row((sort_key(fields, self._path) if self._path else _NOWHERE, ref.namespace, ref.name), ref)

    @staticmethod
    def plain_row(ref: ObjectRef) -> Row:
        """The row of an object that nothing is asked of."""
        return Row((_NOWHERE, ref.namespace, ref.name), ref)


def page_of(rows: list[Row], sort: str | None, limit: int, cursor: str | None, question: object) -> Page:
    """One page of rows in their order. A mark stays good while objects come and go. Raises ``BadCursor``."""
    after = _after(read_any_mark(cursor, question))
    reverse = bool(sort and sort.startswith("-"))
    if sort:
        rows.sort(key=lambda row: row.place, reverse=reverse)
    total = len(rows)
    if after is not None:
        rows = [row for row in rows if (row.place < after if reverse else row.place > after)]
    page = rows[:limit]
    remaining = len(rows) - len(page)
    place = page[-1].place if page else None
    mark = write_mark([*place[0], place[1], place[2]], question) if remaining and place else ""
    return Page(page, mark, remaining, total)


def text_matcher(text: str | None) -> Callable[[bytes], bool] | None:
    """Whether a body holds a text, whatever its case; None for no text.

    Bodies are JSON as an API server writes it: quotes are escaped, and so, beside JSON's needs, are ``<``, ``>`` and ``&``.
    """
    wanted = text.strip().casefold() if text else ""
    if not wanted:
        return None
    escaped = msgspec.json.encode(wanted)[1:-1]
    html = escaped.replace(b"<", b"\\u003c").replace(b">", b"\\u003e").replace(b"&", b"\\u0026")
    if wanted.isascii():
        return lambda body: escaped in (plain := body.lower()) or html in plain
    return lambda body: escaped.decode() in body.decode(errors="replace").casefold()


def sort_key(body: RawBody, path: FieldPath) -> SortKey:
    """Where a body stands by the first value of a path."""
    value = next(values_at(body, path), None)
    if isinstance(value, int | float):
        return (1, float(value))
    text = scalar_text(value)
    return _NOWHERE if text is None else (2, text)


def _after(at: int | list[str | int | float | bool | None] | None) -> tuple[SortKey, str, str] | None:
    if not isinstance(at, list):
        return None
    rank, value, namespace, name = at
    return (int(rank or 0), value if isinstance(value, (float, str)) else str(value)), str(namespace), str(name)
