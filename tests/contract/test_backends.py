"""What every back end keeps, whatever it is: it starts, answers or says why not, stops when left, and can be asked again."""

from __future__ import annotations

import asyncio
import time
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
from tests.contract.asking_models import QUESTION, ask, started
from tests.contract.model_faults import FAULTS, Fault
from tests.contract.model_server import ANSWER, ModelServer, Seen, Voice, well
from tests.contract.watching import until

pytestmark = pytest.mark.anyio


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
