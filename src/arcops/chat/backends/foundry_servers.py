"""Foundry Local's own servers: the web service of its SDK, and the one of the ``foundry`` command."""

from __future__ import annotations

from urllib.parse import quote

from arcops.chat.backends.base import ModelInfo
from arcops.chat.backends.server import Server, alias_of, entries_of, id_of, info_of, names_in


class SdkServer(Server):
    """The web service of Foundry Local's SDK, 2.x and 1.x. Models of one's own live under ``/catalogs/local``."""

    dialect = "foundry-2"
    loads_models = True

    async def models(self) -> list[ModelInfo]:
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

    async def models(self) -> list[ModelInfo]:
        """What is on disk and what is loaded. Foundry Local in a cluster has the same status and no such lists: then the plain one."""
        loaded = list(names_in((await self.transport.ask(f"{self.place.root}/openai/loadedmodels")).value))
        there = list(names_in((await self.transport.ask(f"{self.place.root}/openai/models")).value))
        names = dict.fromkeys((*loaded, *there))
        if not names:
            return await super().models()
        return [ModelInfo(name, alias_of(name), "loaded" if name in loaded else "ready") for name in names]

    async def window(self) -> int:
        """It does not tell."""
        return 0

    async def load(self, model: str) -> None:
        """By id."""
        await self.ask_in_turn(iter([f"{self.place.root}/openai/load/{quote(model, safe=':')}"]), model)

    async def unload(self, model: str) -> None:
        """By id."""
        await self.ask_in_turn(iter([f"{self.place.root}/openai/unload/{quote(model, safe=':')}"]), model)


def _names_of(model: str) -> list[str]:
    """What a model may be called in a path, likeliest first."""
    names = (alias_of(model), model.partition(":")[0], model)
    return [quote(name, safe=":") for name in dict.fromkeys(names) if name]
