"""Kinds without a cluster to ask."""

from __future__ import annotations

import pytest

from arcops.kube.builtin import BUILTIN, plural_of, resource_for
from arcops.kube.kinds import KindCatalog
from arcops.kube.objects.decode import TYPES


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("po", "pods"),
        ("deploy", "deployments.apps"),
        ("netpol", "networkpolicies.networking.k8s.io"),
        ("ep", "endpoints"),
        ("ev", "events"),
    ],
)
def test_the_words_of_kubectl_are_known(word: str, name: str) -> None:
    assert KindCatalog(BUILTIN).find(word).resource_name == name


def test_each_kind_stands_in_the_table_once_and_can_be_watched() -> None:
    assert len({resource.group_kind for resource in BUILTIN}) == len(BUILTIN) > 50
    assert all({"list", "watch"} <= set(resource.verbs) for resource in BUILTIN)


def test_every_typed_kind_of_kubernetes_itself_is_built_in() -> None:
    elsewhere = {"gateway.networking.k8s.io", "events.k8s.io", "extensions"}
    assert {kind for kind in TYPES if kind.group not in elsewhere} <= {resource.group_kind for resource in BUILTIN}


def test_an_old_version_of_a_kind_is_the_kind() -> None:
    assert resource_for("apps", "v1beta2", "Deployment").version == "v1"


@pytest.mark.parametrize(
    ("kind", "plural"),
    [
        ("Proxy", "proxies"),
        ("GatewayClass", "gatewayclasses"),
        ("Gateway", "gateways"),
        ("Mesh", "meshes"),
        ("Widget", "widgets"),
        ("Key", "keys"),
    ],
)
def test_the_plural_of_a_custom_kind_is_guessed_as_english_has_it(kind: str, plural: str) -> None:
    guessed = resource_for("acme.com", "v1", kind, namespaced=False)
    assert (guessed.plural, guessed.namespaced) == (plural_of(kind), False) == (plural, False)
