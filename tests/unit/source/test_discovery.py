"""Which kinds are found, in both forms of discovery, whatever part of the server is down."""

from __future__ import annotations

from typing import Any

import pytest

from arcops.base.errors import ClusterUnreachable, Forbidden
from arcops.kube.kinds import ApiResource
from arcops.kube.refs import GroupKind
from arcops.source.discovery import Discoverer, KindPatterns, discover, is_reason_to_rediscover

pytestmark = pytest.mark.anyio

ALL = ["get", "list", "watch"]


class Server:
    """Serves groups (name -> versions -> resources) in both forms; groups in ``dead`` do not answer."""

    def __init__(self, *, aggregated: bool) -> None:
        self.aggregated = aggregated
        self.dead: set[str] = set()
        self.broken: set[str] = set()
        self.down = False
        self.forbidden = False
        self.paths: list[str] = []
        self.groups: dict[str, dict[str, list[tuple[str, str, bool, list[str]]]]] = {
            "": {"v1": [
                ("pods", "Pod", True, ALL), ("pods/log", "Pod", True, ["get"]), ("nodes", "Node", False, ALL),
                ("events", "Event", True, ALL),
                ("services", "Service", True, ALL), ("componentstatuses", "ComponentStatus", False, ["get", "list"]),
            ]},
            "apps": {"v1": [("deployments", "Deployment", True, ALL)], "v1beta1": [("deployments", "Deployment", True, ALL)]},
            "events.k8s.io": {"v1": [("events", "Event", True, ALL)]},
            "extensions": {"v1beta1": [("deployments", "Deployment", True, ALL), ("ingresses", "Ingress", True, ALL)]},
            "metrics.k8s.io": {"v1beta1": [("pods", "PodMetrics", True, ["get", "list"])]},
            "authentication.k8s.io": {"v1": [("tokenreviews", "TokenReview", False, ["create"])]},
            "serving.knative.dev": {"v1": [("services", "Service", True, ALL)], "v1alpha1": [("routes", "Route", True, ALL)]},
        }  # fmt: skip

    async def get_json(self, path: str, accept: str) -> tuple[int, Any]:
        """Answer one request, as the live driver's own function does."""
        self.paths.append(path)
        if path in self.broken:
            return 502, "<html>"
        if self.down:
            raise ClusterUnreachable(server="x", why="refused")
        if self.forbidden:
            return 403, {}
        if path in {"/api", "/apis"}:
            names = [name for name in self.groups if (path == "/api") == (name == "")]
            if self.aggregated and "APIGroupDiscoveryList" in accept:
                return 200, {"kind": "APIGroupDiscoveryList", "items": [self._aggregated(name) for name in names]}
            return 200, {"versions": ["v1"]} if path == "/api" else {
                "kind": "APIGroupList",
                "groups": [self._classic(name) for name in names],
            }
        _, root, *rest = path.split("/")
        name, version = ("", rest[0]) if root == "api" else (rest[0], rest[1])
        if name in self.dead:
            return 503, {"kind": "Status"}
        return 200, {"resources": [self._resource(*entry) for entry in self.groups[name][version]]}

    def _aggregated(self, name: str) -> dict[str, Any]:
        dead = name in self.dead
        versions = [
            {
                "version": version,
                "freshness": "Stale" if dead else "Current",
                "resources": [
                    {
                        "resource": plural, "responseKind": {"group": name, "version": version, "kind": kind}, "verbs": verbs,
                        "scope": "Namespaced" if namespaced else "Cluster", "singularResource": kind.lower(), "subresources": None,
                    }
                    for plural, kind, namespaced, verbs in ([] if dead else entries) if "/" not in plural
                ],
            }
            for version, entries in self.groups[name].items()
        ]  # fmt: skip
        return {"metadata": {"name": name}, "versions": versions}

    def _classic(self, name: str) -> dict[str, Any]:
        versions = [{"groupVersion": f"{name}/{version}", "version": version} for version in self.groups[name]]
        return {"name": name, "versions": versions[::-1], "preferredVersion": versions[0]}

    @staticmethod
    def _resource(plural: str, kind: str, namespaced: bool, verbs: list[str]) -> dict[str, Any]:
        return {"name": plural, "kind": kind, "namespaced": namespaced, "verbs": verbs, "singularName": kind.lower(), "shortNames": None}


@pytest.fixture(params=[True, False], ids=["aggregated", "classic"])
def server(request: pytest.FixtureRequest) -> Server:
    return Server(aggregated=request.param)


def names(resources: tuple[ApiResource, ...]) -> list[str]:
    return [f"{resource.resource_name}/{resource.version}" for resource in resources]


EVERYTHING = [
    "pods/v1", "nodes/v1", "events/v1", "services/v1", "deployments.apps/v1", "ingresses.extensions/v1beta1",
    "services.serving.knative.dev/v1", "routes.serving.knative.dev/v1alpha1",
]  # fmt: skip


