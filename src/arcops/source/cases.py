"""Case files: a cluster as it was observed one or several times, written down with logs and rights.

Only what a watcher would have seen is read. What the file expects to be found, and what it calls itself, stays in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from arcops.kube.objects.custom import RawBody
from arcops.kube.times import time_ms
from arcops.source.manifests import ReadObject, Unreadable, read_objects

_UNITS_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|[smhd]))+")
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhd])")
_MARKS = ("now", "steps", "expect", "logs", "forbidden")


@dataclass(frozen=True, slots=True)
class Step:
    """One observation: what was new or changed at ``at_ms``, and what was gone (kind, namespace, name)."""

    at_ms: int
    apply: tuple[ReadObject, ...] = ()
    delete: tuple[tuple[str, str, str], ...] = ()


@dataclass(slots=True)
class Picture:
    """What files show: observations in time, logs by ``namespace/pod/container``, kinds that could not be listed.

    ``is_whole`` says that the picture is of a whole cluster, so that what is not in it is not there.
    """

    steps: list[Step]
    logs: dict[str, str] = field(default_factory=dict)
    forbidden: frozenset[str] = frozenset()
    is_whole: bool = False
    problems: list[Unreadable] = field(default_factory=list)


def is_case(body: RawBody) -> bool:
    """Whether a document is a case rather than a manifest."""
    return isinstance(body, dict) and "kind" not in body and "objects" in body and any(mark in body for mark in _MARKS)


def read_case(body: dict[str, RawBody]) -> Picture:
    """The picture of a case; raises ``ValueError`` where its frame (times, steps) cannot be read."""
    now_ms = time_ms(_text(body.get("now"), "now"))
    if now_ms is None:
        message = f"now is no RFC 3339 time: {body.get('now')}"
        raise ValueError(message)
    picture = Picture([], is_whole=True)
    picture.steps.append(Step(now_ms, tuple(_objects(body.get("objects"), picture))))
    for step in _list(body.get("steps"), "steps"):
        if not isinstance(step, dict):
            raise ValueError("a step is not a mapping")  # noqa: TRY004 - what a file says is a value
        now_ms += duration_ms(_text(step.get("after"), "after"))
        gone = tuple(_named(text) for text in _list(step.get("delete"), "delete"))
        picture.steps.append(Step(now_ms, tuple(_objects(step.get("apply"), picture)), gone))
    logs = body.get("logs") or {}
    if not isinstance(logs, dict):
        raise ValueError("logs is not a mapping")  # noqa: TRY004
    picture.logs = {str(key): str(text) for key, text in logs.items()}
    picture.forbidden = frozenset(str(name) for name in _list(body.get("forbidden"), "forbidden"))
    return picture


def _objects(items: RawBody, picture: Picture) -> Iterator[ReadObject]:
    for item in _list(items, "objects"):
        for found in read_objects(item):
            if isinstance(found, Unreadable):
                picture.problems.append(found)
            else:
                yield found


def _list(value: RawBody, name: str) -> list[RawBody]:
    if value is None:
        return []
    if not isinstance(value, list):
        message = f"{name} is not a list"
        raise ValueError(message)  # noqa: TRY004
    return value


def _text(value: RawBody, name: str) -> str:
    if not isinstance(value, str) or not value:
        message = f"{name} is missing"
        raise ValueError(message)
    return value


def duration_ms(text: str) -> int:
    """``5m``, ``34s``, ``1h30m`` as milliseconds; raises ``ValueError``."""
    if not _DURATION.fullmatch(text):
        message = f"after is no duration such as 5m or 34s: {text}"
        raise ValueError(message)
    return round(sum(float(number) * _UNITS_MS[unit] for number, unit in _PART.findall(text)))


def _named(text: RawBody) -> tuple[str, str, str]:
    parts = str(text).split("/")
    if len(parts) != 3 or not parts[0] or not parts[2]:  # noqa: PLR2004 - kind, namespace, name
        message = f"delete wants Kind/namespace/name, not {text}"
        raise ValueError(message)
    return parts[0], parts[1], parts[2]
