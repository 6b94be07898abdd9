"""A source whose server's address is taken away under it and given back; runs in a network namespace of its own.

Prints a line of JSON: how long the loss took to be noticed and the return to be right, the errors and lists of the pods, the gaps.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time

from tests.contract.fault_server import FaultServer
from tests.contract.watching import until, watching

ADDRESS = "10.99.99.1"
IDLE_LIMIT_S = 1.0


def ip(*words: str) -> None:
    """Change the namespace's network."""
    subprocess.run(["ip", *words], check=True)


async def main() -> None:
    """Watch, lose, find again."""
    ip("link", "set", "lo", "up")
    ip("address", "add", f"{ADDRESS}/32", "dev", "lo")
    server = FaultServer(host=ADDRESS)
    async with server:
        for number in range(20):
            server.put(f"pod-{number}")
        async with watching(server, idle_limit_s=IDLE_LIMIT_S) as watcher:
            await watcher.equals(server)
            ip("address", "del", f"{ADDRESS}/32", "dev", "lo")
            gone_s = time.monotonic()
            server.put("unheard")
            await until(lambda: not watcher.is_connected(), within_s=10)
            noticed_s = time.monotonic() - gone_s
            ip("address", "add", f"{ADDRESS}/32", "dev", "lo")
            back_s = time.monotonic()
            server.put("after")
            await watcher.equals(server, within_s=15)
            right_s = time.monotonic() - back_s
            found = {
                "noticed_s": noticed_s, "right_s": right_s, "connected": watcher.is_connected(), "errors": watcher.state.errors,
                "lists": watcher.state.lists, "gaps": [gap.why for gap in watcher.gaps],
            }  # fmt: skip
            sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
