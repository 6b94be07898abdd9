"""The answer by rule is there at once and stands; a model's wording takes its place only where it holds."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest
from msgspec.structs import replace

from arcops.chat.answer import Question
from arcops.chat.backends.base import FailureKind, ModelFailure, Prompt
from arcops.chat.backends.scripted import Script, facts_in
from arcops.chat.events import Direct, Done, Dropped, Failed, Token, Worded, name_of
from tests.unit.chat.scripted import chat_with, failing

pytestmark = pytest.mark.anyio


async def test_the_answer_by_rule_comes_first_and_the_whole_one_last() -> None:
    events = await (await chat_with()).events()
    assert isinstance(events[0], Direct)
    assert isinstance(events[-1], Done)
    assert {name_of(event) for event in events} == {"direct", "token", "sentence", "done"}
    assert events[0].answer.model == "direct-mode"
    assert "OOMKilled" in events[0].answer.answer


async def test_an_honest_model_words_the_answer_and_next_steps_stay() -> None:
    answer = await (await chat_with()).ask()
    assert (answer.model, answer.dropped, answer.notes) == ("scripted-honest", 0, ())
    assert answer.answer.startswith("Deployment shop/web, warning")
    assert "**Next**" in answer.answer
    assert "kubectl -n shop logs" in answer.answer
    assert "**Evidence**" not in answer.answer
    assert answer.tokens.prompt > 100
    assert answer.tokens.window == 4096


async def test_a_root_the_model_leaves_out_is_added() -> None:
    spoken = await chat_with(lambda prompt: f"{dict(facts_in(prompt))['F1']} [F1].")
    answer = await spoken.ask()
    assert answer.model != "direct-mode"
    assert "is killed for exceeding its memory limit" in answer.answer


async def test_a_liar_is_not_shown_and_the_note_says_why() -> None:
    spoken = await chat_with("liar")
    events = await spoken.events()
    done = events[-1]
    assert isinstance(done, Done)
    shown = " ".join(event.text for event in events if isinstance(event, Worded))
    assert [event.count for event in events if isinstance(event, Dropped)] == [1, 2, 3, 4, 5]
    assert not any(word in shown + done.answer.answer for word in ("ghost", "9,731", "edge-99", "all is well", "delete"))
    assert done.answer.model == "direct-mode"
    assert done.answer.dropped == 5
    assert "5 of its 6 sentences did not pass the check" in done.answer.notes[0]
    assert spoken.chat.meter.dropped.total() == 5


@pytest.mark.parametrize("kind", FailureKind)
async def test_whatever_happens_to_the_model_the_answer_by_rule_is_whole(kind: FailureKind) -> None:
    spoken = await chat_with(failing(kind))
    events = await spoken.events()
    direct, failed, done = events[0], events[-2], events[-1]
    assert isinstance(direct, Direct)
    assert isinstance(failed, Failed)
    assert isinstance(done, Done)
    assert failed.kind == kind.value
    assert done.answer.answer == direct.answer.answer
    assert done.answer.notes == ("The model gave no whole answer: it was told to. This is the answer by rule.",)
    assert spoken.chat.meter.failures[kind.value] == 1


async def test_what_a_broken_stream_said_before_is_no_answer() -> None:
    script = Script(lambda prompt: f"{facts_in(prompt)[0][1]} [F1]. And then", failure=ModelFailure(kind=FailureKind.CUT, why="it broke"))
    spoken = await chat_with(script)
    events = await spoken.events()
    done = events[-1]
    assert any(isinstance(event, Worded) for event in events)
    assert isinstance(done, Done)
    assert done.answer.model == "direct-mode"
    spoken.model.script = Script(lambda prompt: f"{facts_in(prompt)[0][1]} [F1].")
    assert (await spoken.ask()).model != "direct-mode"


async def test_a_mute_model_is_said_to_say_nothing() -> None:
    assert (await (await chat_with(lambda _prompt: "")).ask()).notes == ("The model's wording was not used: it said nothing.",)


@pytest.mark.parametrize("text", ["asdf qwer zxcv", "is ghost-pod-1 running in namespace nowhere?"])
async def test_a_model_without_facts_to_word_is_not_asked(text: str) -> None:
    spoken = await chat_with()
    answer = await spoken.ask(text)
    assert answer.model == "direct-mode" or answer.can_tell
    assert len(spoken.model.prompts) == (answer.model != "direct-mode")


async def test_a_reader_who_wants_no_model_gets_none() -> None:
    spoken = await chat_with()
    answer = await spoken.ask(use_model=False)
    assert (answer.model, answer.notes, spoken.model.prompts) == ("direct-mode", (), [])


async def test_a_window_that_is_too_small_is_said() -> None:
    spoken = await chat_with(window=200)
    assert (await spoken.ask()).notes == ("The model was not asked: its window of 200 tokens is too small.",)
    assert spoken.model.prompts == []


async def test_closing_the_stream_stops_the_model() -> None:
    spoken = await chat_with(Script(lambda _prompt: "word " * 10_000))
    async with aclosing(spoken.chat.stream(Question(text="what is wrong?"))) as events:
        async for event in events:
            if isinstance(event, Token):
                assert spoken.model.running == 1
                break
    assert spoken.model.running == 0
    assert spoken.chat.meter.stopped == 1
    assert spoken.services.model.waiting == 0


async def test_cancelling_whoever_waits_stops_the_model() -> None:
    speaking = asyncio.Event()

    def speak(_prompt: Prompt) -> str:
        speaking.set()
        return "word " * 100_000

    spoken = await chat_with(speak)
    async with asyncio.timeout(10):
        task = asyncio.ensure_future(spoken.ask())
        await speaking.wait()
        assert spoken.model.running == 1
        task.cancel()
        await asyncio.wait([task])
    assert task.cancelled()
    assert spoken.model.running == 0


async def test_a_follow_up_knows_what_was_asked_before() -> None:
    spoken = await chat_with()
    first = await spoken.ask("why is shop/web restarting?")
    second = await spoken.ask("and since when?", session=first.session)
    assert second.session == first.session
    assert second.id != first.id
    asked = spoken.model.prompts[-1].messages[1].content
    assert "Earlier question: why is shop/web restarting?" in asked
    assert "[F" not in asked.partition("Earlier answer:")[2].partition("Question:")[0]


async def test_the_prompt_can_be_seen_without_asking() -> None:
    spoken = await chat_with()
    prompt = await spoken.chat.prompt(Question(text="what is wrong?"))
    assert isinstance(prompt, Prompt)
    assert spoken.model.prompts == []
    assert spoken.chat.sessions.items() == []
    await spoken.ask()
    assert spoken.model.prompts == [prompt]


async def test_a_server_that_counts_more_tokens_gets_shorter_prompts() -> None:
    spoken = await chat_with()
    await spoken.ask()
    first = spoken.model.prompts[0]

    def wordy(prompt: Prompt) -> str:
        return f"{facts_in(prompt)[0][1]} [F1]."

    spoken.model.script = Script(wordy, failure=ModelFailure(kind=FailureKind.TOO_LONG, why="it is too long"))
    await spoken.ask()
    await spoken.ask()
    assert spoken.model.prompts[-1].tokens > first.tokens  # the same text, by shorter tokens
    assert replace(spoken.model.prompts[-1], tokens=0, max_tokens=0) != first
