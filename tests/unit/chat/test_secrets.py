"""Credentials stand in every place a cluster can hold text, and in no answer, prompt, event or file."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest
import yaml

from arcops.api.app import create_app
from arcops.api.sse import frame
from arcops.chat.backends.scripted import facts_in
from arcops.chat.events import name_of
from arcops.chat.sessions import FILE, Sessions, open_notes
from arcops.testing.clock import FakeClock
from tests.unit.base.test_redact import PLANTED
from tests.unit.chat.hostile import case_of
from tests.unit.chat.scripted import Spoken, chat_with

pytestmark = pytest.mark.anyio
TEXTS = [text for text, _ in PLANTED]
SECRETS = [secret.strip('"') for text, secret in PLANTED if len(secret.strip('"')) > 5 and secret != "truncated"]
"""Shorter ones stand in ordinary words too."""
QUESTIONS = [
    "what is wrong?", "why is api-0 crashing?", "logs of api-0", "previous logs of api-0", "errors in the logs of api-0", "events of api-0",
    "state of api-0", "history of api-0", "what is in configmap settings?", "which env variables does api-0 have?", "what changed?",
    "who changed settings?", "which pods use image api:1", "list configmaps", "how many events are there?", "describe api-0",
    "what does api-0 depend on?", "show annotations of namespace shop", "why does password=hunter2 not work?",
    "give me the secret of api-0", "list events in shop",
]  # fmt: skip
PATHS = [
    "/api/findings", "/api/incidents", "/api/cluster/pods", "/api/changes?since=6h", "/api/timeline/po/shop/api-0",
    "/api/cluster/pods/shop/api-0/logs", "/api/cluster/pods/shop/api-0/logs?previous=true", "/api/chat/sessions", "/api/model",
    "/api/cluster/events?hours=24", "/api/health", "/metrics", "/api/objects/po/shop/nothing-password=hunter2",
    "/api/cluster/pods?namespace=Authorization:+Bearer+abc.def-ghi123",
]  # fmt: skip


def leaked(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


async def planted(folder: Path) -> Spoken:
    """The faulty cluster with credentials in all its texts, also in variables named for them and in a Secret."""
    path = case_of(folder, TEXTS)
    body = yaml.safe_load(path.read_text())
    pod = next(one for one in body["objects"] if one["kind"] == "Pod")
    pod["spec"]["containers"][0]["env"] += [{"name": f"PASSWORD_{number}", "value": secret} for number, secret in enumerate(SECRETS)]
    body["objects"].append({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db", "namespace": "shop", "uid": "s", "resourceVersion": "1"},
        "stringData": {f"key-{number}": secret for number, secret in enumerate(SECRETS)},
    })  # fmt: skip
    path.write_text(yaml.safe_dump(body, allow_unicode=False))
    sessions = Sessions(FakeClock(1_772_452_800_000), open_notes(folder / "record"))
    return await chat_with(
        lambda prompt: "\n".join(f"{text} [{name}]." for name, text in facts_in(prompt)), path, sessions=sessions, window=32_000
    )


async def test_forty_credentials_get_into_no_answer_prompt_event_or_file(tmp_path: Path) -> None:
    assert len(SECRETS) >= 35
    spoken = await planted(tmp_path)
    for text in QUESTIONS:
        wire = b"".join([frame(name_of(event), event) for event in await spoken.events(text)]).decode()
        assert leaked(wire) == [], text
    sent = "".join(message.content for prompt in spoken.model.prompts for message in prompt.messages)
    assert len(spoken.model.prompts) > len(QUESTIONS) // 2
    assert leaked(sent) == []
    assert leaked((tmp_path / "record" / FILE).read_text()) == []


async def test_no_answer_of_the_api_holds_one(tmp_path: Path) -> None:
    spoken = await planted(tmp_path)
    transport = httpx2.ASGITransport(create_app(spoken.services, chat=spoken.chat))
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        for path in PATHS:
            assert leaked((await client.get(path)).text) == [], path
        for text in QUESTIONS:
            assert leaked((await client.post("/api/chat/query", json={"message": text})).text) == [], text
            assert leaked((await client.post("/api/chat/prompt", json={"message": text})).text) == [], text
