"""Answers a question by rule alone: what there is, what is not well and why, what was warned of, the lines of a pod.

The same cluster gives the same answer. Nothing is guessed: what is not known is said.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Sequence

import msgspec

from arcops.base.clock import rfc3339
from arcops.base.errors import ArcopsError
from arcops.chat.incidents import told_incidents
from arcops.kube.objects.pod import Pod
from arcops.queries.events import Event, recent_events
from arcops.queries.health import kubernetes_health
from arcops.queries.live import POD, incomplete_kinds, live_pods
from arcops.queries.logs import LogRequest, pod_logs
from arcops.queries.pods import PodStatus, pod_status
from arcops.queries.services import Services

MODEL = "direct-mode"
_MOST_PODS = 20
_MOST_WARNINGS = 10
_TAIL_LINES = 20
_LONGEST_LINE = 240
_SLICE = 500
_WELL = {"Running", "Completed", "Succeeded"}
_WORD = re.compile(r"[a-z0-9]+(?:[-./][a-z0-9]+)*")


class ChatAnswer(msgspec.Struct, frozen=True, gc=False):
    """An answer in Markdown; ``context_used`` tells whether the cluster was looked at; ``model`` who worded it."""

    response: str
    timestamp: str
    context_used: bool
    model: str


async def answer_directly(services: Services, message: str, *, include_context: bool = True) -> ChatAnswer:
    """The answer by rule. ``include_context`` false means: do not look at the cluster, and then little can be said."""
    now = rfc3339(services.clock.now_ms())
    if not include_context:
        text = "No model is configured, and without looking at the cluster I have nothing to answer from. Ask again with include_context."
        return ChatAnswer(text, now, context_used=False, model=MODEL)
    pods = live_pods(services)
    rows = [row async for row in _rows(services, pods)]
    parts = [
        *_coverage(services),
        *told_incidents(services, message),
        _counts(rows),
        *_unwell(rows, pods),
        *await _warnings(services),
        *await _asked_for(services, message, rows),
    ]
    return ChatAnswer("\n\n".join(parts), now, context_used=True, model=MODEL)


async def _rows(services: Services, pods: Sequence[Pod]) -> AsyncIterator[PodStatus]:
    """The status of each pod, giving way to other work in between."""
    for place, pod in enumerate(pods, 1):
        yield pod_status(pod)
        if place % _SLICE == 0:
            await services.clock.sleep(0)


def is_unwell(pod: PodStatus) -> bool:
    """A pod that neither runs with all containers ready nor has ended well."""
    return pod.reason not in _WELL or (pod.phase == "Running" and pod.ready < pod.total)


def _coverage(services: Services) -> Iterator[str]:
    state = kubernetes_health(services, services.clock.now_ms())
    if state.state == "disconnected":
        since = f" since {state.since}" if state.since else ""
        yield f"The cluster has not answered{since}: {state.last_error or 'no reason is known'}. What follows may be out of date."
    elif missing := incomplete_kinds(services, POD):
        yield f"Not everything is known yet: {', '.join(missing)}."


def _counts(rows: Sequence[PodStatus]) -> str:
    if not rows:
        return "There are no pods that I know of."
    by_phase: dict[str, int] = {}
    for row in rows:
        by_phase[row.phase] = by_phase.get(row.phase, 0) + 1
    phases = ", ".join(f"{count} {phase}" for phase, count in sorted(by_phase.items(), key=lambda item: (-item[1], item[0])))
    nodes = len({row.node for row in rows if row.node != "unscheduled"})
    namespaces = len({row.namespace for row in rows})
    return f"**{_many(len(rows), 'pod')}** in {_many(namespaces, 'namespace')} on {_many(nodes, 'node')}: {phases}."


def _unwell(rows: Sequence[PodStatus], pods: Sequence[Pod]) -> Iterator[str]:
    found = [(row, pod) for row, pod in zip(rows, pods, strict=True) if is_unwell(row)]
    if not found:
        if rows:
            yield "Every pod is well: ready, or completed."
        return
    lines = [
        f"- `{row.namespace}/{row.name}`: {row.reason}, ready {row.ready}/{row.total}{_restarts(row)}{_since(pod)}" for row, pod in found
    ]
    yield f"**{_many(len(found), 'pod')} not well:**\n" + "\n".join(_first(lines, _MOST_PODS))


def _since(pod: Pod) -> str:
    """Since when a pod has not been ready, where the cluster says so."""
    for condition in (pod.status.conditions or ()) if pod.status else ():
        if condition.type in {"Ready", "PodScheduled"} and condition.status == "False" and condition.last_transition_time:
            return f", since {condition.last_transition_time}"
    return ""


def _restarts(row: PodStatus) -> str:
    return f", {_many(row.restarts, 'restart')}" if row.restarts else ""


async def _warnings(services: Services) -> list[str]:
    events = await recent_events(services, event_type="Warning")
    groups: dict[tuple[str, str], list[Event]] = {}
    for event in events:
        groups.setdefault((event.reason, event.namespace), []).append(event)
    if not groups:
        return ["No warnings in the last hour."]
    lines = [
        f"- {reason} in {namespace or 'the cluster'}: {_many(len({e.involved_object for e in found}), 'object')}, "
        f"{sum(e.count for e in found)} times, last {found[0].last_seen} ({found[0].involved_object}): {_short(found[0].message)}"
        for (reason, namespace), found in groups.items()
    ]
    return ["**Warnings of the last hour:**\n" + "\n".join(_first(lines, _MOST_WARNINGS))]


async def _asked_for(services: Services, message: str, rows: Sequence[PodStatus]) -> list[str]:
    """The last lines of the pod the question names; of one pod at most."""
    row = named_pod(message, rows)
    if row is None:
        return []
    head = f"**`{row.namespace}/{row.name}`**: {row.reason}, ready {row.ready}/{row.total}{_restarts(row)}, on {row.node}."
    try:
        logs = await pod_logs(services, LogRequest(row.namespace, row.name, tail_lines=_TAIL_LINES))
    except ArcopsError as error:
        return [f"{head}\nIts logs cannot be read: {error.message}"]
    lines = "\n".join(f"    {_short(line)}" for line in logs.logs.splitlines()[-_TAIL_LINES:])
    return [f"{head} Its last lines ({', '.join(logs.containers)}):\n\n{lines or '    (none)'}"]


def named_pod(message: str, rows: Sequence[PodStatus]) -> PodStatus | None:
    """The pod a question names: in full, else by the longest beginning, the ones that are not well first."""
    words = {word.rpartition("/")[2] for word in _WORD.findall(message.lower())}
    exact = next((row for row in rows if row.name in words), None)
    if exact is not None:
        return exact
    begun = [(word, row) for row in rows for word in words if len(word) > 2 and row.name.startswith(f"{word}-")]  # noqa: PLR2004
    begun.sort(key=lambda found: (-len(found[0]), not is_unwell(found[1]), found[1].namespace, found[1].name))
    return begun[0][1] if begun else None


def _first(lines: list[str], most: int) -> list[str]:
    return lines if len(lines) <= most else [*lines[:most], f"- … and {len(lines) - most} more (showing {most} of {len(lines)})"]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}…"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
