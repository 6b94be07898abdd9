"""Examples of the diagnosis endpoints: one memory limit that was lowered, as each of them tells it."""

from __future__ import annotations

from typing import Any

Example = Any

_POD: Example = {"apiVersion": "v1", "kind": "Pod", "namespace": "shop", "name": "checkout-dgzvp4wlrd-24h4w"}
_DEPLOYMENT: Example = {"apiVersion": "apps/v1", "kind": "Deployment", "namespace": "shop", "name": "checkout"}
_CONFIG: Example = {"apiVersion": "v1", "kind": "ConfigMap", "namespace": "shop", "name": "checkout-config"}
_SERVICE: Example = {"apiVersion": "v1", "kind": "Service", "namespace": "shop", "name": "checkout"}
_TITLE = (
    "Container checkout of Pod shop/checkout-dgzvp4wlrd-24h4w is killed for exceeding its memory limit of 64Mi "
    "(OOMKilled, restarted 3 times, last at 2026-01-14T12:14:58Z)"
)
_CHANGE_TEXT = (
    "At 2026-01-14T12:14:20Z spec.template.spec.containers[checkout].resources.limits.memory of Deployment shop/checkout was changed "
    "from 512Mi to 64Mi by helm"
)
_CHANGE: Example = {
    "id": "E1", "type": "change", "ref": _DEPLOYMENT, "path": "spec.template.spec.containers[checkout].resources.limits.memory",
    "value": "64Mi", "time": "2026-01-14T12:14:20Z", "text": _CHANGE_TEXT,
}  # fmt: skip
_SINCE: Example = {"time": "2026-01-14T12:14:24Z", "precision": "reported"}
_NEXT: Example = [
    "kubectl -n shop logs checkout-dgzvp4wlrd-24h4w -c checkout --previous --tail=50",
    "Raise resources.limits.memory of container checkout above 64Mi, or make the program use less.",
    "kubectl -n shop rollout undo deployment/checkout",
]
_COVERAGE: Example = {
    "kinds": ["Deployment.apps", "Node", "Pod"], "forbidden": ["Secret"], "unreadable": [], "since": "2026-01-13T12:16:00Z",
    "silenced": {"Secret": ["PullSecretMissing"]}, "notes": [],
}  # fmt: skip
_AT = "2026-01-14T12:15:06Z"
FINDING: Example = {
    "id": "bd4a9bb5d7566d7e", "code": "OomKilled", "severity": "critical", "state": "open", "title": _TITLE, "subject": _POD, "cause": None,
    "speaker": _DEPLOYMENT, "since": _SINCE,
    "evidence": [
        {
            "id": "E1", "type": "field", "ref": _POD, "path": "status.containerStatuses[checkout].lastState.terminated.reason",
            "value": "OOMKilled", "time": "2026-01-14T12:14:58Z",
            "text": "Pod shop/checkout-dgzvp4wlrd-24h4w: container checkout ended: OOMKilled, exit code 137",
        },
        {**_CHANGE, "id": "E2"},
    ],
    "explanation": f"{_TITLE}. It is so since 2026-01-14T12:14:24Z (reported). {_CHANGE_TEXT}, and the trouble began after that.",
    "next": _NEXT, "ignored": "", "area": "pod",
}  # fmt: skip
_INCIDENT: Example = {
    "id": "24c8cba6867e063e", "severity": "critical", "root": _DEPLOYMENT, "since": _SINCE, "findings": [FINDING["id"]],
    "members": [{"speaker": _DEPLOYMENT, "code": "OomKilled", "count": 1}], "chain": [], "changes": [_CHANGE],
    "explanation": FINDING["explanation"], "main": FINDING["id"], "title": _TITLE,
}  # fmt: skip
_ROW: Example = {**_INCIDENT, "state": "open", "updated_at": "2026-01-14T12:14:24Z", "resolved_at": None, "unseen": ""}
_SECTIONS: Example = [
    {"head": "What", "lines": [f"{_TITLE}."]},
    {"head": "Since", "lines": ["2026-01-14T12:14:24Z (reported)"]},
    {"head": "Changed", "lines": [_CHANGE_TEXT]},
    {"head": "Ruled out", "lines": ["pod: 2 rules · scheduling: 1 rule"]},
    {"head": "Next", "lines": _NEXT},
]
FINDINGS: Example = {"at": _AT, "items": [FINDING], "coverage": _COVERAGE}
INCIDENTS: Example = {"at": _AT, "items": [_ROW], "coverage": _COVERAGE}
INCIDENT_DETAIL: Example = {
    "incident": _ROW, "findings": [FINDING], "sections": _SECTIONS, "changes": [_CHANGE], "next": _NEXT,
    "ruled_out": ["pod: ContainerConfigError, ImagePullFailing", "scheduling: PodUnschedulable"],
    "blast_radius": [_POD, _SERVICE],
    "turns": [{"at": "2026-01-14T12:14:24Z", "what": "opened", "severity": "critical", "findings": 1, "title": _TITLE}],
}  # fmt: skip
TOLD: Example = {
    "document": {"file": "", "at": _AT, "findings": [FINDING], "incidents": [_INCIDENT], "coverage": _COVERAGE},
    "stories": [{"incident": _INCIDENT["id"], "root": _DEPLOYMENT, "sections": _SECTIONS}],
    "looked": [{"object": _DEPLOYMENT, "ruled_out": ["workload: RolloutStuck, ScaledToZero"]}],
}  # fmt: skip
TOPOLOGY: Example = {
    "object": _DEPLOYMENT, "exists": True, "findings": ["OomKilled"],
    "edges": [{
        "from": _DEPLOYMENT, "to": _CONFIG, "relation": "env", "field": "spec.template.spec.containers[0].envFrom[0].configMapRef.name",
        "optional": False, "key": "",
    }],
    "depends_on": [{"object": _CONFIG, "via": _DEPLOYMENT, "relation": "env", "distance": 1, "exists": True, "findings": []}],
    "dependants": [{"object": _POD, "via": _DEPLOYMENT, "relation": "owner", "distance": 1, "exists": True, "findings": ["OomKilled"]}],
    "truncated": False,
}  # fmt: skip
RULES: Example = {
    "items": [{
        "code": "OomKilled", "area": "pod", "severity": "critical", "for_minutes": 0.0, "kinds": ["Pod"], "mixin": "",
        "summary": "A container was killed because it used more memory than its limit.",
        "found": "a container's last or current end has the reason OOMKilled.", "quiet": "one that ended well since.",
        "do": "compare the limit with what the program needs.",
    }],
}  # fmt: skip
SUPPRESSION: Example = {
    "id": "c1f0a9e2b3d4", "who": "ana", "why": "load test until Friday", "since": "2026-01-14T12:15:06Z", "until": "2026-01-16T18:00:00Z",
    "code": "OomKilled", "kind": "", "namespace": "shop", "name": "*", "selector": "",
}  # fmt: skip
