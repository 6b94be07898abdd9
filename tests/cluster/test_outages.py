"""The API server dies, falls silent, comes back older: the service says so in time, recovers, and remembers the gap."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.client import Json
from lab.cluster import Lab
from lab.wait import wait_until
from tests.cluster.service import Service

pytestmark = pytest.mark.cluster

IDLE_LIMIT_S = 6.0
"""Scaled down from 75 s: a real server sends a bookmark every minute, so a quiet kind is re-opened more often here."""


@pytest.fixture
def watched(fresh_lab: Lab, tmp_path: Path) -> Iterator[tuple[Lab, Service]]:
    """A cluster for this test alone, and the service on it."""
    env = {"ARCOPS_CLUSTER__IDLE_LIMIT_S": str(IDLE_LIMIT_S)}
    with Service("--kubeconfig", str(fresh_lab.kubeconfig("reader")), data_dir=tmp_path, env=env) as service:
        yield fresh_lab, service.wait_ready()


def config(name: str, **data: str) -> Json:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default"}, "data": data}


def says_connected(service: Service) -> bool:
    return bool(service.get("/api/health")["services"]["kubernetes"])


def names(service: Service) -> dict[str, Any]:
    """ConfigMaps of the default namespace as the service tells them: name to data."""
    return {item["metadata"]["name"]: item.get("data") for item in service.get("/api/objects/configmaps?namespace=default")["items"]}


def gaps(service: Service) -> list[dict[str, Any]]:
    return list(service.get("/api/context")["gaps"])


def test_a_killed_api_server_is_noticed_within_two_seconds_and_its_return_within_ten(watched: tuple[Lab, Service]) -> None:
    lab, service = watched
    lab.client.create(config("before"))
    wait_until(lambda: "before" in names(service), "the first ConfigMap is seen", timeout_s=5)
    killed = time.monotonic()
    lab.kill()
    wait_until(lambda: not says_connected(service), "health says so", timeout_s=2)
    assert time.monotonic() - killed < 2
    assert "before" in names(service), "what was known stays readable"
    lab.revive()
    returned = time.monotonic()
    lab.client.create(config("after"))
    wait_until(lambda: says_connected(service) and "after" in names(service), "it is right again", timeout_s=10)
    assert time.monotonic() - returned < 10
    wait_until(lambda: gaps(service), "the gap is in the record", timeout_s=5)


def test_a_silent_api_server_is_noticed_within_the_idle_limit(watched: tuple[Lab, Service]) -> None:
    lab, service = watched
    lab.pause()
    try:
        wait_until(lambda: not says_connected(service), "health says so", timeout_s=2 * IDLE_LIMIT_S)
    finally:
        lab.resume()
    lab.client.create(config("after"))
    wait_until(lambda: says_connected(service) and "after" in names(service), "it is right again", timeout_s=10)


def test_after_etcd_was_restored_from_an_older_copy_nothing_of_the_lost_time_is_shown(watched: tuple[Lab, Service]) -> None:
    lab, service = watched
    lab.client.create(config("kept", version="old"))
    copy = lab.snapshot()
    lab.client.apply(config("kept", version="new"))
    lab.client.create(config("lost"))
    wait_until(lambda: names(service).keys() >= {"kept", "lost"}, "both are seen", timeout_s=5)
    lab.restore(copy)
    lab.client.create(config("since"))

    def is_right() -> bool:
        shown = names(service)
        return "lost" not in shown and "since" in shown and shown["kept"] == {"version": "old"}

    wait_until(is_right, "the restored state is shown", timeout_s=10)
    assert gaps(service), "the gap is in the record"
    history = service.get("/api/history/configmaps/default/lost")["items"]
    assert history, "what was lost is still remembered"
    assert history[0]["unseen"], "nobody saw it go"


def test_it_starts_while_the_cluster_is_down_and_connects_when_it_comes(fresh_lab: Lab, tmp_path: Path) -> None:
    fresh_lab.kill()
    with Service("--kubeconfig", str(fresh_lab.kubeconfig("reader")), data_dir=tmp_path) as service:
        assert not says_connected(service)
        assert not service.is_ready()
        fresh_lab.revive()
        service.wait_ready(timeout_s=15)
        assert says_connected(service)


def test_what_changed_while_it_was_not_running_is_found_and_marked_unseen(fresh_lab: Lab, tmp_path: Path) -> None:
    kubeconfig = str(fresh_lab.kubeconfig("reader"))
    fresh_lab.client.create(config("stays", version="1"))
    fresh_lab.client.create(config("goes"))
    with Service("--kubeconfig", kubeconfig, data_dir=tmp_path) as service:
        service.wait_ready()
        wait_until(lambda: names(service).keys() >= {"stays", "goes"}, "both are seen", timeout_s=5)
        assert service.stop() == 0
    fresh_lab.client.apply(config("stays", version="2"))
    fresh_lab.client.delete("configmaps", "goes", "default")
    with Service("--kubeconfig", kubeconfig, data_dir=tmp_path) as service:
        service.wait_ready()
        wait_until(lambda: service.get("/api/history/configmaps/default/goes")["items"][0]["unseen"], "its end is remembered", timeout_s=5)
        stays = service.get("/api/history/configmaps/default/stays")["items"]
        assert stays[0]["unseen"]
        assert len(stays) == 2
        assert any("not running" in gap["why"] for gap in gaps(service))


def test_a_kind_that_may_not_be_read_is_a_state_and_the_rest_works(fresh_lab: Lab, tmp_path: Path) -> None:
    fresh_lab.client.create(config("unseen"))
    with Service("--kubeconfig", str(fresh_lab.kubeconfig("narrow")), data_dir=tmp_path) as service:
        service.wait_ready()
        kinds = {kind["plural"]: kind["phase"] for kind in service.get("/api/kinds")}
        assert kinds["configmaps"] == "forbidden"
        assert kinds["pods"] == "synced"
        problem = service.get("/api/objects/configmaps")
        assert problem["status"] == 403, problem


def test_sigterm_ends_it_with_status_zero_within_five_seconds(watched: tuple[Lab, Service]) -> None:
    _, service = watched
    began = time.monotonic()
    assert service.stop() == 0
    assert time.monotonic() - began < 5


def test_a_second_signal_ends_it_at_once(watched: tuple[Lab, Service]) -> None:
    _, service = watched
    with socket.create_connection((service.url.rpartition("/")[2].partition(":")[0], int(service.url.rpartition(":")[2]))) as slow:
        slow.sendall(b"POST /api/chat/query HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
        os.kill(service.pid, signal.SIGTERM)
        wait_until(lambda: any(line["event"] == "server_stopping" for line in service.lines), "it has begun to stop")
        began = time.monotonic()
        os.kill(service.pid, signal.SIGTERM)
        status = service.wait(5)
    assert time.monotonic() - began < 1
    assert status in {0, 128 + signal.SIGTERM}
