"""A terminal for tests: a command line in, its two streams and exit status out, nothing of this machine in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import structlog

from arcops.cli.main import run

CLUSTER = Path(__file__).parents[2] / "data" / "cli_cluster.yaml"


class Told(NamedTuple):
    """What a command line came to."""

    status: int
    out: str
    err: str


Terminal = Callable[..., Told]


@pytest.fixture(autouse=True)
def nothing_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No kubeconfig, no settings, no colours from outside; log lines as they were afterwards."""
    for name in ("ARCOPS_SERVER", "ARCOPS_TOKEN", "ARCOPS_TOKEN_FILE", "ARCOPS_CA_FILE", "NO_COLOR", "TERM", "_ARCOPS_COMPLETE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "no-such-kubeconfig"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    yield
    structlog.reset_defaults()


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Terminal:
    """Runs one command line, words given apart."""

    def type_in(*words: str | Path, program: str = "arcops") -> Told:
        capsys.readouterr()
        status = run([str(word) for word in words], program)
        out, err = capsys.readouterr()
        return Told(int(status), out, err)

    return type_in
