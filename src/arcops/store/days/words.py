"""Texts that repeat in every row, stored once per file: kinds, namespaces, reasons, lists of paths, writers, messages."""

from __future__ import annotations

from arcops.store.days.opening import Connection, statements

TABLES = ("kind", "ns", "paths", "writer", "sort", "container", "counted")
MOST_MESSAGES = 10_000


class Words:
    """Gives each text a number that keeps counting over all files, and says which the open file does not hold yet."""

    def __init__(self) -> None:
        """No words yet; numbers start at 1, 0 is the empty text where a column allows none."""
        self._ids: dict[str, dict[str, int]] = {table: {} for table in TABLES}
        self._last = dict.fromkeys((*TABLES, "msg"), 0)
        self._messages: dict[str, int] = {}
        self._in_file: set[tuple[str, int]] = set()
        self._missing: dict[str, list[tuple[int, str]]] = {}

    def load(self, connection: Connection, *, current: bool) -> None:
        """Learn the words of a file; call for the oldest first, with ``current`` for the one that will be written."""
        for table in TABLES:
            for identity, text in connection.execute(f"select id, name from {table}"):  # noqa: S608 - our own table names
                self._ids[table][text] = identity
                self._last[table] = max(self._last[table], identity)
                if current:
                    self._in_file.add((table, identity))
        (last,) = connection.execute("select max(id) from msg").fetchone()
        self._last["msg"] = max(self._last["msg"], last or 0)

    def forget_file(self) -> None:
        """The file to be written holds no words (it is new, or the last transaction was rolled back)."""
        self._in_file.clear()
        self._missing.clear()

    def number(self, table: str, text: str) -> int:
        """The number of a text, to be written with the next ``write`` if the file lacks it."""
        ids = self._ids[table]
        identity = ids.get(text)
        if identity is None:
            identity = ids[text] = self._next(table)
        self._need(table, identity, text)
        return identity

    def message(self, text: str) -> int:
        """The number of an event's message; the least lately new ones are forgotten and may be numbered again."""
        identity = self._messages.get(text)
        if identity is None:
            if len(self._messages) >= MOST_MESSAGES:
                self._in_file.discard(("msg", self._messages.pop(next(iter(self._messages)))))
            identity = self._messages[text] = self._next("msg")
        self._need("msg", identity, text)
        return identity

    def _next(self, table: str) -> int:
        self._last[table] += 1
        return self._last[table]

    def _need(self, table: str, identity: int, text: str) -> None:
        if (table, identity) not in self._in_file:
            self._in_file.add((table, identity))
            self._missing.setdefault(table, []).append((identity, text))

    def write(self, connection: Connection) -> None:
        """Insert the words the file lacks; part of the caller's transaction."""
        for table, rows in self._missing.items():
            if table == "msg":
                connection.executemany(statements("write")["add_message"], rows)
            else:
                connection.executemany(f"insert or ignore into {table}(id, name) values (?, ?)", rows)  # noqa: S608
        self._missing.clear()
