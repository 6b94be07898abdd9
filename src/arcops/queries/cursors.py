"""Page marks: opaque text that remembers where a page ended and which question it belongs to."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec

from arcops.base.errors import BadCursor

_LONGEST = 4_096


class _Mark(msgspec.Struct, array_like=True, gc=False):
    question: str
    at: int | list[str | int | float | bool | None]


def _digest(question: object) -> str:
    return hashlib.blake2b(repr(question).encode(), digest_size=6).hexdigest()


def write_mark(at: int | list[str | int | float | bool | None], question: object) -> str:
    """A page mark for ``at``, valid only for the same question."""
    return urlsafe_b64encode(msgspec.msgpack.encode(_Mark(_digest(question), at))).decode().rstrip("=")


def page_mark(identity: int, question: object) -> str:
    """A page mark that stands for a record id."""
    return write_mark(identity, question)


def read_any_mark(text: str | None, question: object) -> int | list[str | int | float | bool | None] | None:
    """What a page mark stands for, or None for no mark; raises ``BadCursor`` if it is not ours or of another question."""
    if not text:
        return None
    try:
        if len(text) > _LONGEST:
            raise BadCursor
        mark = msgspec.msgpack.decode(urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=_Mark)
    except (ValueError, msgspec.MsgspecError):
        raise BadCursor from None
    if mark.question != _digest(question):
        raise BadCursor
    return mark.at


def read_mark(text: str | None, question: object) -> int | None:
    """The record id of a page mark, or None for no mark; raises ``BadCursor``."""
    at = read_any_mark(text, question)
    if at is None or isinstance(at, int):
        return at
    raise BadCursor
