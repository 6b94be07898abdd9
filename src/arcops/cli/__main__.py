"""``python -m arcops.cli``: for machines whose PATH does not hold the command."""

from __future__ import annotations

import sys

from arcops.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
