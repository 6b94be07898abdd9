"""A Job, a pod and a ConfigMap an hour after they were deleted: their whole lives and last log lines still answer.

The hour is not waited for: the service is ended, and its record is read by one whose clock is an hour ahead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from arcops.base.clock import SystemClock
from arcops.inventory.index import Inventory
from arcops.queries.history import HistoryQuery, VersionPage, object_history
from arcops.queries.objects_at import get_object_at
from arcops.queries.services import Services
from arcops.source.drivers.fake import FakeSource
from arcops.store.base import LogFilter, Window
from arcops.store.days.archive import find_records
from arcops.store.engines.sqlite import SqliteStore
from lab.client import Json
from lab.cluster import Lab
from lab.wait import wait_until
from tests.cluster.service import Service

pytestmark = pytest.mark.cluster

HOUR_MS = 3_600_000


class HourLater(SystemClock):
    """An hour ahead."""

    def now_ms(self) -> int:
        """The time in an hour."""
        return super().now_ms() + HOUR_MS


@pytest.fixture
def service(lab: Lab, tmp_path: Path) -> Iterator[Service]:
    with Service("--kubeconfig", str(lab.kubeconfig("reader")), data_dir=tmp_path) as running:
        yield running.wait_ready()


def failing(image: str) -> Json:
    """A pod template whose container ends with an error, again and again."""
    return {
        "metadata": {"labels": {"lab/fault": "crash"}, "annotations": {"lab/runs": "500ms", "lab/backoff": "60s"}},
        "spec": {
            "restartPolicy": "OnFailure",
            "containers": [{"name": "app", "image": image}],
            "terminationGracePeriodSeconds": 0,
        },
    }


def job(namespace: str) -> Json:
    meta = {"name": "report", "namespace": namespace}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": meta, "spec": {"backoffLimit": 9, "template": failing("shop/report:1")}}


def pod(namespace: str) -> Json:
    template = failing("shop/import:1")
    return {"apiVersion": "v1", "kind": "Pod", **template, "metadata": {"name": "import", "namespace": namespace, **template["metadata"]}}


def settings(namespace: str, host: str) -> Json:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings", "namespace": namespace}, "data": {"db.host": host}}


def live_and_die(lab: Lab, service: Service, namespace: str) -> None:
    """All three come, change, fail, and are deleted; returns when the service has seen the end of each."""
    for previous in (False, True):
        lab.write_log("app", "{time} FATAL cannot reach db-1\n", previous=previous)
    lab.client.apply(settings(namespace, "db-1"))
    for body in (pod(namespace), job(namespace)):
        lab.client.create(body)
    told = f"/api/history/configmaps/{namespace}/settings"
    wait_until(lambda: service.get(told).get("items"), "the settings are in the record", timeout_s=20)
    lab.client.apply(settings(namespace, "db-2"))
    kept = "/api/record"
    wait_until(lambda: service.get(kept)["log_excerpts"]["kept"] >= 2, "the last lines of both pods are in the record", timeout_s=40)
    names = (("jobs", "report"), ("pods", "import"), ("configmaps", "settings"))
    for plural, name in names:
        lab.client.delete(plural, name, namespace)
    for plural, name in names:
        path = f"/api/history/{plural}/{namespace}/{name}"
        wait_until(lambda path=path: service.get(path)["items"][0]["change"] == "deleted", f"the end of {name} is seen", timeout_s=30)  # type: ignore[misc]


async def asked_an_hour_later(folder: Path, namespace: str) -> dict[str, Any]:
    """The lives and the log lines, out of the record alone."""
    clock = HourLater()
    store = SqliteStore(folder, clock)
    await store.start()
    services = Services(FakeSource(clock), Inventory(), store, clock, clock.now_ms())
    try:
        found: dict[str, Any] = {
            kind: await object_history(services, HistoryQuery(kind, namespace, name, bodies=True))
            for kind, name in (("job", "report"), ("pod", "import"), ("cm", "settings"))
        }
        before = found["cm"].items[1].observed_at
        found["then"] = await get_object_at(services, "cm", namespace, "settings", at=before)
        found["lines"] = await store.logs(Window(0, clock.now_ms()), LogFilter(text="CANNOT REACH DB", namespace=namespace))
        return found
    finally:
        await store.aclose()


def test_what_was_deleted_an_hour_ago_tells_its_whole_life_and_last_words(lab: Lab, namespace: str, service: Service) -> None:
    live_and_die(lab, service, namespace)
    assert service.stop() == 0
    found = asyncio.run(asked_an_hour_later(find_records(service.data_dir)[0], namespace))
    for kind in ("job", "pod", "cm"):
        page: VersionPage = found[kind]
        assert [version.change for version in (page.items[0], page.items[-1])] == ["deleted", "created"], kind
        assert not any(version.unseen for version in page.items), kind
    assert [version.what for version in found["cm"].items[:-1]] == [[], ["key db.host db-1 → db-2"]]
    assert b'"db.host":"db-2"' in bytes(found["then"])
    assert any("status.containerStatuses" in path for version in found["pod"].items for path in version.paths)
    assert any(path.startswith("status") for version in found["job"].items for path in version.paths)
    pods = {line.ref.name for line in found["lines"]}
    assert "import" in pods, "the pod's last lines"
    assert any(name.startswith("report-") for name in pods), "the last lines of the Job's pod"
