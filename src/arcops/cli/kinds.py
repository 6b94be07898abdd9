"""Finds the kind a word means, among the kinds of whoever is asked."""

from __future__ import annotations

from collections.abc import Iterable

from arcops.kube.kinds import ApiResource, KindCatalog
from arcops.queries.objects import KindInfo


def catalog_of(kinds: Iterable[KindInfo]) -> KindCatalog:
    """The kinds of an answer as a catalogue that finds them by any word."""
    return KindCatalog(resource_of(kind) for kind in _in_precedence(kinds))


def resource_of(kind: KindInfo) -> ApiResource:
    """A kind as discovery describes it."""
    return ApiResource(
        group=kind.group, version=kind.version, kind=kind.kind, plural=kind.plural, singular=kind.singular,
        namespaced=kind.namespaced, short_names=tuple(kind.short_names),
    )  # fmt: skip


def _in_precedence(kinds: Iterable[KindInfo]) -> list[KindInfo]:
    """The core group first, then the groups of Kubernetes, then others: ``pods`` are core's, not those of metrics.k8s.io."""
    return sorted(
        kinds, key=lambda kind: (kind.group != "", "." in kind.group, not kind.group.endswith(".k8s.io"), kind.group == "events.k8s.io")
    )
