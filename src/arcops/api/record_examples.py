"""Believable answers about the record, for the description and the API page; a test decodes each into its shape."""

from __future__ import annotations

from arcops.api.examples import Example

RECORD: Example = {
    "engine": "sqlite", "path": "/var/lib/arcops/k3d-aiops-dev-127.0.0.1-6443", "state": "ok", "detail": "",
    "since": "2026-01-07T12:16:00Z", "until": "2026-01-14T12:15:59Z", "last_commit": "2026-01-14T12:15:59Z", "size_bytes": 31_457_280,
    "bytes_per_version": 239, "queued": 0,
    "holds": {
        "versions": 131_402, "objects": 9_120, "live_objects": 412, "events": 58_752, "log_excerpts": 320, "snapshots": 20_160,
        "noise": 241_920, "dropped": 0,
    },
    "kinds": [{"kind": "Pod", "since": "2026-01-07T12:16:00Z", "objects": 4_021, "live_objects": 96, "noise": 0}],
    "gaps": [{
        "kind": None, "since": "2026-01-12T02:00:04Z", "until": "2026-01-12T02:01:30Z", "why": "arcops was not running",
    }],
    "log_excerpts": {
        "state": "ok", "detail": "", "since": "2026-01-14T11:16:01Z", "kept": 41, "empty": 3, "missed": 1, "dropped": 0, "queued": 0,
    },
}  # fmt: skip
RECORD_LOGS: Example = {
    "since": "1970-01-01T00:00:00Z", "until": "2026-01-14T12:16:00Z",
    "items": [{
        "id": 1807900000000000, "kept_at": "2026-01-14T11:58:04Z", "namespace": "shop", "pod": "import-x7k2p",
        "uid": "c0ffee00-1111-4222-8333-444455556666", "container": "import", "previous": False,
        "logs": "2026-01-14T11:58:01Z FATAL cannot reach postgres:5432\n",
    }],
    "continue": None,
}  # fmt: skip
