"""A recorded watch, or a record that was exported as one, read as files are: as a cluster seen at several moments."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import msgspec

from arcops.base.errors import BadInput
from arcops.kube.kinds import ApiResource
from arcops.kube.watch import Observation, Op
from arcops.source.base import LogSeen, Observed, Replaced, SourceEvent
from arcops.source.cases import Picture, Step
from arcops.source.manifests import ReadObject, Unreadable
from arcops.source.recording import VERSION, decoded, event_of

_MOST_BYTES = 1024 * 1024 * 1024
_PREVIOUS = " (previous)"


def read_recorded(path: Path) -> Picture:
    """The picture of a recording: its first lists, then each moment at which something changed; the newest logs.

    Whole, so that what is not in it is not there. One whose end is torn (a crash) is read up to there. Raises ``BadInput``.
    """
    picture = Picture([], is_whole=True)
    seen = [(ms, found, gone) for event in _events(path, picture) for ms, found, gone in _steps_of(event, picture)]
    seen.sort(key=lambda step: step[0])
    for ms, group in groupby(seen, key=lambda step: step[0]):
        members = list(group)
        apply = tuple(found for _, found, _ in members if found is not None)
        delete = tuple(gone for _, _, gone in members if gone is not None)
        picture.steps.append(Step(ms, apply, delete))
    if not picture.steps:
        raise BadInput(what=f"The recording {path}", why="nothing was seen in it")
    return picture


_Seen = tuple[int, ReadObject | None, tuple[str, str, str] | None]


def _steps_of(event: SourceEvent, picture: Picture) -> Iterator[_Seen]:
    if isinstance(event, LogSeen):
        key = f"{event.namespace}/{event.pod}/{event.container}{_PREVIOUS if event.previous else ''}"
        picture.logs[key] = event.text
    elif isinstance(event, Observed | Replaced):
        for observation in event.observations:
            at_ms = event.seen_ms if isinstance(event, Replaced) else observation.seen_ms
            yield _step_of(event.resource, observation, at_ms)


def _step_of(resource: ApiResource, seen: Observation, at_ms: int) -> _Seen:
    if seen.op is Op.DELETED:
        meta = seen.obj.metadata
        return at_ms, None, (resource.kind, meta.namespace, meta.name)
    return at_ms, ReadObject(resource, seen.obj, seen.raw), None


def _events(path: Path, picture: Picture) -> Iterator[SourceEvent]:
    read = 0
    try:
        with gzip.open(path, "rb") as file:
            head = decoded(file.readline())
            if head.type != "head" or head.version > VERSION:
                raise BadInput(what=f"The recording {path}", why="it has no head" if head.type != "head" else "a newer arcops made it")
            for number, line in enumerate(file, 2):
                read += len(line)
                if read > _MOST_BYTES:
                    raise BadInput(what=f"The recording {path}", why="it is too large to be read at once; play it with serve --replay")
                try:
                    event = event_of(decoded(line))
                except (msgspec.DecodeError, ValueError) as error:
                    picture.problems.append(Unreadable(f"{path}, line {number}", str(error)))
                    continue
                if event is not None:
                    yield event
    except (EOFError, zlib.error) as error:
        picture.problems.append(Unreadable(str(path), f"its end is torn: {error}"))
    except (OSError, msgspec.DecodeError) as error:
        raise BadInput(what=f"The recording {path}", why=str(error)) from error
