"""Copies a record while a service writes to it, and puts a copy back."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from arcops.base.errors import RecordError
from arcops.store.days import opening
from arcops.store.days.archive import readable_files
from arcops.store.days.folder import SUFFIX, in_order
from arcops.store.days.lock import FolderLock
from arcops.store.days.verify import verify

_NEW = ".copying"


@dataclass(frozen=True, slots=True)
class Copied:
    """How many files and bytes were copied."""

    files: int
    size_bytes: int


def backup(record: Path, target: Path) -> Copied:
    """Copy a record into a folder, as of one moment near the end of the call; a service may be using it.

    Files that the target has already and that are closed (an earlier backup) are left as they are. Raises ``RecordError``.
    """
    files = readable_files(record)
    if record.resolve() == target.resolve():
        raise RecordError(path=target, why="it is the record itself")
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        for file in files:
            copy = target / file.path.name
            if not (copy.exists() and not file.is_open and copy.stat().st_size == file.path.stat().st_size):
                _copy(file.path, copy, is_open=file.is_open)
        return Copied(len(files), sum((target / file.path.name).stat().st_size for file in files))
    except FileNotFoundError as error:
        raise RecordError(path=record, why="retention removed a file meanwhile; try again") from error
    except (OSError, *opening.DAMAGE) as error:
        raise RecordError(path=target, why=getattr(error, "strerror", None) or error) from error


def _copy(source: Path, target: Path, *, is_open: bool) -> None:
    """One file, whole even if it is written to meanwhile; it gets its name when it is complete."""
    draft = target.with_name(target.name + _NEW)
    draft.unlink(missing_ok=True)
    if is_open or source.with_name(source.name + "-wal").exists():
        opening.copy_file(source, draft)
    else:
        shutil.copyfile(source, draft)  # byte for byte, or it would not be what was sealed
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(target)


def restore(copy: Path, record: Path) -> Copied:
    """Put a backup in the place of a record that is not there (any more). Raises ``RecordError``: for a damaged backup too."""
    verdict = verify(copy)
    if verdict.faults:
        fault = verdict.faults[0]
        raise RecordError(
            path=copy, why=f"{fault.file}: {fault.what}", hint="Remove the damaged file from the backup, or restore another backup."
        )
    if any(record.glob(f"*{SUFFIX}")):
        raise RecordError(path=record, why="it holds a record", hint="Move that one away first, or name another folder.")
    lock = FolderLock(record)
    try:
        record.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.take()
        files = in_order(copy)
        for file in files:
            draft = record / (file.name + _NEW)
            shutil.copyfile(file, draft)
            draft.rename(record / file.name)
        return Copied(len(files), sum(file.stat().st_size for file in files))
    except OSError as error:
        raise RecordError(path=record, why=error.strerror or error) from error
    finally:
        lock.release()
