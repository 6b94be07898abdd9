"""Reads the lines of one container: from the cluster, else the run before, else what the record kept when it ended."""

from __future__ import annotations

from typing import NamedTuple

from arcops.base.clock import rfc3339
from arcops.base.errors import ArcopsError, Forbidden, LogsNotFound, ObjectNotFound, Unreachable
from arcops.chat.asked import Asked
from arcops.chat.logs.wanted import LinesWanted, plain
from arcops.findings.text.entries import entry_of
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms
from arcops.source.base import LogQuery
from arcops.store.base import LogExcerpt, LogFilter, Window

_READ_LINES = 200
_SEARCHED_LINES = 10_000
_MOST_BYTES = 2_000_000
_MOST_EXCERPTS = 20
_STAMP_LENGTH = 30


class Got(NamedTuple):
    """Lines of one run. ``run`` says which (``the current run``), ``why`` why there are none, ``settle`` a command that would tell."""

    pod: ObjectRef
    container: str
    lines: tuple[str, ...]
    run: str
    why: str = ""
    settle: str = ""
    kept_ms: int | None = None
    previous: bool = False


async def read_lines(asked: Asked, pod: ObjectRef, container: str, wanted: LinesWanted, *, previous: bool) -> Got:
    """The lines of a live pod's container; falls back to the other run and to the record, and says so."""
    got = await _live(asked, pod, container, wanted, previous=previous)
    if got.lines or (got.why == "" and (previous or wanted.has_span)):
        return got
    if not previous and "forbidden" not in got.why:
        before = await _live(asked, pod, container, wanted, previous=True)
        if before.lines:
            return before
    kept = await kept_lines(asked, pod, container, wanted) if got.why else []
    return kept[0] if kept else got


async def _live(asked: Asked, pod: ObjectRef, container: str, wanted: LinesWanted, *, previous: bool) -> Got:
    run = "the run before" if previous else "the current run"
    since_s = None
    if wanted.since_ms is not None and wanted.since_ms < asked.now_ms:
        since_s = max(1, -(-(asked.now_ms - wanted.since_ms) // 1000))
    tail = _SEARCHED_LINES if wanted.keep is not None or wanted.hints or wanted.has_span else max(_READ_LINES, wanted.most)
    query = LogQuery(pod.namespace, pod.name, container, previous, tail, since_s, wanted.has_span, _MOST_BYTES)
    flag = " --previous" if previous else ""
    settle = f"kubectl -n {pod.namespace} logs {pod.name} -c {container}{flag} --tail={wanted.most}"
    try:
        text = await asked.services.source.logs(query)
    except ObjectNotFound:
        return await _of_gone(asked, pod, container, wanted, previous=previous)
    except Forbidden:
        right = f"kubectl auth can-i get pods --subresource=log -n {pod.namespace}"
        return Got(pod, container, (), run, "it is forbidden: the account of arcops lacks get on pods/log", right)
    except LogsNotFound as error:
        return Got(pod, container, (), run, f"there are none ({error.message.rstrip('.')})", settle)
    except Unreachable as error:
        return Got(pod, container, (), run, f"the cluster does not answer ({error.message.rstrip('.')})", settle)
    except ArcopsError as error:
        return Got(pod, container, (), run, error.message.rstrip("."), settle)
    lines = _within(text.splitlines(), wanted, asked.now_ms)
    return Got(pod, container, lines, run, settle=settle, previous=previous)


async def _of_gone(asked: Asked, pod: ObjectRef, container: str, wanted: LinesWanted, *, previous: bool) -> Got:
    """Lines of a pod that is gone, where the source still has them: a recorded file may."""
    try:
        text = await asked.services.source.logs(LogQuery(pod.namespace, pod.name, container, previous, _SEARCHED_LINES))
    except ArcopsError:
        return Got(pod, container, (), "its last run", "the pod is gone, and nothing of its lines was kept")
    return Got(pod, container, _within(text.splitlines(), wanted, asked.now_ms), "its last run", previous=previous)


def _within(lines: list[str], wanted: LinesWanted, now_ms: int) -> tuple[str, ...]:
    """The lines of the span; those without a time follow the line before them."""
    if not wanted.has_span:
        return tuple(lines)
    year = rfc3339(now_ms)[:4]
    found: list[str] = []
    at_ms: int | None = None
    for line in lines:
        at_ms = time_of(line, year) or at_ms
        if at_ms is not None and (wanted.since_ms or 0) <= at_ms <= (wanted.until_ms or now_ms):
            found.append(line)
    return tuple(found)


def time_of(line: str, year: str) -> int | None:
    """When a line was written, by the kubelet or itself; None where it does not tell."""
    if len(line) > _STAMP_LENGTH and plain(line) is not line and plain(line) != line:
        return time_ms(line[: _STAMP_LENGTH - 11] + "Z")
    return entry_of(line, year).time_ms


async def kept_lines(asked: Asked, pod: ObjectRef, container: str, wanted: LinesWanted) -> list[Got]:
    """What the record kept of a pod's containers, or of pods whose names begin so, the newest first."""
    until_ms = asked.now_ms if wanted.until_ms is None else wanted.until_ms + 30 * 60_000
    match = LogFilter(pod.namespace or None, pod.name if pod.kind == "Pod" else None, None, container or None)
    rows = await asked.services.store.logs(Window(wanted.since_ms or 0, max(until_ms, wanted.since_ms or 0)), match, 10 * _MOST_EXCERPTS)
    if pod.kind != "Pod":
        rows = [row for row in rows if row.ref.name.startswith(f"{pod.name}-")]
    return [_got_of(row) for row in rows[:_MOST_EXCERPTS]]


def _got_of(row: LogExcerpt) -> Got:
    return Got(row.ref, row.container, tuple(row.text.splitlines()), "a run that is over", kept_ms=row.seen_ms, previous=row.previous)
