"""Changes told: who changed what, when, in which words; what somebody did before what controllers made of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from arcops.chat.answers._said import listed, many
from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.telling.page import Page
from arcops.chat.telling.words import capital, moment
from arcops.kube.kinds import ApiResource
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms
from arcops.queries.answers import Reference
from arcops.queries.changes import Change, ChangedObject
from arcops.queries.ranking import CONSEQUENCE, DELIBERATE, RANK_NAMES

DONE_BY_SOMEBODY, MADE_OF_IT = RANK_NAMES[DELIBERATE], RANK_NAMES[CONSEQUENCE]
_MOST_WORDS = 4
_MOST_OF_ONE = 3
_MOST_OBJECTS = 12
_STATUS_ONLY = ("status", "labels", "noise")


def ref_of(reference: Reference) -> ObjectRef:
    """The object of an answer."""
    return ObjectRef(reference.group, reference.kind, reference.namespace, reference.name)


def word_of(resource: ApiResource) -> str:
    """The word that means exactly this kind."""
    return f"{resource.kind}.{resource.group}".lower() if resource.group else resource.kind.lower()


def change_text(asked: Asked, ref: ObjectRef, change: Change) -> str:
    """``at 2026-11-24T12:10:00Z kubectl-edit changed ConfigMap shop/settings: key db.host db-1 → db-2``."""
    ms = time_ms(change.observed_at) or 0
    when = f"{'before' if change.unseen else 'at'} {moment(ms, asked.reading.zone)}"
    who = change.writer.manager if change.writer and change.writer.manager else ""
    if change.change == "deleted":
        return f"{when} {ref} was deleted (the cluster does not tell by whom)"
    verb = "created" if change.change == "created" else "changed"
    done = f"{who} {verb} {ref}" if who else f"{ref} was {verb}"
    words = what_text(change.what, change.paths)
    return f"{when} {done}{f': {words}' if words and verb == 'changed' else ''}"


def what_text(what: Sequence[str], paths: Sequence[str] = ()) -> str:
    """The words of a change, or the paths where there are none."""
    return listed([word for word in what if word != "changed"] or ["its data"] if what else list(paths), _MOST_WORDS)


def tell_object(asked: Asked, page: Page, item: ChangedObject, *, rank: int = 0) -> None:
    """The changes of one object, the newest first."""
    ref = ref_of(item.object)
    changes = [change for change in item.changes if change.rank not in _STATUS_ONLY] or item.changes
    for change in changes[:_MOST_OF_ONE]:
        if page.has_said(change_text(asked, ref, change)):
            continue
        text = f"{capital(change_text(asked, ref, change))}{_link(item)}."
        path = change.paths[0] if change.paths else ""
        page.tell(FactType.CHANGE, text, ref=ref, path=path, at_ms=time_ms(change.observed_at), rank=rank, item=True)
    more = item.count - min(len(changes), _MOST_OF_ONE)
    if more > 0:
        page.tell(FactType.COUNT, f"{ref} changed {many(more, 'more time')} in this span.", ref=ref, rank=4, item=True)


def _link(item: ChangedObject) -> str:
    return f" (it is reached over: {item.link})" if item.distance and item.link else ""


def tell_objects(asked: Asked, page: Page, items: Sequence[ChangedObject], total: int) -> None:
    """What somebody changed, object by object; what controllers made of it, counted."""
    deliberate = [item for item in items if item.rank == DONE_BY_SOMEBODY]
    rest = [item for item in items if item.rank != DONE_BY_SOMEBODY]
    for item in deliberate[:_MOST_OBJECTS]:
        tell_object(asked, page, item)
    if len(deliberate) > _MOST_OBJECTS:
        names = listed([str(ref_of(item.object)) for item in deliberate[_MOST_OBJECTS:]], 6)
        page.tell(FactType.COUNT, f"Showing {_MOST_OBJECTS} of {len(deliberate):,} changed objects; the others: {names}.", rank=4)
    if not deliberate:
        for item in rest[:5]:
            tell_object(asked, page, item)
        rest = rest[5:]
    if rest:
        more = f" (of {total:,} changed objects, {len(items):,} were looked at)" if total > len(items) else ""
        page.tell(FactType.COUNT, f"What controllers made of it, not shown: {by_kind(rest)}{more}.", rank=4)


def by_kind(items: Iterable[ChangedObject]) -> str:
    """``4 Pods, 2 ReplicaSets``."""
    counts: dict[str, int] = {}
    for item in items:
        counts[item.object.kind] = counts.get(item.object.kind, 0) + 1
    return ", ".join(many(count, kind) for kind, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])))
