"""Cuts a watch's bytes into lines, whatever the pieces they come in, and holds no more than one line's cap."""

from __future__ import annotations

from typing import NamedTuple

_HEAD_BYTES = 64 * 1024


class Oversized(NamedTuple):
    """A line above the cap was thrown away: its length and its first 64 KiB, where the object's name stands."""

    size_bytes: int
    head: bytes


class LineSplitter:
    """Lines of a stream. A line without its newline is not a line: what is left when the stream ends is not given.

    Pieces of a line are joined once, so that a stream of tiny pieces costs no more than its length.
    """

    def __init__(self, cap_bytes: int) -> None:
        """Refuse lines longer than ``cap_bytes``."""
        self._cap = cap_bytes
        self._pieces: list[bytes] = []
        self._held = 0
        self._head: bytes | None = None

    @property
    def held_bytes(self) -> int:
        """Bytes of the line that is still incomplete."""
        return self._held

    def feed(self, chunk: bytes) -> list[bytes | Oversized]:
        """The lines that ``chunk`` completes, without newlines; empty lines are left out."""
        parts = chunk.split(b"\n")
        last = parts.pop()
        lines: list[bytes | Oversized] = []
        if parts:
            lines.append(self._complete(parts[0]))
            lines += parts[1:]
        if last:
            self._keep(last)
        return [self._capped(line) for line in lines if line]

    def _capped(self, line: bytes | Oversized) -> bytes | Oversized:
        if len(line) <= self._cap or isinstance(line, Oversized):
            return line
        return Oversized(len(line), line[:_HEAD_BYTES])

    def _complete(self, end: bytes) -> bytes | Oversized:
        size = self._held + len(end)
        pieces, head = self._pieces, self._head
        self._pieces, self._held, self._head = [], 0, None
        if head is not None:
            return Oversized(size, head)
        if not pieces:
            return end
        pieces.append(end)
        return b"".join(pieces)

    def _keep(self, piece: bytes) -> None:
        self._held += len(piece)
        if self._head is not None:
            return
        self._pieces.append(piece)
        if self._held > self._cap:
            self._head = b"".join(self._pieces)[:_HEAD_BYTES]
            self._pieces = []
