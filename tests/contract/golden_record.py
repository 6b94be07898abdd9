"""Makes the record that stands for a layout, and says what a record answers: ``python -m tests.contract.golden_record FOLDER``."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from pathlib import Path
from typing import Any

import msgspec

from arcops.kube.watch import Op
from arcops.store.base import EventFilter, Gap, HistoryStore, LogFilter, Scope, Window
from arcops.store.engines.sqlite import SqliteStore
from arcops.store.retention import DAY_MS
from tests.observations import DEPLOYMENT, LEASE, POD, SECRET, START_MS, ManualClock, event, ref, seen

T = START_MS
EVER = Window(0, T * 2)
END_MS = T + 2 * DAY_MS


async def write(folder: Path) -> None:
    """Something of everything a record can hold."""
    clock = ManualClock(T)
    store = SqliteStore(folder, clock)
    await store.start()
    owners = {"ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "rs", "controller": True}]}
    uid = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"
    for turn in range(24):
        clock.ms = at_ms = T + turn * DAY_MS // 15
        op = Op.MODIFIED if turn else Op.ADDED
        spec: dict[str, object] = {"spec": {"image": f"nginx:1.{turn}", "args": [f"--{n * 7919}" for n in range(30)]}}
        await store.append([seen(op, f"web-{n}", turn + 1, at_ms, fields=spec, meta=owners) for n in range(3)], {POD: str(turn)})
        await store.append([seen(op, "web", turn + 1, at_ms, kind=DEPLOYMENT, uid=uid, fields={"spec": {"replicas": turn % 4}})])
        await store.append([seen(op, "db", turn + 1, at_ms, kind=SECRET, meta={"labels": {"turn": str(turn)}})])
        lease = {"spec": {"renewTime": f"2026-11-24T07:20:{turn:02}Z"}}
        await store.append([seen(op, "edge-1", turn + 1, at_ms, kind=LEASE, fields=lease)])
        await store.append([seen(Op.ADDED, f"job-{turn}", 1, at_ms + 1), seen(Op.DELETED, f"job-{turn}", 2, at_ms + 2)])
        await store.append([event(f"web-0.17b2c3d4e5f607{turn:02}", 1, at_ms + 3, message=f"Back-off {turn} of web-0 in shop")])
        await store.append([event("node.1", turn + 1, at_ms + 4, reason="Odd", type_="Strange", pod="node", last="no time")])
        await store.append_log(
            ref(f"job-{turn}"), f"uid-job-{turn}", "main", f"{turn}: no route to db\n" * 5, at_ms + 5, previous=bool(turn % 2)
        )
        await store.add_snapshot(at_ms + 6, {"pods": turn, "nodes": 3})
    await store.add_gap(Gap(POD, T + 5, T + 9, "the API server was away"))
    await store.aclose()


def digest(body: bytes) -> str:
    """Enough to tell one body from all others."""
    return hashlib.blake2b(body, digest_size=8).hexdigest()


async def answers(store: HistoryStore) -> dict[str, Any]:
    """What a record says to every question, as JSON can hold it."""
    listed = await store.change_list(EVER, Scope(), None, 10_000)
    found = {
        "bodies": [[row.id, row.resource_version, digest(row.body)] for row in await store.changes(EVER, Scope(), 10_000)],
        "listed": listed,
        "before": [[pair.before.id if pair.before else None, pair.after.id] for pair in await store.pairs([row.id for row in listed])],
        "states": [[row.id for row in await store.state_at(T + hours * 3_600_000, Scope())] for hours in range(0, 48, 5)],
        "seen": await store.objects_seen(EVER, Scope()),
        "events": await store.events(EVER, EventFilter(), 10_000),
        "some_events": await store.events(EVER, EventFilter(type="Warning", reason="BackOff", name="web-0", text="web-0 in"), 3),
        "logs": await store.logs(EVER, LogFilter(), 1000),
        "snapshots": await store.snapshots(EVER),
        "gaps": await store.gaps(Window(0, END_MS - 1)),
        "cursors": {str(kind): cursor for kind, cursor in (await store.cursors()).items()},
        "kinds": (await store.coverage()).kinds,
    }
    body: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(found))
    return body


async def told(folder: Path) -> dict[str, Any]:
    """What the record in a folder says."""
    store = SqliteStore(folder, ManualClock(END_MS))
    await store.start()
    try:
        return await answers(store)
    finally:
        await store.aclose()


async def main() -> None:
    """Write it, and beside it what it says."""
    folder = Path(sys.argv[1])
    await write(folder)
    said = await told(folder)
    lines = b",\n".join(msgspec.json.encode(name) + b": " + msgspec.json.encode(answer) for name, answer in said.items())
    await asyncio.to_thread((folder / "answers.json").write_bytes, b"{" + lines + b"}\n")


if __name__ == "__main__":
    asyncio.run(main())
