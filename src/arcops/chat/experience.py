"""How a model is asked: the room there is, the form of its answer, and what its earlier answers taught about both."""

from __future__ import annotations

from arcops.chat.backends.base import FailureKind, ModelFailure, Prompt
from arcops.chat.budget import BYTES_PER_TOKEN, DEFAULT_WINDOW, SMALL_WINDOW, Room
from arcops.chat.prompts import Form
from arcops.chat.settings import ModelSettings
from arcops.chat.wording import Wording
from arcops.queries.services import ModelKeeping

_SHORTEST_TOKEN = 1.0
_OF_A_FORM = frozenset({FailureKind.BABBLE, FailureKind.EMPTY, FailureKind.ERROR, FailureKind.BAD_CALL})
"""Failures that may come of a schema or of tools: models that fill the window with blanks, servers that stumble over a grammar."""


class Experience:
    """What is known of the model in ``keeping``. A form it failed with is not asked for again until another model is there."""

    def __init__(self, keeping: ModelKeeping, settings: ModelSettings) -> None:
        """Nothing learnt yet."""
        self._keeping = keeping
        self._settings = settings
        self._bytes_per_token = BYTES_PER_TOKEN
        self._unfit: dict[Form, str] = {}

    @property
    def window(self) -> int:
        """Tokens of prompt and answer together."""
        return self._settings.window or self._keeping.window or DEFAULT_WINDOW

    @property
    def room(self) -> Room:
        """How much there is for a prompt."""
        return Room(self.window, self._settings.answer_tokens, self._bytes_per_token)

    @property
    def form(self) -> Form:
        """Tools where they are wanted, called rightly and have room; JSON where the server enforces it; else prose."""
        keeping, settings = self._keeping, self._settings
        if settings.tools and keeping.has_tools and self.window >= SMALL_WINDOW and self._is_fit(Form.TOOLS):
            return Form.TOOLS
        is_json = settings.json_schema == "auto" and keeping.has_schema and self._is_fit(Form.JSON)
        return Form.JSON if is_json else Form.TEXT

    def learn(self, wording: Wording) -> None:
        """From a whole answer: how short the server's tokens are, what it counts is believed; whether JSON comes out whole."""
        prompt, counted = wording.prompt, wording.usage.prompt_tokens
        if counted and not prompt.tools:
            size = sum(len(message.content.encode()) for message in prompt.messages)
            self._bytes_per_token = min(BYTES_PER_TOKEN, max(_SHORTEST_TOKEN, size / counted))
        if wording.is_broken:
            self._unfit[Form.JSON] = self._keeping.model

    def learn_of_failure(self, failure: ModelFailure, prompt: Prompt) -> None:
        """From none: that a form does not work, or that tokens are shorter than they were taken to be."""
        form = Form.TOOLS if prompt.tools else Form.JSON if prompt.schema is not None else Form.TEXT
        if failure.kind in _OF_A_FORM:
            self._unfit[form] = self._keeping.model
        if failure.kind is FailureKind.TOO_LONG:
            self._bytes_per_token = max(_SHORTEST_TOKEN, self._bytes_per_token / 2)

    def _is_fit(self, form: Form) -> bool:
        return self._unfit.get(form) != self._keeping.model
