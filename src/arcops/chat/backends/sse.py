"""Reads server-sent events by hand, from bytes cut anywhere.

By hand because model servers bend the format: Foundry Local 2.2 sends its Content-Type twice, older llama.cpp names its errors in a
field of their own, others leave out the empty line between events.
"""

from __future__ import annotations

from collections.abc import Iterator

MOST_EVENT_BYTES = 1_000_000
"""An event longer than this is none."""


class EventTooLong(ValueError):
    """An event has no end."""


class EventReader:
    """Takes in pieces of a stream and gives back the data of each event that is complete."""

    def __init__(self) -> None:
        """Nothing was read yet."""
        self._rest = b""
        self._data = b""

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """The events that this piece completes. Raises ``EventTooLong``."""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            yield from self._line(line.rstrip(b"\r"))
        if len(self._rest) + len(self._data) > MOST_EVENT_BYTES:
            raise EventTooLong

    def end(self) -> Iterator[bytes]:
        """What was not closed by an empty line when the stream ended."""
        rest, self._rest = self._rest, b""
        yield from self._line(rest.rstrip(b"\r"))
        yield from self._line(b"")

    def _line(self, line: bytes) -> Iterator[bytes]:
        name, _, value = line.partition(b":")
        if not line:
            if self._data:
                yield self._data
            self._data = b""
        elif name == b"data":
            value = value.removeprefix(b" ")
            if self._data and _is_whole(self._data, value):
                yield self._data
                self._data = b""
            self._data = self._data + b"\n" + value if self._data else value
        elif name == b"error":
            yield b'{"error":' + (value.strip() or b'""') + b"}"


def _is_whole(before: bytes, after: bytes) -> bool:
    """Whether two lines of data are two events without the empty line between them."""
    return before.endswith(b"}") and after.startswith((b"{", b"[DONE]"))
