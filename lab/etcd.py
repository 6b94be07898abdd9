"""etcd behind the API server's back, for states no client of the API server may create."""

import base64
import json
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

from lab.client import Json

# Where the API server keeps kinds whose key is not simply their plural.
PLACES = {
    "nodes": "minions",
    "services": "services/specs",
    "endpoints": "services/endpoints",
    "ingresses": "ingress",
    "replicationcontrollers": "controllers",
}


class Etcd:
    """etcd's own HTTP interface."""

    def __init__(self, port: int) -> None:
        """`port` is its client port on loopback."""
        self._base = f"http://127.0.0.1:{port}"
        self._open = build_opener(ProxyHandler({})).open

    def put(self, plural: str, body: Json) -> None:
        """Store an object exactly as given: uid, creationTimestamp, deletionTimestamp, generation and all.

        The API server reads JSON as well as its own encoding, and its watches report the change.
        """
        metadata = body["metadata"]
        parts = ["/registry", PLACES.get(plural, plural), metadata.get("namespace"), metadata["name"]]
        key = "/".join(part for part in parts if part)
        self._call("/v3/kv/put", {"key": _encoded(key), "value": _encoded(json.dumps(body))})

    def revision(self) -> int:
        """The newest revision, which is the newest resourceVersion of any object."""
        answer = self._call("/v3/kv/range", {"key": _encoded("/"), "count_only": True})
        return int(answer["header"]["revision"])

    def compact(self) -> int:
        """Forget all history up to now; a running API server still answers from its cache (`Lab.forget_history`)."""
        revision = self.revision()
        self._call("/v3/kv/compaction", {"revision": str(revision), "physical": True})
        return revision

    def _call(self, path: str, body: Json) -> dict[str, Any]:
        request = Request(self._base + path, data=json.dumps(body).encode(), method="POST")
        with self._open(request, timeout=10) as answer:
            found: dict[str, Any] = json.loads(answer.read())
        return found


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
