"""Small forms of the values that come with every row: uids as 16 bytes, times as whole seconds."""

from __future__ import annotations

import calendar
import re
import time
from typing import NamedTuple

import msgspec

from arcops.kube.refs import GroupKind

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SECONDS = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z", re.ASCII)

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
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(packed))


def kind_of(name: str) -> GroupKind:
    """The kind whose ``str`` this is: ``Deployment.apps``."""
    kind, _, group = name.partition(".")
    return GroupKind(group, kind)


class EventRest(NamedTuple):
    """What an event row does not hold in columns; a msgpack array in ``ev.body``."""

    name: str
    uid: PackedUid
    involved_group: str
    involved_namespace: str
    involved_uid: PackedUid
    field_path: str
    first_seen: PackedTime

    def packed(self) -> bytes:
        """As stored."""
        return msgspec.msgpack.encode(self)

    @classmethod
    def unpacked(cls, body: bytes) -> EventRest:
        """From what ``packed`` made."""
        return cls._make(msgspec.msgpack.decode(body, type=list))
