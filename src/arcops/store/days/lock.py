"""One process per data folder: two writers would give the same ids twice."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from arcops.base.errors import RecordError

if sys.platform != "win32":
    import fcntl


class FolderLock:
    """Held from ``take`` to ``release``; ends with the process however that dies. No protection on Windows."""

    def __init__(self, folder: Path) -> None:
        """A lock on the file ``lock`` in the folder."""
        self._folder = folder
        self._file: int | None = None

    def take(self) -> None:
        """Raises ``RecordError`` if another process holds it. On a disk that cannot be written there is nothing to guard."""
        if sys.platform == "win32":
            return
        try:
            file = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(file)
            raise RecordError(
                path=self._folder,
                why="another arcops is using it",
                hint="Stop the other one, or give this one a folder of its own (--data-dir).",
            ) from error
        self._file = file

    def release(self) -> None:
        """Let others use the folder. Safe to call twice."""
        if self._file is not None:
            with suppress(OSError):
                os.close(self._file)
            self._file = None
