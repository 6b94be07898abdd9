"""Prints the path of the Chromium that Playwright downloaded earlier; fails if it has not."""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright


def main() -> int:
    """Print the path and return 0, or return 1."""
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    if not path.exists():
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
