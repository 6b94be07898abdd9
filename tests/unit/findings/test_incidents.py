"""One fault is one incident, however many objects suffer; two faults are two."""

import msgspec

from arcops.findings.report import Report, report
from arcops.inventory.index import Inventory
from arcops.kube.objects.decode import decode
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.watch import Observation, Op
from tests.case_pictures import CASES, engine_over, observations, picture

POD = GroupKind("", "Pod")


def copies(seen: Observation, count: int) -> list[Observation]:
    """The same pod again under other names."""
    made = []
    for number in range(count):
        raw = seen.raw.replace(b"x2x4z", f"p{number:04d}".encode())
        raw = raw.replace(seen.obj.metadata.uid.encode(), f"10000000-0000-4000-8000-{number:012d}".encode())
        made.append(Observation(Op.ADDED, POD, decode(POD, raw), raw, seen.seen_ms))
    return made


def reported(seen: list[Observation], now_ms: int) -> Report:
    inventory = Inventory()
    inventory.apply(seen)
    engine = engine_over(inventory)
    engine.evaluate(now_ms)
    return report(engine, now_ms)


def test_fifty_pods_without_their_configmap_are_one_incident_with_fifty_members() -> None:
    path = CASES / "ContainerConfigError" / "shop-1.yaml"
    seen = observations(path)
    (pod,) = [one for one in seen if one.group_kind == POD]
    made = reported([one for one in seen if one is not pod] + copies(pod, 50), picture(path).steps[0].at_ms)
    (incident,) = made.incidents
    assert incident.root == ObjectRef("", "ConfigMap", "shop", "web-settings")
    assert {member.code: member.count for member in incident.members} == {"ContainerConfigError": 50, "ReplicasMissing": 1}
    assert [(str(link.cause), str(link.effect), link.certainty) for link in incident.chain] == [
        ("ConfigMap shop/web-settings", "Deployment shop/web", "certain")
    ]


def test_a_bad_image_behind_a_service_is_one_incident_of_the_workload() -> None:
    path = CASES / "ImagePullFailing" / "shop-1.yaml"
    service = {
        "metadata": {"name": "web", "namespace": "shop", "uid": "svc", "resourceVersion": "1", "creationTimestamp": "2026-03-01T08:00:00Z"},
        "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
    }
    kind = GroupKind("", "Service")
    seen = [*observations(path), Observation(Op.ADDED, kind, decode(kind, msgspec.json.encode(service)), b"", 0)]
    (incident,) = reported(seen, picture(path).steps[0].at_ms).incidents
    assert incident.root == ObjectRef("apps", "Deployment", "shop", "web")
    assert {member.code for member in incident.members} == {"ImagePullFailing", "ReplicasMissing", "ServiceWithoutEndpoints"}


def test_two_faults_with_nothing_in_common_are_two_incidents() -> None:
    first, second = CASES / "ImagePullFailing" / "shop-1.yaml", CASES / "JobFailed" / "shop-1.yaml"
    made = reported([*observations(first), *observations(second)], picture(first).steps[0].at_ms)
    assert [str(incident.root) for incident in made.incidents] == ["Deployment shop/web", "Job shop/import"]
