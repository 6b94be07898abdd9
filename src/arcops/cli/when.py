"""Times on the command line: read in the zone of whoever types, told to whoever answers without doubt."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from arcops.base.clock import rfc3339
from arcops.cli.options import Speech
from arcops.kube.times import duration_text, time_ms
from arcops.queries.times import is_age, parse_time

if TYPE_CHECKING:
    from arcops.cli.questions import Questions
    from arcops.queries.coverage import Moment

_LOCALTIME = Path("/etc/localtime")
_NAMELESS = "local"


def local_zone() -> tzinfo:
    """The zone of this machine: of TZ, else of the system, with its changes of clocks; else the offset of today."""
    name = os.environ.get("TZ", "").lstrip(":")
    try:
        if name:
            return ZoneInfo(name)
        with _LOCALTIME.open("rb") as file:
            return ZoneInfo.from_file(file, _NAMELESS)
    except (OSError, ValueError, KeyError):  # a POSIX rule in TZ, or a system without zone files
        return datetime.now(UTC).astimezone().tzinfo or UTC


def zone_name() -> str:
    """The same zone by its name, or by today's offset where it has none: for whoever answers elsewhere."""
    zone = local_zone()
    name = getattr(zone, "key", "")
    name = _name_of_system() if name == _NAMELESS else name
    if name:
        return str(name)
    offset = datetime.now(zone).strftime("%z")
    return f"{offset[:3]}:{offset[3:5]}" if offset else "UTC"


def _name_of_system() -> str:
    try:
        _, found, name = str(_LOCALTIME.resolve()).partition("/zoneinfo/")
    except OSError:
        return ""
    return name if found else ""


def told(asked: Questions, text: str | None) -> str | None:
    """A time as typed, in a form that means the same everywhere; an age stays one, for the record's clock counts it.

    Raises ``BadTime``.
    """
    if not text:
        return None
    return text if is_age(text) else rfc3339(parse_time(text, asked.now_ms, local_zone()))


def typed(text: str) -> str:
    """The same for answerers whose clock is not known here: RFC 3339 by this machine's clock. Raises ``BadTime``."""
    if not text or is_age(text):
        return text
    return rfc3339(parse_time(text, time.time_ns() // 1_000_000, local_zone()))


def moment_of(asked: Questions, text: str, kind: str | None = None) -> Moment:
    """The past moment that was typed. Raises ``BadTime``, and ``BadInput`` for one that has not come."""
    return asked.moment(told(asked, text) or "now", kind)


def say_past(asked: Questions, then: Moment, speech: Speech) -> None:
    """Say on stderr that what follows is the past, and what nobody saw of it."""
    at_ms = time_ms(then.at) or 0
    speech.note(f"As of {then.at}, {duration_text(max(0, asked.now_ms - at_ms))} ago.")
    for note in then.notes:
        speech.note(note)
