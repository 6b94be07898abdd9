"""Believable answers of the chat and of the model, for the description and the API page; a test decodes each into its shape."""

from __future__ import annotations

from typing import Any

Example = Any

FACTS: Example = [
    {
        "id": "F1", "type": "incident", "text": "Deployment shop/checkout, critical since 14:29:12 (31 min ago)",
        "object": "Deployment/shop/checkout", "path": "OomKilled", "at": "2026-01-14T14:29:12Z", "rank": 0,
    },
    {
        "id": "F2", "type": "finding",
        "text": "Container app is killed for exceeding its memory limit of 128Mi (OOMKilled, restarted 12 times).",
        "object": "Pod/shop/checkout-7d9f8b6c5-x2x4z", "path": "OomKilled", "rank": 0,
    },
]  # fmt: skip
"""``rank`` 4 and empty fields are left out."""
SCOPE: Example = {"namespace": "shop", "objects": ["Deployment/shop/checkout"], "at": None, "since": None, "until": None}
CHAT: Example = {
    "response": (
        "Deployment shop/checkout, critical since 14:29:12 (31 min ago): Container app is killed for exceeding its memory limit of 128Mi"
        " (OOMKilled, restarted 12 times). [F1][F2]"
    ),
    "timestamp": "2026-01-14T15:00:00Z", "context_used": True, "model": "direct-mode", "id": "6e7b2f1c800", "session": "b5d0c1f2a3e49687",
    "intent": "why", "facts": FACTS, "dropped": 0, "tokens": {"prompt": 0, "answer": 0, "window": 0}, "scope": SCOPE, "notes": [],
    "can_tell": True,
}  # fmt: skip
STREAM = (
    'event: direct\ndata: {"event":"direct","answer":{"answer":"Deployment shop/checkout … [F1][F2]","intent":"why", …}}\n\n'
    'event: token\ndata: {"event":"token","count":1,"seconds":0.8}\n\n'
    'event: sentence\ndata: {"event":"sentence","text":"The checkout is killed for its memory [F2].","facts":["F2"]}\n\n'
    'event: done\ndata: {"event":"done","answer":{"answer":"The checkout is killed for its memory [F2]. …","model":"phi-4-mini:1", …}}\n\n'
)
PROMPT: Example = [
    {"role": "system", "content": "You word answers for a Kubernetes operator from numbered facts. …"},
    {
        "role": "user",
        "content": "Facts:\nF1 Deployment shop/checkout, critical since 14:29:12 (incident)\n\nQuestion: Why is checkout restarting?",
    },
]
FEEDBACK: Example = {"answer": "6e7b2f1c800", "verdict": "up", "comment": "", "at": "2026-01-14T15:01:10Z"}
SESSION_ITEM: Example = {
    "id": "b5d0c1f2a3e49687", "title": "Why is checkout restarting?", "turns": 1, "since": "2026-01-14T15:00:00Z",
    "last": "2026-01-14T15:00:00Z",
}  # fmt: skip
SESSION: Example = {
    "id": "b5d0c1f2a3e49687", "title": "Why is checkout restarting?", "since": "2026-01-14T15:00:00Z", "last": "2026-01-14T15:00:00Z",
    "turns": [{
        "id": "6e7b2f1c800", "at": "2026-01-14T15:00:00Z", "question": "Why is checkout restarting?", "answer": CHAT["response"],
        "intent": "why", "model": "direct-mode", "feedback": FEEDBACK,
    }],
}  # fmt: skip
MODEL: Example = {
    "state": "ready", "detail": "phi-4-mini:1 answers.", "since": "2026-01-14T11:16:05Z", "backend": "foundry",
    "url": "http://127.0.0.1:41713/v1", "is_local": True, "model": "phi-4-mini:1", "window": 4096, "has_schema": True, "has_tools": False,
    "last_answer": "2026-01-14T15:00:08Z", "last_failure": "", "first_token_ms": 812.4, "tokens_per_s": 14.2, "waiting": 0, "answered": 7,
    "failed": 0, "models": [
        {"id": "phi-4-mini:1", "alias": "phi-4-mini", "state": "loaded", "window": 4096, "size_bytes": 3720000000},
    ],
    "list_error": "", "job": {
        "what": "load", "model": "phi-4-mini:1", "state": "done", "text": "phi-4-mini:1 is loaded", "percent": 100.0,
        "since": "2026-01-14T11:16:01Z",
    },
}  # fmt: skip
