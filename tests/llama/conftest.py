"""The real server of llama.cpp with a small model of our own. A machine without it skips these tests and says why.

With `llama` in ARCOPS_REQUIRE that is a failure.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("bigram_model.py")
_LISTENS = re.compile(r"listening on (http://127\.0\.0\.1:\d+)")
START_S = 30.0


def made(script: str) -> str:
    """What a script makes or finds; skips, or fails where it is required, with its reason."""
    found = subprocess.run([ROOT / "scripts" / script], check=False, capture_output=True, text=True)
    if found.returncode != 0:
        reason = found.stderr.strip().splitlines()[-1]
        if "llama" in os.environ.get("ARCOPS_REQUIRE", "").split(","):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return found.stdout.strip().splitlines()[-1]


@pytest.fixture(scope="session")
def program() -> str:
    """llama.cpp's server."""
    return made("llama.sh")


@pytest.fixture(scope="session")
def model(program: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model's file; see bigram_model.py for what it says."""
    assert program
    file = tmp_path_factory.mktemp("model") / "bigram.gguf"
    subprocess.run([made("foundry.sh"), PROGRAM, file], check=True)
    return file


@asynccontextmanager
async def serving(program: str, model: Path, *options: str) -> AsyncIterator[str]:
    """The root URL of a server with that model and a window of 4,096 tokens."""
    command = [program, "-m", str(model), "--host", "127.0.0.1", "--port", "0", "--jinja", "-np", "1", "-c", "4096", "--alias", "bigram"]
    process = await asyncio.create_subprocess_exec(*command, *options, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE)
    assert process.stderr is not None
    draining: asyncio.Task[bytes] | None = None
    try:
        async with asyncio.timeout(START_S):
            while (found := _LISTENS.search((await process.stderr.readline()).decode(errors="replace"))) is None:
                assert process.returncode is None, "the server ended at once"
        draining = asyncio.ensure_future(process.stderr.read())
        yield found[1]
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        if draining is not None:
            await draining
