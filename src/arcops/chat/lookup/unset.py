"""Fields that are asked for and not set: a claim without a storage class, a Subscription that tells no version."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import msgspec

from arcops.chat.answers._said import told
from arcops.chat.asked import Asked
from arcops.chat.base import FactType, Said
from arcops.chat.read.tables import table
from arcops.kube.objects.custom import RawBody


class _Row(NamedTuple):
    kinds: frozenset[str]
    asks: re.Pattern[str]
    path: tuple[str, ...]
    said: str


async def unset(asked: Asked) -> Said | None:
    """That the first object of a question does not set what is asked for; None where it does, or something else is asked."""
    refs = asked.reading.objects
    text = " ".join(asked.reading.question.lower().split())
    rows = [row for row in _rows() if refs and refs[0].kind in row.kinds and row.asks.search(text)]
    revision = await asked.services.store.object_at(refs[0], asked.at_ms) if rows else None
    if revision is None or not revision.body:
        return None
    body = msgspec.json.decode(revision.body)
    row = next((row for row in rows if not _at(body, row.path)), None)
    return told(asked, FactType.FIELD, f"{refs[0]} {row.said}.", ref=refs[0], path=".".join(row.path)) if row is not None else None


def _at(body: RawBody, path: tuple[str, ...]) -> RawBody:
    for key in path:
        body = body.get(key) if isinstance(body, dict) else None
    return body


@cache
def _rows() -> list[_Row]:
    return [_row(line) for line in table("fields").sections["unset"]]


def _row(line: str) -> _Row:
    kinds, asks, path, said = (part.strip() for part in line.split(" :: "))
    return _Row(frozenset(kinds.split()), re.compile(asks), tuple(path.split(".")), said)
