"""The checkout as the architecture tests see it: its files, their text, their syntax trees."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "arcops"


@cache
def files(suffix: str = "", under: str = "") -> tuple[Path, ...]:
    """Every file that git tracks or would track, by the end of its name and the folder it is in."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "-z", "--", under or "."]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    paths = (ROOT / name for name in sorted(set(listed)) if name and name.endswith(suffix))
    return tuple(path for path in paths if path.is_file())


@cache
def packages() -> frozenset[str]:
    """The packages directly under arcops that are committed."""
    command = ["git", "ls-files", "-z", "--", "src/arcops/*/__init__.py"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return frozenset(parts[2] for path in listed if len(parts := path.split("/")) == 4)


def name(path: Path) -> str:
    """A path as a reader of the checkout writes it."""
    return path.relative_to(ROOT).as_posix()


@cache
def syntax(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def python(*folders: str) -> tuple[Path, ...]:
    """The Python files under some folders of the checkout."""
    return tuple(path for folder in folders for path in files(".py", folder))
