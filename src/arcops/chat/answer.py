"""Answers questions: by rule at once, then in a model's words if there is a model and its words hold.

Whatever happens to the model, the answer by rule stands; what went wrong is one sentence in the answer's notes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from msgspec.structs import replace

from arcops.base.errors import ArcopsError
from arcops.chat.backends.base import Backend, ModelFailure, Prompt
from arcops.chat.backends.none import NoBackend
from arcops.chat.base import Answer, Intent, Tokens
from arcops.chat.budget import Fitted, fit
from arcops.chat.checking.cite import CiteCheck, Sentence
from arcops.chat.checking.injection import without_orders
from arcops.chat.checking.speech import Drop
from arcops.chat.checking.worded import worded
from arcops.chat.direct import ByRule, answer_by_rule
from arcops.chat.events import ChatEvent, Direct, Done, Dropped, Failed, Token, Worded
from arcops.chat.experience import Experience
from arcops.chat.jobs import ModelJobs
from arcops.chat.prompts import Form
from arcops.chat.sessions import Sessions
from arcops.chat.settings import ModelSettings
from arcops.chat.tools.looking import Looking
from arcops.chat.tools.offered import TOOLS
from arcops.chat.wording import Wording
from arcops.queries.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, and how: ``at`` is the moment taken for the present, ``namespace`` the one meant where none is named."""

    text: str
    session: str = ""
    at: str = ""
    namespace: str = ""
    zone: tzinfo = UTC
    use_model: bool = True


@dataclass(slots=True)
class ChatMeter:
    """Counters, for the metrics; they only rise. ``questions`` by intent and by who worded the answer, ``seconds`` by the latter."""

    questions: Counter[tuple[str, str]] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    stopped: int = 0


