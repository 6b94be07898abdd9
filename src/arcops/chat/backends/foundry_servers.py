"""Foundry Local's own servers: the web service of its SDK, and the one of the ``foundry`` command."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any
from urllib.parse import quote

from arcops.base.guard import safe_line
from arcops.chat.backends.base import FailureKind, ModelFailure, ModelInfo, Progress
from arcops.chat.backends.server import Server, alias_of, entries_of, id_of, info_of, names_in
from arcops.chat.backends.transport import MOST_BODY_BYTES, decoded

CATALOG_S = 30.0
"""The command's service asks its vendor for the list."""
_PERCENT = re.compile(rb"(\d+(?:\.\d+)?)%")
_WANTED = {"Name": "name", "Uri": "uri", "Publisher": "publisher", "ProviderType": "providerType", "PromptTemplate": "promptTemplate"}
"""What a download is asked by, and where the catalog's entry tells it."""


class SdkServer(Server):
    """The web service of Foundry Local's SDK, 2.x and 1.x. Models of one's own live under ``/catalogs/local``."""

    dialect = "foundry-2"
    loads_models = True

    async def models(self, *, downloadable: bool = False) -> list[ModelInfo]:  # noqa: ARG002 - over HTTP 2.x fetches none
        """The catalog as far as it is on disk, and what is loaded."""
        loaded = set(names_in((await self.transport.ask(f"{self.place.root}/models/loaded")).value))
        listed = (await self.transport.ask(f"{self.place.base_url}/models")).checked()
        return [info_of(entry, "loaded" if id_of(entry) in loaded else "ready") for entry in entries_of(listed)]

    async def window(self) -> int:
        """It does not tell."""
        return 0

    async def load(self, model: str) -> None:
        """2.x takes the alias, 1.x the id."""
        await self.ask_in_turn((f"{self.place.root}/models/load/{name}" for name in _names_of(model)), model)

    async def unload(self, model: str) -> None:
        """As it was loaded."""
        await self.ask_in_turn((f"{self.place.root}/models/unload/{name}" for name in _names_of(model)), model)


class CommandServer(Server):
    """The service of the ``foundry`` command, 0.8 to 0.10. Idle models are unloaded by it at any time."""

    dialect = "foundry-cli"
    loads_models = True

    async def models(self, *, downloadable: bool = False) -> list[ModelInfo]:
        """What is on disk and what is loaded. Foundry Local in a cluster has the same status and no such lists: then the plain one."""
        loaded = list(names_in((await self.transport.ask(f"{self.place.root}/openai/loadedmodels")).value))
        there = list(names_in((await self.transport.ask(f"{self.place.root}/openai/models")).value))
        names = dict.fromkeys((*loaded, *there))
        if not names and not downloadable:
            return await super().models()
        models = [ModelInfo(name, alias_of(name), "loaded" if name in loaded else "ready") for name in names]
        if downloadable:
            models += [_offered(entry) for entry in await self._catalog() if id_of(entry) not in names]
        return models

    async def window(self) -> int:
        """It does not tell."""
        return 0

    async def load(self, model: str) -> None:
        """By id."""
        await self.ask_in_turn(iter([f"{self.place.root}/openai/load/{quote(model, safe=':')}"]), model)

    async def unload(self, model: str) -> None:
        """By id."""
        await self.ask_in_turn(iter([f"{self.place.root}/openai/unload/{quote(model, safe=':')}"]), model)

    async def download(self, model: str) -> AsyncGenerator[Progress, None]:
        """Let the service fetch a model of its catalog; it tells how far it is in lines of text, then the outcome in JSON."""
        entry = next((entry for entry in await self._catalog() if model in {id_of(entry), entry.get("alias")}), None)
        if entry is None:
            raise ModelFailure(kind=FailureKind.UNKNOWN_MODEL, why=f"the catalog has no model {model}")
        wanted = {ours: entry.get(theirs) for ours, theirs in _WANTED.items()}
        if wanted["ProviderType"] == "AzureFoundry":
            wanted["ProviderType"] = "AzureFoundryLocal"
        body, outcome = {"model": wanted, "IgnorePipeReport": True}, b""
        async with self.transport.open(f"{self.place.root}/openai/download", body=body) as reply:
            async for line in _lines(reply.chunks):
                if outcome or line.startswith(b"{"):
                    outcome += line
                elif found := _PERCENT.search(line):
                    yield Progress(f"Downloading {model}", min(float(found[1]), 100.0))
        result = decoded(outcome)
        if not isinstance(result, dict) or not result.get("success"):
            why = result.get("errorMessage") if isinstance(result, dict) else "the service broke off"
            raise ModelFailure(kind=FailureKind.ERROR, why=f"{model} was not fetched: {safe_line(str(why), 200).rstrip('.')}")
        yield Progress(f"{model} is on this machine", 100.0)

    async def _catalog(self) -> list[dict[str, Any]]:
        listed = (await self.transport.ask(f"{self.place.root}/foundry/list", timeout_s=CATALOG_S)).checked()
        return [entry for entry in entries_of(listed) if isinstance(entry, dict)]


def _offered(entry: dict[str, Any]) -> ModelInfo:
    size = entry.get("fileSizeMb")
    return ModelInfo(id_of(entry), str(entry.get("alias") or ""), "downloadable", 0, size << 20 if isinstance(size, int) else 0)


async def _lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    rest = b""
    async for chunk in chunks:
        *lines, rest = (rest + chunk)[-MOST_BODY_BYTES:].split(b"\n")
        for line in lines:
            yield line
    yield rest


def _names_of(model: str) -> list[str]:
    """What a model may be called in a path, likeliest first."""
    names = (alias_of(model), model.partition(":")[0], model)
    return [quote(name, safe=":") for name in dict.fromkeys(names) if name]
