"""Fields as leaves, and which of them a question asks for."""

from __future__ import annotations

import pytest

from arcops.chat.lookup.found import best
from arcops.chat.lookup.heads import wanted_of
from arcops.chat.lookup.leaves import leaves_of
from arcops.chat.lookup.stems import stem, stems_of
from arcops.kube.refs import ObjectRef

CERTIFICATE = ObjectRef("cert-manager.io", "Certificate", "shop", "shop-tls")
BODY = {
    "metadata": {"name": "shop-tls", "uid": "1", "creationTimestamp": "2026-11-10T10:00:00Z"},
    "spec": {"secretName": "tls", "dnsNames": ["shop.example.com"], "issuerRef": {"kind": "ClusterIssuer", "name": "le"}},
    "status": {
        "notAfter": "2026-12-19T10:00:00Z",
        "conditions": [{"type": "Ready", "status": "True", "reason": "Ready", "lastTransitionTime": "2026-09-21T00:00:00Z"}],
    },
}
DEPLOYMENT = ObjectRef("apps", "Deployment", "edge", "collector")
TEMPLATE = {
    "spec": {
        "selector": {"matchLabels": {"app": "collector", "tier": "edge"}},
        "template": {"spec": {"containers": [
            {"name": "app", "image": "c:1", "securityContext": {"runAsUser": 10001, "readOnlyRootFilesystem": True}},
        ]}},
    },
}  # fmt: skip


def found(question: str, *names: str) -> list[str]:
    leaves = [(leaf, 0) for leaf in leaves_of(CERTIFICATE, BODY)] + [(leaf, 1) for leaf in leaves_of(DEPLOYMENT, TEMPLATE)]
    return [f"{leaf.path} {leaf.value}" for leaf in best(wanted_of(question, names), leaves)]


def test_a_field_is_a_leaf_and_a_few_plain_values_are_one() -> None:
    told = {leaf.path: leaf.value for leaf in leaves_of(CERTIFICATE, BODY)}
    assert told["issuerRef"] == "kind=ClusterIssuer, name=le"
    assert told["dnsNames"] == "shop.example.com"
    assert told["condition Ready"] == "True (Ready), since 2026-09-21T00:00:00Z"
    assert "uid" not in told


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ("who issues it, and for which domain?", "dnsNames shop.example.com"),
        ("which domain is it for", "dnsNames shop.example.com"),
        ("when does it expire", "notAfter 2026-12-19T10:00:00Z"),
        ("as which user does it run", "containers.app.securityContext runAsUser=10001, readOnlyRootFilesystem=true"),
        ("what labels would a pod need", "selector.matchLabels app=collector, tier=edge"),
    ],
)
def test_the_field_asked_for_is_found_by_what_people_call_it(question: str, path: str) -> None:
    assert path in found(question)


@pytest.mark.parametrize("question", ["what is wrong?", "is everything ok", "which pods are not ready", "why does it not start", ""])
def test_nothing_is_looked_up_where_no_field_is_asked_for(question: str) -> None:
    assert found(question) == []


def test_a_name_is_no_word_of_a_field() -> None:
    assert found("what about issuer", "issuer") == []


def test_words_lose_their_endings_alike() -> None:
    assert stem("provisions") == stem("provisioner") == stem("provisioned")
    assert stem("archives") in stems_of("ContinuousArchiving")
    assert stem("ip") == "ip"
