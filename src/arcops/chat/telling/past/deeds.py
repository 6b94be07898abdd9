"""What a question about changes asks of them: which deed (deleted, made), which field, and whether it asks for yes or no."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

import msgspec

from arcops.chat.read.tables import pattern_of, table
from arcops.kube.times import time_ms
from arcops.queries.changes import Change, ChangedObject, ChangePage
from arcops.queries.ranking import DELIBERATE, RANK_NAMES

_Test = Callable[[ChangedObject, Change], bool]
_NEAR_MS = 60_000
_WORKLOADS = frozenset(("Deployment", "StatefulSet", "DaemonSet"))
_TEMPLATE = "spec.template."
"""Below it stands what makes the pods of a workload anew when it changes."""

_FILE = "deeds"
_DEEDS: tuple[tuple[str, _Test], ...] = (
    ("deleted", lambda _, one: one.change == "deleted"),
    ("created", lambda _, one: one.change == "created"),
    ("rolled out", lambda item, one: any(_TEMPLATE in path for path in one.paths) or _is_first(item, one)),
)
"""What is done to an object, and whether a change is it."""
_FIELD = "field "
"""Begins the sections of the words for a field."""


def asks_whether(question: str) -> bool:
    """Whether a question wants yes or no: ``did anyone touch web``; not ``was it before or after``, ``did somebody do it and who``."""
    text = question.lower()
    return pattern_of(_FILE, "whether").match(text) is not None and pattern_of(_FILE, "either").search(text) is None


class Narrowed(NamedTuple):
    """The changes of the deed or field asked about; ``deed`` is it (``deleted``), "" for none; ``is_met``: some are of it.

    ``is_of_field``: they are those of the field or value that is named; ``missed`` is the word
    for a field that none of them is of.
    """

    page: ChangePage
    deed: str
    is_met: bool
    is_of_field: bool = False
    missed: str = ""


def deed_of(question: str) -> str:
    """``deleted``, ``created`` or ``rolled out`` where a question asks for that, else ""."""
    text = question.lower()
    return next((word for word, _ in _DEEDS if pattern_of(_FILE, word).search(text)), "")


def narrowed(question: str, found: ChangePage, names: str = "") -> Narrowed:
    """Of ``which pods were deleted`` what was deleted, of ``who lowered the limit`` the limits; all where nothing is of that.

    ``names`` are those of the objects asked about: they are no word of a field or value, as ``password`` and ``1.26`` are.
    """
    deed = deed_of(question)
    if deed:
        kept = _kept(found, next(is_meant for word, is_meant in _DEEDS if word == deed))
        return Narrowed(kept or found, deed, kept is not None)
    said = [word for word in pattern_of(_FILE, "said").findall(question.lower()) if word not in names]
    spoken = _kept(found, lambda _, one: any(word in _field_text(one) for word in said)) if said else None
    if spoken is not None:
        return Narrowed(spoken, deed="", is_met=True, is_of_field=True)
    parts = _parts_of(question.lower())
    if not parts:
        return Narrowed(found, deed="", is_met=True)
    fields = _kept(found, lambda _, one: any(_is_of(one, part, word) for part, word in parts.items()))
    return Narrowed(
        fields or found, deed="", is_met=True, is_of_field=fields is not None, missed="" if fields else next(iter(parts.values()))
    )


def _is_of(one: Change, part: str, word: str) -> bool:
    """Whether a change is of a field: by a part of its path, or by the word itself."""
    return any(part in path.lower() for path in one.paths) or word.removesuffix("s") in _field_text(one)


def asks_field(question: str) -> bool:
    """Whether a question names a field or a value."""
    text = question.lower()
    return bool(_parts_of(text)) or pattern_of(_FILE, "said").search(text) is not None


def _parts_of(text: str) -> dict[str, str]:
    """What the paths of the fields hold that are named, each with the word for it."""
    sections = (name for name in table(_FILE).sections if name.startswith(_FIELD))
    return {name.removeprefix(_FIELD): said[0] for name in sections if (said := pattern_of(_FILE, name).search(text))}


def of_field(found: ChangePage, names: Collection[str]) -> ChangePage:
    """The changes of a field with one of these names, in small letters."""
    kept = _kept(found, lambda _, one: one.rank == RANK_NAMES[DELIBERATE] and any(name in _field_text(one) for name in names))
    return kept or msgspec.structs.replace(found, items=[], total=0)


def nearest(items: Sequence[ChangedObject], around_ms: int | None) -> tuple[list[ChangedObject], list[ChangedObject]]:
    """The changes of about the moment a question names, or nearest to it, and those beside; all are the first where it names none."""
    deliberate = [item for item in items if item.rank == RANK_NAMES[DELIBERATE]]
    if around_ms is None or not deliberate:
        return list(items), []

    def away_ms(one: Change) -> int:
        return abs((time_ms(one.observed_at) or 0) - around_ms)

    most_ms = min(away_ms(one) for item in deliberate for one in item.changes) + _NEAR_MS
    near = [(item, [one for one in item.changes if away_ms(one) <= most_ms]) for item in items]
    far = [(item, [one for one in item.changes if away_ms(one) > most_ms]) for item in items]
    return _with(near), _with(far)


def _with(parts: Sequence[tuple[ChangedObject, list[Change]]]) -> list[ChangedObject]:
    return [_of_changes(item, own) for item, own in parts if own]


def _of_changes(item: ChangedObject, own: list[Change]) -> ChangedObject:
    """An object with these of its changes alone, and whoever made them."""
    writers = list(dict.fromkeys(one.writer.manager for one in own if one.writer is not None and one.writer.manager))
    return msgspec.structs.replace(item, changes=own, writers=writers)


def _field_text(one: Change) -> str:
    writer = one.writer.manager if one.writer is not None else ""
    return f"{' '.join(one.what)} {' '.join(one.paths)} {writer}".lower()


def of_writers(found: ChangePage, named: Collection[str]) -> ChangePage:
    """The changes of whoever is named, the objects of nobody else."""
    items = [_of_writers(item, named) for item in found.items if not set(named).isdisjoint(item.writers)]
    return msgspec.structs.replace(found, items=items, total=len(items))


def _of_writers(item: ChangedObject, named: Collection[str]) -> ChangedObject:
    own = [one for one in item.changes if one.writer is not None and one.writer.manager in named]
    return msgspec.structs.replace(item, changes=own or item.changes, writers=[one for one in item.writers if one in named])


def _kept(found: ChangePage, is_meant: _Test) -> ChangePage | None:
    """The page with the changes of a sort alone, and whoever made these; None where there are none."""
    items = _with([(item, [one for one in item.changes if is_meant(item, one)]) for item in found.items])
    return msgspec.structs.replace(found, items=items, total=len(items)) if items else None


def _is_first(item: ChangedObject, one: Change) -> bool:
    """Whether a change is the making of what is rolled out."""
    return one.change == "created" and item.object.kind in _WORKLOADS
