"""A layer below SQLite that remembers every write and sync, and can refuse writes: for power cuts and full disks.

It wraps the default VFS of the very library that the standard ``sqlite3`` module uses, so that nothing of ours is changed or
replaced. Register it before the first connection, in a process of its own.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import sqlite3
from collections.abc import Callable
from ctypes import POINTER, c_char_p, c_int, c_int64, c_void_p
from typing import Any, NamedTuple

SQLITE_FULL = 13
_POINTERS = (
    "xClose", "xRead", "xWrite", "xTruncate", "xSync", "xFileSize", "xLock", "xUnlock", "xCheckReservedLock", "xFileControl",
    "xSectorSize", "xDeviceCharacteristics", "xShmMap", "xShmLock", "xShmBarrier", "xShmUnmap", "xFetch", "xUnfetch",
)  # fmt: skip


class Methods(ctypes.Structure):
    """``sqlite3_io_methods``, version 3."""

    _fields_ = [("iVersion", c_int), *((name, c_void_p) for name in _POINTERS)]


class File(ctypes.Structure):
    """``sqlite3_file``."""

    _fields_ = [("pMethods", POINTER(Methods))]


class Vfs(ctypes.Structure):
    """``sqlite3_vfs``, as far as it is used; what follows is copied as bytes."""

    _fields_ = [
        ("iVersion", c_int), ("szOsFile", c_int), ("mxPathname", c_int), ("pNext", c_void_p), ("zName", c_char_p), ("pAppData", c_void_p),
        ("xOpen", c_void_p), ("xDelete", c_void_p), ("rest", c_void_p * 14),
    ]  # fmt: skip


OPEN = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, POINTER(File), c_int, POINTER(c_int))
DELETE = ctypes.CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
WRITE = ctypes.CFUNCTYPE(c_int, POINTER(File), c_void_p, c_int, c_int64)
TRUNCATE = ctypes.CFUNCTYPE(c_int, POINTER(File), c_int64)
SYNC = ctypes.CFUNCTYPE(c_int, POINTER(File), c_int)


class Deed(NamedTuple):
    """Something done to a file (open, write, truncate, sync, delete), a write that was refused (refuse), or a word (said)."""

    what: str
    name: str
    offset: int = 0
    data: bytes = b""


class RecordingVfs:
    """Everything done below SQLite, in order. ``refuses`` decides before each write whether the disk is full."""

    def __init__(self, refuses: Callable[[], bool] = lambda: False) -> None:
        """Nothing is recorded before ``register``."""
        self.deeds: list[Deed] = []
        self._refuses = refuses
        self._library: Any = ctypes.CDLL(_sqlite3.__file__)
        self._library.sqlite3_vfs_find.restype = POINTER(Vfs)
        self._names: dict[int, str] = {}
        self._wrapped: dict[int, Methods] = {}
        self._kept: list[object] = []
        self._vfs = Vfs()

    def register(self) -> None:
        """Be the default for every connection from now on."""
        original = self._library.sqlite3_vfs_find(None)
        ctypes.memmove(ctypes.byref(self._vfs), original, ctypes.sizeof(Vfs))
        self._vfs.zName = b"recording"
        open_, delete = OPEN(original.contents.xOpen), DELETE(original.contents.xDelete)

        def x_open(vfs: int, name: int, file: Any, flags: int, out: Any) -> int:
            del vfs
            result: int = open_(ctypes.cast(original, c_void_p), name, file, flags, out)
            if result == 0 and name:
                address = ctypes.addressof(file.contents)
                self._names[address] = ctypes.string_at(name).decode()
                self.deeds.append(Deed("open", self._names[address]))
                file.contents.pMethods = ctypes.pointer(self._methods(file.contents.pMethods))
            return result

        def x_delete(vfs: int, name: bytes, sync: int) -> int:
            del vfs
            self.deeds.append(Deed("delete", name.decode()))
            result: int = delete(ctypes.cast(original, c_void_p), name, sync)
            return result

        callbacks = OPEN(x_open), DELETE(x_delete)
        self._kept += callbacks
        self._vfs.xOpen, self._vfs.xDelete = (ctypes.cast(callback, c_void_p).value for callback in callbacks)
        self._library.sqlite3_vfs_register(ctypes.byref(self._vfs), 1)

    def say(self, text: str) -> None:
        """Put a word of the process between the deeds."""
        self.deeds.append(Deed("said", text))

    def _methods(self, original: Any) -> Methods:
        address = ctypes.addressof(original.contents)
        if address not in self._wrapped:
            self._wrapped[address] = self._wrap(original.contents)
        return self._wrapped[address]

    def _wrap(self, original: Methods) -> Methods:
        wrapped = Methods()
        ctypes.memmove(ctypes.byref(wrapped), ctypes.byref(original), ctypes.sizeof(Methods))
        write, truncate, sync = WRITE(original.xWrite), TRUNCATE(original.xTruncate), SYNC(original.xSync)

        def x_write(file: Any, data: int, size: int, offset: int) -> int:
            if self._refuses():
                self.deeds.append(Deed("refuse", self._name(file)))
                return SQLITE_FULL
            self.deeds.append(Deed("write", self._name(file), offset, ctypes.string_at(data, size)))
            result: int = write(file, data, size, offset)
            return result

        def x_truncate(file: Any, size: int) -> int:
            self.deeds.append(Deed("truncate", self._name(file), size))
            result: int = truncate(file, size)
            return result

        def x_sync(file: Any, flags: int) -> int:
            result: int = sync(file, flags)
            self.deeds.append(Deed("sync", self._name(file)))
            return result

        callbacks = WRITE(x_write), TRUNCATE(x_truncate), SYNC(x_sync)
        self._kept += callbacks
        wrapped.xWrite, wrapped.xTruncate, wrapped.xSync = (ctypes.cast(callback, c_void_p).value for callback in callbacks)
        return wrapped

    def _name(self, file: Any) -> str:
        return self._names[ctypes.addressof(file.contents)]


def can_record() -> bool:
    """Whether the library of this Python can be wrapped (it is not built into the interpreter)."""
    return hasattr(_sqlite3, "__file__") and hasattr(ctypes.CDLL(_sqlite3.__file__), "sqlite3_vfs_find") and bool(sqlite3.sqlite_version)
