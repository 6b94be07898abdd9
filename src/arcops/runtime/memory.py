"""Memory: a small node pays for what glibc keeps after a large list, and for collections that find nothing.

glibc gives every thread an arena of its own and keeps freed memory for later. A service that loads a cluster once and
then idles along gains nothing from that. On other C libraries, and on other systems, nothing is done.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from asyncio import sslproto

_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8
_BIG_BYTES = 1024 * 1024
"""Blocks from this size on are mapped one by one, so that freeing one gives it back (glibc would raise its own limit).

Measured: at 64 KiB, the buffers of every read are mapped anew and a large cluster takes 4 s to load instead of 2.
"""

_SPARE_BYTES = 2 * 1024 * 1024
"""So much may lie free at the end of the heap. A limit for large blocks fixes this one at 128 KiB, and then every zstd frame asks
the system for its 240 KiB anew: 127 µs for a frame in place of 24 (measured)."""

_RECEIVED_BYTES = 64 * 1024
"""What a TLS connection reads at once: four records. asyncio would hold 256 KiB for each, 16 MB for 60 watched kinds."""


def _glibc() -> ctypes.CDLL | None:
    if sys.platform != "linux":
        return None
    try:
        library = ctypes.CDLL("libc.so.6")
    except OSError:
        return None
    return library if hasattr(library, "malloc_trim") else None


_LIBC = _glibc()


def keep_little() -> None:
    """Let threads share one arena, map large blocks one by one, keep TLS buffers small. Call before the first thread starts."""
    if isinstance(getattr(sslproto.SSLProtocol, "max_size", None), int):  # no setting of asyncio's, as of Python 3.14
        sslproto.SSLProtocol.max_size = _RECEIVED_BYTES
    if _LIBC is not None:
        _LIBC.mallopt(_M_ARENA_MAX, 1)
        _LIBC.mallopt(_M_MMAP_THRESHOLD, _BIG_BYTES)
        _LIBC.mallopt(_M_TRIM_THRESHOLD, _SPARE_BYTES)


def give_back() -> None:
    """Return freed memory to the system; takes milliseconds, so it is worth it only after something large."""
    if _LIBC is not None:
        _LIBC.malloc_trim(0)


def keep_for_good() -> None:
    """Collect once, and leave what lives now (modules, or a loaded cluster) out of every later collection.

    Measured: modules alone make 200,000 objects, and walking through them again and again takes a tenth of the time in which
    10,000 pods are listed; a loaded cluster would stop the loop for 100 ms.
    """
    gc.collect()
    gc.freeze()
