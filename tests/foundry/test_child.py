"""The child process with the real Foundry Local 2.2.1 and a model of one's own: answers, stops, dies, comes back."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from arcops.chat.backends.base import Backend, FailureKind, Message, ModelFailure, Prompt, Usage
from arcops.chat.backends.foundry import FoundryBackend
from arcops.chat.settings import ModelSettings
from arcops.queries.services import Services
from tests.contract.asking_models import ask
from tests.foundry.conftest import Library

pytestmark = [pytest.mark.anyio, pytest.mark.foundry]


def asked(question: str, max_tokens: int = 400, **more: Any) -> Prompt:
    """A question to the scripted model; ``#sNN`` in it picks what it says."""
    return Prompt((Message("system", "Word the facts."), Message("user", question)), max_tokens, len(question) // 3, **more)


async def until(what: Callable[[], bool], limit_s: float) -> float:
    """Wait until something is so; the seconds it took."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < limit_s, f"it did not come about within {limit_s} s"
        await asyncio.sleep(0.01)
    return time.monotonic() - began


async def test_a_fresh_machine_answers_within_a_minute(
    library: Library, settings: dict[str, Any], services: Services, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    began = time.monotonic()
    backend = FoundryBackend(ModelSettings(**settings), services, tmp_path / "foundry", path="")
    await backend.start()
    ready_s = time.monotonic() - began
    usage = Usage()
    try:
        answer = await ask(backend, asked("Why?"), usage)
        answered_s = time.monotonic() - began
    finally:
        await backend.aclose()
    assert answer == "The evidence points at pod checkout: it was OOMKilled 12 times [F1]."
    with capsys.disabled():
        print(f"\nFoundry Local: installed in {library.seconds:.1f} s, ready in {ready_s:.2f} s, first answer after {answered_s:.2f} s")  # noqa: T201 - wanted in the log
    assert library.seconds + answered_s < 60


async def test_it_tells_what_it_runs(foundry: Backend, services: Services) -> None:
    keeping = services.model
    assert (keeping.state, keeping.backend, keeping.model) == ("ready", "foundry", "tiny-generic-cpu:1")
    assert keeping.window == 131072
    assert keeping.is_local
    assert keeping.url.startswith("http://127.0.0.1:")
    (only,) = await foundry.models()
    assert (only.id, only.alias, only.state, only.window) == ("tiny-generic-cpu:1", "tiny", "loaded", 131072)


async def test_an_answer_comes_in_pieces_with_every_character_whole(foundry: Backend) -> None:
    usage, pieces = Usage(), []
    async for piece in foundry.stream(asked("#s01"), usage):
        pieces.append(piece)  # noqa: PERF401 - a stream, not a list
    assert "".join(pieces) == "Café 🚨 [F1]."
    assert len(pieces) > 5
    assert usage.prompt_tokens > 0
    assert usage.answer_tokens == 16, "a token is a byte"


@pytest.mark.parametrize(
    ("question", "kind"),
    [("#s96", FailureKind.BABBLE), ("#s97", FailureKind.BABBLE), ("#s98", FailureKind.EMPTY), ("x" * 500_000, FailureKind.TOO_LONG)],
    ids=["noise", "endless", "empty", "too long"],
)
async def test_a_bad_answer_is_told_and_the_next_is_good(question: str, kind: FailureKind, foundry: Backend, services: Services) -> None:
    with pytest.raises(ModelFailure) as failed:
        await ask(foundry, asked(question))
    assert failed.value.kind is kind
    if kind is FailureKind.TOO_LONG:
        assert failed.value.window == 131072
    assert await ask(foundry, asked("#s01")) == "Café 🚨 [F1]."
    assert services.model.state == "ready"


async def test_thoughts_are_left_out(foundry: Backend) -> None:
    assert await ask(foundry, asked("#s02")) == "Short answer [F1]."


async def test_a_schema_is_enforced_and_the_probe_finds_that_out(foundry: Backend, services: Services) -> None:
    await until(lambda: services.model.has_schema, 5)
    schema = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 3, "maximum": 9}}, "required": ["n"]}
    answer = await ask(foundry, asked("#s00", schema=schema | {"additionalProperties": False}))
    assert 3 <= msgspec.json.decode(answer)["n"] <= 9


async def test_a_stopped_answer_leaves_the_generator_idle_within_a_second(
    foundry: Backend, services: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    """Requests to one model take turns inside Foundry Local: a quick one that comes back at once shows that it is idle."""
    await ask(foundry, asked("#s01"))
    async with aclosing(foundry.stream(asked("#s99 " * 3, 3000), Usage())) as pieces:
        await anext(pieces)
        await anext(pieces)
    began = time.monotonic()
    assert await ask(foundry, asked("#s01")) == "Café 🚨 [F1]."
    idle_s = time.monotonic() - began
    with capsys.disabled():
        print(f"\nFoundry Local: idle and another answer given {idle_s * 1000:.0f} ms after an answer was stopped")  # noqa: T201 - wanted in the log
    assert idle_s < 1
    assert services.model.failed == 0


async def test_many_questions_take_turns(foundry: Backend, services: Services) -> None:
    tasks = [asyncio.ensure_future(ask(foundry, asked("#s01"))) for _ in range(8)]
    await until(lambda: services.model.waiting == 7, 2)
    assert await asyncio.gather(*tasks) == ["Café 🚨 [F1]."] * 8
    assert services.model.answered == 8


async def test_an_unloaded_model_is_loaded_with_the_next_question(foundry: Backend, services: Services) -> None:
    await foundry.unload("tiny")
    assert services.model.state == "unloaded"
    assert [model.state for model in await foundry.models()] == ["ready"]
    assert await ask(foundry, asked("#s01")) == "Café 🚨 [F1]."
    assert services.model.state == "ready"
    await foundry.unload("tiny-generic-cpu:1")
    steps = [progress.text async for progress in foundry.load("tiny")]
    assert steps[-1] == "tiny-generic-cpu:1 is loaded"
    assert [model.state for model in await foundry.models()] == ["loaded"]


async def test_an_unknown_model_is_told_at_once(foundry: Backend, services: Services) -> None:
    began = time.monotonic()
    for work in (foundry.unload("nothing-like-it"), anext(aiter_skipping_first(foundry, "nothing-like-it"))):
        with pytest.raises(ModelFailure) as failed:
            await work
        assert failed.value.kind is FailureKind.UNKNOWN_MODEL
    assert time.monotonic() - began < 2, "no id is looked up outside"
    assert await ask(foundry, asked("#s01")) == "Café 🚨 [F1]."
    assert services.model.state == "ready"


async def aiter_skipping_first(backend: Backend, model: str) -> Any:
    """What a load says after its first word."""
    progress = aiter(backend.load(model))
    await anext(progress)
    async for step in progress:
        yield step


async def test_a_child_killed_in_the_middle_is_told_started_again_and_answers(foundry: Backend, services: Services) -> None:
    before = services.model.url
    stream = foundry.stream(asked("#s99", 3000), Usage())
    async with aclosing(stream) as pieces:
        await anext(pieces)
        os.kill(child_of(foundry), signal.SIGKILL)
        with pytest.raises(ModelFailure) as failed:
            async for _ in pieces:
                pass
    assert failed.value.kind is FailureKind.CUT
    began = time.monotonic()
    assert await ask(foundry, asked("#s01")) == "Café 🚨 [F1]."
    assert time.monotonic() - began < 10
    assert services.model.url != before, "another port, found without being told"
    assert services.model.state == "ready"


async def test_the_child_ends_with_its_parent_and_is_alone_in_its_environment(foundry: Backend) -> None:
    pid = child_of(foundry)
    environment = (Path("/proc") / str(pid) / "environ").read_bytes().decode().split("\0")
    names = {line.partition("=")[0] for line in environment if line}
    assert "CI=true" in environment
    assert not {name for name in names if name.startswith("ARCOPS") or "TOKEN" in name or "KEY" in name}
    await foundry.aclose()
    assert not (Path("/proc") / str(pid)).exists()


async def test_a_child_whose_parent_is_killed_ends_by_itself(library: Library, model: Path, tmp_path: Path) -> None:
    program = Path(__file__).with_name("orphaning_parent.py")
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(program), library.python, str(model), str(tmp_path / "home"), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    pid = int(await asyncio.wait_for(process.stdout.readline(), 20))
    process.kill()
    await process.wait()
    await until(lambda: not (Path("/proc") / str(pid)).exists(), 8)


async def test_a_folder_without_a_model_is_told(settings: dict[str, Any], services: Services, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    backend = FoundryBackend(ModelSettings(**settings | {"folder": str(tmp_path / "empty")}), services, tmp_path / "foundry", path="")
    await backend.start()
    with pytest.raises(ModelFailure, match=r"genai_config\.json"):
        await ask(backend)
    await backend.aclose()


def child_of(backend: Backend) -> int:
    """The process id of the child."""
    assert isinstance(backend, FoundryBackend)
    pid = backend.child_pid
    assert pid is not None
    return pid
