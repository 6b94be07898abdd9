"""No model at all: every question is answered by rule."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import ClassVar

from arcops.chat.backends.base import FailureKind, ModelFailure, ModelInfo, Progress, Prompt, Usage, failing
from arcops.chat.backends.keeping import note_state
from arcops.queries.services import Services


class NoBackend:
    """Answers nothing, and says so."""

    name: ClassVar[str] = "none"

    def __init__(self, services: Services, detail: str = "No model is configured; answers are given by rule.") -> None:
        """``detail`` says why there is none."""
        self._services = services
        self._detail = detail

    async def start(self) -> None:
        """Off, and content with it."""
        self._services.model.backend = self.name
        note_state(self._services.model, self._services.clock, "off", self._detail)

    def stream(self, prompt: Prompt, usage: Usage) -> AsyncGenerator[str, None]:  # noqa: ARG002 - the protocol's
        """Raises ``ModelFailure`` (off)."""
        return failing(_off())

    async def models(self, *, downloadable: bool = False) -> list[ModelInfo]:  # noqa: ARG002 - the protocol's
        """None."""
        return []

    def load(self, model: str) -> AsyncGenerator[Progress, None]:  # noqa: ARG002 - the protocol's
        """Raises ``ModelFailure`` (off)."""
        return failing(_off())

    async def unload(self, model: str) -> None:  # noqa: ARG002 - the protocol's
        """Raises ``ModelFailure`` (off)."""
        raise _off()

    def download(self, model: str) -> AsyncGenerator[Progress, None]:  # noqa: ARG002 - the protocol's
        """Raises ``ModelFailure`` (off)."""
        return failing(_off())

    async def aclose(self) -> None:
        """Nothing was started."""


def _off() -> ModelFailure:
    return ModelFailure(kind=FailureKind.OFF, why="no model is configured")
