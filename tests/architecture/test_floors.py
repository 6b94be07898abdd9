"""The floors and doors of .importlinter hold, cover what exists, and would notice a breach."""

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

from tests.architecture.checkout import PACKAGE, ROOT, packages

PURE_FLOORS = ("kube", "inventory", "findings")


def contracts() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    return parser


def lint(config: Path, package_parent: Path) -> subprocess.CompletedProcess[str]:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-logo", "--no-cache", "--config", str(config)],
        cwd=package_parent,
        check=False,
        capture_output=True,
        text=True,
    )


def test_every_floor_that_does_no_io_is_held_to_it() -> None:
    held = contracts()["importlinter:contract:pure-floors"]["source_modules"].split()
    there = [f"arcops.{floor}" for floor in PURE_FLOORS if floor in packages()]
    assert sorted(held) == sorted(there)


def test_an_upward_import_a_stray_package_and_a_missed_door_are_noticed(tmp_path: Path) -> None:
    package = tmp_path / "arcops"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("static", "__pycache__"))
    (package / "astray").mkdir()
    (package / "astray" / "__init__.py").touch()
    (package / "base" / "upward.py").write_text("import arcops.queries\n")
    (package / "kube" / "impure.py").write_text("import asyncio\n")
    (package / "queries" / "doors.py").write_text(
        "import kubernetes\nimport fastapi\nimport uvicorn\nimport click\nimport sqlite3\nimport httpx2\nimport onnx\n"
    )

    said = lint(ROOT / ".importlinter", tmp_path)

    assert said.returncode == 1, said.stdout + said.stderr
    assert "arcops.base.upward -> arcops.queries" in said.stdout
    assert "arcops.astray" in said.stdout
    for breach in ("asyncio", "kubernetes", "fastapi", "uvicorn", "click", "sqlite3", "httpx2", "onnx"):
        assert f"-> {breach} " in said.stdout
