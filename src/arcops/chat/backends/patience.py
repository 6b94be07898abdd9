"""How long one answer may take: to its first token, from token to token, and altogether."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from arcops.base.clock import Clock
from arcops.chat.backends.base import FailureKind, ModelFailure
from arcops.chat.settings import ModelSettings

T = TypeVar("T")


class Patience:
    """One answer's time, counted from its making. The limits are per token, not per byte: a server that only sends comments is slow."""

    def __init__(self, settings: ModelSettings, clock: Clock) -> None:
        """Begin to count."""
        self._settings = settings
        self._clock = clock
        self._began_s = self._mark_s = clock.monotonic_s()
        self._first_s: float | None = None

    @property
    def first_token_ms(self) -> float:
        """How long the first token took; 0 while there was none."""
        return 0.0 if self._first_s is None else (self._first_s - self._began_s) * 1000

    @property
    def total_ms(self) -> float:
        """Since the beginning."""
        return (self._clock.monotonic_s() - self._began_s) * 1000

    def heard(self) -> None:
        """A token came, or whoever reads took its time: count from here."""
        self._mark_s = self._clock.monotonic_s()
        if self._first_s is None:
            self._first_s = self._mark_s

    async def wait(self, work: Awaitable[T]) -> T:
        """What ``work`` gives, if it does in time. Raises ``ModelFailure`` (slow)."""
        allowed_s, why = self._allowed()
        now_s = self._clock.monotonic_s()
        left_s = min(self._mark_s + allowed_s, self._began_s + self._settings.total_timeout_s) - now_s
        try:
            async with asyncio.timeout(max(left_s, 0)):
                return await work
        except TimeoutError:
            if self._began_s + self._settings.total_timeout_s <= self._clock.monotonic_s():
                why = f"the answer was not done in {self._settings.total_timeout_s:g} s"
            raise ModelFailure(kind=FailureKind.SLOW, why=why) from None

    def _allowed(self) -> tuple[float, str]:
        if self._first_s is None:
            allowed_s = self._settings.first_token_timeout_s
            return allowed_s, f"the model said nothing for {allowed_s:g} s"
        allowed_s = self._settings.between_tokens_timeout_s
        return allowed_s, f"the model fell silent for {allowed_s:g} s in the middle of its answer"
