"""Which words the log excerpts of a file hold, so that a search reads only where it may find something.

Excerpts are told apart by stretches of ``STRETCH``, in the order of their ids; what is written never changes, so a stretch that
is full is read once, at the first search that passes it, and its words are kept in memory, compressed. A word is a run of letters
and digits; whatever text contains the words searched for must have each of them within one of its own, so a stretch that
lacks one is passed over, and nothing that is there can be missed. No index is written: on disk it would cost a fifth of the
excerpts, and to make it anew takes 50 ms for a day of 500 pods.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

from arcops.store import frames
from arcops.store.days.listings import model
from arcops.store.days.opening import Connection, statements
from arcops.store.days.questions import Range

STRETCH = 128
MOST_BYTES = 4 * 1024 * 1024
"""Of compressed words in memory: about a week of 500 pods. Stretches that no search passed of late are read again."""

_DIGITS, _SMALL, _BEYOND_ASCII = range(48, 58), range(97, 123), 128
_WORDS = bytes(byte if byte in _DIGITS or byte in _SMALL or byte >= _BEYOND_ASCII else 32 for byte in range(256))


class Lexicons:
    """The words of full stretches of all files. Any thread may ask."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        """Nothing was read yet."""
        self._most_bytes = most_bytes
        self._bytes = 0
        self._known: OrderedDict[tuple[Path, int], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def parts(self, path: Path, connection: Connection, span: Range, text: str) -> Iterator[Range]:
        """The parts of a span of a file in which a text may be found, newest first."""
        sought = words_of(text)
        ids = [row[0] for row in connection.execute(statements("read")["log_ids"])]
        full = len(ids) - len(ids) % STRETCH
        if full < len(ids):
            yield Range(max(span.since, ids[full]), span.until)
        for start in range(full - STRETCH, -1, -STRETCH):
            part = Range(max(span.since, ids[start]), min(span.until, ids[start + STRETCH - 1]))
            if part.since <= part.until and self._may_hold(path, connection, (ids[start], ids[start + STRETCH - 1]), sought):
                yield part

    def _may_hold(self, path: Path, connection: Connection, stretch: tuple[int, int], sought: list[bytes]) -> bool:
        key = (path, stretch[0])
        with self._lock:
            packed = self._known.get(key)
            if packed is not None:
                self._known.move_to_end(key)
        if packed is None:
            there = _read(connection, stretch)
            self._keep(key, frames.encode(there))
        else:
            there = frames.decode(packed)
        return all(word in there for word in sought)

    def _keep(self, key: tuple[Path, int], packed: bytes) -> None:
        with self._lock:
            if key not in self._known:
                self._known[key] = packed
                self._bytes += len(packed)
            while self._bytes > self._most_bytes and len(self._known) > 1:
                self._bytes -= len(self._known.popitem(last=False)[1])


def words_of(text: str) -> list[bytes]:
    """The words of a text, whatever their case."""
    return text.casefold().encode().translate(_WORDS).split()


def _read(connection: Connection, stretch: tuple[int, int]) -> bytes:
    """Every word of the excerpts of a stretch, each once."""
    words: set[bytes] = set()
    models: dict[int, bytes] = {}
    for base, body in connection.execute(statements("read")["log_bodies"], stretch):
        if base is not None and base not in models:
            models[base] = model(connection, base)
        words.update(words_of(frames.decode(body, None if base is None else models[base]).decode()))
    return b"\n".join(sorted(words))
