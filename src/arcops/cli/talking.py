"""Whom ``ask`` and ``chat`` talk to: a service by its stream of events, or the chat of this very process.

Both give the same events (``chat/events.py``). Whoever stops listening stops the model.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from arcops.base.errors import ArcopsError
from arcops.cli.connect import find_service
from arcops.cli.options import Speech, Target

if TYPE_CHECKING:
    from arcops.chat.answer import Chat, Question
    from arcops.chat.backends.base import Message
    from arcops.chat.events import ChatEvent
    from arcops.cli.service import Service
    from arcops.queries.services import Services

_MOST_WAITING = 1000
"""Events nobody has read yet; more let the model wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A question and how it is asked; empty fields are left to the answerer."""

    text: str
    session: str = ""
    at: str = ""
    namespace: str = ""
    zone: str = ""
    use_model: bool = True


class Talker(Protocol):
    """Someone who answers questions in words."""

    @property
    def where(self) -> str:
        """Who it is, for ``-v``."""

    def ask(self, asking: Asking) -> Iterator[ChatEvent]:
        """The answer as it comes about. Closing the iterator stops the model. Raises arcops' own errors."""

    def prompt(self, asking: Asking) -> list[Message]:
        """What a model would be sent; empty where it would not be asked."""

    def rate(self, answer: str, verdict: str, comment: str) -> None:
        """Keep what a reader thought of an answer: ``up`` or ``down``. Raises ``AnswerNotFound``."""


class RemoteTalker:
    """A service."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @property
    def where(self) -> str:
        """``the arcops service at http://127.0.0.1:8000``."""
        return f"the arcops service at {self._service.url}"

    def ask(self, asking: Asking) -> Iterator[ChatEvent]:
        """``POST /api/chat/stream``."""
        from arcops.chat.events import ChatEvent

        decoder = msgspec.json.Decoder(ChatEvent)
        for data in self._service.listen("/api/chat/stream", body_of(asking)):
            yield decoder.decode(data)

    def prompt(self, asking: Asking) -> list[Message]:
        """``POST /api/chat/prompt``."""
        from arcops.chat.backends.base import Message

        return self._service.tell("/api/chat/prompt", list[Message], body_of(asking))

    def rate(self, answer: str, verdict: str, comment: str) -> None:
        """``POST /api/chat/{id}/feedback``."""
        from arcops.chat.sessions import Feedback

        self._service.tell(f"/api/chat/{answer}/feedback", Feedback, {"verdict": verdict, "comment": comment})


def body_of(asking: Asking) -> dict[str, object]:
    """The body of the request; what was not given is left out."""
    given = {
        "message": asking.text, "session": asking.session, "at": asking.at, "namespace": asking.namespace, "tz": asking.zone,
    }  # fmt: skip
    return {**{name: value for name, value in given.items() if value}, "use_model": asking.use_model}


class LocalTalker:
    """The chat of this process. Its event loop runs only while somebody waits for an event."""

    def __init__(self, chat: Chat, runner: asyncio.Runner, where: str) -> None:
        """``chat`` belongs to the loop of ``runner``."""
        self._chat = chat
        self._runner = runner
        self.where = where

    def ask(self, asking: Asking) -> Iterator[ChatEvent]:
        """Each event as soon as it is there."""
        events: asyncio.Queue[ChatEvent | ArcopsError | None] = asyncio.Queue(_MOST_WAITING)
        pump = self._runner.run(_started(self._pump(asking, events)))
        try:
            while True:
                event = self._runner.run(events.get())
                if isinstance(event, ArcopsError):
                    raise event
                if event is None:
                    return
                yield event
        finally:
            self._runner.run(_ended(pump))

    def prompt(self, asking: Asking) -> list[Message]:
        """The messages."""
        made = self._runner.run(self._chat.prompt(_question(asking)))
        return list(made.messages) if made else []

    def rate(self, answer: str, verdict: str, comment: str) -> None:
        """For as long as this process lives."""
        self._runner.run(self._chat.sessions.rate(answer, verdict, comment))

    async def _pump(self, asking: Asking, events: asyncio.Queue[ChatEvent | ArcopsError | None]) -> None:
        """One task for the whole answer: its time limits must not move from task to task."""
        try:
            async with aclosing(self._chat.stream(_question(asking))) as stream:
                async for event in stream:
                    await events.put(event)
        except ArcopsError as error:
            await events.put(error)
        await events.put(None)


def _question(asking: Asking) -> Question:
    from arcops.chat.answer import Question
    from arcops.queries.times import zone_of

    return Question(
        text=asking.text, session=asking.session, at=asking.at, namespace=asking.namespace, zone=zone_of(asking.zone),
        use_model=asking.use_model,
    )  # fmt: skip


async def _started(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    return asyncio.get_running_loop().create_task(work, name="answer")


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@contextmanager
def talker(target: Target, speech: Speech, files: Sequence[str], *, use_model: bool) -> Iterator[Talker]:
    """Someone to talk to: the service meant (``connect.py`` tells which), else the chat of this process about files or a cluster."""
    if not (files or target.files or target.context or target.kubeconfig):
        service = find_service(target)
        if service is not None:
            yield RemoteTalker(service)
            return
    with _local(target, speech, (*files, *target.files), use_model=use_model) as found:
        yield found


@contextmanager
def _local(target: Target, speech: Speech, files: Sequence[str], *, use_model: bool) -> Iterator[LocalTalker]:
    from arcops.cli.quiet import keep_quiet

    keep_quiet(speech)
    if files:
        from arcops.testing.questions import services_of

        with asyncio.Runner() as runner:
            services = runner.run(services_of([Path(name) for name in files]))
            with _chatting(services, runner, use_model=use_model) as chat:
                yield LocalTalker(chat, runner, f"the files {', '.join(files)}")
        return
    from arcops.cli.local import ask_cluster

    asked = ask_cluster(target, None, speech)
    try:
        with _chatting(asked.services, asked.runner, use_model=use_model) as chat:
            yield LocalTalker(chat, asked.runner, asked.where)
    finally:
        asked.close()


@contextmanager
def _chatting(services: Services, runner: asyncio.Runner, *, use_model: bool) -> Iterator[Chat]:
    """A chat with the model of the settings, or without one. Raises ``BadInput`` for settings that make no sense."""
    from arcops.base.settings import load
    from arcops.chat.answer import Chat
    from arcops.chat.backends.choose import open_backend
    from arcops.chat.backends.none import NoBackend
    from arcops.chat.sessions import Sessions
    from arcops.runtime.settings import Settings

    settings = load(Settings)
    backend = open_backend(settings.model, services, data_dir=settings.record.directory) if use_model else NoBackend(services)
    sessions = Sessions(services.clock)
    runner.run(backend.start())
    try:
        yield Chat(services, backend, sessions, settings.model)
    finally:
        runner.run(backend.aclose())
