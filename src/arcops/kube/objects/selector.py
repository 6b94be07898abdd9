"""The structured label selector of workloads, budgets and policies."""

from __future__ import annotations

import msgspec


class LabelSelectorRequirement(msgspec.Struct, gc=False, rename="camel"):
    """One expression; ``operator`` is ``In``, ``NotIn``, ``Exists`` or ``DoesNotExist`` (for nodes also ``Gt``, ``Lt``)."""

    key: str = ""
    operator: str = ""
    values: tuple[str, ...] | None = None


class LabelSelector(msgspec.Struct, gc=False, rename="camel"):
    """Labels that must match, all of them. An empty one matches everything, an absent one (None) nothing."""

    match_labels: dict[str, str] | None = None
    match_expressions: tuple[LabelSelectorRequirement, ...] | None = None
