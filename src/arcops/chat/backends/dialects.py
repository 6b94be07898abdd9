"""What kind of model server this is, and how its models are listed, loaded and unloaded.

Foundry Local alone is four servers: the web service of its SDK 2.x (``/status``, ``/models/load/ALIAS``), the ``foundry`` command's
(``/openai/status``, ``/openai/load/ID``), the one in a cluster and the retired 1.x; all others are plain. A model's id is never guessed:
offline each unknown id costs Foundry Local 4 to 5 s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from arcops.chat.backends.base import FailureKind, ModelFailure, ModelInfo
from arcops.chat.backends.transport import Document, Transport

LOAD_S = 600.0
"""Loading ten gigabytes from a slow disk takes minutes."""
_LOCAL_CATALOG = "/catalogs/local"
_VARIANT = re.compile(r"-(?:generic|cuda|trtrtx|openvino|qnn|vitis|webgpu|instruct-(?:generic|cuda))-(?:cpu|gpu|npu)(?::\d+)?$")
_OK = 200


class Server:
    """A plain chat-completions server: vLLM, Ollama, llama.cpp, Foundry Local in a cluster. It loads its model by itself."""

    dialect = "plain"
    loads_models = False

    def __init__(self, transport: Transport) -> None:
        """The server behind ``transport``."""
        self._transport = transport
        self.place = transport.place

    @property
    def chat_url(self) -> str:
        """Where completions are asked for."""
        return f"{self.place.base_url}/chat/completions"

    async def models(self) -> list[ModelInfo]:
        """What it lists. Raises ``ModelFailure``."""
        listed = (await self._transport.ask(f"{self.place.base_url}/models")).checked()
        return [_info(entry, "loaded") for entry in _entries(listed)]

    async def window(self) -> int:
        """The window of one request in tokens where the server tells beside its list, else 0: llama.cpp does, in ``/props``."""
        answer = await self._transport.ask(f"{self.place.root}/props")
        settings = answer.value.get("default_generation_settings") if answer.is_ok and isinstance(answer.value, dict) else None
        return _count(settings.get("n_ctx")) if isinstance(settings, dict) else 0

    async def load(self, model: str) -> None:
        """Make a model ready. Raises ``ModelFailure``."""
        raise ModelFailure(kind=FailureKind.ERROR, why=f"this server loads and unloads models like {model} by itself")

    async def unload(self, model: str) -> None:
        """Free its memory. Raises ``ModelFailure``."""
        await self.load(model)

    async def _ask_in_turn(self, urls: Iterator[str], model: str) -> None:
        """The first of these that the server knows; its other complaints end the search."""
        for url in urls:
            answer = await self._transport.ask(url, timeout_s=LOAD_S)
            if answer.status not in {404, 405}:
                if answer.status != _OK:
                    answer.checked()
                return
        raise ModelFailure(kind=FailureKind.UNKNOWN_MODEL, why=f"the server knows no model {model}")


class FoundryService(Server):
    """The web service of Foundry Local's SDK, 2.x and 1.x. Models of one's own live under ``/catalogs/local``."""

    dialect = "foundry-2"
    loads_models = True

    async def models(self) -> list[ModelInfo]:
        """The catalog as far as it is on disk, and what is loaded."""
        loaded = set(_names((await self._transport.ask(f"{self.place.root}/models/loaded")).value))
        listed = (await self._transport.ask(f"{self.place.base_url}/models")).checked()
        return [_info(entry, "loaded" if _id(entry) in loaded else "ready") for entry in _entries(listed)]

    async def window(self) -> int:
        """It does not tell."""
        return 0

    async def load(self, model: str) -> None:
        """2.x takes the alias, 1.x the id."""
        await self._ask_in_turn((f"{self.place.root}/models/load/{name}" for name in _names_of(model)), model)

    async def unload(self, model: str) -> None:
        """As it was loaded."""
        await self._ask_in_turn((f"{self.place.root}/models/unload/{name}" for name in _names_of(model)), model)


class FoundryCommand(Server):
    """The service of the ``foundry`` command, 0.8 to 0.10. Idle models are unloaded by it at any time."""

    dialect = "foundry-cli"
    loads_models = True

    async def models(self) -> list[ModelInfo]:
        """What is on disk and what is loaded."""
        loaded = list(_names((await self._transport.ask(f"{self.place.root}/openai/loadedmodels")).value))
        there = list(_names((await self._transport.ask(f"{self.place.root}/openai/models")).value))
        names = dict.fromkeys((*loaded, *there))
        return [ModelInfo(name, _alias(name), "loaded" if name in loaded else "ready") for name in names]

    async def window(self) -> int:
        """It does not tell."""
        return 0

    async def load(self, model: str) -> None:
        """By id."""
        await self._ask_in_turn(iter([f"{self.place.root}/openai/load/{quote(model, safe=':')}"]), model)

    async def unload(self, model: str) -> None:
        """By id."""
        await self._ask_in_turn(iter([f"{self.place.root}/openai/unload/{quote(model, safe=':')}"]), model)


async def recognise(transport: Transport) -> Server:
    """The server at a place, by what it answers to questions that cost it nothing. Raises ``ModelFailure`` if nobody answers."""
    root = transport.place.root.removesuffix(_LOCAL_CATALOG)
    status = await transport.ask(f"{root}/status")
    if _has(status, "modelCachePath"):
        return FoundryService(transport)
    old = await transport.ask(f"{root}/openai/status")
    if _has(old, "endpoints") or _has(old, "modelDirPath"):
        return FoundryCommand(transport)
    return Server(transport)


def chosen(models: list[ModelInfo], name: str) -> ModelInfo | None:
    """The model of that name, by id, alias or id without version; without a name the first that is loaded, else the first.

    Raises ``ModelFailure`` if the server lists others but not this one; None if it lists none.
    """
    if not models:
        return None
    if not name:
        return next((model for model in models if model.state == "loaded"), models[0])
    for matches in (
        lambda model: model.id == name,
        lambda model: name in {model.alias, model.id.partition(":")[0]},
        lambda model: model.id.lower() == name.lower(),
    ):
        if (found := next(filter(matches, models), None)) is not None:
            return found
    known = ", ".join(model.id for model in models[:3]) + (f" and {len(models) - 3} more" if len(models) > 3 else "")  # noqa: PLR2004
    raise ModelFailure(kind=FailureKind.UNKNOWN_MODEL, why=f"the server knows no model {name}, it has {known}")


def _has(answer: Document, field: str) -> bool:
    return isinstance(answer.value, dict) and field.lower() in {str(name).lower() for name in answer.value}


def _entries(listed: Any) -> list[Any]:
    """The models of an answer: OpenAI's ``{"data": […]}``, Ollama's ``{"models": […]}`` or a bare list."""
    if isinstance(listed, dict):
        listed = next((listed[key] for key in ("data", "models") if isinstance(listed.get(key), list)), None)
    if not isinstance(listed, list):
        raise ModelFailure(kind=FailureKind.STRANGER, why="what answers at this address lists no models")
    return [entry for entry in listed if _id(entry)]


def _names(value: Any) -> Iterator[str]:
    entries = value if isinstance(value, list) else ()
    return (name for name in map(_id, entries) if name)


def _id(entry: Any) -> str:
    if isinstance(entry, dict):
        entry = entry.get("id") or entry.get("name") or entry.get("model")
    return entry if isinstance(entry, str) else ""


def _info(entry: Any, state: str) -> ModelInfo:
    fields = entry if isinstance(entry, dict) else {}
    meta = fields["meta"] if isinstance(fields.get("meta"), dict) else {}
    sizes = (fields.get("max_model_len"), fields.get("context_length"), meta.get("n_ctx"))
    return ModelInfo(_id(entry), _alias(_id(entry)), state, next(filter(None, map(_count, sizes)), 0), _count(meta.get("size")))


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def _alias(name: str) -> str:
    """The short name of a Foundry model, as its ids are built: ``phi-4-mini-instruct-generic-cpu:4`` is ``phi-4-mini``."""
    found = _VARIANT.search(name)
    return name[: found.start()].removesuffix("-instruct").lower() if found else ""


def _names_of(model: str) -> list[str]:
    """What a model may be called in a path, likeliest first."""
    names = (_alias(model), model.partition(":")[0], model)
    return [quote(name, safe=":") for name in dict.fromkeys(names) if name]
