"""Texts as zstd frames: whole, or as the difference from an older text.

A frame made with a base uses that text as a raw prefix, so that one changed field of a 5 KB pod costs about 40 bytes.
Every frame carries a checksum: decoded against a wrong base it fails, it never yields a wrong text (history.md §6).
The four bytes with which every zstd frame begins are left out.

Level 6 takes 11 % less than level 3 for such differences at 24 against 16 µs, and levels above it nothing more
(measured on 14,000 differences of a generated day).
"""

from __future__ import annotations

import sys

from arcops.base.errors import RecordError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_OPTIONS: dict[int, int] = {
    zstd.CompressionParameter.compression_level: 6,
    zstd.CompressionParameter.checksum_flag: 1,
    zstd.CompressionParameter.dict_id_flag: 0,
}
_MAGIC = b"\x28\xb5\x2f\xfd"


def encode(text: bytes, base: bytes | None = None) -> bytes:
    """The frame of a text, against ``base`` if there is one."""
    if base is None:
        return zstd.compress(text, options=_OPTIONS)[len(_MAGIC) :]
    return zstd.compress(text, options=_OPTIONS, zstd_dict=zstd.ZstdDict(base, is_raw=True).as_prefix)[len(_MAGIC) :]


def decode(frame: bytes, base: bytes | None = None) -> bytes:
    """The text of a frame; ``RecordError`` if the frame or its base is not what it was."""
    try:
        if base is None:
            return zstd.decompress(_MAGIC + frame)
        return zstd.decompress(_MAGIC + frame, zstd_dict=zstd.ZstdDict(base, is_raw=True).as_prefix)
    except zstd.ZstdError as error:
        raise RecordError(path="the data folder", why=f"a version is damaged: {error}") from error
