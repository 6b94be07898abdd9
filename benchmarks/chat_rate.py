"""How fast questions are answered by rule in a large cluster, and how long the prompts get: ``python -m benchmarks.chat_rate``.

The cluster is that of ``shop``: 10,000 pods, 4 % unwell, 5,000 other objects, its diagnosis standing. Questions of every kind are
asked in turn, whole: read, answered, rendered. The bars are those of chat.md §6: p99 under 100 ms, no prompt above 1,500 tokens.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from typing import Any, NamedTuple

from arcops.chat.budget import Room, fit
from arcops.chat.direct import answer_by_rule
from arcops.inventory.index import Inventory
from arcops.kube.watch import Op
from arcops.queries.diagnosis import Diagnosis
from arcops.queries.findings import FindingScope
from arcops.queries.services import Services
from arcops.queries.standing import Standing
from arcops.queries.stories import told
from arcops.source.base import KindPhase
from arcops.source.drivers.fake import FakeSource
from arcops.store.engines.sqlite import SqliteStore
from arcops.testing.cases import MomentClock
from benchmarks import shop
from benchmarks.table import Row, below

ROUNDS = 20
WINDOW = 4096
MOST_TOKENS = 1_500
BAR_MS = 100.0
ASK_S = 0.5
QUESTIONS = (
    "what is wrong?",
    "is everything ok in team-07?",
    "why is app-005 crashing?",
    "why is app-006 slow?",
    "what changed in the last hour?",
    "what changed on app-005 before it broke?",
    "how many pods are not ready?",
    "which pods restarted more than 3 times?",
    "list pods on node-007",
    "list pods using the image app-9",
    "show the logs of app-005",
    "history of app-005",
    "what does app-005 depend on?",
    "who depends on app-006?",
    "is there room for a pod with 4 cores and 8Gi?",
    "which node is fullest?",
    "which version of kubernetes is this?",
    "how do I restart app-005?",
    "what does CrashLoopBackOff mean?",
    "what can you see?",
)


class Figures(NamedTuple):
    """What asking in a cluster of a size took: milliseconds of every answer by question, and the longest prompt in tokens."""

    pods: int
    spent_ms: dict[str, list[float]]
    longest_prompt: int

    @property
    def p99_ms(self) -> float:
        """Of all questions together."""
        return quantiles(sorted(ms for each in self.spent_ms.values() for ms in each), n=100)[98]


def main() -> None:
    """Print a line for each question at 10,000 pods, and one for each size; ``--json`` for the figures alone."""
    sizes = [asyncio.run(asked(pods, rounds)) for pods, rounds in ((10, 2), (1_000, 2), (shop.PODS, ROUNDS))]
    if "--json" in sys.argv:
        print(json.dumps({"p99_ms": sizes[-1].p99_ms, "longest_prompt": max(size.longest_prompt for size in sizes), "ask_s": ask_s()}))
        return
    for question, spent in sizes[-1].spent_ms.items():
        print(f"{question:<52}{median(spent):7.1f} ms, worst {max(spent):7.1f} ms")
    for size in sizes:
        print(f"{size.pods:>6} pods: p99 {size.p99_ms:.1f} ms, longest prompt {size.longest_prompt} tokens")
    print(f"arcops ask --no-model of a running service: {ask_s():.2f} s")
    print(f"bars: p99 {BAR_MS:.0f} ms at {shop.PODS:,} pods, {MOST_TOKENS} tokens at any size in a window of {WINDOW}, ask {ASK_S} s")


def rows(found: dict[str, Any]) -> list[Row]:
    """The same for the table of all figures."""
    return [
        below("answer by rule at 10,000 pods, 20 questions in turn, p99", found["p99_ms"], BAR_MS, "ms"),
        below("longest prompt at 10, 1,000 and 10,000 pods", found["longest_prompt"], MOST_TOKENS + 1, "tokens", 0),
        below("`arcops ask --no-model` of a running service, median", found["ask_s"], ASK_S, "s", 2),
    ]


def ask_s() -> float:
    """The seconds ``arcops ask`` takes from its start to its end, with a service that plays the demo."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "arcops.cli", "serve", "--demo", "--port", "0", "--data-dir", folder]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as service:
            lines = service.stderr or ()
            url = next(json.loads(line)["url"] for line in lines if '"server_started"' in line)
            next(line for line in lines if '"cluster_synced"' in line)
            spent = sorted(_ask_once(url) for _ in range(7))
            service.terminate()
    return spent[len(spent) // 2]


def _ask_once(url: str) -> float:
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "arcops.cli", "ask", "what is wrong?", "--no-model", "-s", url], check=False, capture_output=True, timeout=30
    )
    return time.perf_counter() - began


async def asked(pods: int, rounds: int) -> Figures:
    """Every question asked so often in a cluster of so many pods."""
    with tempfile.TemporaryDirectory() as folder:
        services = await services_of(pods, Path(folder))
        await answer_by_rule(services, "what changed in the last hour?")  # the service is ready for the first question too
        spent: dict[str, list[float]] = {question: [] for question in QUESTIONS}
        longest = 0
        for _ in range(rounds):
            for question in QUESTIONS:
                began = time.perf_counter()
                found = await answer_by_rule(services, question)
                spent[question].append((time.perf_counter() - began) * 1000)
                fitted = fit(question, found.answer.facts, (), Room(WINDOW))
                longest = max(longest, fitted.prompt.tokens if fitted else 0)
        await services.store.aclose()
    return Figures(pods, spent, longest)


async def services_of(pods: int, folder: Path) -> Services:
    """A shop of so many pods: live, remembered, diagnosed."""
    clock = MomentClock(shop.NOW_MS)
    inventory, store = Inventory(), SqliteStore(folder, clock)
    await store.start()
    source = FakeSource(clock)
    for state in source.state.kinds.values():
        state.phase = KindPhase.SYNCED
    services = Services(source, inventory, store, clock, shop.NOW_MS)
    seen = [shop.observed(Op.ADDED, body, shop.NOW_MS) for body in shop.bodies(pods, pods // 2)]
    for start in range(0, len(seen), 500):
        await store.append(seen[start : start + 500])
        inventory.apply(seen[start : start + 500])
        await asyncio.sleep(0)
    await store.flush()
    made = Diagnosis(services)
    report = await made.look(shop.NOW_MS)
    story = told(report, made.engine, source.catalog, FindingScope())
    return replace(services, standing=Standing(report=report, told=story, engine=made.engine))


if __name__ == "__main__":
    main()
