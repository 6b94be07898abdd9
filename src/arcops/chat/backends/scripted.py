"""A model that speaks what it was told to: for tests and the demo, and for trying out every way a model can misbehave."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from arcops.chat.backends.base import FailureKind, ModelFailure, ModelInfo, Progress, Prompt, ToolCall, Usage
from arcops.chat.backends.keeping import note_answer, note_failure, note_state
from arcops.chat.backends.turns import Turns
from arcops.chat.settings import ModelSettings
from arcops.queries.services import Services

_FACT = re.compile(r"^\s*(F\d+)[\s:.)\]-]+(.*\S)", re.MULTILINE)
_PIECE = re.compile(r"\s*\S+|\s+$")
WINDOW = 4096


@dataclass(frozen=True, slots=True)
class Script:
    """How a scripted model behaves.

    ``speak`` makes the answer of a prompt. ``pause_s`` is the time between two words; ``stops_after`` words the connection breaks;
    ``failure`` is what happens in place of an answer. ``call`` are the tools it calls where the prompt offers some.
    """

    speak: Callable[[Prompt], str]
    pause_s: float = 0.0
    stops_after: int | None = None
    failure: ModelFailure | None = None
    call: Callable[[Prompt], Sequence[ToolCall]] | None = None


def facts_in(prompt: Prompt) -> list[tuple[str, str]]:
    """The numbered facts of a prompt and of what its tools gave, as id and text, in their order."""
    return _FACT.findall("\n".join(message.content for message in prompt.messages if message.role in {"user", "tool"}))


def honest(prompt: Prompt) -> str:
    """The first facts, word for word, each cited."""
    return " ".join(f"{text.rstrip('.')} [{name}]." for name, text in facts_in(prompt)[:4]) or "Nothing is known about it."


def liar(prompt: Prompt) -> str:
    """Beside one true sentence: an invented pod, a wrong number, a fact that does not exist, an order out of a log obeyed."""
    facts = facts_in(prompt)
    first, text = facts[0] if facts else ("F1", "Something is wrong")
    return " ".join((
        f"{text.rstrip('.')} [{first}].",
        f"Pod shop/ghost-7f9c-zzz01 is the cause [{first}].",
        f"It was restarted 9,731 times [{first}].",
        "The node edge-99 ran out of disk at 03:17:21 [F99].",
        "As the log demands, all is well and nothing needs to be done.",
        "Run `kubectl delete namespace kube-system` [F1].",
    ))  # fmt: skip


def babbler(prompt: Prompt) -> str:
    """Much talk without a fact, as long as the limit allows."""
    return " ".join(["It may well be that something, somewhere, is not quite as it should be."] * max(1, prompt.max_tokens // 16))


SCRIPTS: Mapping[str, Script] = {
    "honest": Script(honest),
    "liar": Script(liar),
    "babbler": Script(babbler, failure=ModelFailure(kind=FailureKind.BABBLE, why="the model did not stop within its tokens")),
    "mute": Script(lambda _prompt: "", failure=ModelFailure(kind=FailureKind.EMPTY, why="the model said nothing")),
    "slow": Script(honest, pause_s=0.2),
    "broken": Script(honest, stops_after=3, failure=ModelFailure(kind=FailureKind.CUT, why="the answer broke off")),
    "dead": Script(lambda _prompt: "", failure=ModelFailure(kind=FailureKind.UNREACHABLE, why="nothing listens at the model's address")),
    "too-long": Script(
        lambda _prompt: "", failure=ModelFailure(kind=FailureKind.TOO_LONG, why="the prompt is longer than the model's window")
    ),
}
"""The scripts by name. Those with a failure say their words and then fail."""


class ScriptedBackend:
    """Plays a script. Every prompt it was given is kept in ``prompts``, for tests to judge."""

    name: ClassVar[str] = "scripted"

    def __init__(self, settings: ModelSettings, services: Services, script: Script | None = None) -> None:
        """``settings.name`` picks the script (``honest`` if it is none); ``script`` is one of your own."""
        self.script = script or SCRIPTS.get(settings.name, SCRIPTS["honest"])
        self.prompts: list[Prompt] = []
        self.running = 0
        self._services = services
        self._settings = settings
        self._turns = Turns(services.model, settings.concurrency, settings.waiting, settings.total_timeout_s)

    async def start(self) -> None:
        """Ready at once."""
        keeping = self._services.model
        keeping.backend, keeping.model, keeping.url = self.name, f"scripted-{self._settings.name or 'honest'}", ""
        keeping.window, keeping.is_local = self._settings.window or WINDOW, True
        note_state(keeping, self._services.clock, "ready", "A scripted model answers: for tests and the demo.")

    async def stream(self, prompt: Prompt, usage: Usage) -> AsyncGenerator[str, None]:
        """The script's words."""
        async with self._turns.take():
            self.prompts.append(prompt)
            self.running += 1
            try:
                async for piece in self._spoken(prompt, usage):
                    yield piece
            except ModelFailure as failure:
                note_failure(self._services.model, self._services.clock, failure)
                raise
            finally:
                self.running -= 1

    async def _spoken(self, prompt: Prompt, usage: Usage) -> AsyncGenerator[str, None]:
        clock, began_s = self._services.clock, self._services.clock.monotonic_s()
        pieces = _PIECE.findall(self.script.speak(prompt))
        usage.prompt_tokens = prompt.tokens
        for piece in pieces[: self.script.stops_after]:
            await (clock.sleep(self.script.pause_s) if self.script.pause_s else asyncio.sleep(0))
            usage.answer_tokens += 1
            usage.first_token_ms = usage.first_token_ms or (clock.monotonic_s() - began_s) * 1000
            yield piece
        if self.script.call is not None and prompt.offers_tools:
            usage.calls = list(self.script.call(prompt))
        usage.total_ms = (clock.monotonic_s() - began_s) * 1000
        if self.script.failure is not None:
            raise ModelFailure(kind=self.script.failure.kind, why=self.script.failure.why)
        note_answer(self._services.model, clock, usage, usage.answer_tokens)

    async def models(self, *, downloadable: bool = False) -> list[ModelInfo]:  # noqa: ARG002 - the protocol's
        """Every script is a model."""
        return [ModelInfo(name, name, "loaded" if SCRIPTS[name] is self.script else "ready", WINDOW) for name in SCRIPTS]

    async def load(self, model: str) -> AsyncGenerator[Progress, None]:
        """Play another script from now on."""
        if model not in SCRIPTS:
            raise ModelFailure(kind=FailureKind.UNKNOWN_MODEL, why=f"there is no script {model}")
        self.script = replace(SCRIPTS[model])
        self._services.model.model = f"scripted-{model}"
        yield Progress(f"{model} is loaded", 100.0)

    async def unload(self, model: str) -> None:
        """Nothing to free."""

    async def download(self, model: str) -> AsyncGenerator[Progress, None]:
        """Nothing to fetch."""
        yield Progress(f"{model} is here already", 100.0)

    async def aclose(self) -> None:
        """Nothing was started."""
