"""The real server of llama.cpp: an answer, its window, its schema, its key, its limits, and that it stops when left."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack, aclosing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from arcops.chat.backends.base import FailureKind, Message, ModelFailure, Prompt, Usage
from tests.contract.asking_models import ask, some_services, started
from tests.contract.watching import until
from tests.llama.conftest import serving

pytestmark = [pytest.mark.anyio, pytest.mark.llama]
SENTENCE = "Pod-0 [F1]."
PATIENT = {"first_token_timeout_s": 10.0, "between_tokens_timeout_s": 5.0, "total_timeout_s": 30.0}


def asked(question: str, max_tokens: int = 200, **more: Any) -> Prompt:
    """A question; its last character picks what is said."""
    return Prompt((Message("system", "Word the facts."), Message("user", question)), max_tokens, len(question) // 3, **more)


async def test_it_is_found_answers_and_tells_its_window(program: str, model: Path) -> None:
    services, usage = some_services(), Usage()
    async with serving(program, model) as url, started(services, base_url=url, **PATIENT) as backend:
        keeping = services.model
        assert (keeping.state, keeping.model, keeping.window, keeping.is_local) == ("ready", "bigram", 4096, True)
        assert await ask(backend, asked("Why?"), usage) == SENTENCE
        assert usage.answer_tokens == len(SENTENCE) + 1
        assert usage.prompt_tokens > 0
        assert [found.id for found in await backend.models()] == ["bigram"]


async def test_a_schema_is_enforced_and_the_probe_finds_that_out(program: str, model: Path) -> None:
    services = some_services()
    schema = {"type": "object", "properties": {"why": {"enum": ["memory", "disk"]}}, "required": ["why"], "additionalProperties": False}
    async with serving(program, model) as url, started(services, base_url=url, **PATIENT) as backend:
        await until(lambda: services.model.has_schema, 10)
        assert msgspec.json.decode(await ask(backend, asked("x", schema=schema)))["why"] in {"memory", "disk"}


@pytest.mark.parametrize(
    ("question", "kind"),
    [("nothing", FailureKind.EMPTY), ("go!", FailureKind.BABBLE), ("x" * 20_000, FailureKind.TOO_LONG)],
    ids=["empty", "endless", "too long"],
)
async def test_a_bad_answer_is_told_and_the_next_is_good(question: str, kind: FailureKind, program: str, model: Path) -> None:
    services = some_services()
    async with serving(program, model) as url, started(services, base_url=url, **PATIENT) as backend:
        with pytest.raises(ModelFailure) as failed:
            await ask(backend, asked(question))
        assert failed.value.kind is kind
        if kind is FailureKind.TOO_LONG:
            assert failed.value.window == 4096
        assert await ask(backend, asked("Why?")) == SENTENCE


async def test_a_stopped_answer_leaves_it_idle_within_a_second(program: str, model: Path) -> None:
    services = some_services()
    async with serving(program, model) as url, started(services, base_url=url, **PATIENT) as backend:
        async with aclosing(backend.stream(asked("go!", 100_000), Usage())) as pieces:
            await anext(pieces)
        began = time.monotonic()
        assert await ask(backend, asked("Why?")) == SENTENCE
        assert time.monotonic() - began < 1


async def test_a_wrong_key_is_told_and_the_right_one_is_read_again(program: str, model: Path, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("wrong")
    services = some_services()
    async with (
        serving(program, model, "--api-key", "right") as url,
        started(services, base_url=url, key_file=str(file), **PATIENT) as backend,
    ):
        with pytest.raises(ModelFailure) as failed:
            await ask(backend, asked("Why?"))
        assert failed.value.kind is FailureKind.REFUSED
        file.write_text("right")
        assert await ask(backend, asked("Why?")) == SENTENCE


async def test_a_server_that_is_gone_is_told(program: str, model: Path) -> None:
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(serving(program, model))
        async with started(some_services(), base_url=url, **PATIENT) as backend:
            assert await ask(backend, asked("Why?")) == SENTENCE
            await stack.aclose()
            with pytest.raises(ModelFailure) as failed:
                await ask(backend, asked("Why?"))
    assert failed.value.kind is FailureKind.UNREACHABLE
