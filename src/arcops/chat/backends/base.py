"""The protocol of a model's back end, and the ways in which one fails.

A back end words facts; it never finds any. Whatever goes wrong in it ends as a ``ModelFailure`` with a kind, and the answer by rule
stands.
"""

from __future__ import annotations

import enum
from collections.abc import AsyncGenerator, Mapping
from typing import Any, ClassVar, Protocol

import msgspec

from arcops.base.errors import ArcopsError

JsonSchema = Mapping[str, Any]
"""A raw JSON schema."""


class FailureKind(enum.StrEnum):
    """Why a model gave no whole answer."""

    OFF = "off"
    """None is configured, and none was found."""
    UNREACHABLE = "unreachable"
    STRANGER = "stranger"
    """Something answers there, but it is no model server."""
    REFUSED = "refused"
    """The key is wrong or missing."""
    UNTRUSTED = "untrusted"
    """Its certificate is not signed by an authority we were told of."""
    UNKNOWN_MODEL = "unknown-model"
    NOT_LOADED = "not-loaded"
    TOO_LONG = "too-long"
    """The prompt does not fit the model's window."""
    SLOW = "slow"
    """No first token, no next token, or not done in time."""
    CUT = "cut"
    """The answer ended without an end."""
    EMPTY = "empty"
    BABBLE = "babble"
    """It did not stop by itself or wrote no readable text."""
    BUSY = "busy"
    BAD_CALL = "bad-call"
    """The model called a tool as it may not be called: its mistake, not the server's."""
    ERROR = "error"
    """The server said so."""


class ModelFailure(ArcopsError):
    """The model gave no whole answer: {why}."""

    code = "model-failed"
    hint = "The answer by rule stands. `arcops model status` tells how the model is doing."

    def __init__(self, *, kind: FailureKind, why: str, status: int = 0, window: int = 0) -> None:
        """``why`` is one clause without a full stop; nothing of the server's own text that was not masked.

        ``status`` is the server's HTTP status and ``window`` the model's window in tokens, where the failure tells them, else 0.
        """
        super().__init__(why=why)
        self.kind = kind
        self.why = why
        self.status = status
        self.window = window


class Tool(msgspec.Struct, frozen=True, gc=False):
    """Something a model may look up, with the JSON schema of its arguments."""

    name: str
    description: str
    parameters: JsonSchema


class ToolCall(msgspec.Struct, frozen=True, gc=False):
    """A tool called by a model. ``arguments`` is the text it wrote, JSON or not."""

    name: str
    arguments: str
    id: str = ""


class Message(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One message of a prompt: ``role`` is ``system``, ``user``, ``assistant`` or ``tool``.

    ``calls`` are those an assistant made, ``call_id`` the one a tool's message answers.
    """

    role: str
    content: str
    calls: tuple[ToolCall, ...] = ()
    call_id: str = ""


class Prompt(msgspec.Struct, frozen=True, gc=False):
    """What is sent: messages, the most tokens of the answer, and our estimate of the tokens of the messages (bytes/3).

    ``schema`` is a JSON schema the answer must obey, for servers that enforce one (``ModelKeeping.has_schema``). They give the keys
    back in alphabetical order. ``tools`` are what the model may call while ``may_call``, else only what it called before.
    """

    messages: tuple[Message, ...]
    max_tokens: int
    tokens: int
    schema: JsonSchema | None = None
    tools: tuple[Tool, ...] = ()
    may_call: bool = True

    @property
    def offers_tools(self) -> bool:
        """Whether the model may call a tool in place of an answer."""
        return bool(self.tools) and self.may_call


class Usage(msgspec.Struct, gc=False):
    """What one generation took; filled while it runs. ``prompt_tokens`` and ``answer_tokens`` are the server's count, or 0.

    ``calls`` are the tools it called, where the prompt offers some.
    """

    prompt_tokens: int = 0
    answer_tokens: int = 0
    first_token_ms: float = 0.0
    total_ms: float = 0.0
    calls: list[ToolCall] = []


class ModelInfo(msgspec.Struct, frozen=True, gc=False):
    """A model a server knows. ``state`` is ``loaded``, ``ready`` (on disk) or ``downloadable``; sizes in bytes, 0 for unknown."""

    id: str
    alias: str = ""
    state: str = "ready"
    window: int = 0
    size_bytes: int = 0


class Progress(msgspec.Struct, frozen=True, gc=False):
    """How far a load or download is: 0 to 100, or None where nobody says."""

    text: str
    percent: float | None = None


async def failing(failure: ModelFailure) -> AsyncGenerator[Any, None]:
    """Gives nothing and raises: for what a back end cannot do."""
    nothing: Any
    for nothing in ():
        yield nothing
    raise failure


class Backend(Protocol):
    """One way to a model. ``name`` is its word in the settings."""

    name: ClassVar[str]

    async def start(self) -> None:
        """Find the server and learn what it can; never raises: what is wrong is in ``services.model`` (``ModelKeeping``)."""

    def stream(self, prompt: Prompt, usage: Usage) -> AsyncGenerator[str, None]:
        """The answer's text in pieces, as it comes; closing the iterator stops the model (``contextlib.aclosing``).

        Raises ``ModelFailure``, also after pieces were given: what was said until then is no whole answer.
        """

    async def models(self, *, downloadable: bool = False) -> list[ModelInfo]:
        """What can be chosen; with ``downloadable`` also what could be fetched, which asks outside. Raises ``ModelFailure``."""

    def load(self, model: str) -> AsyncGenerator[Progress, None]:
        """Make a model ready to answer, and use it from now on. Raises ``ModelFailure``."""

    async def unload(self, model: str) -> None:
        """Free its memory. Raises ``ModelFailure``."""

    def download(self, model: str) -> AsyncGenerator[Progress, None]:
        """Fetch a model; only where asked for, never by itself. Closing the iterator stops it. Raises ``ModelFailure``."""

    async def aclose(self) -> None:
        """Stop what was started."""
