"""The real Foundry Local with a small model of our own. A machine without it skips these tests and says why.

With `foundry` in ARCOPS_REQUIRE that is a failure. Its library is in .venv-foundry, made by scripts/foundry.sh before the first test.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from arcops.chat.backends.base import Backend
from arcops.chat.backends.foundry import FoundryBackend
from arcops.chat.settings import ModelSettings
from arcops.queries.services import Services
from tests.contract.asking_models import some_services

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("scripted_model.py")


@dataclass(frozen=True)
class Library:
    """An interpreter with Foundry Local's library; ``seconds`` is how long it took to have it."""

    python: str
    seconds: float


@pytest.fixture(scope="session")
def library() -> Library:
    """Foundry Local's library, installed now if it is not there."""
    began = time.monotonic()
    found = subprocess.run([ROOT / "scripts" / "foundry.sh"], check=False, capture_output=True, text=True)
    if found.returncode != 0:
        reason = found.stderr.strip().splitlines()[-1]
        if "foundry" in os.environ.get("ARCOPS_REQUIRE", "").split(","):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return Library(found.stdout.strip().splitlines()[-1], time.monotonic() - began)


@pytest.fixture(scope="session")
def model(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripted model's folder; see scripted_model.py for what it says."""
    folder = tmp_path_factory.mktemp("model") / "tiny"
    subprocess.run([library.python, PROGRAM, folder], check=True)
    return folder


@pytest.fixture
def services() -> Services:
    """Services of one test, without a cluster."""
    return some_services()


@pytest.fixture
def settings(library: Library, model: Path) -> dict[str, Any]:
    """The settings of a site that brings its own model along."""
    return {"backend": "foundry", "python": library.python, "folder": str(model)}


@pytest.fixture
async def foundry(settings: dict[str, Any], services: Services, tmp_path: Path) -> AsyncIterator[Backend]:
    """Our own child process with the real Foundry Local in it, started."""
    backend = FoundryBackend(ModelSettings(**settings), services, tmp_path / "foundry", path="")
    await backend.start()
    yield backend
    await backend.aclose()
