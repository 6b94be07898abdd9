"""Models that Foundry Local downloaded itself: listed, served and loaded again without the internet; nothing goes out unasked."""

from __future__ import annotations

import shutil
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from arcops.chat.backends.base import FailureKind, ModelFailure
from arcops.chat.backends.foundry import FoundryBackend
from arcops.chat.settings import ModelSettings
from arcops.queries.services import Services
from tests.contract.asking_models import ask
from tests.foundry import catalog
from tests.foundry.conftest import Library
from tests.foundry.test_child import asked

pytestmark = [pytest.mark.anyio, pytest.mark.foundry]

HERE, THERE = "tiny-generic-cpu", "large-generic-cpu"


@pytest.fixture
def home(model: Path, tmp_path: Path) -> Path:
    """A folder of the child in which one model was downloaded."""
    folder = tmp_path / "foundry"
    catalog.put_on_disk(model, folder, HERE)
    return folder


@asynccontextmanager
async def running(library: Library, services: Services, home: Path, **settings: Any) -> AsyncIterator[FoundryBackend]:
    """The back end with that folder."""
    backend = FoundryBackend(ModelSettings(backend="foundry", python=library.python, **settings), services, home, path="")
    await backend.start()
    yield backend
    await backend.aclose()


async def test_a_downloaded_model_is_listed_online_and_serves_offline_for_ever(library: Library, services: Services, home: Path) -> None:
    with catalog.serving(HERE, THERE) as url:
        async with running(library, services, home, catalog_url=url) as backend:
            states = {model.id: model.state for model in await backend.models(downloadable=True)}
            assert states == {f"{HERE}:1": "ready", f"{THERE}:1": "downloadable"}
            sizes = {model.id: model.size_bytes for model in await backend.models(downloadable=True)}
            assert sizes[f"{THERE}:1"] == 1 << 20
    began = time.monotonic()
    async with running(library, services, home) as backend:
        assert await ask(backend, asked("#s01")) == "Café 🚨 [F1]."
        assert time.monotonic() - began < 15, "offline the first look at the catalog takes 4 s"
        assert services.model.url.endswith("/v1")
        assert "catalogs/local" not in services.model.url
        assert services.model.model == f"{HERE}:1"
        assert services.model.window == 131072, "as its own configuration says"
        assert [(model.id, model.state) for model in await backend.models()] == [(f"{HERE}:1", "loaded")]
        await backend.unload("tiny")
        assert await ask(backend, asked("#s01")) == "Café 🚨 [F1]."


async def test_a_model_that_is_here_is_not_fetched_again(library: Library, services: Services, home: Path) -> None:
    with catalog.serving(HERE) as url:
        async with running(library, services, home, catalog_url=url) as backend:
            steps = [progress async for progress in backend.download("tiny")]
    assert (steps[-1].text, steps[-1].percent) == ("tiny is on this machine", 100.0)


async def test_a_download_of_nothing_is_told_and_one_can_be_left(library: Library, services: Services, home: Path) -> None:
    with catalog.serving(HERE) as url:
        async with running(library, services, home, catalog_url=url) as backend:
            with pytest.raises(ModelFailure) as failed:
                _ = [progress async for progress in backend.download("nothing-like-it")]
            assert (failed.value.kind, failed.value.why) == (FailureKind.UNKNOWN_MODEL, "there is no model nothing-like-it")
            async with aclosing(backend.download("tiny")) as progress:
                assert (await anext(progress)).text == "Asking the catalog"


async def test_without_any_model_the_answer_is_how_to_get_one(library: Library, services: Services, tmp_path: Path) -> None:
    async with running(library, services, tmp_path / "foundry") as backend:
        with pytest.raises(ModelFailure) as failed:
            await ask(backend)
    assert failed.value.kind is FailureKind.OFF
    assert "`arcops model download` fetches one" in failed.value.why
    assert services.model.state == "off"


async def test_a_model_that_is_wanted_by_name_and_not_here_is_told(library: Library, services: Services, home: Path) -> None:
    async with running(library, services, home, name="phi-4") as backend:
        with pytest.raises(ModelFailure) as failed:
            await ask(backend)
    assert failed.value.kind is FailureKind.UNKNOWN_MODEL
    assert failed.value.why == "there is no model phi-4"


async def test_a_model_that_cannot_be_loaded_is_told(library: Library, services: Services, model: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(model, broken)
    (broken / "model.onnx").write_bytes(b"not a model")
    async with running(library, services, tmp_path / "foundry", folder=str(broken)) as backend:
        with pytest.raises(ModelFailure) as failed:
            await ask(backend)
    assert failed.value.kind is FailureKind.ERROR
    assert "\n" not in failed.value.why
    assert len(failed.value.why) < 300
