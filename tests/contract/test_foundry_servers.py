"""The servers of Foundry Local that cannot be run here, as their clients and documents describe them: the ``foundry`` command's service."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from arcops.chat.backends.base import FailureKind, ModelFailure
from arcops.queries.services import Services
from tests.contract.asking_models import ask, started
from tests.contract.model_server import ANSWER, ModelServer, Seen, Voice, well

pytestmark = pytest.mark.anyio

PHI, QWEN = "Phi-4-mini-instruct-generic-cpu:5", "qwen2.5-0.5b-instruct-generic-cpu:4"
ENTRY = {
    "name": QWEN, "alias": "qwen2.5-0.5b", "uri": "azureml://registries/azureml/models/qwen/versions/4", "publisher": "Qwen",
    "providerType": "AzureFoundry", "promptTemplate": {"prompt": "<|im_start|>"}, "fileSizeMb": 822,
}  # fmt: skip
Page = Callable[[Voice], Awaitable[None]]


class CommandService:
    """The state of a ``foundry`` service: what is on disk and loaded; a model that is not loaded is refused."""

    def __init__(self) -> None:
        """One model on disk, none loaded."""
        self.loaded: list[str] = []
        self.there = [PHI]
        self.outcome = b'{"success": true,\n "errorMessage": null}'
        self.server = ModelServer(speak=self._speak)
        self.server.pages = {
            "/openai/status": self._json({"Endpoints": ["http://localhost"], "ModelDirPath": "/models"}),
            "/openai/models": lambda voice: voice.json(200, self.there),
            "/openai/loadedmodels": lambda voice: voice.json(200, self.loaded),
            "/foundry/list": self._json([{**ENTRY, "name": PHI, "alias": "phi-4-mini"}, ENTRY]),
            "/openai/download": self._download,
            f"/openai/load/{PHI}": self._load,
            f"/openai/unload/{PHI}": self._unload,
        }

    def _json(self, body: Any) -> Page:
        return lambda voice: voice.json(200, body)

    async def _load(self, voice: Voice) -> None:
        self.loaded = [PHI]
        await voice.whole(200, b"")

    async def _unload(self, voice: Voice) -> None:
        self.loaded = []
        await voice.whole(200, b"")

    async def _speak(self, seen: Seen, voice: Voice) -> None:
        if seen.body["model"] in self.loaded:
            await well(seen, voice)
        else:
            await voice.refuse(400, f"Model {seen.body['model']} must be loaded before inference")

    async def _download(self, voice: Voice) -> None:
        await voice.begin()
        for piece in (b"Total 12.5% Down", b"loading a\nTotal 100.00", b"% Downloading b\n", self.outcome):
            await voice.bytes(piece)
        await voice.raw(b"0\r\n\r\n")


@pytest.fixture
async def command() -> AsyncIterator[CommandService]:
    """A running service."""
    service = CommandService()
    async with service.server:
        yield service


async def test_its_models_are_listed_loaded_when_asked_and_unloaded(command: CommandService, services: Services) -> None:
    async with started(services, base_url=command.server.url) as backend:
        assert (services.model.state, services.model.model) == ("unloaded", PHI)
        assert [(model.id, model.alias, model.state) for model in await backend.models()] == [(PHI, "phi-4-mini", "ready")]
        assert await ask(backend) == ANSWER
        assert services.model.state == "ready"
        assert [model.state for model in await backend.models()] == ["loaded"]
        await backend.unload("phi-4-mini")
        assert services.model.state == "unloaded"
        assert await ask(backend) == ANSWER, "idle models are unloaded by it at any time"


async def test_what_it_could_fetch_is_listed_only_when_asked_for(command: CommandService, services: Services) -> None:
    async with started(services, base_url=command.server.url) as backend:
        await backend.models()
        assert "/foundry/list" not in [seen.path for seen in command.server.requests]
        listed = {model.id: model for model in await backend.models(downloadable=True)}
        assert listed[PHI].state == "ready"
        assert (listed[QWEN].state, listed[QWEN].alias, listed[QWEN].size_bytes) == ("downloadable", "qwen2.5-0.5b", 822 << 20)


async def test_a_download_is_followed_to_its_end(command: CommandService, services: Services) -> None:
    async with started(services, base_url=command.server.url) as backend:
        steps = [progress async for progress in backend.download("qwen2.5-0.5b")]
    assert [step.percent for step in steps] == [12.5, 100.0, 100.0]
    assert steps[-1].text == "qwen2.5-0.5b is on this machine"
    (seen,) = [seen for seen in command.server.requests if seen.path == "/openai/download"]
    assert seen.body["IgnorePipeReport"] is True
    assert seen.body["model"] == {
        "Name": QWEN, "Uri": ENTRY["uri"], "Publisher": "Qwen", "ProviderType": "AzureFoundryLocal",
        "PromptTemplate": ENTRY["promptTemplate"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"success": false, "errorMessage": "No space left on device."}', "No space left on device"),
        (b"Total 5%\n", "the service broke off"),
    ],
)
async def test_a_download_that_fails_is_told(body: bytes, why: str, command: CommandService, services: Services) -> None:
    command.outcome = body
    async with started(services, base_url=command.server.url) as backend:
        with pytest.raises(ModelFailure) as failed:
            _ = [progress async for progress in backend.download(QWEN)]
        assert failed.value.why == f"{QWEN} was not fetched: {why}"
        with pytest.raises(ModelFailure) as failed:
            _ = [progress async for progress in backend.download("nothing-like-it")]
        assert failed.value.kind is FailureKind.UNKNOWN_MODEL


async def test_foundry_local_in_a_cluster_has_the_status_and_not_the_lists(services: Services) -> None:
    async with ModelServer() as server:
        server.pages = {"/openai/status": lambda voice: voice.json(200, {"endpoints": []})}
        async with started(services, base_url=server.url) as backend:
            assert await ask(backend) == ANSWER
