"""The command line is there at once: help loads no library it does not need."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

HEAVY = ("kubernetes", "aiohttp", "fastapi", "starlette", "uvicorn", "pydantic", "structlog", "msgspec", "yaml", "asyncio", "sqlite3")
BAR_S = 0.2


def python(*arguments: str) -> str:
    return subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True).stdout


def loaded_by(*words: str) -> set[str]:
    code = f"import sys; from arcops.cli.main import run; assert run({list(words)}, 'arcops') == 0; print('LOADED', *sys.modules)"
    return {module.partition(".")[0] for module in python("-c", code).rpartition("LOADED")[2].split()}


def test_help_loads_no_heavy_library() -> None:
    loaded = loaded_by("--help")
    assert "click" in loaded
    assert not loaded & set(HEAVY)


def test_help_of_a_command_loads_neither_the_client_nor_the_server() -> None:
    loaded = loaded_by("get", "--help")
    assert not loaded & {"kubernetes", "aiohttp", "fastapi", "uvicorn", "pydantic"}


def test_help_takes_less_than_200_ms_above_an_empty_interpreter() -> None:
    def took_s(*arguments: str) -> float:
        began = time.perf_counter()
        python(*arguments)
        return time.perf_counter() - began

    took_s("-m", "arcops.cli", "--help")  # byte code is written once
    nothing = statistics.median(took_s("-c", "pass") for _ in range(5))
    help_s = min(took_s("-m", "arcops.cli", "--help") for _ in range(5))
    assert help_s - nothing < BAR_S
