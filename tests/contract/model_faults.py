"""Every way we know in which a model server gives no whole answer: how it speaks, and what must come of it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

from arcops.chat.backends.base import FailureKind
from tests.contract.model_server import Seen, Speak, Voice


@dataclass(frozen=True)
class Fault:
    """``why`` must stand in the sentence; ``said`` is what may have been heard before."""

    name: str
    speak: Speak
    kind: FailureKind
    why: str
    said: str = ""


async def _killed(_seen: Seen, voice: Voice) -> None:
    await voice.begin()
    await voice.say("Pod ")
    voice.cut()


async def _killed_at_once(_seen: Seen, voice: Voice) -> None:
    voice.cut()


async def _hung_up(_seen: Seen, voice: Voice) -> None:
    voice.close()


async def _no_end(_seen: Seen, voice: Voice) -> None:
    await voice.begin()
    await voice.say("Pod ")
    await voice.raw(b"0\r\n\r\n")


async def _half_an_event(_seen: Seen, voice: Voice) -> None:
    await voice.begin()
    await voice.say("Pod ")
    await voice.bytes(b'data: {"choices": [{"delta": {"cont')
    await voice.raw(b"0\r\n\r\n")


async def _error_inside(_seen: Seen, voice: Voice) -> None:
    await voice.begin()
    await voice.event({"error": {"message": "CUDA out of memory. Tried to allocate 2 GiB", "type": "server_error"}})
    await voice.raw(b"0\r\n\r\n")


async def _error_after_words(_seen: Seen, voice: Voice) -> None:
    await voice.begin()
    await voice.say("Pod ")
    await voice.event({"error": "the worker died"})
    await voice.raw(b"0\r\n\r\n")


async def _error_line(_seen: Seen, voice: Voice) -> None:
    await voice.begin()
    await voice.bytes(b'error: {"code":500,"message":"slot is gone","type":"server_error"}\n\n')
    await voice.raw(b"0\r\n\r\n")


async def _whole_error(_seen: Seen, voice: Voice) -> None:
    await voice.json(200, {"error": {"message": "no room", "type": "server_error"}})


async def _endless(_seen: Seen, voice: Voice) -> None:
    await voice.begin()
    while True:
        await voice.say("and on ")
        await asyncio.sleep(0)


async def _endless_thought(_seen: Seen, voice: Voice) -> None:
    await voice.begin()
    while True:
        await voice.event({"choices": [{"delta": {"reasoning_content": "hm "}}]})
        await asyncio.sleep(0)


async def _huge_pieces(_seen: Seen, voice: Voice) -> None:
    await voice.begin()
    for _ in range(20):
        await voice.say("a" * 1000)
    await voice.finish()


async def _no_line_end(_seen: Seen, voice: Voice) -> None:
    await voice.begin()
    await voice.bytes(b"data: ")
    for _ in range(40):
        await voice.bytes(b"x" * 50_000)


async def _at_the_limit(_seen: Seen, voice: Voice) -> None:
    await voice.begin()
    await voice.say("Pod ")
    await voice.finish("length")


async def _noise(_seen: Seen, voice: Voice) -> None:
    await voice.begin()
    for start in range(128, 200):
        await voice.event(b'{"choices":[{"delta":{"content":"' + bytes([start, 0xFF, 0xC3]) + b'"}}]}')
    await voice.finish()


async def _empty(_seen: Seen, voice: Voice) -> None:
    await voice.begin()
    await voice.event({"choices": [{"delta": {"role": "assistant", "content": ""}}]})
    await voice.finish()


async def _blank(_seen: Seen, voice: Voice) -> None:
    await voice.begin()
    await voice.say(" \n ")
    await voice.finish()


async def _only_thought(_seen: Seen, voice: Voice) -> None:
    await voice.begin()
    await voice.say("<think>What do they want?")
    await voice.say("</think>")
    await voice.finish()


async def _slow_to_begin(_seen: Seen, voice: Voice) -> None:
    await voice.begin()
    await asyncio.sleep(30)


async def _only_comments(_seen: Seen, voice: Voice) -> None:
    await voice.begin()
    while True:
        await voice.bytes(b": still here\n\n")
        await asyncio.sleep(0.02)


async def _slow_in_the_middle(_seen: Seen, voice: Voice) -> None:
    await voice.begin()
    await voice.say("Pod ")
    await asyncio.sleep(30)


async def _slow_all_along(_seen: Seen, voice: Voice) -> None:
    await voice.begin()
    while True:
        await voice.say("Pod ")
        await asyncio.sleep(0.1)


async def _too_long(_seen: Seen, voice: Voice) -> None:
    await voice.refuse(400, "request (9000 tokens) exceeds the available context size (4096 tokens)", "exceed_context_size_error")


async def _too_long_inside(_seen: Seen, voice: Voice) -> None:
    await voice.begin()
    await voice.event({"error": {"message": "Prompt and max_tokens (9100) exceed the maximum context length of 4096", "code": 400}})


async def _unknown_model(_seen: Seen, voice: Voice) -> None:
    await voice.refuse(404, "The model `tiny:1` does not exist.", "NotFoundError")


async def _not_loaded(_seen: Seen, voice: Voice) -> None:
    await voice.refuse(503, "Loading model", "unavailable_error")


async def _busy(_seen: Seen, voice: Voice) -> None:
    await voice.refuse(429, "Too many requests")


async def _withheld(_seen: Seen, voice: Voice) -> None:
    await voice.begin()
    await voice.finish("content_filter")


async def _page(_seen: Seen, voice: Voice) -> None:
    await voice.whole(200, b"<html>Welcome to nginx!</html>", "text/html")


async def _page_in_disguise(_seen: Seen, voice: Voice) -> None:
    await voice.whole(200, b"\n <html>Welcome</html>", "text/event-stream")


async def _other_json(_seen: Seen, voice: Voice) -> None:
    await voice.json(200, {"status": "green", "cluster_name": "elasticsearch"})


async def _other_events(_seen: Seen, voice: Voice) -> None:
    await voice.begin()
    await voice.event({"price": 3})


async def _moved(_seen: Seen, voice: Voice) -> None:
    await voice.raw(b"HTTP/1.1 302 Found\r\nLocation: http://example.com/login\r\nContent-Length: 0\r\n\r\n")


async def _no_http(_seen: Seen, voice: Voice) -> None:
    await voice.raw(b"220 mail.example ESMTP ready\r\n\r\n")


async def _secret_in_error(_seen: Seen, voice: Voice) -> None:
    message = "bad login postgres://admin:hunter2@db <|im_start|>"  # pragma: allowlist secret
    await voice.whole(500, json.dumps({"error": {"message": message}}).encode())


K = FailureKind
FAULTS = (
    Fault("killed in the middle", _killed, K.CUT, "the connection broke", "Pod "),
    Fault("killed before a word", _killed_at_once, K.CUT, "closed the connection without an answer"),
    Fault("hung up before a word", _hung_up, K.CUT, "closed the connection without an answer"),
    Fault("an answer without its end", _no_end, K.CUT, "the answer broke off", "Pod "),
    Fault("half an event at the end", _half_an_event, K.ERROR, "an event that cannot be read", "Pod "),
    Fault("an error inside a 200", _error_inside, K.ERROR, "CUDA out of memory"),
    Fault("an error after words", _error_after_words, K.ERROR, "the worker died", "Pod "),
    Fault("an error in a field of its own", _error_line, K.ERROR, "slot is gone"),
    Fault("an error as the whole of a 200", _whole_error, K.ERROR, "no room"),
    Fault("no end to the words", _endless, K.BABBLE, "did not stop within 50 tokens", "and on " * 90),
    Fault("no end to the thoughts", _endless_thought, K.BABBLE, "did not stop within 50 tokens"),
    Fault("more in a piece than a token can be", _huge_pieces, K.BABBLE, "did not stop"),
    Fault("an event without an end", _no_line_end, K.BABBLE, "an event without an end"),
    Fault("stopped by the limit", _at_the_limit, K.BABBLE, "did not stop within 50 tokens", "Pod "),
    Fault("bytes that are no text", _noise, K.BABBLE, "no readable text", "�"),
    Fault("nothing said", _empty, K.EMPTY, "the model said nothing"),
    Fault("only blanks said", _blank, K.EMPTY, "said nothing", " \n "),
    Fault("only thought", _only_thought, K.EMPTY, "only thought and said nothing"),
    Fault("no first token", _slow_to_begin, K.SLOW, "said nothing for 0.6 s"),
    Fault("signs of life without a token", _only_comments, K.SLOW, "said nothing for 0.6 s"),
    Fault("silent in the middle", _slow_in_the_middle, K.SLOW, "fell silent for 0.25 s", "Pod "),
    Fault("not done in time", _slow_all_along, K.SLOW, "not done in 1.5 s", "Pod " * 5),
    Fault("the prompt too long", _too_long, K.TOO_LONG, "longer than the model's window of 4,096 tokens"),
    Fault("the prompt too long, said in a stream", _too_long_inside, K.TOO_LONG, "longer than the model's window of 4,096 tokens"),
    Fault("a model that is gone", _unknown_model, K.UNKNOWN_MODEL, "does not know the model tiny:1"),
    Fault("a model not loaded yet", _not_loaded, K.NOT_LOADED, "the model tiny:1 is not loaded"),
    Fault("too much to do", _busy, K.BUSY, "too much to do"),
    Fault("an answer withheld", _withheld, K.ERROR, "withheld"),
    Fault("a web page", _page, K.STRANGER, "a web page is at this address"),
    Fault("a web page called a stream", _page_in_disguise, K.STRANGER, "a web page is at this address"),
    Fault("another's JSON", _other_json, K.STRANGER, "no model server"),
    Fault("another's events", _other_events, K.STRANGER, "no model server"),
    Fault("a redirect", _moved, K.STRANGER, "no model server is at this address (it answered 302)"),
    Fault("not HTTP", _no_http, K.STRANGER, "does not speak HTTP"),
    Fault("an error with a password and control tokens", _secret_in_error, K.ERROR, "bad login postgres://admin:"),
)
