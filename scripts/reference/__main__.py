"""`python -m scripts.reference` writes every reference page; `--check` only compares and names what is out of date."""

import sys
from collections.abc import Mapping
from pathlib import Path

from scripts.reference import api, commands, settings

ROOT = Path(__file__).parents[2]


def pages() -> Mapping[str, str]:
    """Every generated file by its path in the checkout."""
    return {
        "docs/reference/settings.md": settings.page(),
        "docs/reference/cli.md": commands.page(),
        "docs/reference/api.md": api.page(),
        ".env.example": settings.example(),
    }


def main(arguments: list[str]) -> int:
    """Write the pages that differ, or with ``--check`` name them; 1 if any was named."""
    stale = [path for path, text in pages().items() if not (ROOT / path).exists() or (ROOT / path).read_text() != text]
    if "--check" in arguments:
        print("\n".join(f"{path} is not what the code says; run `make reference`" for path in stale), end="")
        return 1 if stale else 0
    for path in stale:
        (ROOT / path).write_text(pages()[path])
        print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
