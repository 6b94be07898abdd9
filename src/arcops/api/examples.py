"""One believable example of each answer, for the description and the API page; a test decodes each into its shape."""

from __future__ import annotations

from typing import Any

Example = Any

POD: Example = {
    "name": "coredns-ccb96694c-w9chf", "namespace": "kube-system", "phase": "Running", "reason": "Running",
    "node": "k3d-aiops-dev-server-0", "containers": ["coredns"], "init_containers": [], "ready": 1, "total": 1, "restarts": 0,
    "created_at": "2026-01-13T09:41:07Z", "ip": "10.42.0.4", "labels": {"k8s-app": "kube-dns"},
    "owner": "ReplicaSet/coredns-ccb96694c", "qos": "Burstable", "uid": "5f0e2c7a-4f4e-4f6a-9a0d-0a1c8a9e9b11",
}  # fmt: skip
EVENT: Example = {
    "timestamp": "2026-01-14T12:14:52Z", "namespace": "shop", "name": "checkout-7d9f8b6c5-x2x4z.18a1f0c2d3e4f5a6", "type": "Warning",
    "reason": "BackOff", "message": "Back-off restarting failed container app in pod checkout-7d9f8b6c5-x2x4z",
    "involved_object": "Pod/checkout-7d9f8b6c5-x2x4z", "count": 12, "first_seen": "2026-01-14T11:58:03Z",
    "last_seen": "2026-01-14T12:14:52Z", "source": "kubelet",
    "involved": {
        "group": "", "kind": "Pod", "namespace": "shop", "name": "checkout-7d9f8b6c5-x2x4z",
        "uid": "c0ffee00-1111-4222-8333-444455556666", "field_path": "spec.containers{app}",
    },
}  # fmt: skip
STATUS: Example = {"timestamp": "2026-01-14T12:15:25.430Z", "pods": [POD], "events": [EVENT], "incomplete": []}
MOMENT: Example = {
    **POD, "observed_at": "2026-01-14T11:41:09.120Z", "change": "reason ContainerCreating → Running, ready 0/1 → 1/1", "unseen": False,
}  # fmt: skip
LOGS: Example = {
    "namespace": "shop", "pod": "checkout-7d9f8b6c5-x2x4z", "logs": "ERROR cannot reach postgres:5432\n", "containers": ["app"],
    "previous": False, "notes": [],
}  # fmt: skip
HEALTH: Example = {
    "status": "healthy", "services": {"kubernetes": True, "context_buffer": True, "foundry": False},
    "timestamp": "2026-01-14T12:16:00Z", "uptime_s": 3600.5,
    "details": {
        "kubernetes": {
            "state": "connected", "since": "2026-01-14T11:16:01Z", "source": "cluster", "server": "https://127.0.0.1:6443",
            "context": "k3d-aiops-dev", "version": "v1.31.5+k3s1", "synced": True, "behind_s": 0.0, "clock_skew_ms": 12, "kinds": 61,
            "objects": 412, "problems": [{
                "kind": "Secret", "resource": "secrets", "phase": "forbidden", "since": "2026-01-14T11:16:02Z", "last_seen": None,
                "last_error": "The account may not list secrets.",
            }], "undiscovered": {}, "last_error": "",
        },
        "context_buffer": {
            "state": "ok", "detail": "", "engine": "sqlite", "since": "2026-01-13T12:16:00Z", "last_commit": "2026-01-14T12:15:59Z",
            "last_snapshot": "2026-01-14T12:15:31Z", "snapshots": 1000, "retention_hours": 24.0, "queued": 0, "dropped": 0, "behind_s": 0.0,
        },
        "foundry": {
            "state": "absent", "detail": "No model is configured; answers are given by rule.", "reachable": False, "loaded": False,
            "model": "", "window": 0, "since": None, "last_answer": None, "last_failure": "",
        },
    },
}  # fmt: skip
KIND: Example = {
    "kind": "Deployment", "group": "apps", "version": "v1", "api_version": "apps/v1", "plural": "deployments", "singular": "deployment",
    "short_names": ["deploy"], "namespaced": True, "phase": "synced", "since": "2026-01-14T11:16:01Z",
    "synced_at": "2026-01-14T11:16:01Z", "objects": 7, "unreadable": {}, "last_error": "",
}  # fmt: skip
OBJECT: Example = {
    "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop", "resourceVersion": "4711"},
    "spec": {"clusterIP": "10.43.0.17", "ports": [{"port": 80, "targetPort": 8080}]},
}  # fmt: skip
OBJECTS: Example = {
    "apiVersion": "v1", "kind": "ServiceList",
    "metadata": {"resourceVersion": "4712", "continue": "", "remainingItemCount": 0, "total": 1, "at": None, "notes": []},
    "items": [OBJECT],
}  # fmt: skip
EVENT_PAGE: Example = {
    "since": "2026-01-13T12:16:00Z", "until": "2026-01-14T12:16:00Z",
    "items": [{"id": 1816401292000000, "observed_at": "2026-01-14T12:14:52.004Z", "event": EVENT}], "continue": None, "gaps": [],
}  # fmt: skip
VERSIONS: Example = {
    "kind": "Deployment", "namespace": "shop", "name": "checkout", "since": "1970-01-01T00:00:00Z", "until": "2026-01-14T12:16:00Z",
    "items": [{
        "id": 1816401100000000, "observed_at": "2026-01-14T11:57:31.204Z", "change": "changed", "unseen": False,
        "uid": "0d9e1f1c-5c1f-4d0e-b1de-2f8f7e6d5c4b", "resource_version": "4690", "paths": ["spec.template.spec.containers.image"],
        "writer": {"manager": "kubectl-set", "operation": "Update", "subresource": "", "time": "2026-01-14T11:57:31Z"}, "object": None,
        "what": ["image checkout:1.25 → 1.26"], "folded": 1,
    }],
    "continue": None, "gaps": [], "notes": [],
}  # fmt: skip
DIFF: Example = {
    "from": "2026-01-14T11:00:00Z", "to": "2026-01-14T12:16:00Z",
    "items": [{
        "object": {
            "group": "apps", "kind": "Deployment", "namespace": "shop", "name": "checkout",
            "uid": "0d9e1f1c-5c1f-4d0e-b1de-2f8f7e6d5c4b", "field_path": "",
        },
        "change": "changed",
        "fields": [{
            "path": "spec.template.spec.containers[app].resources.limits.memory", "text": "memory limit 512Mi → 128Mi",
            "old": "512Mi", "new": "128Mi", "weight": "spec",
        }],
        "folded": 2, "writers": [{
            "manager": "ci-deployer", "operation": "Update", "subresource": "", "time": "2026-01-14T11:57:31Z",
        }], "raw": None,
    }],
    "total": 1, "folded": 3, "continue": None, "gaps": [], "notes": [],
}  # fmt: skip
PAST: Example = {
    "at": "2026-01-14T11:20:05Z", "since": "2026-01-13T12:16:00Z",
    "gaps": [{"kind": None, "since": "2026-01-14T11:20:00Z", "until": "2026-01-14T11:20:09Z", "why": "the API server refused connections"}],
    "notes": ["Nothing was seen from 2026-01-14T11:20:00Z to 2026-01-14T11:20:09Z: the API server refused connections."],
}  # fmt: skip
CHANGES: Example = {
    "since": "2026-01-14T11:16:00Z", "until": "2026-01-14T12:16:00Z",
    "items": [{
        "object": {
            "group": "apps", "kind": "Deployment", "namespace": "shop", "name": "checkout",
            "uid": "0d9e1f1c-5c1f-4d0e-b1de-2f8f7e6d5c4b", "field_path": "",
        },
        "rank": "deliberate", "last": "2026-01-14T11:57:31.204Z", "count": 1, "writers": ["ci-deployer"],
        "changes": [{
            "id": 1816401100000000, "observed_at": "2026-01-14T11:57:31.204Z", "change": "changed", "unseen": False, "rank": "deliberate",
            "writer": {"manager": "ci-deployer", "operation": "Update", "subresource": "", "time": "2026-01-14T11:57:31Z"},
            "what": ["memory limit 512Mi → 128Mi"], "paths": ["spec.template.spec.containers.resources.limits.memory"],
        }],
        "distance": None, "link": None,
    }],
    "total": 1, "continue": None, "gaps": [], "notes": [],
}  # fmt: skip
TIMELINE: Example = {
    "object": {
        "group": "", "kind": "Pod", "namespace": "shop", "name": "checkout-7d9f8b6c5-x2x4z",
        "uid": "c0ffee00-1111-4222-8333-444455556666", "field_path": "",
    },
    "since": "2026-01-14T11:16:00Z", "until": "2026-01-14T12:16:00Z",
    "lanes": [{
        "object": {
            "group": "", "kind": "Pod", "namespace": "shop", "name": "checkout-7d9f8b6c5-x2x4z",
            "uid": "c0ffee00-1111-4222-8333-444455556666", "field_path": "",
        },
        "role": "self", "born": "2026-01-14T11:57:31Z", "gone": None,
        "spans": [
            {"since": "2026-01-14T11:57:31Z", "until": "2026-01-14T11:58:03Z", "state": "Running", "tone": "ok"},
            {"since": "2026-01-14T11:58:03Z", "until": "2026-01-14T12:16:00Z", "state": "CrashLoopBackOff", "tone": "bad"},
        ],
        "marks": [{
            "at": "2026-01-14T11:58:03Z", "kind": "restart", "text": "restart after OOMKilled", "tone": "bad", "who": "", "unseen": False,
        }],
    }],
    "total": 1, "continue": None, "gaps": [], "notes": [],
}  # fmt: skip
SNAPSHOT: Example = {"id": 1816401331000000, "timestamp": "2026-01-14T12:15:31Z", "counts": {"pods": 9, "events": 2}}
STATS: Example = {
    "snapshots": 1000, "max_snapshots": 1000, "retention_hours": 24.0, "interval_s": 30.0, "oldest_snapshot": "2026-01-14T03:55:31Z",
    "newest_snapshot": "2026-01-14T12:15:31Z", "engine": "sqlite", "state": "ok", "since": "2026-01-13T12:16:00Z", "revisions": 14920,
    "objects": 530, "live_objects": 412, "event_sightings": 5706, "gaps": 1, "size_bytes": 2_400_000, "queued": 0, "dropped": 0,
}  # fmt: skip
CONTEXT: Example = {
    "since": "2026-01-14T11:16:00Z", "until": "2026-01-14T12:16:00Z", "snapshots": [SNAPSHOT], "events": [EVENT],
    "gaps": [{"kind": None, "since": "2026-01-14T11:20:00Z", "until": "2026-01-14T11:20:09Z", "why": "the API server refused connections"}],
    "stats": STATS,
}  # fmt: skip
METRICS = "# HELP arcops_source_connected 1 while the cluster answers.\n# TYPE arcops_source_connected gauge\narcops_source_connected 1\n"
