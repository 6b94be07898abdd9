"""Service, API server and both restarted, and a day later: whatever the record did not see happen lies in a gap it marks.

Somebody edits a ConfigMap all the while and notes when. Each edit must be in the record with its time, or its time must lie in
a marked gap, and the next version seen says that it came to be so unseen.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from arcops.base.clock import SystemClock
from arcops.kube.refs import ObjectRef
from arcops.store.base import Gap, Revision, Window
from arcops.store.days.archive import find_records
from arcops.store.engines.sqlite import SqliteStore
from arcops.store.retention import DAY_MS
from lab.client import Json
from lab.cluster import Lab
from lab.wait import wait_until
from tests.cluster.service import Service

pytestmark = pytest.mark.cluster

EDITED = ObjectRef("", "ConfigMap", "default", "edited")
SEEN_WITHIN_MS = 2_000


class Edit(NamedTuple):
    """What was written, and between which times."""

    turn: int
    began_ms: int
    ended_ms: int


class DayLater(SystemClock):
    """A day ahead."""

    def now_ms(self) -> int:
        """The time in a day."""
        return super().now_ms() + DAY_MS


class Editor:
    """Writes the ConfigMap anew, counting."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.edits: list[Edit] = []

    def edit(self, service: Service | None = None) -> None:
        """One more edit; waits until ``service`` shows it."""
        turn = len(self.edits) + 1
        body: Json = {
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "edited", "namespace": "default"}, "data": {"turn": str(turn)},
        }  # fmt: skip
        began_ms = now_ms()
        self.lab.client.apply(body)
        self.edits.append(Edit(turn, began_ms, now_ms()))
        if service is not None:
            path = "/api/objects/cm/default/edited"
            wait_until(lambda: service.get(path).get("data", {}).get("turn") == str(turn), f"edit {turn} is shown", timeout_s=20)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def outage(lab: Lab, service: Service) -> None:
    """The API server dies and comes back, and the service has noticed both."""
    lab.kill()
    wait_until(lambda: not service.get("/api/health")["services"]["kubernetes"], "the outage is noticed", timeout_s=10)
    lab.revive()


def months(lab: Lab, folder: Path) -> list[Edit]:
    """Everything that may happen to a service and its cluster, with edits before, in and after it."""
    args = ("--kubeconfig", str(lab.kubeconfig("reader")))
    editor = Editor(lab)
    with Service(*args, data_dir=folder) as service:
        service.wait_ready()
        editor.edit(service)
        editor.edit(service)
        outage(lab, service)
        editor.edit(service)
        assert service.stop() == 0
    editor.edit()
    with Service(*args, data_dir=folder) as service:
        service.wait_ready()
        editor.edit(service)
        lab.kill()
        service.kill()
    lab.revive()
    editor.edit()
    lab.kill()
    with Service(*args, data_dir=folder) as service:
        lab.revive()
        editor.edit()
        service.wait_ready()
        editor.edit(service)
        assert service.stop() == 0
    return editor.edits


async def a_day_later(folder: Path) -> tuple[list[Revision], list[Gap], int]:
    """The versions, oldest first, the gaps, and when that day later was."""
    clock = DayLater()
    store = SqliteStore(folder, clock)
    await store.start()
    try:
        until_ms = clock.now_ms()
        ever = Window(0, until_ms)
        return (await store.versions(EDITED, ever, 1000))[::-1], await store.gaps(ever), until_ms
    finally:
        await store.aclose()


def test_the_record_has_no_hole_that_it_does_not_mark(fresh_lab: Lab, tmp_path: Path) -> None:
    edits = months(fresh_lab, tmp_path)
    versions, gaps, until_ms = asyncio.run(a_day_later(find_records(tmp_path)[0]))
    by_turn = {int(msgspec.json.decode(version.body)["data"]["turn"]): version for version in versions}
    assert sorted(by_turn) == [int(msgspec.json.decode(version.body)["data"]["turn"]) for version in versions], "in order, each once"
    unseen = 0
    for edit in edits:
        version = by_turn.get(edit.turn)
        if version is not None and not version.unseen and version.seen_ms <= edit.ended_ms + SEEN_WITHIN_MS:
            continue
        unseen += 1
        assert any(gap.since_ms <= edit.ended_ms and gap.until_ms >= edit.began_ms for gap in gaps), (edit, gaps)
        after = next(found for turn, found in sorted(by_turn.items()) if turn >= edit.turn)
        assert after.unseen, (edit, after)
    assert unseen >= 2, "edits 4 and 6 were made while the service was down"
    last = max(gaps, key=lambda gap: gap.until_ms)
    assert last.why == "arcops was not running"
    assert last.until_ms - last.since_ms > DAY_MS - 60_000
    assert until_ms - last.until_ms < 60_000
