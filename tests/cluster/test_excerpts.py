"""Why a pod died outlives the pod: its life and its last lines answer after it is gone from the cluster."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from arcops.kube.refs import ObjectRef
from arcops.kube.watch import Op
from arcops.store.base import LogExcerpt, LogFilter, Revision, Window
from arcops.store.days.archive import Archive, find_records
from lab.client import Json
from lab.cluster import Lab
from lab.wait import wait_until
from tests.cluster.service import Service

pytestmark = pytest.mark.cluster

EVER = Window(0, 4_102_444_800_000)


@pytest.fixture
def service(lab: Lab, tmp_path: Path) -> Iterator[Service]:
    """The service as the read-only account, which may read pods/log."""
    with Service("--kubeconfig", str(lab.kubeconfig("reader")), data_dir=tmp_path) as running:
        yield running.wait_ready()


def worker(namespace: str) -> Json:
    """A pod whose container ends with an error, again and again."""
    labels = {"lab/fault": "crash"}
    annotations = {"lab/runs": "500ms", "lab/backoff": "60s"}
    return {
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "import", "namespace": namespace, "labels": labels, "annotations": annotations},
        "spec": {"containers": [{"name": "app", "image": "shop/import:1"}], "terminationGracePeriodSeconds": 0},
    }  # fmt: skip


def excerpts(data_dir: Path, match: LogFilter) -> list[LogExcerpt]:
    """What the record holds, read beside the running service."""

    async def ask() -> list[LogExcerpt]:
        archive = Archive(find_records(data_dir)[0])
        try:
            return await archive.logs(EVER, match, 100)
        finally:
            await archive.aclose()

    return asyncio.run(ask())


def life(data_dir: Path, ref: ObjectRef) -> list[Revision]:
    """Every version of an object, read beside the running service."""

    async def ask() -> list[Revision]:
        archive = Archive(find_records(data_dir)[0])
        try:
            return await archive.versions(ref, EVER, 1000)
        finally:
            await archive.aclose()

    return asyncio.run(ask())


def test_a_pod_that_died_and_was_deleted_still_tells_its_last_lines(lab: Lab, namespace: str, service: Service) -> None:
    for previous in (False, True):
        lab.write_log("app", "{time} INFO ready\n{time} FATAL cannot reach db, DB_PASSWORD=hunter2hunter2\n", previous=previous)
    lab.client.create(worker(namespace))
    wait_until(lambda: find_records(service.data_dir), "the record is begun", timeout_s=10)
    wanted = LogFilter(namespace=namespace, pod="import")
    wait_until(lambda: excerpts(service.data_dir, wanted), "its last lines are in the record", timeout_s=15)

    lab.client.delete("pods", "import", namespace)
    ref = ObjectRef("", "Pod", namespace, "import")
    wait_until(lambda: life(service.data_dir, ref)[0].op is Op.DELETED, "its end is in the record", timeout_s=20)

    [*_, excerpt] = excerpts(service.data_dir, wanted)
    assert "FATAL cannot reach db, DB_PASSWORD=***" in excerpt.text
    assert excerpt.container == "app"
    versions = life(service.data_dir, ref)
    assert versions[-1].op is Op.ADDED
    assert any("status.containerStatuses" in path for version in versions for path in version.paths)
    assert [row.text for row in excerpts(service.data_dir, LogFilter(text="cannot reach db", namespace=namespace))]
