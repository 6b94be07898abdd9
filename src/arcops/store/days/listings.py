"""Listings of one day file that need no body: what changed, who was there, how far it reaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from arcops.base.errors import RecordError
from arcops.base.ids import id_ms
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.store import frames
from arcops.store.base import ChangeFilter, LogExcerpt, LogFilter, RevisionPair, RevisionSummary, Scope
from arcops.store.days.opening import Connection, statements
from arcops.store.days.packing import kind_of, pack_uid, unpack_uid
from arcops.store.days.questions import Range, is_by_object, like, scope_values
from arcops.store.days.rows import NOISE, UNSEEN
from arcops.store.days.texts import OPS, Life, Texts
from arcops.store.filters import has_changed, has_lines

EVERY_CHANGE = ChangeFilter()


def summaries(connection: Connection, span: Range, scope: Scope, match: ChangeFilter) -> Iterator[RevisionSummary]:
    """Changes of a scope that pass a filter, newest first."""
    values = {"since": span.since, "until": span.until, **scope_values(scope), **_filter_values(match)}
    statement = statements("read")["list_by_object" if is_by_object(span, scope) else "list_by_time"]
    texts = Texts(connection)
    lives: dict[int, Life] = {}
    takes_all = match == EVERY_CHANGE
    for identity, op, paths, writer, wrote, number in connection.execute(statement, values):
        life = lives.get(number)
        if life is None:
            life = lives[number] = Life.of(connection.execute(statements("read")["life"], (number,)).fetchone())
        if life.ref.group_kind in match.without:
            continue
        summary = RevisionSummary(
            identity, OPS[op], life.ref, life.uid, id_ms(identity), texts.paths(paths), texts.writer(writer, wrote, identity), op >= UNSEEN,
        )  # fmt: skip
        if takes_all or has_changed(match, summary):
            yield summary


def _filter_values(match: ChangeFilter) -> dict[str, int | str | None]:
    ops = None if match.ops is None else sum(1 << op for op in match.ops)
    return {"ops": ops, "field": match.field, "text": like(match.text)}


def pairs(connection: Connection, identities: Iterable[int]) -> dict[int, RevisionPair]:
    """Versions, each with the one before it, by id; those that the file has not are left out.

    Each stretch of an object's frames is decoded once, however many of its versions are asked for.
    """
    texts = Texts(connection)
    wanted: dict[int, tuple[Life, list[int]]] = {}
    for identity in sorted(identities, reverse=True):
        row = connection.execute(statements("read")["life_of_version"], (identity,)).fetchone()
        if row is not None:
            wanted.setdefault(row[0], (Life.of(row), []))[1].append(identity)
    found: dict[int, RevisionPair] = {}
    for life, newest_first in wanted.values():
        known: dict[int, RevisionPair] = {}
        for identity in newest_first:
            if identity not in known:
                known |= texts.pairs(life, identity, set(newest_first))
            found[identity] = known[identity]
    return found


def lives_within(connection: Connection, until: int, scope: Scope) -> list[tuple[Life, int, int | None]]:
    """Every object of a scope that began before ``until``, with the ids of its beginning and its end."""
    rows = connection.execute(statements("read")["lives_within"], {"until": until, **scope_values(scope)})
    return [(Life.of(row[:6]), row[6], row[7]) for row in rows]


def kinds(connection: Connection, start: int) -> list[tuple[GroupKind, int, int]]:
    """Each kind with the id of its first version and the number of lives that began in this file, which begins at ``start``."""
    rows = connection.execute(statements("read")["lives_by_kind"], {"start": start})
    return [(kind_of(kind), first, count) for kind, first, count in rows]


def noise(connection: Connection) -> list[tuple[GroupKind, int]]:
    """How much of each kind was seen and not kept."""
    return [(kind_of(kind), count) for kind, count in connection.execute(statements("read")["noise"], {"prefix": NOISE})]


def excerpts(connection: Connection, span: Range, match: LogFilter) -> Iterator[LogExcerpt]:
    """Log excerpts that pass a filter, newest first."""
    values = {
        "since": span.since, "until": span.until, "namespace": match.namespace, "pod": match.pod, "container": match.container,
        "uid": None if match.uid is None else pack_uid(match.uid),
    }  # fmt: skip
    models: dict[int, bytes] = {}
    for identity, namespace, name, uid, container, previous, base, body in connection.execute(statements("read")["logs"], values):
        if base is not None and base not in models:
            models[base] = model(connection, base)
        text = frames.decode(body, None if base is None else models[base]).decode()
        ref = ObjectRef("", "Pod", namespace, name)
        excerpt = LogExcerpt(identity, id_ms(identity), ref, unpack_uid(uid), container, bool(previous), text)
        if has_lines(match, excerpt):
            yield excerpt


def model(connection: Connection, identity: int) -> bytes:
    """The text of an excerpt that others are stored against. Raises ``RecordError`` if it is missing or damaged."""
    row = connection.execute(statements("read")["log_body"], (identity,)).fetchone()
    if row is None:
        raise RecordError(path="the data folder", why=f"the log excerpt {identity} is missing")
    return frames.decode(row[0])
