"""What every back end keeps, whatever it is: it starts, answers or says why not, stops when left, and can be asked again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from arcops.base.errors import BadInput
from arcops.chat.backends.base import Backend, FailureKind, ModelFailure, Usage
from arcops.chat.backends.choose import open_backend
from arcops.chat.backends.scripted import SCRIPTS, ScriptedBackend
from arcops.chat.settings import ModelSettings
from arcops.queries.services import Services
from tests.contract.asking_models import QUESTION, ask, some_services, started
from tests.contract.model_faults import FAULTS, Fault
from tests.contract.model_server import MODEL, WINDOW, WORDS, ModelServer, Seen, Voice, well

pytestmark = pytest.mark.anyio

ANSWER = "".join(WORDS)


@pytest.fixture
def services() -> Services:
    """Services of one test."""
    return some_services()


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    """A server that answers well until it is told otherwise."""
    async with ModelServer() as running:
        yield running


async def until(what: Callable[[], bool], limit_s: float = 2.0) -> None:
    """Wait until something is so, within a limit."""
    end_s = time.monotonic() + limit_s
    while not what():
        assert time.monotonic() < end_s, "it did not come about"
        await asyncio.sleep(0.005)


def settings_of(name: str, server: ModelServer) -> dict[str, Any]:
    """The settings of a back end."""
    return {"backend": name, "base_url": server.url} if name == "openai_like" else {"backend": name}


# Every back end


@pytest.mark.parametrize("name", ["none", "scripted", "openai_like"])
async def test_a_back_end_starts_and_tells_how_it_is(name: str, server: ModelServer, services: Services) -> None:
    async with started(services, **settings_of(name, server)) as backend:
        assert backend.name == name
        assert services.model.backend == name
        assert services.model.state == ("off" if name == "none" else "ready")
        assert services.model.detail.endswith(".")
        assert services.model.since_ms
        assert isinstance(await backend.models(), list)


@pytest.mark.parametrize("name", ["none", "scripted", "openai_like"])
async def test_a_back_end_answers_or_says_why_not_as_often_as_it_is_asked(name: str, server: ModelServer, services: Services) -> None:
    async with started(services, **settings_of(name, server)) as backend:
        for _ in range(3):
            if name == "none":
                with pytest.raises(ModelFailure) as failed:
                    await ask(backend)
                assert failed.value.kind is FailureKind.OFF
            else:
                assert "OOMKilled" in await ask(backend)
        assert services.model.answered == (0 if name == "none" else 3)


@pytest.mark.parametrize("name", ["scripted", "openai_like"])
async def test_leaving_an_answer_stops_the_model_and_frees_its_turn(name: str, server: ModelServer, services: Services) -> None:
    server.speak = endless
    async with started(services, **settings_of(name, server)) as backend:
        if isinstance(backend, ScriptedBackend):
            backend.script = SCRIPTS["slow"]
        async with aclosing(backend.stream(QUESTION, Usage())) as pieces:
            await anext(pieces)
        await until(lambda: running(backend, server) == 0)
        server.speak = well
        if isinstance(backend, ScriptedBackend):
            backend.script = SCRIPTS["honest"]
        assert "OOMKilled" in await ask(backend)


@pytest.mark.parametrize("name", ["scripted", "openai_like"])
async def test_cancelling_the_task_stops_the_model(name: str, server: ModelServer, services: Services) -> None:
    server.speak = endless
    async with started(services, **settings_of(name, server)) as backend:
        if isinstance(backend, ScriptedBackend):
            backend.script = SCRIPTS["slow"]
        task = asyncio.ensure_future(ask(backend))
        await until(lambda: running(backend, server) == 1)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        await until(lambda: running(backend, server) == 0)
        assert services.model.failed == 0, "whoever leaves is no failure of the model"


@pytest.mark.parametrize("name", ["scripted", "openai_like"])
async def test_one_question_runs_the_next_wait_in_order_and_too_many_are_sent_away(
    name: str, server: ModelServer, services: Services
) -> None:
    gate = asyncio.Event()

    async def held(seen: Seen, voice: Voice) -> None:
        await gate.wait()
        await well(seen, voice)

    server.speak = held
    async with started(services, **settings_of(name, server), waiting=2, first_token_timeout_s=5.0, total_timeout_s=5.0) as backend:
        if isinstance(backend, ScriptedBackend):
            backend.script = SCRIPTS["slow"]
        tasks = [asyncio.ensure_future(ask(backend)) for _ in range(3)]
        await until(lambda: services.model.waiting == 2)
        began = time.perf_counter()
        with pytest.raises(ModelFailure) as failed:
            await ask(backend)
        assert failed.value.kind is FailureKind.BUSY
        assert failed.value.why == "2 questions wait for the model already"
        assert time.perf_counter() - began < 0.5, "one that is sent away does not wait"
        gate.set()
        assert all("OOMKilled" in answer for answer in await asyncio.gather(*tasks))
        assert services.model.waiting == 0
        assert server.most_at_once <= 1


def running(backend: Backend, server: ModelServer) -> int:
    """How many answers are being made."""
    return backend.running if isinstance(backend, ScriptedBackend) else server.running


async def endless(_seen: Seen, voice: Voice) -> None:
    """Words at a gentle pace, without an end."""
    await voice.begin()
    while True:
        await voice.say("word ")
        await asyncio.sleep(0.01)


# A model server, and all that goes wrong with one


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_whatever_goes_wrong_is_told_in_one_sentence_and_the_next_question_works(
    fault: Fault, server: ModelServer, services: Services
) -> None:
    async with started(services, base_url=server.url) as backend:
        server.speak = fault.speak
        pieces: list[str] = []
        with pytest.raises(ModelFailure) as failed:
            await ask(backend, heard=pieces)
        said = "".join(pieces)
        assert (failed.value.kind, fault.why in failed.value.why) == (fault.kind, True), failed.value.why
        assert said.startswith(fault.said)
        assert (said == "") == (fault.said == "")
        assert len(server.asked) == 1, "a generation is never asked for twice"
        assert services.model.last_failure[0].isupper()
        assert services.model.last_failure.endswith(".")
        assert "\n" not in services.model.last_failure
        await until(lambda: server.running == 0)
        server.speak = well
        assert await ask(backend) == ANSWER
        assert (services.model.failed, services.model.answered, services.model.state) == (1, 1, "ready")


async def test_nothing_of_a_servers_error_gets_through_unmasked(server: ModelServer, services: Services) -> None:
    server.speak = next(fault for fault in FAULTS if "password" in fault.name).speak
    async with started(services, base_url=server.url) as backend:
        with pytest.raises(ModelFailure) as failed:
            await ask(backend)
    assert "hunter2" not in str(failed.value)


async def test_a_killed_server_is_told_and_asked_again_once_it_is_back(server: ModelServer, services: Services) -> None:
    async with started(services, base_url=server.url) as backend:
        await server.die()
        with pytest.raises(ModelFailure) as failed:
            await ask(backend)
        assert failed.value.kind is FailureKind.UNREACHABLE
        assert failed.value.why == f"nothing listens at {server.url}"
        assert services.model.state == "unreachable"
        await server.revive()
        assert await ask(backend) == ANSWER
        assert services.model.state == "ready"


async def test_a_server_that_comes_back_within_a_moment_is_waited_for(server: ModelServer, services: Services) -> None:
    async with started(services, base_url=server.url) as backend:
        await server.die()
        task = asyncio.ensure_future(ask(backend))
        await asyncio.sleep(0)
        await server.revive()
        assert await task == ANSWER


async def test_a_port_stolen_by_a_stranger_is_told_and_given_back(server: ModelServer, services: Services) -> None:
    async with started(services, base_url=server.url) as backend:
        await server.die()
        async with ModelServer(port=server.port, is_stranger=True):
            with pytest.raises(ModelFailure) as failed:
                await ask(backend)
        assert failed.value.kind is FailureKind.STRANGER
        assert services.model.state == "unreachable"
        await server.revive()
        assert await ask(backend) == ANSWER


@pytest.mark.parametrize("header", ["authorization", "api-key"])
async def test_a_rotated_key_is_read_again_and_a_wrong_one_is_told(header: str, services: Services, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("old-key\n")
    async with (
        ModelServer(key="old-key", key_header=header) as server,
        started(services, base_url=server.url, key_file=str(file), key_header=header) as backend,
    ):
        assert await ask(backend) == ANSWER
        server.key = "new-key"
        with pytest.raises(ModelFailure) as failed:
            await ask(backend)
        assert (failed.value.kind, failed.value.why) == (FailureKind.REFUSED, "the server refuses our key (401)")
        file.write_text("new-key\n")
        assert await ask(backend) == ANSWER
        assert "old-key" not in f"{services.model}"
        sent = {name for seen in server.requests for name in seen.headers if name in {"authorization", "api-key"}}
        assert sent == {header}, "both at once is an error to some"


@pytest.mark.parametrize("content", ["", "two words", "clé"])
async def test_a_key_file_without_a_key_is_told(content: str, server: ModelServer, services: Services, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(content)
    async with started(services, base_url=server.url, key_file=str(file)) as backend:
        with pytest.raises(ModelFailure) as failed:
            await ask(backend)
        assert failed.value.why == f"the key file {file} holds no key that a header can carry"
        file.unlink()
        with pytest.raises(ModelFailure) as failed:
            await ask(backend)
        assert failed.value.why == f"the key file {file} cannot be read (No such file or directory)"


async def test_a_certificate_of_an_unknown_authority_is_refused_and_trusted_by_its_file(services: Services, tmp_path: Path) -> None:
    async with ModelServer(speaks_tls=True) as server:
        async with started(services, base_url=server.url) as backend:
            with pytest.raises(ModelFailure) as failed:
                await ask(backend)
        assert failed.value.kind is FailureKind.UNTRUSTED
        assert failed.value.why.startswith(f"the certificate of {server.url} is not trusted: ")
        assert server.authority is not None
        server.authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        async with started(services, base_url=server.url, ca_file=str(tmp_path / "ca.pem")) as backend:
            assert await ask(backend) == ANSWER
        async with started(services, base_url=server.url, ca_file=str(tmp_path / "none.pem")) as backend:
            with pytest.raises(ModelFailure, match=r"holds no certificates that can be read"):
                await ask(backend)


async def test_tls_to_a_plain_port_is_told(server: ModelServer, services: Services) -> None:
    async with started(services, base_url=server.url.replace("http:", "https:")) as backend:
        with pytest.raises(ModelFailure) as failed:
            await ask(backend)
    assert failed.value.kind is FailureKind.STRANGER
    assert "does not speak TLS" in failed.value.why


# What is sent


async def test_the_request_is_what_every_dialect_takes(server: ModelServer, services: Services) -> None:
    async with started(services, base_url=server.url) as backend:
        await ask(backend)
    (seen,) = server.asked
    assert seen.body == {
        "model": MODEL,
        "messages": [{"role": message.role, "content": message.content} for message in QUESTION.messages],
        "max_tokens": 50,
        "temperature": 0,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


async def test_models_are_listed_at_the_start_and_not_for_a_question(server: ModelServer, services: Services) -> None:
    async with started(services, base_url=server.url) as backend:
        before = [seen.path for seen in server.requests].count("/v1/models")
        for _ in range(5):
            await ask(backend)
        assert [seen.path for seen in server.requests].count("/v1/models") == before == 1
        assert services.model.window == WINDOW


async def test_path_prefixes_and_ends_of_a_url_are_kept(services: Services) -> None:
    async with ModelServer(prefix="/site/phi-4/v1") as server:
        for url in (server.url, f"{server.url}/", f"{server.url}/chat/completions"):
            async with started(services, base_url=url) as backend:
                assert await ask(backend) == ANSWER
    assert {seen.path for seen in server.asked} == {"/site/phi-4/v1/chat/completions"}


async def test_a_field_that_a_server_does_not_take_is_left_out_from_then_on(server: ModelServer, services: Services) -> None:
    async def old(seen: Seen, voice: Voice) -> None:
        if "stream_options" in seen.body:
            await voice.refuse(400, "Unrecognized request argument supplied: stream_options")
        else:
            await well(seen, voice)

    server.speak = old
    async with started(services, base_url=server.url) as backend:
        assert await ask(backend) == ANSWER
        assert await ask(backend) == ANSWER
    assert ["stream_options" in seen.body for seen in server.asked] == [True, False, False]


async def test_text_that_is_no_unicode_does_not_make_the_request_unreadable(server: ModelServer, services: Services) -> None:
    from arcops.chat.backends.base import Message, Prompt

    async with started(services, base_url=server.url) as backend:
        assert await ask(backend, Prompt((Message("user", "a\udcffb"),), 50, 1)) == ANSWER
    assert server.asked[0].body["messages"][0]["content"] == "a?b"


# What is heard


async def test_a_model_that_is_not_asked_for_by_name_is_the_first_of_the_list(server: ModelServer, services: Services) -> None:
    server.models.append({"id": "other:2"})
    async with started(services, base_url=server.url):
        assert services.model.model == MODEL
    async with started(services, base_url=server.url, name="other"):
        assert services.model.model == "other:2"
    async with started(services, base_url=server.url, name="third") as backend:
        assert services.model.state == "unloaded"
        with pytest.raises(ModelFailure) as failed:
            await ask(backend)
        assert failed.value.kind is FailureKind.UNKNOWN_MODEL
        assert failed.value.why == "the server knows no model third, it has tiny:1, other:2"
    assert {seen.body["model"] for seen in server.asked} == set(), "an id is never guessed"


async def test_usage_and_pace_are_told(server: ModelServer, services: Services) -> None:
    usage = Usage()
    async with started(services, base_url=server.url) as backend:
        await ask(backend, usage=usage)
    assert (usage.prompt_tokens, usage.answer_tokens) == (21, 5)
    assert 0 < usage.first_token_ms <= usage.total_ms
    assert services.model.first_token_ms == usage.first_token_ms
    assert services.model.tokens_per_s > 0
    assert services.model.last_answer_ms is not None


async def test_an_answer_that_is_not_streamed_is_heard_too(server: ModelServer, services: Services) -> None:
    async def in_one(_seen: Seen, voice: Voice) -> None:
        await voice.json(200, {"choices": [{"message": {"role": "assistant", "content": ANSWER}, "finish_reason": "stop"}]})

    server.speak = in_one
    async with started(services, base_url=server.url) as backend:
        assert await ask(backend) == ANSWER


async def test_what_a_model_thinks_is_not_shown(server: ModelServer, services: Services) -> None:
    async def thinking(_seen: Seen, voice: Voice) -> None:
        await voice.begin()
        await voice.event({"choices": [{"delta": {"reasoning_content": "secret thought"}}]})
        for piece in ("<th", "ink>another", " thought</thi", "nk>", ANSWER):
            await voice.say(piece)
        await voice.finish()

    server.speak = thinking
    async with started(services, base_url=server.url) as backend:
        assert await ask(backend) == ANSWER


async def test_a_model_that_begins_inside_a_thought_is_known_from_the_second_answer_on(server: ModelServer, services: Services) -> None:
    async def inside(_seen: Seen, voice: Voice) -> None:
        await voice.begin()
        for piece in ("They want ", "it short.", "</think>", ANSWER):
            await voice.say(piece)
        await voice.finish()

    server.speak = inside
    async with started(services, base_url=server.url) as backend:
        await ask(backend)
        assert await ask(backend) == ANSWER
        server.speak = well
        assert await ask(backend) == ANSWER, "without the mark it was all said"


async def test_characters_cut_between_events_are_put_together(server: ModelServer, services: Services) -> None:
    async def cut(_seen: Seen, voice: Voice) -> None:
        await voice.begin()
        for byte in "café 🚨\x1b[31m\x00".encode():
            data = json_string(bytes([byte]))
            await voice.event(b'{"choices":[{"delta":{"content":"' + data + b'"}}]}')
        await voice.finish()

    def json_string(byte: bytes) -> bytes:
        return byte if byte >= b" " else f"\\u{byte[0]:04x}".encode()

    server.speak = cut
    async with started(services, base_url=server.url) as backend:
        assert await ask(backend) == "café 🚨[31m", "and no control character is left"


# What is chosen


async def test_a_server_without_an_address_is_refused_in_words(services: Services) -> None:
    with pytest.raises(BadInput, match="ARCOPS_MODEL__BASE_URL"):
        open_backend(ModelSettings(backend="openai_like"), services)


@pytest.mark.parametrize("script", sorted(SCRIPTS))
async def test_every_script_answers_or_fails_as_it_says(script: str, services: Services) -> None:
    async with started(services, backend="scripted", name=script) as backend:
        assert isinstance(backend, ScriptedBackend)
        failure = SCRIPTS[script].failure
        if failure is None:
            assert await ask(backend)
        else:
            with pytest.raises(ModelFailure) as failed:
                await ask(backend)
            assert failed.value.kind is failure.kind
        assert backend.prompts == [QUESTION]
