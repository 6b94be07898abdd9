"""A small cluster with something wrong, and a chat whose model plays a script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from arcops.chat.answer import Chat, Question
from arcops.chat.backends.base import ModelFailure, Prompt
from arcops.chat.backends.scripted import SCRIPTS, Script, ScriptedBackend
from arcops.chat.base import Answer
from arcops.chat.events import ChatEvent
from arcops.chat.sessions import Sessions
from arcops.chat.settings import ModelSettings
from arcops.queries.services import ModelKeeping, Services
from arcops.testing.questions import services_of

ROOT = Path(__file__).parents[3]
OOM = ROOT / "tests/cases/findings/OomKilled/shop-1.yaml"


@dataclass(frozen=True)
class Spoken:
    """A chat and its model."""

    chat: Chat
    model: ScriptedBackend
    services: Services

    async def events(self, text: str = "what is wrong?", **how: object) -> list[ChatEvent]:
        """Everything a listener is told."""
        return [event async for event in self.chat.stream(Question(text=text, **how))]  # type: ignore[arg-type]  # fields by name

    async def ask(self, text: str = "what is wrong?", **how: object) -> Answer:
        """The whole answer."""
        return await self.chat.ask(Question(text=text, **how))  # type: ignore[arg-type]  # fields by name


async def chat_with(
    script: str | Script | Callable[[Prompt], str] = "honest", case: Path = OOM, *, sessions: Sessions | None = None, window: int = 0,
    **more: object,
) -> Spoken:  # fmt: skip
    """A chat about a case whose model plays a script, started. ``more`` are further settings of the model."""
    services = replace(await services_of([case]), model=ModelKeeping())
    settings = ModelSettings(backend="scripted", window=window, **more)  # type: ignore[arg-type]  # fields by name
    played = script if isinstance(script, Script) else SCRIPTS[script] if isinstance(script, str) else Script(script)
    model = ScriptedBackend(settings, services, played)
    await model.start()
    return Spoken(Chat(services, model, sessions or Sessions(services.clock), settings), model, services)


def failing(kind: object) -> Script:
    """A model that fails at once."""
    return Script(lambda _prompt: "", failure=ModelFailure(kind=kind, why="it was told to"))  # type: ignore[arg-type]  # any of the kinds