class Chat:
    """The conversation of one service with its readers."""

    def __init__(self, services: Services, backend: Backend, sessions: Sessions, settings: ModelSettings) -> None:
        """Nothing is started before ``start``; the back end is by whoever made it, because finding a server takes time."""
        self.backend = backend
        self.sessions = sessions
        self.meter = ChatMeter()
        self.jobs = ModelJobs(backend, services.clock)
        self._services = services
        self._experience = Experience(services.model, settings)

    async def start(self) -> None:
        """Read the conversations of earlier runs."""
        await self.sessions.start()

    async def aclose(self) -> None:
        """Stop what runs for the model, then the back end; close the conversations."""
        await self.jobs.aclose()
        await self.backend.aclose()
        await self.sessions.aclose()

    async def ask(self, question: Question) -> Answer:
        """The whole answer. Raises ``BadTime`` and ``BadInput`` for what cannot be asked so; never because of the model."""
        answer: Answer | None = None
        async with aclosing(self.stream(question)) as events:
            async for event in events:
                if isinstance(event, Done):
                    answer = event.answer
        if answer is None:
            raise ArcopsError(what="an answer ended without its last event")
        return answer

    async def prompt(self, question: Question) -> Prompt | None:
        """What a model would be sent, whether there is one or not; None where it would not be asked. Nothing is kept."""
        session = self.sessions.name(question.session)
        fitted, _ = self._fitting(question, await self._by_rule(question, session), session)
        return fitted.prompt if fitted else None

    async def stream(self, question: Question) -> AsyncGenerator[ChatEvent, None]:
        """The answer as it comes about: ``direct`` first, ``done`` last. Closing the iterator stops the model."""
        began_s = self._services.clock.monotonic_s()
        session = self.sessions.name(question.session)
        by_rule = await self._by_rule(question, session)
        fitted, note = self._fitted(question, by_rule, session)
        direct = await self.sessions.keep(session, question.text, by_rule.answer, by_rule.reading)
        answer = replace(direct, notes=(*direct.notes, note)) if note else direct
        try:
            yield Direct(direct)
            if fitted is not None:
                looking = self._looking(question, by_rule, fitted) if fitted.prompt.tools else None
                async with aclosing(self._from_model(direct, fitted, looking)) as events:
                    async for event in events:
                        if isinstance(event, Done):
                            answer = event.answer
                        else:
                            yield event
                if answer.model != direct.model:
                    await self.sessions.amend(answer)
            yield Done(answer)
        except BaseException:
            self.meter.stopped += 1
            raise
        finally:
            self._count(answer, self._services.clock.monotonic_s() - began_s)

    async def _by_rule(self, question: Question, session: str) -> ByRule:
        return await answer_by_rule(
            self._services, question.text, zone=question.zone, at=question.at, namespace=question.namespace,
            previous=self.sessions.previous(session),
        )  # fmt: skip

    def _fitted(self, question: Question, by_rule: ByRule, session: str) -> tuple[Fitted | None, str]:
        """The prompt, None where the model is not asked; and a note where that needs one."""
        if not question.use_model or self._services.model.state == "off":
            return None, ""
        return self._fitting(question, by_rule, session)

    def _fitting(self, question: Question, by_rule: ByRule, session: str) -> tuple[Fitted | None, str]:
        answer = by_rule.answer
        facts = without_orders(answer.facts)
        if not facts or answer.intent == Intent.UNCLEAR or not answer.can_tell:
            return None, ""
        how = self._experience
        tools = TOOLS if how.form is Form.TOOLS else ()
        fitted = fit(question.text, facts, self.sessions.turns(session), how.room, form=how.form, tools=tools)
        return fitted, "" if fitted else f"The model was not asked: its window of {how.window} tokens is too small."

    def _looking(self, question: Question, by_rule: ByRule, fitted: Fitted) -> Looking:
        """What answers the calls of a model: questions about the same moment, whose facts go on in the same book."""

        async def look(text: str) -> ByRule:
            return await answer_by_rule(self._services, text, zone=question.zone, at=question.at, book=by_rule.book)

        return Looking(look, self._experience.room, dict(fitted.shown))

    async def _from_model(self, direct: Answer, fitted: Fitted, looking: Looking | None) -> AsyncGenerator[ChatEvent, None]:
        wording = Wording(self.backend, self._services.clock, direct.facts, fitted, looking)
        try:
            async with aclosing(wording.stream()) as verdicts:
                async for verdict in verdicts:
                    yield verdict if isinstance(verdict, Token) else self._event_of(verdict, wording.check)
        except ModelFailure as failure:
            self.meter.failures[failure.kind.value] += 1
            self._experience.learn_of_failure(failure, wording.prompt)
            yield Failed(failure.kind.value, failure.message)
            yield Done(self._told(direct, wording, f"{failure.message} This is the answer by rule."))
            return
        self._experience.learn(wording)
        yield Done(self._concluded(direct, wording))

    def _event_of(self, verdict: Sentence | Drop, check: CiteCheck) -> ChatEvent:
        if isinstance(verdict, Sentence):
            return Worded(verdict.text, verdict.facts)
        self.meter.dropped[verdict.name.lower()] += 1
        return Dropped(verdict.value, check.tally.dropped.total())

    def _concluded(self, direct: Answer, wording: Wording) -> Answer:
        """The model's wording if it holds, else the answer by rule with the reason."""
        tally = wording.check.tally
        dropped = tally.dropped.total()
        answer = replace(self._told(direct, wording), dropped=dropped)
        if tally.is_enough and not wording.is_broken:
            name = self._services.model.model or self.backend.name
            return replace(answer, answer=worded(direct, tally.kept), model=name, facts=(*direct.facts, *wording.looked_up))
        said = dropped + len(tally.kept)
        why = f"{dropped} of its {said} sentences did not pass the check: {tally.reasons}" if said else "it said nothing"
        if wording.is_broken:
            why = "its JSON is broken; the next question is asked in plain text"
        return replace(answer, notes=(*answer.notes, f"The model's wording was not used: {why}."))

    def _told(self, direct: Answer, wording: Wording, *notes: str) -> Answer:
        usage = wording.usage
        tokens = Tokens(usage.prompt_tokens or wording.prompt.tokens, usage.answer_tokens or wording.pieces, self._experience.window)
        return replace(direct, tokens=tokens, notes=(*direct.notes, *notes))

    def _count(self, answer: Answer, seconds: float) -> None:
        self.meter.questions[answer.intent, answer.model] += 1
        self.meter.seconds[answer.model] = self.meter.seconds.get(answer.model, 0.0) + seconds


def quiet_chat(services: Services) -> Chat:
    """A chat without a model whose conversations end with the process."""
    return Chat(services, NoBackend(services), Sessions(services.clock), ModelSettings(backend="none"))
