"""Which kinds the cluster serves that can be listed and watched: parsed from discovery, whatever part of it answers.

Aggregated discovery (two requests, Kubernetes 1.26 and later) is asked for first; a server that answers in the classic
form is asked group by group. A group that does not answer (a dead aggregated API) is an entry in ``errors``, and what
was known of it before stays known.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from arcops.base.errors import ArcopsError, Forbidden, Refused
from arcops.kube.kinds import ApiResource, words_of
from arcops.kube.refs import GroupKind
from arcops.source.base import KindsChanged

PLAIN = "application/json"
AGGREGATED = (
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    f"application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,{PLAIN}"
)
REDISCOVER_S = 600.0
"""How often to ask again without a reason; kinds that change discovery (``is_reason_to_rediscover``) do not wait."""

_ALL_GROUPS = "*"

GetJson = Callable[[str, str], Awaitable[tuple[int, Any]]]
"""``(path, accept) -> (status, body)``; raises ``Unreachable`` when nobody answers."""

_STORED_TWICE = {
    GroupKind("events.k8s.io", "Event"): GroupKind("", "Event"),
    GroupKind("extensions", "Ingress"): GroupKind("networking.k8s.io", "Ingress"),
    GroupKind("extensions", "NetworkPolicy"): GroupKind("networking.k8s.io", "NetworkPolicy"),
    GroupKind("extensions", "Deployment"): GroupKind("apps", "Deployment"),
    GroupKind("extensions", "DaemonSet"): GroupKind("apps", "DaemonSet"),
    GroupKind("extensions", "ReplicaSet"): GroupKind("apps", "ReplicaSet"),
    GroupKind("extensions", "PodSecurityPolicy"): GroupKind("policy", "PodSecurityPolicy"),
}
"""The same objects under two groups: the left kind is dropped where the right one is served. All other kinds that merely
share a word (the Service of Knative and that of the core) are different things and both stay."""

_REASONS = frozenset({GroupKind("apiextensions.k8s.io", "CustomResourceDefinition"), GroupKind("apiregistration.k8s.io", "APIService")})


@dataclass(frozen=True, slots=True)
class Discovery:
    """What one round found. ``errors`` names the groups (``""`` the core, ``*`` all others) that did not answer, and why."""

    resources: tuple[ApiResource, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KindPatterns:
    """Which kinds to read, by words of ``KindCatalog`` or patterns of them; an empty ``include`` means all, ``exclude`` wins.

    ``pods``, ``po``, ``deployments.apps``, ``*.metrics.k8s.io``, ``events.`` (the core's alone), ``*``.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def allows(self, resource: ApiResource) -> bool:
        """Included and not excluded."""
        return (not self.include or _matches(resource, self.include)) and not _matches(resource, self.exclude)


def _matches(resource: ApiResource, patterns: Iterable[str]) -> bool:
    names = {*words_of(resource), f"{resource.plural}.{resource.group}"}
    return any(fnmatch.fnmatchcase(name, pattern.strip().lower()) for pattern in patterns for name in names)


def is_reason_to_rediscover(group_kind: GroupKind) -> bool:
    """Whether a change of an object of this kind may bring or take kinds."""
    return group_kind in _REASONS


class Discoverer:
    """Remembers what was found, so that a group that fails for a while does not take its kinds away."""

    def __init__(self, get_json: GetJson, patterns: KindPatterns | None = None) -> None:
        """Ask by ``get_json``; keep what ``patterns`` allow."""
        self._get_json = get_json
        self._patterns = patterns or KindPatterns()
        self._known: dict[GroupKind, ApiResource] = {}
        self.errors: dict[str, str] = {}

    @property
    def resources(self) -> tuple[ApiResource, ...]:
        """The kinds known now, core first, then in the server's order."""
        return tuple(self._known.values())

    async def refresh(self) -> KindsChanged:
        """Ask the server and tell what came and went; raises ``Unreachable``, ``Forbidden`` or ``Refused`` if nothing answers.

        A kind whose version changed has both gone and come.
        """
        found = await discover(self._get_json)
        now = {resource.group_kind: resource for resource in found.resources if self._patterns.allows(resource)}
        for group_kind, resource in self._known.items():
            group = group_kind.group
            is_unknown = group in found.errors or (group != "" and _ALL_GROUPS in found.errors)
            if is_unknown and group_kind not in now:
                now[group_kind] = resource
        before, self._known, self.errors = self._known, now, found.errors
        return kinds_changed(before.values(), now.values())


def kinds_changed(before: Iterable[ApiResource], after: Iterable[ApiResource]) -> KindsChanged:
    """What came and what went between two rounds, by kind and version."""
    old = {(resource.group_kind, resource.version, resource.plural): resource for resource in before}
    new = {(resource.group_kind, resource.version, resource.plural): resource for resource in after}
    return KindsChanged(
        added=tuple(resource for key, resource in new.items() if key not in old),
        removed=tuple(resource for key, resource in old.items() if key not in new),
    )


async def discover(get_json: GetJson) -> Discovery:
    """One round over core and groups; raises only when neither answers."""
    resources: list[ApiResource] = []
    errors: dict[str, str] = {}
    failures: list[ArcopsError] = []
    for path, classic in (("/api", _classic_core), ("/apis", _classic_groups)):
        try:
            body = await _get(get_json, path, AGGREGATED)
        except ArcopsError as error:
            failures.append(error)
            errors["" if path == "/api" else _ALL_GROUPS] = str(error)
            continue
        if body.get("kind") == "APIGroupDiscoveryList":
            found = parse_aggregated(body)
        else:
            found = await classic(get_json, body)
        resources += found.resources
        errors |= found.errors
    if len(failures) == 2:  # noqa: PLR2004 - both of the loop's
        raise failures[0]
    return Discovery(without_doubles(resources), errors)


async def _get(get_json: GetJson, path: str, accept: str) -> dict[str, Any]:
    status, body = await get_json(path, accept)
    if status == 403:  # noqa: PLR2004
        raise Forbidden(verb="get", resource=path)
    if status != 200 or not isinstance(body, dict):  # noqa: PLR2004
        raise Refused(status=status, what=f"GET {path}")
    return body


class _Subresourced(msgspec.Struct, rename="camel"):
    resource: str = ""
    response_kind: dict[str, str] | None = None
    scope: str = ""
    singular_resource: str = ""
    verbs: list[str] | None = None
    short_names: list[str] | None = None
    categories: list[str] | None = None


class _Version(msgspec.Struct, rename="camel"):
    version: str = ""
    resources: list[_Subresourced] | None = None
    freshness: str = ""


class _Named(msgspec.Struct):
    name: str = ""


class _Group(msgspec.Struct):
    metadata: _Named = msgspec.field(default_factory=_Named)
    versions: list[_Version] | None = None


def parse_aggregated(body: dict[str, Any]) -> Discovery:
    """The kinds of an ``APIGroupDiscoveryList``; a group marked ``Stale`` is one whose own server does not answer."""
    resources: list[ApiResource] = []
    errors: dict[str, str] = {}
    for item in body.get("items") or ():
        try:
            group = msgspec.convert(item, _Group, strict=False)
        except msgspec.ValidationError as error:
            errors[_name_of(item)] = f"its discovery cannot be read ({error})"
            continue
        name = group.metadata.name
        for version in group.versions or ():
            if version.freshness == "Stale":
                errors[name] = f"the server behind {name}/{version.version} does not answer"
            resources += (_of_aggregated(name, version.version, entry) for entry in version.resources or () if entry.resource)
    return Discovery(tuple(_readable(resources)), errors)


def _name_of(item: Any) -> str:
    metadata = item.get("metadata") if isinstance(item, dict) else None
    return str(metadata.get("name", "?")) if isinstance(metadata, dict) else "?"


def _of_aggregated(group: str, version: str, entry: _Subresourced) -> ApiResource:
    return ApiResource(
        group=group,
        version=version,
        kind=(entry.response_kind or {}).get("kind", ""),
        plural=entry.resource,
        singular=entry.singular_resource,
        namespaced=entry.scope == "Namespaced",
        short_names=tuple(entry.short_names or ()),
        categories=tuple(entry.categories or ()),
        verbs=tuple(entry.verbs or ()),
    )


class _ClassicResource(msgspec.Struct, rename="camel"):
    name: str = ""
    kind: str = ""
    singular_name: str = ""
    namespaced: bool = False
    verbs: list[str] | None = None
    short_names: list[str] | None = None
    categories: list[str] | None = None


def parse_classic(group: str, version: str, body: dict[str, Any]) -> Iterator[ApiResource]:
    """The kinds of an ``APIResourceList``, without subresources; raises ``msgspec.ValidationError`` for another shape."""
    for entry in msgspec.convert(body.get("resources") or [], list[_ClassicResource], strict=False):
        if "/" in entry.name or not entry.name:
            continue
        yield ApiResource(
            group=group,
            version=version,
            kind=entry.kind,
            plural=entry.name,
            singular=entry.singular_name,
            namespaced=entry.namespaced,
            short_names=tuple(entry.short_names or ()),
            categories=tuple(entry.categories or ()),
            verbs=tuple(entry.verbs or ()),
        )


async def _classic_core(get_json: GetJson, body: dict[str, Any]) -> Discovery:
    versions = [str(version) for version in body.get("versions") or ("v1",)]
    return await _classic(get_json, "", versions, "/api")


async def _classic_groups(get_json: GetJson, body: dict[str, Any]) -> Discovery:
    resources: list[ApiResource] = []
    errors: dict[str, str] = {}
    for name, versions in classic_groups(body):
        found = await _classic(get_json, name, versions, f"/apis/{name}")
        resources += found.resources
        errors |= found.errors
    return Discovery(tuple(resources), errors)


def classic_groups(body: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Names and versions of an ``APIGroupList``, the preferred version first."""
    for group in body.get("groups") or ():
        if not isinstance(group, dict) or not group.get("name"):
            continue
        versions = [str(entry.get("version", "")) for entry in group.get("versions") or () if isinstance(entry, dict)]
        preferred = str((group.get("preferredVersion") or {}).get("version", ""))
        yield str(group["name"]), sorted(filter(None, versions), key=lambda version: version != preferred)


async def _classic(get_json: GetJson, group: str, versions: Sequence[str], path: str) -> Discovery:
    resources: list[ApiResource] = []
    errors: dict[str, str] = {}
    for version in versions:
        try:
            resources += parse_classic(group, version, await _get(get_json, f"{path}/{version}", PLAIN))
        except (ArcopsError, msgspec.ValidationError) as error:
            errors[group] = str(error)
    return Discovery(tuple(_readable(resources)), errors)


def _readable(resources: Iterable[ApiResource]) -> Iterator[ApiResource]:
    """What can be listed and watched, each kind once: in the preferred version, or the first that has it."""
    seen: set[GroupKind] = set()
    for resource in resources:
        if resource.kind and {"list", "watch"} <= set(resource.verbs) and resource.group_kind not in seen:
            seen.add(resource.group_kind)
            yield resource


def without_doubles(resources: Sequence[ApiResource]) -> tuple[ApiResource, ...]:
    """Drop kinds that only repeat the objects of another kind that is there too."""
    served = {resource.group_kind for resource in resources}
    return tuple(resource for resource in resources if _STORED_TWICE.get(resource.group_kind) not in served)
