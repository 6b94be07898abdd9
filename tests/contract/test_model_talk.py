"""What a model server is sent, and what is heard of what it says."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from arcops.chat.backends.base import FailureKind, Message, ModelFailure, Prompt, Usage
from arcops.chat.checking.json_sentences import schema_of
from arcops.queries.services import Services
from tests.contract.asking_models import QUESTION, ask, started
from tests.contract.model_server import ANSWER, MODEL, WINDOW, ModelServer, Seen, Voice, well

pytestmark = pytest.mark.anyio


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


async def test_a_schema_is_sent_in_the_one_shape_that_every_server_reads(server: ModelServer, services: Services) -> None:
    schema = schema_of(["F1", "F2"])
    async with started(services, base_url=server.url) as backend:
        await ask(backend, replace(QUESTION, schema=schema))
    sent = server.asked[0].body["response_format"]
    assert sent["type"] == "json_schema"
    assert sent["json_schema"]["schema"] == schema
    assert {name: sent["json_schema"][name] for name in schema} == schema, "Foundry Local 2 takes the whole object for the schema"


async def test_a_server_that_takes_no_schema_is_asked_without_one(server: ModelServer, services: Services) -> None:
    async def old(seen: Seen, voice: Voice) -> None:
        if "response_format" in seen.body:
            await voice.refuse(400, "'response_format.type' must be one of: text")
        else:
            await well(seen, voice)

    server.speak = old
    async with started(services, base_url=server.url) as backend:
        for _ in range(2):
            assert await ask(backend, replace(QUESTION, schema=schema_of(["F1"]))) == ANSWER
    assert ["response_format" in seen.body for seen in server.asked] == [True, False, False]


async def test_text_that_is_no_unicode_does_not_make_the_request_unreadable(server: ModelServer, services: Services) -> None:
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
