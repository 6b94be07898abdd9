"""`python -m scripts.reference` writes every reference page that is out of date."""

import logging
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import structlog

from scripts.reference import api, commands, findings, settings

ROOT = Path(__file__).parents[2]


WRITERS: Mapping[str, Callable[[], str]] = {
    "docs/reference/settings.md": settings.page,
    "docs/reference/cli.md": commands.page,
    "docs/reference/api.md": api.page,
    ".env.example": settings.example,
    **findings.writers(),
}


def stale_pages() -> list[str]:
    """Pages of codes there are no more."""
    return [path for page in sorted((ROOT / findings.FOLDER).glob("*.md")) if (path := f"{findings.FOLDER}/{page.name}") not in WRITERS]


def main() -> int:
    """Write the pages that differ from what the code says."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    for path, write in WRITERS.items():
        text = write()
        if not (ROOT / path).exists() or (ROOT / path).read_text() != text:
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_text(text)
            print(f"wrote {path}")
    for stale in stale_pages():
        (ROOT / stale).unlink()
        print(f"removed {stale}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
