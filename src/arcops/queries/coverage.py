"""How far an answer about the past can be trusted: which spans nobody watched, and where the record begins."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import tzinfo

import msgspec

from arcops.base.clock import rfc3339
from arcops.base.errors import BadInput
from arcops.kube.refs import GroupKind
from arcops.queries.answers import GapSpan, gap_span, stamp
from arcops.queries.services import Services
from arcops.queries.times import parse_time
from arcops.source.base import KindPhase
from arcops.store.base import Gap, Window

_AHEAD_MS = 60_000
"""A caller's clock may be ahead of ours by this much."""
_MOST_NOTES = 5


class Moment(msgspec.Struct, frozen=True, gc=False):
    """A past moment, and what the record can say of it.

    ``at`` is RFC 3339, whatever way it was asked for; ``since`` the beginning of the record. ``gaps`` are the spans
    without sight that hold the moment; ``notes`` say in sentences why an answer about it may not be whole.
    """

    at: str
    since: str | None
    gaps: list[GapSpan]
    notes: list[str]


def past_ms(services: Services, at: str, zone: tzinfo) -> int:
    """The moment a text means, in Unix milliseconds. Raises ``BadTime``, and ``BadInput`` for one that has not come yet."""
    now_ms = services.clock.now_ms()
    at_ms = parse_time(at, now_ms, zone)
    if at_ms > now_ms + _AHEAD_MS:
        raise BadInput(what=f'The moment "{at}"', why=f"{rfc3339(at_ms)} has not come yet", hint="Ask for a moment of the past.")
    return at_ms


async def seen_at(services: Services, at_ms: int, kinds: Collection[GroupKind] = ()) -> Moment:
    """What the record can say of a moment about some kinds (none named: all)."""
    gaps = [gap for gap in await gaps_in(services, Window(at_ms, at_ms), kinds) if gap.since_ms <= at_ms < gap.until_ms]
    since_ms = (await services.store.stats()).since_ms
    notes = [*_beginning(at_ms, since_ms), *(_unseen_then(gap) for gap in gaps), *_loading(services, at_ms, kinds)]
    return Moment(rfc3339(at_ms), stamp(since_ms), [gap_span(gap) for gap in gaps], shortened(notes))


async def seen_in(services: Services, window: Window, kinds: Collection[GroupKind] = ()) -> tuple[list[GapSpan], list[str]]:
    """The gaps that touch a window, oldest first, and why an answer about it may not be whole."""
    gaps = await gaps_in(services, window, kinds)
    since_ms = (await services.store.stats()).since_ms
    notes = [*_beginning(window.since_ms, since_ms), *(_unseen_in(gap) for gap in gaps)]
    return [gap_span(gap) for gap in gaps], shortened(notes)


async def gaps_in(services: Services, window: Window, kinds: Collection[GroupKind] = ()) -> list[Gap]:
    """Gaps that touch a window, those that still last among them, oldest first."""
    found = [gap for gap in await services.store.gaps(window) if _concerns(gap, kinds)]
    lasting = [gap for gap in _lasting(services) if _concerns(gap, kinds) and gap.since_ms <= window.until_ms]
    return sorted([*found, *lasting], key=lambda gap: gap.since_ms)


def shortened(notes: Iterable[str]) -> list[str]:
    """The first few of many sentences, each once, and how many more there are."""
    listed = list(dict.fromkeys(notes))
    more = len(listed) - _MOST_NOTES
    return listed if more <= 0 else [*listed[:_MOST_NOTES], f"There are {more} more such spans."]


def _concerns(gap: Gap, kinds: Collection[GroupKind]) -> bool:
    return gap.group_kind is None or not kinds or gap.group_kind in kinds


def _lasting(services: Services) -> Iterable[Gap]:
    """Spans without sight that have not ended: the record learns of them when they do."""
    now_ms, state = services.clock.now_ms(), services.source.state
    if not state.connected and state.since_ms:
        yield Gap(None, state.since_ms, now_ms + 1, state.last_error or "the cluster does not answer")
        return
    for kind, one in state.kinds.items():
        if one.phase is KindPhase.STALE and one.since_ms:
            yield Gap(kind, one.since_ms, now_ms + 1, one.last_error or "the watch is interrupted")


def _beginning(at_ms: int, since_ms: int) -> Iterable[str]:
    if not since_ms:
        yield "The record is empty."
    elif at_ms < since_ms:
        yield f"The record begins at {rfc3339(since_ms)}: what was before is not known."


def _loading(services: Services, at_ms: int, kinds: Collection[GroupKind]) -> Iterable[str]:
    states = services.source.state.kinds
    late = [str(kind) for kind, one in states.items() if (not kinds or kind in kinds) and services.started_ms <= at_ms < one.synced_ms]
    if late:
        shown = ", ".join(sorted(late)[:_MOST_NOTES])
        yield f"arcops had just started and was still reading {shown}{' and others' if len(late) > _MOST_NOTES else ''}."
    for kind in kinds:
        if kind in states and states[kind].phase is KindPhase.FORBIDDEN and not states[kind].synced_ms:
            yield f"{kind} may not be read, so nothing is known of it."


def _unseen_then(gap: Gap) -> str:
    return f"{_unseen_in(gap)} What is shown is the last that was known before it."


def _unseen_in(gap: Gap) -> str:
    of = f" of {gap.group_kind}" if gap.group_kind else ""
    return f"Nothing was seen{of} from {rfc3339(gap.since_ms)} to {rfc3339(gap.until_ms)}: {gap.why.rstrip('.')}."
