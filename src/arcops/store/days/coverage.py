"""Who was there and since when, over all day files: lives are carried from file to file and must be counted once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from arcops.base.ids import id_ms
from arcops.kube.refs import GroupKind
from arcops.store.base import KindCoverage, SeenObject
from arcops.store.days import listings
from arcops.store.days.file import DayFile
from arcops.store.days.readers import Open
from arcops.store.days.texts import Life


def seen_object(life: Life, first: int, gone: int | None) -> SeenObject:
    """A life by the ids of its beginning and end."""
    return SeenObject(life.ref, life.uid, life.owner, id_ms(first), None if gone is None else id_ms(gone))


def by_name(life: SeenObject) -> tuple[str, str, str, str, int]:
    """The order of a listing: kind, namespace, name, then time."""
    return (life.ref.kind, life.ref.group, life.ref.namespace, life.ref.name, life.first_ms)


def kinds_covered(files: Sequence[DayFile], read: Open, live: Mapping[GroupKind, int]) -> tuple[KindCoverage, ...]:
    """Every kind that has objects in the record; ``live`` tells how many live now."""
    since: dict[GroupKind, int] = {}
    objects: dict[GroupKind, int] = {}
    noise: dict[GroupKind, int] = {}
    for file in files:
        connection = read(file)
        for kind, first, began in listings.kinds(connection, 0 if file is files[0] else file.start_id):
            since.setdefault(kind, max(id_ms(first), files[0].since_ms))
            objects[kind] = objects.get(kind, 0) + began
        for kind, count in listings.noise(connection):
            noise[kind] = noise.get(kind, 0) + count
    return tuple(KindCoverage(kind, since[kind], objects[kind], live.get(kind, 0), noise.get(kind, 0)) for kind in sorted(objects, key=str))
