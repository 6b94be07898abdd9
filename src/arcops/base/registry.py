"""Finding the implementations that lie in a plural folder, so that adding one is adding a file."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def discover(package: ModuleType) -> tuple[ModuleType, ...]:
    """The modules that lie directly in ``package``, sorted by name; ``base`` and names with an underscore are not among them."""
    names = sorted(found.name for found in iter_modules(package.__path__) if not found.ispkg)
    return tuple(import_module(f"{package.__name__}.{name}") for name in names if name != "base" and not name.startswith("_"))
