"""One lane of a timeline out of an object's versions: spans of equal state, and marks where something happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from arcops.base.clock import rfc3339
from arcops.base.guard import safe_message
from arcops.inventory.wording import Weight
from arcops.kube.watch import Op
from arcops.queries.answers import Reference, reference
from arcops.queries.fields import heaviest, what_changed
from arcops.queries.states import BAD, State, state_of
from arcops.store.base import Revision, SeenObject, Sighting, Window

_TEMPLATE = ("spec.template", "spec.jobTemplate")


class Span(msgspec.Struct, frozen=True, gc=False):
    """From ``since`` to ``until`` an object was in one state; ``tone`` is ``ok``, ``wait``, ``bad`` or ``done``."""

    since: str
    until: str
    state: str
    tone: str


class Mark(msgspec.Struct, frozen=True, gc=False):
    """Something that happened at a moment: a ``change``, ``rollout``, ``restart``, ``created``, ``deleted`` or ``event``.

    ``tone`` is ``bad`` for warnings and restarts, else ``ok``; ``who`` is the field manager or the component, "" if unknown.
    ``unseen``: it happened at some moment before ``at``.
    """

    at: str
    kind: str
    text: str
    tone: str
    who: str
    unseen: bool = False


class Lane(msgspec.Struct, frozen=True, gc=False):
    """One object of a timeline. ``born`` and ``gone`` are null where that lies outside the window.

    ``role`` is ``self``, ``part`` (a ReplicaSet, a Job) or ``pod``.
    """

    object: Reference
    role: str
    born: str | None
    gone: str | None
    spans: list[Span]
    marks: list[Mark]


def lane_of(life: SeenObject, role: str, versions: Sequence[Revision], sightings: Sequence[Sighting], window: Window) -> Lane:
    """The lane of one life. ``versions`` are oldest first, the one in force when the window begins before the others."""
    end_ms = min(window.until_ms, life.gone_ms if life.gone_ms is not None else window.until_ms)
    marks = [*_marks(versions, window), *(_event(one) for one in sightings)]
    return Lane(
        object=reference(life.ref, life.uid), role=role,
        born=rfc3339(life.first_ms) if life.first_ms >= window.since_ms else None,
        gone=rfc3339(life.gone_ms) if life.gone_ms is not None and life.gone_ms <= window.until_ms else None,
        spans=list(_spans(versions, window.since_ms, end_ms)), marks=sorted(marks, key=lambda mark: mark.at),
    )  # fmt: skip


def _spans(versions: Sequence[Revision], since_ms: int, end_ms: int) -> Iterator[Span]:
    """Stretches of equal state, without holes between them."""
    begun_ms, state = since_ms, State("", "")
    for revision in versions:
        if revision.op is Op.DELETED:
            continue
        now = state_of(revision)
        if (now.text, now.tone) == (state.text, state.tone):
            continue
        at_ms = max(since_ms, revision.seen_ms)
        if state.tone and at_ms > begun_ms:
            yield Span(rfc3339(begun_ms), rfc3339(at_ms), state.text, state.tone)
        begun_ms, state = at_ms, now
    if state.tone and end_ms > begun_ms:
        yield Span(rfc3339(begun_ms), rfc3339(end_ms), state.text, state.tone)


def _marks(versions: Sequence[Revision], window: Window) -> Iterator[Mark]:
    before: Revision | None = None
    for revision in versions:
        if revision.seen_ms >= window.since_ms:
            yield from _marks_of(before, revision)
        before = revision


def _marks_of(before: Revision | None, after: Revision) -> Iterator[Mark]:
    at, who = rfc3339(after.seen_ms), after.writer.manager if after.writer else ""
    if after.op is Op.DELETED:
        yield Mark(at, "deleted", "deleted", "ok", "", after.unseen)
        return
    if before is None:
        if after.op is Op.ADDED and not after.unseen:
            yield Mark(at, "created", "created", "ok", who)
        return
    found = what_changed(before, after)
    if heaviest(found) is Weight.SPEC:
        spec = [field for field in found.fields if field.weight is Weight.SPEC]
        kind = "rollout" if any(field.path.startswith(_TEMPLATE) for field in spec) else "change"
        yield Mark(at, kind, "; ".join(field.text for field in spec), "ok", who, after.unseen)
    restarts = state_of(after).restarts - state_of(before).restarts if after.ref.kind == "Pod" else 0
    if restarts > 0:
        last = next((field.new for field in found.fields if field.path.endswith("lastState") and field.new), "")
        times = f"{restarts} restarts" if restarts > 1 else "restart"
        yield Mark(at, "restart", f"{times}{f' after {last}' if last else ''}", BAD, "", after.unseen)


def _event(sighting: Sighting) -> Mark:
    event = sighting.event
    tone = BAD if event.type == "Warning" else "ok"
    return Mark(rfc3339(sighting.seen_ms), "event", safe_message(f"{event.reason}: {event.message}"), tone, event.source)
