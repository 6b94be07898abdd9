"""A closed file never changes again: the next one keeps a digest of it, so that any flipped byte can be found."""

from __future__ import annotations

import hashlib
from pathlib import Path

from arcops.store.days.opening import Connection

SEAL = "seal "
"""Begins the names under which a file keeps the digests of files before it; the file's name follows."""


def digest_of(path: Path) -> str:
    """BLAKE2b of a file's bytes (about 1 ms for each MB)."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=20)).hexdigest()


def seals_in(connection: Connection) -> dict[str, str]:
    """The digests a file keeps, by file name."""
    rows = connection.execute("select key, value from meta where key like ? || '%'", (SEAL,))
    return {key.removeprefix(SEAL): value for key, value in rows}
