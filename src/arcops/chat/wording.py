"""A model at work on one answer: its text comes in, what becomes of its sentences goes out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from arcops.base.clock import Clock
from arcops.chat.backends.base import Backend, FailureKind, ModelFailure, Usage
from arcops.chat.base import Fact
from arcops.chat.budget import Fitted
from arcops.chat.checking.cite import CiteCheck, Sentence
from arcops.chat.checking.heard import Heard
from arcops.chat.checking.speech import Drop
from arcops.chat.events import Token
from arcops.chat.tools.looking import Looking

_TELL_S = 0.5
"""How often a listener is told that the model is at work."""


class Wording:
    """One answer of a model, and what it took; to be asked again when ``stream`` has ended, or failed."""

    def __init__(self, backend: Backend, clock: Clock, facts: Sequence[Fact], fitted: Fitted, looking: Looking | None = None) -> None:
        """``facts`` are those of the answer by rule, ``fitted`` what the model is sent of them, ``looking`` answers its calls."""
        self.check = CiteCheck(facts, fitted.shown)
        self.prompt = fitted.prompt
        """The last that was sent."""
        self.usage = Usage()
        """Of the last prompt; the tokens of the answers are those of all."""
        self.pieces = 0
        self.is_broken = False
        """Its JSON was none."""
        self._backend = backend
        self._clock = clock
        self._looking = looking
        self._given = {fact.id for fact in facts}
        self._refused = ""
        self._began_s = self._told_s = clock.monotonic_s()

    async def stream(self) -> AsyncGenerator[Sentence | Drop | Token, None]:
        """Each sentence that may be shown, each that may not, and now and then how far it is. Raises ``ModelFailure``."""
        while True:
            heard = Heard(self.check, may_be_json=self.prompt.schema is not None)
            held = "" if self.prompt.offers_tools else None
            async with aclosing(self._pieces()) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Token):
                        yield piece
                    elif held is not None:
                        held += piece  # what is said beside a call is no answer
                    else:
                        for verdict in heard.feed(piece):
                            yield verdict
            if held is None or not await self._has_looked():
                break
        for verdict in (*heard.feed(held or ""), *heard.rest()):
            yield verdict
        self.is_broken = heard.is_broken

    async def _pieces(self) -> AsyncGenerator[str | Token, None]:
        """What the model says to the prompt. A call that the server refused is the model's mistake, and told to it."""
        before, self.usage = self.usage, Usage()
        try:
            async with aclosing(self._backend.stream(self.prompt, self.usage)) as pieces:
                async for piece in pieces:
                    self.pieces += 1
                    yield piece
                    if self._is_time_to_tell():
                        yield Token(self.pieces, round(self._told_s - self._began_s, 2))
        except ModelFailure as failure:
            if failure.kind is not FailureKind.BAD_CALL or not self.prompt.offers_tools:
                raise
            self._refused = failure.why
        finally:
            self.usage.answer_tokens += before.answer_tokens

    async def _has_looked(self) -> bool:
        """Whether the model called tools, and is to be asked again with what they gave."""
        looking, calls = self._looking, self.usage.calls
        if looking is None or not (self._refused or calls):
            return False
        if self._refused:
            self.prompt, self._refused = looking.corrected(self.prompt, self._refused), ""
        else:
            self.prompt = await looking.following(self.prompt, calls)
            self.check.learn(looking.facts, looking.shown)
        return True

    @property
    def looked_up(self) -> list[Fact]:
        """The facts that were looked up and that a sentence which may be shown rests on."""
        said = {identity for sentence in self.check.tally.kept for identity in sentence.facts}
        return [fact for fact in (self._looking.facts.values() if self._looking else ()) if fact.id in said and fact.id not in self._given]

    def _is_time_to_tell(self) -> bool:
        now_s = self._clock.monotonic_s()
        if self.pieces > 1 and now_s - self._told_s < _TELL_S:
            return False
        self._told_s = now_s
        return True
