"""A timeline drawn in a terminal: one lane of blocks per object, its marks below it, a time axis, what the marks say.

Every state has its own glyph, so that nothing is lost without colour: █ well, ▒ on its way, ╳ not well, ─ done or switched
off, ╱ not seen, and nothing where the object did not exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from arcops.base.clock import to_datetime
from arcops.cli.paint import bold, toned
from arcops.cli.render import fit
from arcops.kube.times import time_ms
from arcops.queries.lanes import Lane, Mark
from arcops.queries.timeline import Timeline

_GLYPHS: Final = {"ok": "█", "wait": "▒", "bad": "╳", "done": "─", "gap": "╱", "": " "}
_COLORS: Final = {"ok": "green", "wait": "yellow", "bad": "red", "done": "blue", "gap": "bright_black", "": ""}
_SIGNS: Final = {"change": "▲", "rollout": "▲", "restart": "↻", "created": "+", "deleted": "-", "event": "·"}
_WORST: Final = ("deleted", "rollout", "change", "restart", "event", "created")
_LEGEND: Final = (
    "█ well",
    "▒ on its way",
    "╳ not well",
    "─ done or off",
    "╱ not seen",
    "▲ changed",
    "↻ restarted",
    "! warning",
    "+ made",
    "- deleted",
)
_MINUTE = 60_000
_STEPS: Final = tuple(_MINUTE * n for n in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080))
_NARROWEST, _WIDEST_NAME = 20, 34
_LABEL_ROOM = 9
"""Columns that the label of a tick needs, with some air."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a moment lies: ``columns`` of equal length from ``since_ms`` to ``until_ms``."""

    since_ms: int
    until_ms: int
    columns: int

    def column(self, text: str) -> int:
        """The column of a moment, the first or the last for one outside."""
        span = max(1, self.until_ms - self.since_ms)
        return min(self.columns - 1, max(0, ((time_ms(text) or 0) - self.since_ms) * self.columns // span))


def picture(found: Timeline, width: int, zone: tzinfo, *, marks: int = 30) -> Iterator[str]:
    """The lines of a timeline, at most ``width`` columns wide; the newest ``marks`` are told in words below it."""
    names = [_name(lane, found) for lane in found.lanes]
    room = min(max([len(name) for name in names] + [8]), _WIDEST_NAME, max(8, width // 3))
    scale = Scale(time_ms(found.since) or 0, time_ms(found.until) or 0, max(_NARROWEST, width - room - 2))
    unseen = _unseen(found, scale)
    for name, lane in zip(names, found.lanes, strict=True):
        yield f"{bold(fit(name, room).ljust(room))}  {_blocks(_tones(lane, scale), unseen)}".rstrip()
        signs = _signs(lane, scale)
        if signs.strip():
            yield f"{' ' * room}  {signs}".rstrip()
    yield from (f"{' ' * room}  {line}".rstrip() for line in _axis(scale, zone))
    yield from _legend(width)
    yield from _told(found, names, zone, width, marks)


def _name(lane: Lane, found: Timeline) -> str:
    """A short name: a part's without the beginning it shares with the whole."""
    if lane.role == "self":
        return f"{lane.object.kind} {lane.object.name}"
    short = lane.object.name.removeprefix(f"{found.object.name}-")
    return f"  {'rs ' if lane.object.kind == 'ReplicaSet' else 'job ' if lane.object.kind == 'Job' else ''}{short}"


def _tones(lane: Lane, scale: Scale) -> list[str]:
    """The tone of each column; where several meet the worst is shown."""
    order = ("", "done", "ok", "wait", "bad")
    tones = [""] * scale.columns
    for span in lane.spans:
        for column in range(scale.column(span.since), scale.column(span.until) + 1):
            if column == scale.column(span.until) and column > scale.column(span.since) and (time_ms(span.until) or 0) < scale.until_ms:
                continue
            tones[column] = max(tones[column], span.tone, key=order.index)
    return tones


def _unseen(found: Timeline, scale: Scale) -> set[int]:
    """The columns in which nothing was seen."""
    return {column for gap in found.gaps for column in range(scale.column(gap.since), scale.column(gap.until) + 1)}


def _blocks(tones: Sequence[str], unseen: set[int]) -> str:
    """The lane's line: runs of one tone are coloured together."""
    shown = ["gap" if column in unseen and tone else tone for column, tone in enumerate(tones)]
    parts: list[str] = []
    start = 0
    for column in range(1, len(shown) + 1):
        if column == len(shown) or shown[column] != shown[start]:
            parts.append(toned(_GLYPHS[shown[start]] * (column - start), _COLORS[shown[start]]))
            start = column
    return "".join(parts)


def _signs(lane: Lane, scale: Scale) -> str:
    """A sign under each column in which something happened, the weightiest of it."""
    line = [" "] * scale.columns
    for mark in sorted(lane.marks, key=lambda one: -_WORST.index(one.kind)):
        line[scale.column(mark.at)] = _sign(mark)
    return "".join(line)


def _sign(mark: Mark) -> str:
    return "!" if mark.kind == "event" and mark.tone == "bad" else _SIGNS[mark.kind]


def _legend(width: int) -> Iterator[str]:
    """What the glyphs mean, on as many lines as it takes."""
    line = ""
    for part in _LEGEND:
        if line and len(line) + len(part) + 2 > width:
            yield line
            line = ""
        line = f"{line}  {part}" if line else part
    yield line


def _axis(scale: Scale, zone: tzinfo) -> Iterator[str]:
    """A line with ticks, and their times below."""
    span_ms = max(1, scale.until_ms - scale.since_ms)
    least = max(1, span_ms * _LABEL_ROOM // scale.columns)
    step = next((one for one in _STEPS if one >= least), _STEPS[-1])
    line, labels = ["─"] * scale.columns, [" "] * scale.columns
    offset_ms = round((to_datetime(scale.since_ms).astimezone(zone).utcoffset() or to_datetime(0) - to_datetime(0)).total_seconds() * 1000)
    tick_ms = -(-(scale.since_ms + offset_ms) // step) * step - offset_ms
    while tick_ms <= scale.until_ms:
        column = min(scale.columns - 1, (tick_ms - scale.since_ms) * scale.columns // span_ms)
        label = _label(tick_ms, zone, step)
        line[column] = "┬"
        if column + len(label) <= scale.columns:
            labels[column : column + len(label)] = label
        tick_ms += step
    yield "".join(line)
    yield "".join(labels)


def _label(at_ms: int, zone: tzinfo, step: int) -> str:
    moment = to_datetime(at_ms).astimezone(zone)
    day = f"{moment.day} {moment:%b}"
    if step >= _STEPS[-3]:
        return day
    return day if (moment.hour, moment.minute) == (0, 0) else f"{moment:%H:%M}"


def _told(found: Timeline, names: Sequence[str], zone: tzinfo, width: int, most: int) -> Iterator[str]:
    """What the marks say, oldest first; repeats of one kind on one object are not left out."""
    all_marks = [(mark, name.strip()) for name, lane in zip(names, found.lanes, strict=True) for mark in lane.marks]
    all_marks.sort(key=lambda one: one[0].at)
    if len(all_marks) > most:
        yield f"{len(all_marks) - most} earlier marks are not told."
    days = (time_ms(found.until) or 0) - (time_ms(found.since) or 0) > _STEPS[-3] // 2
    for mark, name in all_marks[-most:]:
        moment = to_datetime(time_ms(mark.at) or 0).astimezone(zone)
        when = f"{'before ' if mark.unseen else ''}{moment:{'%d %b %H:%M:%S' if days else '%H:%M:%S'}}"
        who = f"  by {mark.who}" if mark.who and mark.kind in ("change", "rollout", "created") else ""
        plain = fit(f"{when} {_sign(mark)} {name}: {' '.join(mark.text.split())}{who}", width)
        yield toned(plain, "red" if mark.tone == "bad" else "")
