"""Small forms of the values that come with every row: uids as 16 bytes, times as whole seconds."""

from __future__ import annotations

import calendar
import re
import time
from functools import lru_cache

import msgspec

from arcops.kube.objects.event import ClusterEvent
from arcops.kube.refs import GroupKind

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SECONDS = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z", re.ASCII)

_HEX = re.compile(r"[0-9a-f]+", re.ASCII)
NAME_MARK, NAMESPACE_MARK, _AS_IS = "\x01", "\x02", "\x03"
_MARKS = (NAME_MARK, NAMESPACE_MARK, _AS_IS)
_LEAST_NAME = 4
"""A shorter name is left alone: it would be found inside other words."""

PackedUid = bytes | str
PackedTime = int | str


def pack_uid(uid: str) -> PackedUid:
    """A UUID as its 16 bytes; anything else as it is."""
    return bytes.fromhex(uid.replace("-", "")) if _UUID.fullmatch(uid) else uid


def unpack_uid(packed: PackedUid | None) -> str:
    """The text of a packed uid, "" for none."""
    if not isinstance(packed, bytes):
        return packed or ""
    text = packed.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def pack_time(text: str) -> PackedTime:
    """RFC 3339 of whole seconds in UTC as Unix seconds; anything else as it is."""
    parts = _SECONDS.fullmatch(text)
    if not parts:
        return text
    year, month, day, hour, minute, second = map(int, parts.groups())
    if not 1 <= month <= 12:  # noqa: PLR2004 - months
        return text
    seconds = calendar.timegm((year, month, day, hour, minute, second))
    return seconds if unpack_time(seconds) == text else text


def unpack_time(packed: PackedTime | None) -> str:
    """The text of a packed time, "" for none."""
    if not isinstance(packed, int):
        return packed or ""
    day, second = divmod(packed, 86_400)
    minute, second = divmod(second, 60)
    return f"{_date(day)}T{minute // 60:02}:{minute % 60:02}:{second:02}Z"


@lru_cache(maxsize=64)
def _date(day: int) -> str:
    """The date of a day since 1970: a listing formats thousands of times of a few days."""
    return time.strftime("%Y-%m-%d", time.gmtime(day * 86_400))


def kind_of(name: str) -> GroupKind:
    """The kind whose ``str`` this is: ``Deployment.apps``."""
    kind, _, group = name.partition(".")
    return GroupKind(group, kind)


def pack_lag(text: str, at_ms: int) -> PackedTime:
    """RFC 3339 as the seconds it lies before ``at_ms``: nearly always a small number; anything else as it is."""
    packed = pack_time(text)
    return at_ms // 1000 - packed if isinstance(packed, int) else packed


def unpack_lag(packed: PackedTime | None, at_ms: int) -> str:
    """The text of a packed lag, "" for none."""
    return unpack_time(at_ms // 1000 - packed if isinstance(packed, int) else packed)


def pack_sort(event: ClusterEvent) -> str:
    """What many events have in common: a JSON list of type, reason, component and field path."""
    return msgspec.json.encode([event.type, event.reason, event.source, event.field_path]).decode()


def unpack_sort(packed: str) -> list[str]:
    """Type, reason, component and field path."""
    return msgspec.json.decode(packed, type=list[str])


def part_of_sort(text: str | None) -> str | None:
    """How a type or reason stands in a packed sort."""
    return None if text is None else msgspec.json.encode(text).decode()


def pack_event_name(name: str, involved: str) -> bytes | str:
    """The name of an Event, which is that of the object, a dot and a time in hexadecimal: those digits as bytes."""
    rest = name.removeprefix(f"{involved}.")
    if rest != name and len(rest) % 2 == 0 and _HEX.fullmatch(rest):
        return bytes.fromhex(rest)
    return name


def unpack_event_name(packed: bytes | str, involved: str) -> str:
    """The text of a packed name."""
    return f"{involved}.{packed.hex()}" if isinstance(packed, bytes) else packed


def pack_message(text: str, name: str, namespace: str) -> str:
    """A message with marks in the place of the object's name and namespace, so that one text serves many objects."""
    if any(mark in part for mark in _MARKS for part in (text, name, namespace)):
        return f"{_AS_IS}{text}"
    if len(name) >= _LEAST_NAME:
        text = text.replace(name, NAME_MARK)
    return text.replace(namespace, NAMESPACE_MARK) if len(namespace) >= _LEAST_NAME else text


def unpack_message(text: str, name: str, namespace: str) -> str:
    """The message as it was."""
    if text.startswith(_AS_IS):
        return text[1:]
    return text.replace(NAME_MARK, name).replace(NAMESPACE_MARK, namespace)
