"""`python -m scripts.reference` writes every reference page that is out of date."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from scripts.reference import api, commands, settings

ROOT = Path(__file__).parents[2]


WRITERS: Mapping[str, Callable[[], str]] = {
    "docs/reference/settings.md": settings.page,
    "docs/reference/cli.md": commands.page,
    "docs/reference/api.md": api.page,
    ".env.example": settings.example,
}


def main() -> int:
    """Write the pages that differ from what the code says."""
    for path, write in WRITERS.items():
        text = write()
        if not (ROOT / path).exists() or (ROOT / path).read_text() != text:
            (ROOT / path).write_text(text)
            print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
