"""A model server as it is asked for its models: listed, loaded, unloaded."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterator
from typing import Any

from arcops.chat.backends.base import FailureKind, ModelFailure, ModelInfo, Progress, failing
from arcops.chat.backends.transport import Transport

LOAD_S = 600.0
"""Loading ten gigabytes from a slow disk takes minutes."""
_VARIANT = re.compile(r"-(?:generic|cuda|trtrtx|openvino|qnn|vitis|webgpu)-(?:cpu|gpu|npu)(?::\d+)?$")
_NOT_THERE = (404, 405)


class Server:
    """A plain chat-completions server: vLLM, Ollama, llama.cpp, Foundry Local in a cluster. It loads its model by itself."""

    dialect = "plain"
    loads_models = False

    def __init__(self, transport: Transport) -> None:
        """The server behind ``transport``."""
        self.transport = transport
        self.place = transport.place

    @property
    def chat_url(self) -> str:
        """Where completions are asked for."""
        return f"{self.place.base_url}/chat/completions"

    async def models(self, *, downloadable: bool = False) -> list[ModelInfo]:  # noqa: ARG002 - few servers fetch models
        """What it lists; with ``downloadable`` also what it could fetch. Raises ``ModelFailure``."""
        listed = (await self.transport.ask(f"{self.place.base_url}/models")).checked()
        return [info_of(entry, "loaded") for entry in entries_of(listed)]

    async def window(self) -> int:
        """The window of one request in tokens where the server tells beside its list, else 0: llama.cpp does, in ``/props``."""
        answer = await self.transport.ask(f"{self.place.root}/props")
        settings = answer.value.get("default_generation_settings") if answer.is_ok and isinstance(answer.value, dict) else None
        return _count(settings.get("n_ctx")) if isinstance(settings, dict) else 0

    async def load(self, model: str) -> None:
        """Make a model ready. Raises ``ModelFailure``."""
        raise ModelFailure(kind=FailureKind.ERROR, why=f"this server loads and unloads models like {model} by itself")

    async def unload(self, model: str) -> None:
        """Free its memory. Raises ``ModelFailure``."""
        await self.load(model)

    def download(self, model: str) -> AsyncGenerator[Progress, None]:
        """Let it fetch a model. Raises ``ModelFailure``."""
        return failing(ModelFailure(kind=FailureKind.ERROR, why=f"this server fetches models like {model} by itself"))

    async def ask_in_turn(self, urls: Iterator[str], model: str) -> None:
        """Ask the first of these that the server knows. Raises ``ModelFailure`` for its other complaints, and if it knows none."""
        for url in urls:
            answer = await self.transport.ask(url, timeout_s=LOAD_S)
            if answer.status not in _NOT_THERE:
                answer.must_be_ok()
                return
        raise ModelFailure(kind=FailureKind.UNKNOWN_MODEL, why=f"the server knows no model {model}")


def entries_of(listed: Any) -> list[Any]:
    """The models of an answer: OpenAI's ``{"data": […]}``, Ollama's ``{"models": […]}`` or a bare list."""
    if isinstance(listed, dict):
        listed = next((listed[key] for key in ("data", "models") if isinstance(listed.get(key), list)), None)
    if not isinstance(listed, list):
        raise ModelFailure(kind=FailureKind.STRANGER, why="what answers at this address lists no models")
    return [entry for entry in listed if id_of(entry)]


def names_in(value: Any) -> Iterator[str]:
    """The ids in a list of models, or of ids."""
    entries = value if isinstance(value, list) else ()
    return (name for name in map(id_of, entries) if name)


def id_of(entry: Any) -> str:
    """A model's id, "" where an entry has none."""
    if isinstance(entry, dict):
        entry = entry.get("id") or entry.get("name") or entry.get("model")
    return entry if isinstance(entry, str) else ""


def info_of(entry: Any, state: str) -> ModelInfo:
    """An entry of a list in our words: vLLM tells the window as ``max_model_len``, llama.cpp its training one in ``meta``."""
    fields = entry if isinstance(entry, dict) else {}
    meta = fields["meta"] if isinstance(fields.get("meta"), dict) else {}
    window = _count(fields.get("max_model_len")) or _count(fields.get("context_length"))
    return ModelInfo(id_of(entry), alias_of(id_of(entry)), state, window, _count(meta.get("size")))


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def alias_of(name: str) -> str:
    """The short name of a Foundry model, as its ids are built: ``phi-4-mini-instruct-generic-cpu:4`` is ``phi-4-mini``."""
    found = _VARIANT.search(name)
    return name[: found.start()].removesuffix("-instruct").lower() if found else ""
