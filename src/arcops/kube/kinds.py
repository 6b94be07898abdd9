"""The kinds a cluster serves and the words people use for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from arcops.base.errors import UnknownKind
from arcops.kube.refs import GroupKind


class ApiResource(msgspec.Struct, frozen=True, gc=False):
    """One listable kind, as discovery describes it (or as built in, for files without a cluster)."""

    group: str
    version: str
    kind: str
    plural: str
    singular: str = ""
    namespaced: bool = True
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ("get", "list", "watch")

    @property
    def group_kind(self) -> GroupKind:
        """The kind without its version."""
        return GroupKind(self.group, self.kind)

    @property
    def api_version(self) -> str:
        """``apps/v1``, ``v1``."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def resource_name(self) -> str:
        """``deployments.apps``, ``pods``: the name RBAC and settings use."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    def path(self, namespace: str = "", name: str = "") -> str:
        """The URL path of the list, of one namespace's list or of one object."""
        parts = ["/apis", self.group, self.version] if self.group else ["/api", self.version]
        if self.namespaced and namespace:
            parts += ["namespaces", namespace]
        parts.append(self.plural)
        if name:
            parts.append(name)
        return "/".join(parts)


class KindCatalog:
    """Finds kinds by any word people use: ``po``, ``pods``, ``Pod``, ``deploy``, ``deployments.apps``, ``apps/v1/Deployment``.

    Where two groups share a word the earlier entry wins, as with kubectl; the full name reaches the other.
    """

    def __init__(self, resources: Iterable[ApiResource] = ()) -> None:
        """A catalogue of ``resources``, in their order of precedence."""
        self._by_kind: dict[GroupKind, ApiResource] = {}
        self._by_word: dict[str, ApiResource] = {}
        for resource in resources:
            self.add(resource)

    def add(self, resource: ApiResource) -> None:
        """Add or replace a kind."""
        self._by_kind[resource.group_kind] = resource
        self._reindex()

    def remove(self, group_kind: GroupKind) -> None:
        """Forget a kind; unknown ones are fine."""
        if self._by_kind.pop(group_kind, None):
            self._reindex()

    def _reindex(self) -> None:
        self._by_word = {}
        for resource in self._by_kind.values():
            for word in words_of(resource):
                self._by_word.setdefault(word, resource)

    def __iter__(self) -> Iterator[ApiResource]:
        return iter(self._by_kind.values())

    def __len__(self) -> int:
        return len(self._by_kind)

    def get(self, group_kind: GroupKind) -> ApiResource | None:
        """The resource of a kind, or None."""
        return self._by_kind.get(group_kind)

    def find(self, word: str) -> ApiResource:
        """The kind a person means; raises ``UnknownKind`` that names the nearest."""
        text = word.strip().lower().replace("/", ".")
        found = self._by_word.get(text)
        if found is None:
            raise UnknownKind(kind=word, near=self._near(text))
        return found

    def _near(self, text: str) -> str:
        from difflib import get_close_matches

        near = get_close_matches(text, list(self._by_word), n=3, cutoff=0.6)
        return f"Did you mean {' or '.join(near)}?" if near else ""


def words_of(resource: ApiResource) -> Iterator[str]:
    """Every lower-case word that means this kind, the most usual first."""
    plain = [resource.plural, resource.singular or resource.kind.lower(), resource.kind.lower(), *resource.short_names]
    yield from plain
    for word in plain[:3]:
        if resource.group:
            yield f"{word}.{resource.group}"
            yield f"{word}.{resource.version}.{resource.group}"
    yield f"{resource.group}.{resource.version}.{resource.kind}".lower().lstrip(".")
    yield f"{resource.group}.{resource.kind}".lower().lstrip(".")
