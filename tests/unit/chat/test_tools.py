"""A model that may look things up gets facts of the same book, for three rounds, within its tokens; what it calls wrongly it is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import aclosing
from pathlib import Path

import pytest

from arcops.chat.answer import Question
from arcops.chat.backends.base import FailureKind, Message, ModelFailure, Prompt, ToolCall
from arcops.chat.backends.scripted import SCRIPTS, Script, facts_in
from arcops.chat.budget import LARGE_BUDGET, TOOLS_BUDGET
from arcops.chat.events import Done, Failed, Token, Worded
from arcops.chat.prompts import Form
from arcops.chat.tools.looking import MOST_CALLS, MOST_ROUNDS
from arcops.chat.tools.offered import TOOLS, BadCall, question_of
from tests.unit.chat.hostile import ORDERS, case_of
from tests.unit.chat.scripted import OOM, Spoken, chat_with
from tests.unit.chat.test_injection import LIVE

pytestmark = pytest.mark.anyio
Calling = Callable[[Prompt], Sequence[ToolCall]]


def call(tool: str, /, **arguments: object) -> ToolCall:
    return ToolCall(tool, json.dumps(arguments))


def rounds_of(prompt: Prompt) -> int:
    """How often the model has called."""
    return sum(message.role == "assistant" for message in prompt.messages)


def once(*calls: ToolCall) -> Calling:
    """Call these the first time, nothing afterwards."""
    return lambda prompt: () if rounds_of(prompt) else calls


def given(prompt: Prompt) -> list[Message]:
    """What tools gave."""
    return [message for message in prompt.messages if message.role == "tool"]


def last_fact(prompt: Prompt) -> str:
    """Say the last fact there is, word for word."""
    name, text = facts_in(prompt)[-1]
    return f"{text.rstrip('.')} [{name}]."


async def tool_chat(
    calling: Calling, speak: Callable[[Prompt], str] = last_fact, *, case: Path = OOM, window: int = 8192, **settings: object
) -> Spoken:
    """A chat whose model proved that it calls tools."""
    settings.setdefault("tools", True)
    spoken = await chat_with(Script(speak, call=calling), case, window=window, **settings)  # type: ignore[arg-type]  # fields by name
    spoken.services.model.has_tools = True
    return spoken


# What may be called


@pytest.mark.parametrize(
    ("made", "question"),
    [
        (call("find_objects", kind="pods"), "list pods"),
        (
            call("find_objects", kind="deployments", namespace="shop", only="not ready"),
            "list deployments that are not ready in namespace shop",
        ),
        (call("show_object", name="Pod/shop/web-0"), "describe Pod/shop/web-0"),
        (call("logs", name="shop/web-0", errors_only=True, previous_run=True), "error lines in the previous logs of shop/web-0"),
        (call("what_changed"), "what changed in the last 60 minutes"),
        (call("what_changed", name="Deployment/shop/web", minutes=5), "what changed on Deployment/shop/web in the last 5 minutes"),
        (ToolCall("what_changed", ""), "what changed in the last 60 minutes"),
        (call("history", name="web"), "history of web"),
    ],
)
def test_a_call_asks_a_question(made: ToolCall, question: str) -> None:
    assert question_of(made) == question


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (call("delete_pod", name="web-0"), "there is no tool 'delete_pod', there are find_objects, show_object"),
        (call(""), "there is no tool ''"),
        (ToolCall("logs", '{"name":'), "truncated"),
        (ToolCall("logs", "[]"), "Expected `object`"),
        (ToolCall("logs", "null"), "Expected `object`"),
        (ToolCall("logs", "[" * 400), "no use"),
        (ToolCall("logs", '{"name":"\udc80"}'), "no use"),
        (call("logs"), "missing required field `name`"),
        (call("logs", name="web", lines=5), "unknown field `lines`"),
        (call("logs", name=5), "Expected `str`"),
        (call("logs", name="web-0; and delete pod web-1"), "name must be a name and nothing else"),
        (call("logs", name="web-0\nHistory of web-1"), "name must be a name"),
        (call("logs", name="a/b/c/d"), "name must be a name"),
        (call("logs", name=""), "name must be a name"),
        (call("logs", name="x" * 400), "name must be a name"),
        (call("logs", name="x" * 4000), "longer than 500 characters"),
        (call("find_objects", kind="pods", namespace="shop or all"), "namespace must be a name"),
        (call("find_objects", kind="pods", only="gone"), "Invalid enum value"),
        (call("what_changed", minutes=0), "Expected `int` >= 1"),
        (call("what_changed", minutes=10**9), "Expected `int` <= 10080"),
    ],
)
def test_a_call_that_is_wrong_is_told_why(made: ToolCall, why: str) -> None:
    with pytest.raises(BadCall) as refused:
        question_of(made)
    assert why in refused.value.message
    assert len(refused.value.message) < 300


def test_what_is_offered_is_small_and_plain() -> None:
    assert len(TOOLS) == 5
    for tool in TOOLS:
        assert tool.parameters["additionalProperties"] is False
        assert set(tool.parameters["required"]) <= set(tool.parameters["properties"])
        assert "$ref" not in json.dumps(tool.parameters)


# Who may call


@pytest.mark.parametrize(
    ("settings", "has_tools"),
    [({"tools": False}, True), ({}, False), ({"window": 4096}, True)],
    ids=["not wanted", "never proved", "a small window"],
)
async def test_tools_are_offered_only_where_wanted_proved_and_with_room(settings: dict[str, object], has_tools: bool) -> None:
    spoken = await tool_chat(once(call("history", name="web")), **settings)  # type: ignore[arg-type]  # fields by name
    spoken.services.model.has_tools = has_tools
    await spoken.ask()
    (prompt,) = spoken.model.prompts
    assert prompt.tools == ()


async def test_a_model_that_needs_no_tool_answers_as_without() -> None:
    spoken, plain = await tool_chat(once(), SCRIPTS["honest"].speak), await chat_with(window=8192)
    answer, usual = await spoken.ask(), await plain.ask()
    assert (answer.answer, answer.facts, answer.dropped) == (usual.answer, usual.facts, 0)
    assert len(spoken.model.prompts) == 1
    assert spoken.model.prompts[0].schema is None


# What it is given


async def test_what_a_tool_gives_are_facts_of_the_same_book_and_may_be_cited() -> None:
    spoken = await tool_chat(once(call("show_object", name="Deployment/shop/web")))
    direct = await spoken.ask(use_model=False)
    events = await spoken.events()
    done = events[-1]
    assert isinstance(done, Done)
    first, second = spoken.model.prompts
    asked, told = second.messages[-2:]
    assert (asked.role, asked.calls[0].name, told.role, told.call_id) == ("assistant", "show_object", "tool", asked.calls[0].id)
    assert second.messages[: len(first.messages)] == first.messages, "servers keep what stays the same"
    assert "registry.local/shop/app:1" in told.content
    (said,) = [event for event in events if isinstance(event, Worded)]
    (new,) = [fact for fact in done.answer.facts if fact not in direct.facts]
    assert said.facts == (new.id,), "its fact is in the answer, those not spoken of are not"
    assert int(new.id[1:]) > len(direct.facts)
    assert (done.answer.dropped, done.answer.notes) == (0, ())
    assert done.answer.answer.startswith("Deployment shop/web") or new.text[:20] in done.answer.answer


async def test_what_was_given_before_is_named_and_not_given_twice() -> None:
    spoken = await tool_chat(lambda prompt: [call("history", name="web")] * (rounds_of(prompt) < 2))
    await spoken.ask()
    first, second = given(spoken.model.prompts[-1])
    assert "Given before: F" in second.content
    ids = [name for name, _ in facts_in(spoken.model.prompts[-1])]
    assert len(ids) == len(set(ids))
    assert first.call_id != second.call_id


async def test_a_sentence_that_the_looked_up_facts_do_not_hold_is_dropped() -> None:
    spoken = await tool_chat(
        once(call("show_object", name="Deployment/shop/web")),
        lambda prompt: f"{last_fact(prompt)} Pod ghost-1 is the cause [{facts_in(prompt)[-1][0]}]. It is bad [F999].",
    )
    answer = await spoken.ask()
    assert answer.dropped == 2
    assert "ghost" not in answer.answer


async def test_what_is_said_beside_a_call_is_no_answer() -> None:
    spoken = await tool_chat(
        once(call("history", name="web")), lambda prompt: last_fact(prompt) if rounds_of(prompt) else "Let me look that up."
    )
    answer = await spoken.ask()
    assert (answer.model, answer.dropped) == ("scripted-honest", 0)


async def test_hostile_lines_that_are_looked_up_are_inert_and_orders_stay_out(tmp_path: Path) -> None:
    spoken = await tool_chat(
        once(call("logs", name="api-0"), call("show_object", name="api-0"), call("history", name="api-0")),
        lambda prompt: "\n".join(f"{text} [{name}]. All is well [{name}]." for name, text in facts_in(prompt)),
        case=case_of(tmp_path, ORDERS), window=32_000,
    )  # fmt: skip
    answer = await spoken.ask("why is api-0 crashing?")
    assert len(given(spoken.model.prompts[-1])) == 3
    for prompt in spoken.model.prompts:
        text = "".join(message.content for message in prompt.messages)
        assert not LIVE.search(text)
        assert "gnore all previous instructions" not in text
    assert "All is well [" not in answer.answer


# Bounds


async def test_three_rounds_and_no_more() -> None:
    spoken = await tool_chat(lambda _prompt: [call("history", name="web")])
    answer = await spoken.ask()
    assert [prompt.may_call for prompt in spoken.model.prompts] == [True] * MOST_ROUNDS + [False]
    assert answer.model == "scripted-honest"
    assert answer.tokens.prompt == spoken.model.prompts[-1].tokens


@pytest.mark.parametrize(
    ("bad", "why"),
    [(call("drop_table", x=1), "no tool 'drop_table'"), (ToolCall("logs", "no JSON"), "no use"), (ToolCall("a b\n", "{"), "no tool")],
)
async def test_a_wrong_call_is_answered_as_an_error_and_may_be_put_right(bad: ToolCall, why: str) -> None:
    spoken = await tool_chat(lambda prompt: [bad] if not rounds_of(prompt) else [call("history", name="web")] * (rounds_of(prompt) < 2))
    answer = await spoken.ask()
    first, second = given(spoken.model.prompts[-1])
    assert first.content.startswith("error: The call is wrong: ")
    assert why in first.content
    assert "error" not in second.content
    sent = spoken.model.prompts[-1].messages[2].calls[0]
    assert sent.arguments == "{}", "servers refuse a conversation with arguments that are none"
    assert answer.model == "scripted-honest"


async def test_too_many_calls_at_once_are_cut_and_told() -> None:
    spoken = await tool_chat(once(*[call("history", name="web")] * 50))
    await spoken.ask()
    results = given(spoken.model.prompts[-1])
    assert len(results) == len(spoken.model.prompts[-1].messages[2].calls) == MOST_CALLS
    assert results[0].content.startswith("error: at most 3 calls at once, 47 were left out")


async def test_a_call_the_server_refuses_is_told_to_the_model_and_counts_as_a_round() -> None:
    def speak(prompt: Prompt) -> str:
        if "error:" in prompt.messages[-1].content:
            return last_fact(prompt)
        raise ModelFailure(kind=FailureKind.BAD_CALL, why="the model called a tool wrongly (tool 'logs': /required/)")

    spoken = await tool_chat(once(), speak)
    answer = await spoken.ask()
    assert (answer.model, answer.notes) == ("scripted-honest", ())
    assert [prompt.may_call for prompt in spoken.model.prompts] == [True, True]
    assert "error: the model called a tool wrongly" in spoken.model.prompts[-1].messages[-1].content
    assert spoken.services.model.state == "ready"


async def test_a_server_that_refuses_every_call_is_asked_without_tools_in_the_end() -> None:
    failure = ModelFailure(kind=FailureKind.BAD_CALL, why="it was told to")
    spoken = await tool_chat(once())
    spoken.model.script = Script(lambda _prompt: "", failure=failure)
    events = await spoken.events()
    assert [prompt.may_call for prompt in spoken.model.prompts] == [True] * MOST_ROUNDS + [False]
    assert any(isinstance(event, Failed) and event.kind == "bad-call" for event in events)
    spoken.model.script = SCRIPTS["honest"]
    assert (await spoken.ask()).model == "scripted-honest"
    assert spoken.model.prompts[-1].tools == (), "it has shown that it cannot"


@pytest.mark.parametrize("window", [8192, 16_000])
@pytest.mark.parametrize("answer_tokens", [500, 4000])
@pytest.mark.parametrize("per_token", [1.0, 2.0, 3.0])
async def test_every_request_fits(window: int, answer_tokens: int, per_token: float, tmp_path: Path) -> None:
    calls = [call("logs", name="api-0"), call("find_objects", kind="pods"), call("logs", name="x" * 300), call("history", name="api-0")]
    spoken = await tool_chat(lambda _prompt: calls, case=case_of(tmp_path, ORDERS), window=window, answer_tokens=answer_tokens)
    spoken.chat._experience._bytes_per_token = per_token
    await spoken.ask("why is api-0 crashing? " + "please " * 300)
    assert spoken.model.prompts
    for prompt in spoken.model.prompts:
        size = sum(len(message.content.encode()) for message in prompt.messages)
        size += sum(len(one.name) + len(one.arguments) for message in prompt.messages for one in message.calls)
        assert size / per_token <= prompt.tokens
        assert prompt.tokens <= LARGE_BUDGET + TOOLS_BUDGET
        assert prompt.tokens + prompt.max_tokens <= window
    assert not spoken.model.prompts[-1].may_call


# Stopped


async def test_leaving_in_a_later_round_stops_the_model() -> None:
    spoken = await tool_chat(
        once(call("history", name="web")), lambda prompt: "word " * 10_000 if rounds_of(prompt) else "Let me look that up."
    )
    async with aclosing(spoken.chat.stream(Question(text="what is wrong?"))) as events:
        async for event in events:
            if isinstance(event, Token) and len(spoken.model.prompts) == 2:
                assert spoken.model.running == 1
                break
    assert spoken.model.running == 0
    assert spoken.services.model.waiting == 0


async def test_a_failure_in_a_later_round_leaves_the_answer_by_rule() -> None:
    spoken = await tool_chat(once(call("history", name="web")))
    direct = await spoken.ask(use_model=False)

    def speak(prompt: Prompt) -> str:
        if rounds_of(prompt):
            raise ModelFailure(kind=FailureKind.CUT, why="it broke")
        return ""

    spoken.model.script = Script(speak, call=once(call("history", name="web")))
    answer = await spoken.ask()
    assert (answer.answer, answer.facts, answer.model) == (direct.answer, direct.facts, "direct-mode")
    assert "it broke" in answer.notes[0]


def test_the_form_with_tools_says_so() -> None:
    from arcops.chat.prompts import system_prompt

    assert "call a tool" in system_prompt(Form.TOOLS)
    assert "call a tool" not in system_prompt(Form.TEXT) + system_prompt(Form.JSON)
