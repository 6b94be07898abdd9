"""Decisions to live with a finding: by annotation and by hand, and when they end."""

from __future__ import annotations

import msgspec
import pytest

from arcops.findings.base import UNKNOWN_SINCE, Finding, Severity, State
from arcops.findings.suppress import Suppression, parse_annotation, suppression_of
from arcops.inventory.index import Inventory
from arcops.kube.objects.decode import decode
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.watch import Observation, Op

NOW_MS = 1_795_500_000_000
POD = ObjectRef("", "Pod", "shop", "web-1")
DEPLOYMENT = ObjectRef("apps", "Deployment", "shop", "web")
FINDING = Finding(
    id="f", code="OomKilled", severity=Severity.CRITICAL, state=State.OPEN, subject=POD, uid="u", speaker=DEPLOYMENT, cause=None, link="",
    title="t", why="", since=UNKNOWN_SINCE, evidence=(), next=(),
)  # fmt: skip


def inventory(**annotations: str) -> Inventory:
    """A pod, its Deployment and their namespace; each keyword is the ignore annotation of one of them."""
    made = Inventory()
    for kind, namespace, name in (("Pod", "shop", "web-1"), ("Deployment", "shop", "web"), ("Namespace", "", "shop")):
        text = annotations.get(kind.lower())
        meta = {"name": name, "namespace": namespace, "uid": name, "labels": {"app": "web"}}
        body = {"metadata": {**meta, **({"annotations": {"arcops.io/ignore": text}} if text else {})}}
        group_kind = GroupKind("apps" if kind == "Deployment" else "", kind)
        raw = msgspec.json.encode(body)
        made.apply([Observation(Op.ADDED, group_kind, decode(group_kind, raw), raw, 0)])
    return made


def decision(**fields: str) -> Suppression:
    return Suppression(id="d", who="ana", why="known", since_ms=0, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("where", ["pod", "deployment", "namespace"])
@pytest.mark.parametrize(
    ("text", "ignored"),
    [
        ("*", True),
        ("true", True),
        ("OomKilled", True),
        ("ProbeFailing, OomKilled; why=load test; who=ana", True),
        ("Oom*", True),
        ("ProbeFailing", False),
        ("OomKilled; until=2030-01-01", True),
        ("OomKilled; until=2026-01-01T00:00:00Z", False),
        ("OomKilled; until=soon", False),
        ("", False),
        (" ; why=nothing named", False),
    ],
)
def test_an_annotation_counts_on_the_subject_its_workload_and_their_namespace(where: str, text: str, ignored: bool) -> None:
    found = suppression_of(FINDING, (), inventory(**{where: text}), NOW_MS)
    assert (found is not None) is ignored


def test_an_annotation_says_who_and_why() -> None:
    (one,) = parse_annotation("OomKilled; why=load test; who=ana; until=2026-12-01", POD)
    assert one.text == "ignored until 2026-12-01T00:00:00Z by ana: load test"
    (unsigned,) = parse_annotation("*", POD)
    assert unsigned.text == "ignored by the annotation of Pod shop/web-1: no reason given"


@pytest.mark.parametrize(
    ("fields", "ignored"),
    [
        ({"code": "OomKilled"}, True),
        ({"code": "Oom*", "namespace": "shop"}, True),
        ({"kind": "Deployment.apps", "name": "web"}, True),
        ({"kind": "Pod", "name": "web-*"}, True),
        ({"selector": "app=web"}, True),
        ({"selector": "app=web,tier=front"}, False),
        ({"code": "ProbeFailing"}, False),
        ({"namespace": "elsewhere"}, False),
        ({"kind": "Pod", "name": "web"}, False),
    ],
)
def test_a_decision_covers_what_it_names(fields: dict[str, str], ignored: bool) -> None:
    found = suppression_of(FINDING, [decision(**fields)], inventory(), NOW_MS)
    assert (found is not None) is ignored


def test_a_decision_ends_at_its_time() -> None:
    until = msgspec.structs.replace(decision(code="*"), until_ms=NOW_MS)
    assert suppression_of(FINDING, [until], inventory(), NOW_MS) is None
    assert suppression_of(FINDING, [until], inventory(), NOW_MS - 1) is until
