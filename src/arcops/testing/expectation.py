"""What a case expects: the block that only the scorer reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import yaml

from arcops.base.errors import BadInput

Body = Any
"""A parsed YAML value."""


class ExpectedRoot(msgspec.Struct, frozen=True):
    """An object to blame; ``*`` as kind or name stands for any; any of ``alternatives`` does as well."""

    kind: str
    name: str
    namespace: str = ""
    alternatives: tuple[ExpectedRoot, ...] = msgspec.field(name="or", default=())

    @property
    def choices(self) -> tuple[ExpectedRoot, ...]:
        """The root and what does as well."""
        return (self, *self.alternatives)


class Scope(msgspec.Struct, frozen=True):
    """The namespace and labels that were asked for."""

    namespace: str = ""
    labels: str = ""


class Expectation(msgspec.Struct, frozen=True):
    """The ``expect`` block. ``codes``: findings that must be among those that blame a root (our own cases)."""

    verdict: str
    family: str = "other"
    roots: tuple[ExpectedRoot, ...] = ()
    severity: str = "warning"
    since: str | None = None
    text: tuple[tuple[str, ...], ...] = ()
    not_: tuple[str, ...] = msgspec.field(name="not", default=())
    never: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    scope: Scope = Scope()
    codes: tuple[str, ...] = ()
    opinion: bool = False
    manifest_only: bool = False
    needs_question: bool = False
    resolved: bool = False


def read_expectation(path: Path) -> Expectation:
    """The expectation of a case file. Raises ``BadInput`` where it has none that can be read."""
    try:
        body: Body = yaml.load(path.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe loader
        return msgspec.convert(body["expect"], Expectation)
    except (OSError, yaml.YAMLError, msgspec.ValidationError, KeyError, TypeError) as error:
        raise BadInput(what=str(path), why=f"it has no expectation that can be read ({error})") from error