async def test_every_kind_that_can_be_watched_is_found_once(server: Server) -> None:
    """No subresources, nothing that cannot be listed and watched, preferred versions, no objects twice."""
    found = await discover(server.get_json)
    assert names(found.resources) == EVERYTHING
    assert not found.errors
    assert {resource.plural for resource in found.resources if not resource.namespaced} == {"nodes"}


async def test_aggregated_discovery_costs_two_requests() -> None:
    server = Server(aggregated=True)
    await discover(server.get_json)
    assert server.paths == ["/api", "/apis"]


async def test_a_dead_group_is_told_and_keeps_the_kinds_it_had(server: Server) -> None:
    discoverer = Discoverer(server.get_json)
    await discoverer.refresh()
    server.dead = {"serving.knative.dev", "metrics.k8s.io"}
    changed = await discoverer.refresh()
    assert (changed.added, changed.removed) == ((), ())
    assert set(discoverer.errors) == {"serving.knative.dev", "metrics.k8s.io"}
    server.dead = set()
    await discoverer.refresh()
    assert not discoverer.errors
    assert sorted(names(discoverer.resources)) == sorted(EVERYTHING)


async def test_a_group_that_is_dead_at_the_start_is_found_when_it_lives(server: Server) -> None:
    server.dead = {"apps"}
    discoverer = Discoverer(server.get_json)
    assert "deployments.apps/v1" not in names((await discoverer.refresh()).added)
    server.dead = set()
    assert names((await discoverer.refresh()).added) == ["deployments.apps/v1"]


async def test_kinds_that_come_and_go_are_told(server: Server) -> None:
    discoverer = Discoverer(server.get_json)
    await discoverer.refresh()
    server.groups["acme.com"] = {"v1": [("widgets", "Widget", True, ALL)]}
    del server.groups["serving.knative.dev"]
    changed = await discoverer.refresh()
    assert names(changed.added) == ["widgets.acme.com/v1"]
    assert names(changed.removed) == ["services.serving.knative.dev/v1", "routes.serving.knative.dev/v1alpha1"]


async def test_a_kind_whose_version_changes_has_gone_and_come(server: Server) -> None:
    discoverer = Discoverer(server.get_json)
    await discoverer.refresh()
    server.groups["apps"] = {"v2": server.groups["apps"]["v1"]}
    changed = await discoverer.refresh()
    assert (names(changed.added), names(changed.removed)) == (["deployments.apps/v2"], ["deployments.apps/v1"])


async def test_a_server_that_is_down_or_refuses_us_is_an_error_and_changes_nothing(server: Server) -> None:
    discoverer = Discoverer(server.get_json)
    await discoverer.refresh()
    server.down = True
    with pytest.raises(ClusterUnreachable):
        await discoverer.refresh()
    server.down, server.forbidden = False, True
    with pytest.raises(Forbidden):
        await discoverer.refresh()
    assert names(discoverer.resources) == EVERYTHING


async def test_half_an_answer_keeps_the_other_half_known(server: Server) -> None:
    discoverer = Discoverer(server.get_json)
    await discoverer.refresh()
    server.broken = {"/apis"}
    changed = await discoverer.refresh()
    assert (changed.added, changed.removed) == ((), ())
    assert set(discoverer.errors) == {"*"}


@pytest.mark.parametrize(
    ("include", "exclude", "allowed"),
    [
        ((), (), EVERYTHING),
        (("pods", "Deployment"), (), ["pods/v1", "deployments.apps/v1"]),
        (("*",), ("*.knative.dev", "events"), EVERYTHING[:2] + EVERYTHING[3:6]),
        (("services.",), (), ["services/v1"]),
        (("services",), (), ["services/v1", "services.serving.knative.dev/v1"]),
        (("*",), ("*",), []),
    ],
)
async def test_patterns_choose_the_kinds(include: tuple[str, ...], exclude: tuple[str, ...], allowed: list[str]) -> None:
    discoverer = Discoverer(Server(aggregated=True).get_json, KindPatterns(include, exclude))
    await discoverer.refresh()
    assert names(discoverer.resources) == allowed


@pytest.mark.parametrize(
    "item", [None, 5, {}, {"metadata": None}, {"metadata": {"name": "x"}, "versions": 7}, {"metadata": {"name": "x"}, "versions": [5]}]
)
async def test_a_group_in_an_odd_shape_does_not_hide_the_others(item: object) -> None:
    server = Server(aggregated=True)

    async def odd(path: str, accept: str) -> tuple[int, Any]:
        status, body = await server.get_json(path, accept)
        body["items"].append(item)
        return status, body

    assert names((await discover(odd)).resources) == EVERYTHING


def test_definitions_of_kinds_are_reasons_to_look_again() -> None:
    assert is_reason_to_rediscover(GroupKind("apiextensions.k8s.io", "CustomResourceDefinition"))
    assert is_reason_to_rediscover(GroupKind("apiregistration.k8s.io", "APIService"))
    assert not is_reason_to_rediscover(GroupKind("", "Pod"))
