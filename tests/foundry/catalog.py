"""A catalog of models on loopback, as Foundry Local 2.2 asks for it: what makes a model a downloaded one, without the internet."""

from __future__ import annotations

import http.server
import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PUBLISHER = "Test"


def entry(name: str, version: int = 1, window: int = 32768) -> dict[str, Any]:
    """A model as the catalog lists it."""
    uri = f"azureml://registries/test/models/{name}/versions/{version}"
    variant = {
        "parents": [],
        "variantMetadata": {"modelType": "ONNX", "device": "cpu", "fileSizeBytes": 1 << 20, "executionProvider": "CPUExecutionProvider"},
    }
    tags = {"alias": name.removesuffix("-generic-cpu"), "task": "chat-completion", "foundryLocal": ""}
    data = {"publisher": PUBLISHER, "displayName": name, "inferenceTasks": ["chat-completion"], "modelCapabilities": []}
    limits = {"textLimits": {"inputContextWindow": window, "maxOutputTokens": 4096}}
    return {
        "assetId": uri,
        "entityId": uri,
        "annotations": {
            "tags": tags, "inferenceTasks": ["chat-completion"], "modelCapabilities": [], "modelLimits": limits, "systemCatalogData": data,
        },
        "properties": {
            "id": f"{name}:{version}", "name": name, "version": version, "variantInfo": variant, "variantInformation": variant,
            "creationContext": {"createdTime": "2026-01-01T00:00:00Z"},
        },
    }  # fmt: skip


@contextmanager
def serving(*names: str) -> Iterator[str]:
    """The URL of a catalog that lists these models."""
    body = json.dumps({"summaries": [entry(name) for name in names], "totalCount": len(names)}).encode()

    class Catalog(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Silent."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Catalog) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/asset-gallery/v1.0/models"
        finally:
            server.shutdown()
            thread.join()


def put_on_disk(model: Path, home: Path, name: str, version: int = 1) -> None:
    """Lay a model's folder where Foundry Local keeps what it downloaded."""
    folder = home / "models" / PUBLISHER / f"{name}-{version}" / f"v{version}"
    shutil.copytree(model, folder)
    (folder / "inference_model.json").write_text(json.dumps({"Name": f"{name}:{version}"}))
