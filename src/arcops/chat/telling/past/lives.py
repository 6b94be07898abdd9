"""The lives of a name: when each object of it was made, how often it changed, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from arcops.chat.asked import Asked
from arcops.kube.kinds import ApiResource
from arcops.kube.objects.meta import PartialObject
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms
from arcops.kube.watch import Op
from arcops.queries.history import Version, version_of
from arcops.store.base import Revision, Window

MOST_VERSIONS = 200
_WORDED = 60
"""Versions that are put into words, the newest; the others are counted."""
_META = msgspec.json.Decoder(PartialObject)


class Life(NamedTuple):
    """One object of a name. ``versions`` are oldest first; ``made_ms`` and ``made_by`` as far as they are known."""

    uid: str
    versions: tuple[Revision, ...]
    made_ms: int | None
    made_by: str
    gone: Revision | None

    @property
    def changes(self) -> tuple[Revision, ...]:
        """The versions that are changes: not the first, not the end."""
        return tuple(one for one in self.versions[1:] if one.op is not Op.DELETED)


async def lives_of(asked: Asked, ref: ObjectRef, since_ms: int = 0) -> tuple[list[Life], bool]:
    """The lives the record knows up to the moment asked about, oldest first, and whether older versions were left out."""
    rows = await asked.services.store.versions(ref, Window(since_ms, asked.at_ms), MOST_VERSIONS + 1)
    by_uid: dict[str, list[Revision]] = {}
    for revision in reversed(rows[:MOST_VERSIONS]):
        by_uid.setdefault(revision.uid, []).append(revision)
    return [_life(uid, versions) for uid, versions in by_uid.items()], len(rows) > MOST_VERSIONS


def _life(uid: str, versions: Sequence[Revision]) -> Life:
    first, last = versions[0], versions[-1]
    made_ms = _made_ms(first)
    is_seen_made = first.op is Op.ADDED and not first.unseen
    who = first.writer.manager if is_seen_made and first.writer else ""
    return Life(uid, tuple(versions), made_ms, who, last if last.op is Op.DELETED else None)


def _made_ms(revision: Revision) -> int | None:
    try:
        return time_ms(_META.decode(revision.body).metadata.creation_timestamp) if revision.body else None
    except msgspec.MsgspecError:
        return None


def worded(life: Life, resource: ApiResource) -> list[Version]:
    """The newest versions of a life in words, oldest first, each compared with the one before."""
    start = max(0, len(life.versions) - _WORDED)
    return [
        version_of(one, resource, bodies=False, before=life.versions[place - 1] if place else None)
        for place, one in list(enumerate(life.versions))[start:]
    ]
