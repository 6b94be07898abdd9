"""Answers as a stream, conversations, feedback, and the model, over HTTP."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx2
import msgspec
import pytest

from arcops.api.app import create_app
from arcops.api.sse import Named, event_stream
from arcops.chat.answer import Chat
from arcops.chat.backends.base import FailureKind, ModelFailure, Progress
from arcops.chat.backends.scripted import SCRIPTS, Script, ScriptedBackend
from arcops.chat.events import ChatEvent, Direct, Done
from arcops.chat.sessions import Sessions
from arcops.chat.settings import ModelSettings
from arcops.queries.services import ModelKeeping
from arcops.runtime.server import HttpServer
from tests.contract.watching import until
from tests.small_cluster import small_cluster

pytestmark = pytest.mark.anyio
ASKED = {"message": "why does cart crash?"}


async def chat_of(script: Script | None = None) -> tuple[Chat, ScriptedBackend]:
    """A chat about the small cluster whose model plays a script."""
    services = replace((await small_cluster()).services, model=ModelKeeping())
    settings = ModelSettings(backend="scripted")
    model = ScriptedBackend(settings, services, script or SCRIPTS["honest"])
    await model.start()
    return Chat(services, model, Sessions(services.clock), settings), model


@asynccontextmanager
async def client_of(chat: Chat) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(create_app(chat._services, chat=chat))
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        yield client


@pytest.fixture
async def asking(anyio_backend: str) -> AsyncIterator[httpx2.AsyncClient]:
    chat, _ = await chat_of()
    async with client_of(chat) as client:
        yield client


def events_of(text: str) -> list[ChatEvent]:
    """The events of a stream; each says its name twice, on its line and in its JSON."""
    found: list[ChatEvent] = []
    for part in text.split("\n\n"):
        if part and not part.startswith(":"):
            name, _, data = part.partition("\ndata: ")
            assert msgspec.json.decode(data)["event"] == name.removeprefix("event: ")
            found.append(msgspec.json.decode(data, type=ChatEvent))
    return found


async def test_a_stream_begins_with_the_answer_by_rule_and_ends_with_the_whole_one(asking: httpx2.AsyncClient) -> None:
    answer = await asking.post("/api/chat/stream", json=ASKED)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    events = events_of(answer.text)
    assert isinstance(events[0], Direct)
    assert isinstance(events[-1], Done)
    assert (events[0].answer.model, events[-1].answer.model) == ("direct-mode", "scripted-honest")
    assert events[0].answer.id == events[-1].answer.id


async def test_what_cannot_be_asked_is_a_problem_before_any_event(asking: httpx2.AsyncClient) -> None:
    for wrong in ({"at": "yesterdya"}, {"tz": "Nowhere/Town"}, {"session": "a b"}, {"sesion": "x"}, {"message": ""}):
        answer = await asking.post("/api/chat/stream", json={**ASKED, **wrong})
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), wrong


async def test_a_silent_stream_has_a_heartbeat() -> None:
    ready = asyncio.Event()

    async def events() -> AsyncGenerator[Named, None]:
        yield "first", 1
        await ready.wait()
        yield "second", 2

    response = await event_stream(events(), heartbeat_s=0.01)
    pieces: list[bytes] = []
    async for piece in response.body_iterator:
        pieces.append(bytes(piece) if not isinstance(piece, str) else piece.encode())
        if len(pieces) == 4:
            ready.set()
    assert pieces[0] == b"event: first\ndata: 1\n\n"
    assert set(pieces[1:-1]) == {b": still at work\n\n"}
    assert pieces[-1] == b"event: second\ndata: 2\n\n"


async def test_a_conversation_goes_on_and_can_be_read_rated_and_forgotten(asking: httpx2.AsyncClient) -> None:
    first = (await asking.post("/api/chat/query", json={**ASKED, "session": "mine"})).json()
    second = (await asking.post("/api/chat/query", json={"message": "since when?", "session": "mine"})).json()
    assert first["session"] == second["session"] == "mine"
    assert [(one["id"], one["turns"]) for one in (await asking.get("/api/chat/sessions")).json()] == [("mine", 2)]
    rated = await asking.post(f"/api/chat/{first['id']}/feedback", json={"verdict": "down", "comment": "too long"})
    assert (rated.status_code, rated.json()["verdict"]) == (200, "down")
    turns = (await asking.get("/api/chat/sessions/mine")).json()["turns"]
    assert [turn["question"] for turn in turns] == ["why does cart crash?", "since when?"]
    assert turns[0]["feedback"]["comment"] == "too long"
    assert (await asking.delete("/api/chat/sessions/mine")).status_code == 200
    assert (await asking.get("/api/chat/sessions")).json() == []
    for gone in (await asking.get("/api/chat/sessions/mine"), await asking.delete("/api/chat/sessions/mine")):
        assert (gone.status_code, gone.json()["code"]) == (404, "session-not-found")
    missing = await asking.post(f"/api/chat/{first['id']}/feedback", json={"verdict": "up"})
    assert (missing.status_code, missing.json()["code"]) == (404, "answer-not-found")


async def test_the_prompt_is_shown_and_nothing_is_kept(asking: httpx2.AsyncClient) -> None:
    messages = (await asking.post("/api/chat/prompt", json=ASKED)).json()
    assert [message["role"] for message in messages] == ["system", "user"]
    assert messages[1]["content"].endswith("Question: why does cart crash?")
    assert (await asking.post("/api/chat/prompt", json={"message": "asdf qwer zxcv"})).json() == []
    assert (await asking.get("/api/chat/sessions")).json() == []


async def test_a_model_that_fails_is_a_note_and_never_an_error() -> None:
    chat, _ = await chat_of(SCRIPTS["dead"])
    async with client_of(chat) as client:
        answer = (await client.post("/api/chat/query", json=ASKED)).json()
        metrics = (await client.get("/metrics")).text
    assert answer["model"] == "direct-mode"
    assert answer["notes"] == ["The model gave no whole answer: nothing listens at the model's address. This is the answer by rule."]
    assert 'arcops_chat_model_failures_total{kind="unreachable"} 1' in metrics
    assert 'arcops_chat_questions_total{intent="why",model="direct-mode"} 1' in metrics


async def test_health_tells_the_truth_of_the_model_and_is_not_hurt_by_it() -> None:
    chat, model = await chat_of(Script(lambda _prompt: "x [F1].", failure=ModelFailure(kind=FailureKind.UNREACHABLE, why="it is gone")))
    async with client_of(chat) as client:
        before = (await client.get("/api/health")).json()
        await client.post("/api/chat/query", json=ASKED)
        after = (await client.get("/api/health")).json()
        model.script = SCRIPTS["honest"]
        await client.post("/api/chat/query", json=ASKED)
        again = (await client.get("/api/health")).json()
    assert [one["services"]["foundry"] for one in (before, after, again)] == [True, False, True]
    assert before["status"] == after["status"] == again["status"]
    assert (after["details"]["foundry"]["state"], after["details"]["foundry"]["last_failure"]) == ("unreachable", "It is gone.")
    assert again["details"]["foundry"]["last_answer"] is not None
    assert again["details"]["foundry"]["window"] == 4096


async def ended(chat: Chat, client: httpx2.AsyncClient) -> Any:
    """The state of the model once its job is over."""
    await until(lambda: chat.jobs.last is not None and chat.jobs.last.state != "running")
    return (await client.get("/api/model")).json()


async def test_a_model_is_loaded_aside_and_its_end_is_told() -> None:
    chat, _ = await chat_of()
    async with client_of(chat) as client:
        begun = await client.post("/api/model/load", json={"model": "liar"})
        assert (begun.status_code, begun.json()["job"]["what"]) == (200, "load")
        loaded = await ended(chat, client)
        assert (loaded["model"], loaded["job"]["state"]) == ("scripted-liar", "done")
        await client.post("/api/model/load", json={"model": "nobody"})
        failed = (await ended(chat, client))["job"]
        assert (failed["state"], "there is no script nobody" in failed["text"]) == ("failed", True)
        assert (await client.post("/api/model/unload", json={"model": "liar"})).status_code == 200


class Endless(ScriptedBackend):
    """A download without end."""

    async def download(self, model: str) -> AsyncGenerator[Progress, None]:
        """Half, and no more."""
        yield Progress(f"{model} comes", 50.0)
        await asyncio.Event().wait()


async def test_a_download_can_be_watched_and_cancelled_and_is_alone() -> None:
    plain, _ = await chat_of()
    chat = Chat(plain._services, Endless(ModelSettings(), plain._services), plain.sessions, ModelSettings())
    async with client_of(chat) as client:
        await client.post("/api/model/download", json={"model": "phi"})
        await until(lambda: chat.jobs.last is not None and chat.jobs.last.percent == 50.0)
        assert (await client.get("/api/model")).json()["job"]["text"] == "phi comes"
        busy = await client.post("/api/model/load", json={"model": "phi"})
        assert (busy.status_code, busy.headers["retry-after"]) == (429, "5")
        assert (await client.post("/api/model/cancel")).json()["job"]["state"] == "cancelled"
        assert (await client.post("/api/model/cancel")).json()["job"]["state"] == "cancelled"
    await chat.aclose()


async def test_without_a_model_there_is_nothing_to_unload(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/api/model/unload", json={"model": "phi"})
    assert (answer.status_code, answer.json()["code"]) == (409, "model-failed")
    status = (await client.get("/api/model")).json()
    assert (status["state"], status["models"], status["job"]) == ("off", [], None)


@pytest.mark.parametrize("path", ["/api/chat/stream", "/api/chat/query"])
async def test_a_reader_who_hangs_up_stops_the_model(path: str) -> None:
    chat, model = await chat_of(Script(lambda _prompt: "word " * 1_000_000))
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)  # noqa: FBT003 - its only parameter
    server = HttpServer(create_app(chat._services, chat=chat))
    serving = asyncio.ensure_future(server.serve(sockets=[listener]))
    try:
        body = msgspec.json.encode(ASKED)
        head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        _, writer = await asyncio.open_connection(*listener.getsockname()[:2])
        writer.write(head.encode() + body)
        await until(lambda: model.running)
        writer.close()
        await until(lambda: not model.running, 1.0)
        assert chat.meter.stopped == 1
    finally:
        server.should_exit = True
        await serving
