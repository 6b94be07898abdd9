"""A model at work on one answer: its text comes in, what becomes of its sentences goes out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from arcops.base.clock import Clock
from arcops.chat.backends.base import Backend, Usage
from arcops.chat.base import Fact
from arcops.chat.budget import Fitted
from arcops.chat.checking.cite import CiteCheck, Sentence
from arcops.chat.checking.heard import Heard
from arcops.chat.checking.speech import Drop
from arcops.chat.events import Token

_TELL_S = 0.5
"""How often a listener is told that the model is at work."""


class Wording:
    """One answer of a model, and what it took; to be asked again when ``stream`` has ended, or failed."""

    def __init__(self, backend: Backend, clock: Clock, facts: Sequence[Fact], fitted: Fitted) -> None:
        """``facts`` are those of the answer by rule, ``fitted`` what the model is sent of them."""
        self.check = CiteCheck(facts, fitted.shown)
        self.prompt = fitted.prompt
        self.usage = Usage()
        self.pieces = 0
        self.is_broken = False
        """Its JSON was none."""
        self._backend = backend
        self._clock = clock
        self._began_s = self._told_s = clock.monotonic_s()

    async def stream(self) -> AsyncGenerator[Sentence | Drop | Token, None]:
        """Each sentence that may be shown, each that may not, and now and then how far it is. Raises ``ModelFailure``."""
        heard = Heard(self.check, may_be_json=self.prompt.schema is not None)
        async with aclosing(self._backend.stream(self.prompt, self.usage)) as pieces:
            async for piece in pieces:
                self.pieces += 1
                for verdict in heard.feed(piece):
                    yield verdict
                if self._is_time_to_tell():
                    yield Token(self.pieces, round(self._told_s - self._began_s, 2))
        for verdict in heard.rest():
            yield verdict
        self.is_broken = heard.is_broken

    def _is_time_to_tell(self) -> bool:
        now_s = self._clock.monotonic_s()
        if self.pieces > 1 and now_s - self._told_s < _TELL_S:
            return False
        self._told_s = now_s
        return True
