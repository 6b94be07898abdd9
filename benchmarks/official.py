"""The reference: the official client used as documented. ``python -m benchmarks.official list|watch URL``."""

from __future__ import annotations

import sys
import time
from typing import Any, cast

from benchmarks.child import answer, cpu_s, memory_mb


def list_pods(url: str) -> None:
    """One typed LIST of all pods."""
    from kubernetes import client

    api = client.CoreV1Api(client.ApiClient(client.Configuration(host=url)))
    before, cpu = memory_mb(), cpu_s()
    pods = api.list_pod_for_all_namespaces().items
    answer(pods=len(pods), cpu_s=cpu_s() - cpu, peak_mb=memory_mb("VmHWM") - before)


def watch_pods(url: str, count: int = 3000) -> None:
    """So many watch events, decoded to models and kept in an index by uid, as a live view must."""
    from kubernetes import client, watch

    api = client.CoreV1Api(client.ApiClient(client.Configuration(host=url)))
    index: dict[Any, Any] = {pod.metadata.uid: pod for pod in api.list_pod_for_all_namespaces().items if pod.metadata}
    cpu, began = cpu_s(), time.monotonic()
    stream = cast("Any", watch.Watch)().stream(api.list_pod_for_all_namespaces, resource_version="100000")
    for seen, event in enumerate(stream, 1):
        index[event["object"].metadata.uid] = event["object"]
        if seen == 200:
            cpu, began = cpu_s(), time.monotonic()
        if seen >= count + 200:
            break
    answer(events=count, cpu_s=cpu_s() - cpu, seconds=time.monotonic() - began, index=len(index))


if __name__ == "__main__":
    {"list": list_pods, "watch": watch_pods}[sys.argv[1]](sys.argv[2])
