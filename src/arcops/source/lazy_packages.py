"""Third-party packages whose ``__init__`` imports all of themselves, made to import a part when it is asked for.

``import kubernetes.aio.client.api_client`` runs ``kubernetes/__init__.py`` and ``kubernetes/aio/__init__.py``, which import
both flavours of the client whole, with requests, OAuth and WebSockets: 10 MB and 0.25 s for parts that arcops never
calls. This ends when those two files import lazily, as ``kubernetes.client`` and ``kubernetes.aio.client`` do already.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from functools import partial


def make_lazy(*names: str) -> None:
    """Let ``import a.b`` run nothing of package ``a`` itself; ``a.b`` as an attribute is imported when it is first asked for.

    Parents come before their children. A package that is imported already, or absent, is left as it is.
    """
    for name in names:
        spec = None if name in sys.modules else importlib.util.find_spec(name)
        if spec is None or spec.submodule_search_locations is None:
            continue
        module = importlib.util.module_from_spec(spec)
        module.__getattr__ = partial(_member, name)  # type: ignore[method-assign]  # PEP 562
        sys.modules[name] = module


def _member(package: str, name: str) -> object:
    """A submodule of a package, imported now. Raises ``AttributeError`` if it has none of that name."""
    try:
        return importlib.import_module(f"{package}.{name}")
    except ModuleNotFoundError as error:
        raise AttributeError(name) from error
