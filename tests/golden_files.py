"""What arcops said, kept as files. ``ARCOPS_UPDATE_GOLDEN=1`` writes them anew; read the difference before it is committed."""

from __future__ import annotations

import os
from pathlib import Path


def compare(path: Path, seen: str) -> None:
    """Hold what is said now against its file."""
    if os.environ.get("ARCOPS_UPDATE_GOLDEN") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(seen, encoding="utf-8")
    assert seen == path.read_text(encoding="utf-8"), f"{path.name} differs; ARCOPS_UPDATE_GOLDEN=1 writes it anew"
