"""The real Foundry Local and a model that calls tools: what it looks up is cited, what it calls wrongly stays its own mistake."""

from __future__ import annotations

import json
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from arcops.chat.answer import Question
from arcops.chat.backends.base import ToolCall
from arcops.chat.backends.foundry import FoundryBackend
from arcops.chat.backends.scripted import Script, facts_in
from arcops.chat.settings import ModelSettings
from tests.contract.asking_models import some_services
from tests.foundry.conftest import PROGRAM, Library
from tests.foundry.recording_proxy import complaints_about
from tests.foundry.talking import Talk, talking
from tests.foundry.test_child import until
from tests.unit.chat.hostile import ORDERS, case_of
from tests.unit.chat.scripted import chat_with

pytestmark = [pytest.mark.anyio, pytest.mark.foundry]

WINDOW = 8192
QUESTION = "why is api-0 crashing? "
LOOKED_UP = {"name": "Pod/shop/api-0"}


def calling(tool: str, /, **arguments: object) -> str:
    """A call as the server's protocol has it."""
    return f"<tool_call>{json.dumps([{'name': tool, 'parameters': arguments}])}</tool_call>"


@dataclass(frozen=True)
class Caller:
    """A talk with a model that looks up api-0 in script 10 and says ``sentence``, which rests on ``fact``, in script 11."""

    talk: Talk
    sentence: str
    fact: str


async def last_looked_up(folder: Path) -> tuple[str, str]:
    """The last fact that a look at api-0 gives, as text and id: found out with a model that needs no server."""
    call = ToolCall("show_object", json.dumps(LOOKED_UP))
    script = Script(lambda _prompt: "", call=lambda prompt: [call] if len(prompt.messages) < 3 else [])
    spoken = await chat_with(script, case_of(folder, ORDERS), window=WINDOW, tools=True)
    spoken.services.model.has_tools = True
    await spoken.ask(f"{QUESTION} #s10")
    fact, sentence = facts_in(spoken.model.prompts[-1])[-1]
    return sentence.rpartition(" (")[0].rstrip("."), fact


def build(library: Library, folder: Path, sentence: str, fact: str) -> None:
    """The model; script 0 is the call that the probe asks for."""
    scripts = {
        0: calling("look", word="arcops"),
        10: calling("show_object", **LOOKED_UP),
        11: f"MESSAGE\n{sentence} [{fact}].",
        20: calling("show_object", pod="api-0"),
        30: calling("history", name="api-0"),
        31: calling("logs", name="api-0"),
        32: calling("what_changed"),
        33: f"{sentence} [F1]. Pod ghost-1 is the cause [F1].",
    }
    (folder / "scripts.json").write_text(json.dumps(scripts))
    subprocess.run([library.python, PROGRAM, folder / "caller", folder / "scripts.json"], check=True)


@pytest.fixture
async def caller(library: Library, tmp_path: Path) -> AsyncIterator[Caller]:
    """Such a talk; the probe has found that it calls tools."""
    sentence, fact = await last_looked_up(tmp_path)
    build(library, tmp_path, sentence, fact)
    services = some_services()
    settings = ModelSettings(backend="foundry", python=library.python, folder=str(tmp_path / "caller"))
    backend = FoundryBackend(settings, services, tmp_path / "foundry", path="")
    await backend.start()
    try:
        async with talking(services.model.url, tmp_path, window=WINDOW, tools=True) as talk:
            await until(lambda: talk.model.has_tools, 10)
            yield Caller(talk, sentence, fact)
    finally:
        await backend.aclose()


async def test_what_a_model_looks_up_it_may_say_and_every_request_fits(caller: Caller) -> None:
    answer = await caller.talk.chat.ask(Question(text=f"{QUESTION} #s10"))
    first, second = caller.talk.proxy.questions
    assert [complaints_about(request, WINDOW) for request in (first, second)] == [[], []]
    assert [message["role"] for message in second.body["messages"]] == ["system", "user", "assistant", "tool"]
    assert f"{caller.fact} " in second.body["messages"][-1]["content"]
    assert (answer.model, answer.dropped, answer.notes) == ("caller-generic-cpu:1", 0, ())
    assert f"[{caller.fact}]" in answer.answer
    assert caller.fact in {fact.id for fact in answer.facts}


async def test_a_call_that_the_server_refuses_is_the_models_mistake(caller: Caller) -> None:
    answer = await caller.talk.chat.ask(Question(text=f"{QUESTION} #s20"))
    requests = caller.talk.proxy.questions
    assert [request.body["tool_choice"] for request in requests] == ["auto", "auto", "auto", "none"]
    told = requests[1].body["messages"][-1]["content"]
    assert "error: the model called a tool wrongly (tool '" in told, "without the place in the server's source"
    assert answer.model == "direct-mode"
    assert "api-0" in answer.answer
    assert caller.talk.model.state == "ready"


async def test_three_rounds_then_it_must_answer_and_is_judged(caller: Caller) -> None:
    answer = await caller.talk.chat.ask(Question(text=f"{QUESTION} #s30"))
    requests = caller.talk.proxy.questions
    assert [request.body["tool_choice"] for request in requests] == ["auto", "auto", "auto", "none"]
    assert [complaints_about(request, WINDOW) for request in requests] == [[]] * 4
    given = [message["content"] for message in requests[-1].body["messages"] if message["role"] == "tool"]
    assert len(given) == 3
    assert not any(content.startswith("error") for content in given)
    assert "ghost" not in answer.answer
    assert answer.dropped > 0
