"""Tools on the wire: how they are offered, what is heard of calls, and a whole chat in which a server's model looks something up."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from msgspec.structs import replace

from arcops.chat.answer import Chat, Question
from arcops.chat.backends.base import FailureKind, Message, ModelFailure, Prompt, ToolCall, Usage
from arcops.chat.backends.tool_calls import MOST_KEPT
from arcops.chat.sessions import Sessions
from arcops.chat.settings import ModelSettings
from arcops.chat.tools.offered import TOOLS
from arcops.queries.services import Services
from tests.contract.asking_models import QUESTION, ask, started
from tests.contract.model_server import ANSWER, WORDS, ModelServer, Seen, Voice, well
from tests.contract.watching import until
from tests.unit.chat.scripted import chat_with

pytestmark = pytest.mark.anyio

OFFERING = replace(QUESTION, tools=TOOLS, max_tokens=300)
LOGS = ToolCall("logs", '{"name":"web"}')


def piece(arguments: Any, name: str | None = None, **more: Any) -> dict[str, Any]:
    """A piece of a call."""
    return {"type": "function", "function": {"name": name, "arguments": arguments}, **more}


def calling(
    *deltas: list[dict[str, Any]], finish: str = "tool_calls", content: str | None = None
) -> Callable[[Seen, Voice], Awaitable[None]]:
    """A server whose model calls tools, in these pieces."""

    async def speak(_seen: Seen, voice: Voice) -> None:
        await voice.begin()
        for delta in deltas:
            await voice.event({"choices": [{"index": 0, "delta": {"content": content, "tool_calls": delta}}]})
        await voice.finish(finish)

    return speak


async def heard(server: ModelServer, services: Services, prompt: Prompt = OFFERING) -> tuple[str, list[ToolCall]]:
    """What is said and what is called."""
    usage = Usage()
    async with started(services, base_url=server.url) as backend:
        said = await ask(backend, prompt, usage)
    return said, usage.calls


# What is sent


async def test_tools_calls_and_their_answers_are_sent_in_the_shape_all_servers_read(server: ModelServer, services: Services) -> None:
    call = ToolCall("logs", '{"name":"web"}', "call00001")
    messages = (*QUESTION.messages, Message("assistant", "", calls=(call,)), Message("tool", "F9 a line", call_id="call00001"))
    await heard(server, services, replace(OFFERING, messages=messages))
    await heard(server, services, replace(OFFERING, messages=messages, may_call=False))
    await heard(server, services, QUESTION)
    offered, told, plain = (seen.body for seen in server.asked)
    assert [tool["function"]["name"] for tool in offered["tools"]] == [tool.name for tool in TOOLS]
    assert all(set(tool["function"]) == {"name", "description", "parameters"} for tool in offered["tools"]), "no strict"
    assert (offered["tool_choice"], told["tool_choice"]) == ("auto", "none")
    assert offered["parallel_tool_calls"] is False
    assert offered["messages"][2] == {
        "role": "assistant", "content": "",
        "tool_calls": [{"id": "call00001", "type": "function", "function": {"name": "logs", "arguments": '{"name":"web"}'}}],
    }  # fmt: skip
    assert offered["messages"][3] == {"role": "tool", "content": "F9 a line", "tool_call_id": "call00001"}
    assert not {"tools", "tool_choice", "parallel_tool_calls"} & set(plain)


async def test_a_server_that_does_not_know_parallel_calls_is_asked_without_that_field(server: ModelServer, services: Services) -> None:
    async def old(seen: Seen, voice: Voice) -> None:
        if "parallel_tool_calls" in seen.body:
            await voice.refuse(400, "Unknown parameter: parallel_tool_calls")
        else:
            await well(seen, voice)

    server.speak = old
    assert await heard(server, services) == (ANSWER, [])


# What is heard


@pytest.mark.parametrize(
    "deltas",
    [
        [[piece('{"name":"web"}', "logs", index=0, id="a")]],
        [[piece("", "logs", index=0)], [piece('{"na', index=0)], [piece('me":"web"}', index=0)]],
        [[piece('{"name"', "logs")], [piece(':"web"}')]],
        [[piece({"name": "web"}, "logs")]],
    ],
    ids=["at once", "in pieces", "in pieces without an index", "as an object"],
)
async def test_a_call_is_put_together_from_its_pieces(deltas: list[list[dict[str, Any]]], server: ModelServer, services: Services) -> None:
    for finish in ("tool_calls", "stop"):
        server.speak = calling(*deltas, finish=finish)
        assert await heard(server, services) == ("", [LOGS])


async def test_a_call_in_an_answer_that_is_not_streamed_is_heard_too(server: ModelServer, services: Services) -> None:
    async def whole(_seen: Seen, voice: Voice) -> None:
        message = {"role": "assistant", "content": None, "tool_calls": [piece(LOGS.arguments, LOGS.name, id="x")]}
        await voice.json(200, {"choices": [{"message": message, "finish_reason": "tool_calls"}]})

    server.speak = whole
    assert await heard(server, services) == ("", [LOGS])


async def test_several_calls_are_kept_apart_and_a_model_that_repeats_itself_is_cut(server: ModelServer, services: Services) -> None:
    server.speak = calling([piece("{}", "what_changed", index=0), piece(LOGS.arguments, "logs", index=1)], content="Let me look.")
    assert await heard(server, services) == ("Let me look.", [ToolCall("what_changed", "{}"), LOGS])
    server.speak = calling(*[[piece("{}", "what_changed", index=place)] for place in range(100)])
    _, calls = await heard(server, services)
    assert len(calls) == MOST_KEPT


@pytest.mark.parametrize("broken", [[None], [{}], [{"function": 3}], "calls", {"0": {}}, [{"function": {"name": 1, "arguments": 2}}]])
async def test_what_is_no_call_does_no_harm(broken: Any, server: ModelServer, services: Services) -> None:
    async def odd(seen: Seen, voice: Voice) -> None:
        await voice.begin()
        await voice.event({"choices": [{"index": 0, "delta": {"tool_calls": broken}}]})
        for word in WORDS:
            await voice.say(word)
        await voice.finish()

    server.speak = odd
    said, calls = await heard(server, services)
    assert said == ANSWER
    assert calls in ([], [ToolCall("", "")])


@pytest.mark.parametrize("prompt", [QUESTION, replace(OFFERING, may_call=False)], ids=["none offered", "no more allowed"])
async def test_a_call_where_none_may_be_made_is_no_answer(prompt: Prompt, server: ModelServer, services: Services) -> None:
    server.speak = calling([piece(LOGS.arguments, "logs", index=0)])
    with pytest.raises(ModelFailure) as failed:
        await heard(server, services, prompt)
    assert failed.value.kind is FailureKind.EMPTY
    assert failed.value.why == "the model only called tools and said nothing"


async def test_arguments_without_an_end_are_babble(server: ModelServer, services: Services) -> None:
    server.speak = calling(*[[piece("x" * 100, "logs" if not place else None, index=0)] for place in range(200)])
    with pytest.raises(ModelFailure) as failed:
        await heard(server, services)
    assert failed.value.kind is FailureKind.BABBLE


@pytest.mark.parametrize("is_stream", [True, False])
async def test_a_call_that_a_server_refuses_is_no_fault_of_the_server(is_stream: bool, server: ModelServer, services: Services) -> None:
    complaint = "tool_call_plan.cc:30 void fl::Fail(int, std::string_view) tool 'logs': instance '/', keyword '/required/': missing"

    async def refuse(_seen: Seen, voice: Voice) -> None:
        if not is_stream:
            await voice.refuse(500, complaint, "server_error")
            return
        await voice.begin()
        await voice.event({"error": {"message": complaint, "type": "server_error"}})
        await voice.raw(b"0\r\n\r\n")

    server.speak = refuse
    with pytest.raises(ModelFailure) as failed:
        await heard(server, services)
    assert failed.value.kind is FailureKind.BAD_CALL
    assert failed.value.why.startswith("the model called a tool wrongly (tool 'logs': instance")
    assert services.model.state == "ready"


# A whole chat


async def test_a_chat_looks_something_up_and_says_it(server: ModelServer) -> None:
    """The server's model calls once, then says the last fact it was given, and a lie."""

    async def speak(seen: Seen, voice: Voice) -> None:
        last = seen.body["messages"][-1]
        if last["role"] != "tool":
            await calling([piece(json.dumps({"name": "Deployment/shop/web"}), "show_object", index=0)])(seen, voice)
            return
        identity, _, text = last["content"].splitlines()[0].partition(" ")
        await voice.begin()
        await voice.say(f"{text} [{identity}]. Pod ghost-1 did it [{identity}].")
        await voice.finish(usage={"prompt_tokens": 900, "completion_tokens": 20})

    async def prove(seen: Seen, voice: Voice) -> None:
        calls = [piece('{"word":"arcops"}', "look")] if "tools" in seen.body else []
        await voice.json(200, {"choices": [{"message": {"role": "assistant", "content": "", "tool_calls": calls}}]})

    server.speak, server.prove = speak, prove
    services = (await chat_with()).services
    async with started(services, base_url=server.url) as backend:
        await until(lambda: services.model.has_tools)
        chat = Chat(services, backend, Sessions(services.clock), ModelSettings(base_url=server.url, tools=True))
        direct = await chat.ask(Question(text="what is wrong?", use_model=False))
        answer = await chat.ask(Question(text="what is wrong?"))
    assert len(server.asked) == 2
    assert (answer.dropped, answer.notes, answer.tokens.prompt) == (1, (), 900)
    (new,) = [fact for fact in answer.facts if fact not in direct.facts]
    assert f"[{new.id}]" in answer.answer
    assert "ghost" not in answer.answer
    assert services.model.waiting == server.running == 0
