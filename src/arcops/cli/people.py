"""How objects and those who write them are named in sentences."""

from __future__ import annotations

from collections.abc import Iterable

from arcops.queries.answers import Reference
from arcops.queries.fields import WrittenBy


def object_name(ref: Reference) -> str:
    """``Deployment shop/web``, ``Node edge-1``."""
    return f"{ref.kind} {ref.namespace}/{ref.name}" if ref.namespace else f"{ref.kind} {ref.name}"


def writer_text(writer: WrittenBy) -> str:
    """``kubelet (status)``, ``helm (Update)``: the field manager, with the subresource or else the operation it used."""
    how = writer.subresource or writer.operation
    return f"{writer.manager} ({how})" if how else writer.manager


def writers_text(writers: Iterable[WrittenBy], most: int = 3) -> str:
    """The first few managers, each once; "" for none."""
    names = list(dict.fromkeys(writer.manager for writer in writers))
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
