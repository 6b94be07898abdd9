"""Starts the child, prints its process id, and waits to be killed: python orphaning_parent.py PYTHON MODEL HOME."""

from __future__ import annotations

import asyncio
import sys

from arcops.chat.backends.foundry_child import Order
from arcops.chat.backends.foundry_process import FoundryProcess


async def main(python: str, model: str, home: str) -> None:
    """Start it and stay."""
    process = FoundryProcess(Order(home=home, folder=model), python)
    await process.start()
    sys.stdout.write(f"{process.pid}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
