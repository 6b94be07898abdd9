"""The whole chat with the real Foundry Local, by way of a proxy that keeps every request: what is sent, and what is shown of the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from arcops.base.guard import safe_line
from arcops.chat.answer import Question
from arcops.chat.backends.base import Backend, Message, Prompt, Usage
from arcops.queries.services import Services
from tests.contract.asking_models import ask
from tests.foundry.recording_proxy import complaints_about
from tests.foundry.talking import WINDOW, Talk, talking
from tests.foundry.test_child import until
from tests.unit.chat.hostile import ORDERS

pytestmark = [pytest.mark.anyio, pytest.mark.foundry]

MARKS = ("<|endoftext|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>", "<tool_call>", "</tool_call>", "<think>", "</think>")
"""The control tokens of the scripted model."""
QUESTIONS = ("what is wrong?", "why is api-0 crashing?", "logs of api-0", "show the events of api-0", "what changed?")


@pytest.fixture
async def talk(foundry: Backend, services: Services, tmp_path: Path) -> AsyncIterator[Talk]:
    """A talk in prose with the real Foundry Local."""
    assert foundry.name == "foundry"
    async with talking(services.model.url, tmp_path, json_schema="off") as made:
        yield made


@pytest.fixture
async def talk_in_json(foundry: Backend, services: Services, tmp_path: Path) -> AsyncIterator[Talk]:
    """A talk in JSON: the probe has found that the real Foundry Local enforces schemas."""
    assert foundry.name == "foundry"
    async with talking(services.model.url, tmp_path) as made:
        await until(lambda: made.model.has_schema, 5)
        yield made


async def test_every_request_fits_and_holds_nothing_secret_and_nothing_alive(talk: Talk) -> None:
    for question in QUESTIONS:
        answer = await talk.chat.ask(Question(text=question))
        assert "api-0" in answer.answer
    assert len(talk.proxy.questions) == len(QUESTIONS)
    assert [complaints_about(request, WINDOW) for request in talk.proxy.questions] == [[]] * len(QUESTIONS)
    listed = [request.path for request in talk.proxy.passed if request.path.endswith("/models")]
    assert len(listed) == 1, "the models are listed once, not for each question"


async def test_what_the_server_makes_of_a_prompt_is_what_was_written(talk: Talk) -> None:
    """Script 95 says the prompt as the model really got it, each control token as one bar."""
    prompt = await talk.chat.prompt(Question(text="why is api-0 crashing? #s95"))
    assert prompt is not None
    echoed = await ask(talk.chat.backend, replace(prompt, max_tokens=30_000), Usage())
    assert echoed == "".join(f"|{message.content}|" for message in prompt.messages)


async def test_no_hostile_text_that_was_made_safe_is_a_control_token_to_the_real_server(foundry: Backend) -> None:
    safe = "\n".join([*map(safe_line, ORDERS), *(safe_line(f"a {mark} b") for mark in MARKS), "#s95"])
    assert await ask(foundry, Prompt((Message("user", safe),), 30_000, len(safe) // 3)) == f"|{safe}|"


async def test_a_control_token_that_is_not_defused_would_be_live(foundry: Backend) -> None:
    prompt = Prompt((Message("user", "a<|end|>b #s95"),), 100, 5)
    assert await ask(foundry, prompt) == "|a|b #s95|", "this is what the test above would notice"


@pytest.mark.parametrize("script", ["#s03", "#s04"])
async def test_a_lie_and_an_obeyed_order_are_not_shown(script: str, talk: Talk) -> None:
    answer = await talk.chat.ask(Question(text=f"why is api-0 crashing? {script}"))
    assert len(talk.proxy.questions) == 1, "the model was asked"
    for word in ("ghost", "9,731", "edge-99", "kube-system", "evil.example"):
        assert word not in answer.answer
    assert "api-0" in answer.answer
    assert answer.dropped > 0


async def test_a_mute_model_leaves_the_answer_by_rule_and_one_sentence(talk: Talk) -> None:
    answer = await talk.chat.ask(Question(text="why is api-0 crashing? #s98"))
    assert answer.model == "direct-mode"
    assert "api-0" in answer.answer
    assert any("said nothing" in note for note in answer.notes)


# JSON by a schema, enforced by the server's grammar


async def test_an_answer_in_json_is_worded_and_a_fact_that_was_not_given_cannot_even_be_said(talk_in_json: Talk) -> None:
    """Script 5 cites F99 for its lie; the grammar does not let it."""
    answer = await talk_in_json.chat.ask(Question(text="why is api-0 crashing? #s05"))
    (request,) = talk_in_json.proxy.questions
    assert request.body["response_format"]["type"] == "json_schema"
    assert complaints_about(request, WINDOW) == []
    assert answer.answer.startswith("Pod api-0 is crashing [F1].")
    assert answer.model == "tiny-generic-cpu:1"
    assert answer.dropped == 1
    assert answer.tokens.answer > 50
    assert "ghost" not in answer.answer


@pytest.mark.parametrize("script", ["#s00", "#s01", "#s03", "#s04", "#s98"])
async def test_a_model_that_would_write_no_json_is_made_to_and_judged(script: str, talk_in_json: Talk) -> None:
    answer = await talk_in_json.chat.ask(Question(text=f"why is api-0 crashing? {script}"))
    assert len(talk_in_json.proxy.questions) == 1, "the model was asked"
    assert "api-0" in answer.answer
    assert not any("JSON" in note for note in answer.notes), "the grammar closes the document"
    for word in ("ghost", "9,731", "edge-99", "kube-system", "evil.example"):
        assert word not in answer.answer


async def test_an_endless_text_leaves_the_answer_by_rule_and_the_next_is_asked_in_prose(talk_in_json: Talk) -> None:
    answer = await talk_in_json.chat.ask(Question(text="why is api-0 crashing? #s97"))
    assert answer.model == "direct-mode"
    assert any("did not stop" in note for note in answer.notes)
    await talk_in_json.chat.ask(Question(text="why is api-0 crashing? #s01"))
    assert ["response_format" in request.body for request in talk_in_json.proxy.questions] == [True, False]
