"""A process that writes a record until it is killed: ``python -m tests.contract.record_child FOLDER FIRST_TURN PAUSE_S``.

Turn ``n`` changes pod ``n % PODS`` at virtual time ``time_of(n)``, so a UTC day passes every 400 turns. It prints
``a N`` after turns up to N were appended and ``f N`` after they were flushed, each with the monotonic time.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from arcops.kube.watch import Observation, Op
from arcops.store.engines.sqlite import SqliteStore
from tests.observations import POD, START_MS, ManualClock, seen

PODS = 40
STEP_MS = 216_000
BATCH = 8


def time_of(turn: int) -> int:
    """The virtual moment of a turn."""
    return START_MS + turn * STEP_MS


def content(turn: int) -> dict[str, object]:
    """What the pod looks like after a turn."""
    return {"spec": {"turn": turn, "image": f"nginx:{turn % 7}"}, "status": {"text": f"{turn * 2654435761:x}" * 20}}


def observation(turn: int) -> Observation:
    """Turn ``turn`` as a source would tell it."""
    op = Op.MODIFIED if turn >= PODS else Op.ADDED
    return seen(op, f"pod-{turn % PODS}", turn + 1, time_of(turn), fields=content(turn))


async def write(folder: Path, first: int, pause_s: float) -> None:
    """Append until killed."""
    clock = ManualClock(time_of(first))
    store = SqliteStore(folder, clock)
    await store.start()
    turn = first
    while True:
        last = turn + BATCH - 1
        clock.ms = time_of(last)
        await store.append([observation(n) for n in range(turn, last + 1)], {POD: str(last)})
        say("a", last)
        if turn // BATCH % 50 == 49:
            await store.flush()
            say("f", last)
        await asyncio.sleep(pause_s)
        turn = last + 1


def say(what: str, turn: int) -> None:
    """One line to whoever watches."""
    sys.stdout.write(f"{what} {turn} {time.monotonic_ns()}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
