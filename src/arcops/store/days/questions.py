"""The questions of ``HistoryStore`` asked of one day file through one connection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from arcops.base.ids import id_ms
from arcops.kube.objects.event import ClusterEvent
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.store.base import EventFilter, Gap, Revision, Scope, Sighting, Snapshot, Window
from arcops.store.days.opening import Connection, statements
from arcops.store.days.packing import (
    kind_of,
    pack_uid,
    part_of_sort,
    unpack_event_name,
    unpack_lag,
    unpack_message,
    unpack_sort,
    unpack_time,
    unpack_uid,
)  # fmt: skip
from arcops.store.days.texts import Life, Texts
from arcops.store.filters import matches

HOUR = 3_600_000 * 1024
"""One hour of ids. Changes of a namespace in a longer window are found through its objects, not through time."""


class Range(NamedTuple):
    """Ids a question is about, both ends included."""

    since: int
    until: int


def object_at(connection: Connection, ref: ObjectRef, bound: int) -> Revision | None:
    """The newest version under a name up to an id, a tombstone too."""
    named = {"kind": str(ref.group_kind), "namespace": ref.namespace, "name": ref.name}
    best: tuple[int, Life] | None = None
    for row in connection.execute(statements("read")["lives_of_name"], named):
        (newest,) = connection.execute(statements("read")["newest_of_life"], (row[0], bound)).fetchone()
        if newest is not None and (best is None or newest > best[0]):
            best = (newest, Life.of(row))
    return Texts(connection).newest(best[1], best[0]) if best else None


def state_at(connection: Connection, bound: int, scope: Scope) -> list[Revision]:
    """Every object that lives at an id, sorted."""
    texts = Texts(connection)
    rows = connection.execute(statements("read")["lives_at"], {"bound": bound, **scope_values(scope)}).fetchall()
    lives = sorted((Life.of(row[:6]), row[6]) for row in rows)
    found = [texts.newest(life, newest) for life, newest in lives]
    return sorted(found, key=lambda revision: (revision.ref.kind, revision.ref.group, revision.ref.namespace, revision.ref.name))


def versions(connection: Connection, ref: ObjectRef, span: Range, limit: int) -> list[Revision]:
    """Versions of a name, newest first."""
    named = {"kind": str(ref.group_kind), "namespace": ref.namespace, "name": ref.name}
    return _page(connection, "versions_of_name", {**named, "since": span.since, "until": span.until, "limit": limit})


def changes(connection: Connection, span: Range, scope: Scope, limit: int) -> list[Revision]:
    """Versions of a scope, newest first."""
    name = "changes_by_object" if is_by_object(span, scope) else "changes_by_time"
    return _page(connection, name, {"since": span.since, "until": span.until, "limit": limit, **scope_values(scope)})


def is_by_object(span: Range, scope: Scope) -> bool:
    """Whether changes are found faster through the objects of a scope than through time."""
    return bool(scope.name or scope.uid or (scope.namespace is not None and span.until - span.since > HOUR))


def _page(connection: Connection, name: str, values: dict[str, int | str | bytes | None]) -> list[Revision]:
    rows = connection.execute(statements("read")[name], values).fetchall()
    return Texts(connection).page([(row[0], Life.of(row[1:])) for row in rows])


def scope_values(scope: Scope) -> dict[str, str | bytes | None]:
    """A scope as the parameters its statements want."""
    return {
        "kind": None if scope.group_kind is None else str(scope.group_kind),
        "namespace": scope.namespace,
        "name": scope.name,
        "uid": None if scope.uid is None else pack_uid(scope.uid),
    }


def sightings(connection: Connection, span: Range, match: EventFilter) -> Iterator[Sighting]:
    """Sightings that pass a filter, newest first."""
    values = {
        "since": span.since, "until": span.until, "reason": part_of_sort(match.reason), "namespace": match.namespace, "name": match.name,
        "type": part_of_sort(match.type), "text": like(match.text),
    }  # fmt: skip
    for row in connection.execute(statements("read")["sightings"], values):
        identity, count, last, kind, namespace, inside, name, about_uid, sort, message, own, uid, first = row
        type_, reason, source, field = unpack_sort(sort)
        event = ClusterEvent(
            name=unpack_event_name(own, name), namespace=namespace, uid=unpack_uid(uid), type=type_, reason=reason,
            message=unpack_message(message, name, namespace), count=count, first_seen=unpack_time(first),
            last_seen=unpack_lag(last, id_ms(identity)), source=source, involved=ObjectRef.of(kind_of(kind), inside, name),
            involved_uid=unpack_uid(about_uid), field_path=field,
        )  # fmt: skip
        if matches(match, event):
            yield Sighting(identity, id_ms(identity), event)


def like(text: str | None) -> str | None:
    """What LIKE can rule out early: it ignores the case of ASCII letters only, and the filter has the last word."""
    if not text or not text.isascii() or not text.isprintable():
        return None
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def gaps(connection: Connection, window: Window) -> list[Gap]:
    """Gaps that touch a window, oldest first."""
    rows = connection.execute(statements("read")["gaps"], {"since": window.since_ms, "until": window.until_ms})
    return [Gap(None if kind is None else kind_of(kind), since, until, why) for kind, since, until, why in rows]


def snapshots(connection: Connection, window: Window, limit: int) -> list[Snapshot]:
    """Ticks, newest first."""
    values = {"since": window.since_ms, "until": window.until_ms, "limit": limit}
    rows = connection.execute(statements("read")["snapshots"], values)
    return [Snapshot(identity, at_ms, _counts(names, counts)) for identity, at_ms, names, counts in rows]


def _counts(names: str, counts: bytes) -> dict[str, int]:
    return dict(zip(names.split("\n") if names else (), msgspec.msgpack.decode(counts, type=list[int]), strict=True))


def cursors(connection: Connection) -> dict[GroupKind, str]:
    """How far each kind was read."""
    return {kind_of(kind): version for kind, version in connection.execute(statements("read")["cursors"])}
