"""What changed, in the words of whoever works with it."""

from __future__ import annotations

from typing import Any

import pytest

from arcops.inventory.diff import changed_leaves, differences
from arcops.inventory.wording import Weight, told, weight_of
from arcops.kube.refs import GroupKind

DEPLOYMENT = GroupKind("apps", "Deployment")
CONFIG = GroupKind("", "ConfigMap")
SECRET = GroupKind("", "Secret")
POD = GroupKind("", "Pod")
Body = Any


def deployment(*containers: Body, **spec: Body) -> Body:
    return {"spec": {"replicas": 3, "template": {"spec": {"containers": list(containers)}}, **spec}}


def app(name: str = "app", **fields: Body) -> Body:
    return {"name": name, "image": "nginx:1.25", **fields}


def words(before: Body, after: Body, kind: GroupKind = DEPLOYMENT, paths: tuple[str, ...] = ()) -> list[str]:
    return [field.text for field in told(kind, before, after, paths).fields]


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (deployment(app()), deployment(app(image="nginx:1.26")), "image nginx:1.25 → 1.26"),
        (deployment(app()), deployment(app(image="registry:5000/nginx:1.26")), "image nginx:1.25 → registry:5000/nginx:1.26"),
        (deployment(app(), app("log")), deployment(app(image="nginx:1.26"), app("log")), "app: image nginx:1.25 → 1.26"),
        (deployment(app()), deployment(app(), replicas=0), "replicas 3 → 0"),
        (
            deployment(app(resources={"limits": {"memory": "512Mi"}})),
            deployment(app(resources={"limits": {"memory": "128Mi"}})),
            "memory limit 512Mi → 128Mi",
        ),
        (deployment(app()), deployment(app(resources={"requests": {"cpu": "1"}})), "cpu request set to 1"),
        (deployment(app(resources={"limits": {"cpu": "1"}})), deployment(app()), "cpu limit removed (was 1)"),
        (
            deployment(app(env=[{"name": "LEVEL", "value": "info"}])),
            deployment(app(env=[{"name": "LEVEL", "value": "debug"}])),
            "env LEVEL info → debug",
        ),
        (
            deployment(app(env=[{"name": "LEVEL", "value": "info"}])),
            deployment(app(env=[{"name": "LEVEL", "value": "info"}, {"name": "X", "value": "1"}])),
            "env X added",
        ),
        (deployment(app()), deployment(app(), app("proxy")), "container proxy added"),
        (deployment(app(), app("proxy")), deployment(app()), "container proxy removed"),
        (
            deployment(app(livenessProbe={"httpGet": {"port": 80}})),
            deployment(app(livenessProbe={"httpGet": {"port": 8080}})),
            "liveness probe port 80 → 8080",
        ),
        (deployment(app()), deployment(app(), strategy={"type": "Recreate"}), "strategy.type set to Recreate"),
        (
            {"metadata": {"labels": {"app.kubernetes.io/name": "a"}}},
            {"metadata": {"labels": {"app.kubernetes.io/name": "b"}}},
            "label app.kubernetes.io/name a → b",
        ),
        ({"spec": {}}, {"spec": {"unschedulable": True}}, "cordoned set to true"),
        (
            {"status": {"conditions": [{"type": "Ready", "status": "True"}]}},
            {"status": {"conditions": [{"type": "Ready", "status": "False"}]}},
            "condition Ready True → False",
        ),
    ],
)
def test_a_change_is_said_in_the_words_of_the_field(before: Body, after: Body, text: str) -> None:
    assert words(before, after) == [text]


def test_the_keys_of_a_config_map_are_named_with_their_values() -> None:
    before, after = {"data": {"db.host": "a", "level": "info"}}, {"data": {"db.host": "b", "colour": "red"}}
    assert words(before, after, CONFIG) == ["key db.host a → b", "key level removed (was info)", "key colour set to red"]


def test_of_a_long_text_only_the_lines_that_differ_are_shown() -> None:
    before = {"data": {"app.conf": "one\ntwo\nthree\n"}}
    after = {"data": {"app.conf": "one\n2\nthree\n"}}
    assert words(before, after, CONFIG) == ["key app.conf two → 2"]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ({"data": {"DB_PASSWORD": "hunter-one"}}, {"data": {"DB_PASSWORD": "hunter-two"}}, CONFIG),
        ({"data": {"app.conf": "a=1\npassword=hunter-one\n"}}, {"data": {"app.conf": "a=1\npassword=hunter-two\n"}}, CONFIG),
        ({"data": {"url": "postgres://me:hunter-one@db/x"}}, {"data": {"url": "postgres://me:hunter-two@db/x"}}, CONFIG),
        (deployment(app(env=[])), deployment(app(env=[{"name": "DB_PASSWORD", "value": "hunter-one"}])), DEPLOYMENT),
        (
            deployment(app(env=[{"name": "API_TOKEN", "value": "hunter-one"}])),
            deployment(app(env=[{"name": "API_TOKEN", "value": "hunter-two"}])),
            DEPLOYMENT,
        ),
        (deployment(app(args=["--password", "hunter-one"])), deployment(app(args=["--password", "hunter-two"])), DEPLOYMENT),
        ({"type": "Opaque", "data": {"word": "hunter-one"}}, {"type": "Opaque", "data": {"word": "hunter-two"}}, SECRET),
    ],
)
def test_a_credential_is_never_shown_but_its_change_is_told(before: Body, after: Body, kind: GroupKind) -> None:
    (field,) = told(kind, before, after).fields
    assert "hunter" not in "".join(map(str, field))
    assert field.text.endswith(("changed", "added"))


def test_of_a_secret_only_the_paths_of_the_record_tell_that_it_changed() -> None:
    assert words({}, {}, SECRET, ("data.password",)) == ["changed"]
    assert words({}, {}, SECRET) == []


def test_what_nobody_did_is_folded_and_counted() -> None:
    before = {
        "metadata": {"resourceVersion": "1"},
        "status": {"observedGeneration": 1, "conditions": [{"type": "Ready", "lastHeartbeatTime": "a"}]},
    }
    after = {
        "metadata": {"resourceVersion": "2"},
        "status": {"observedGeneration": 2, "conditions": [{"type": "Ready", "lastHeartbeatTime": "b"}]},
    }
    assert told(POD, before, after) == ((), 2)


def test_the_state_of_a_container_is_one_word() -> None:
    def pod(state: Body, last: Body = None) -> Body:
        return {"status": {"containerStatuses": [{"name": "app", "state": state, **({"lastState": last} if last else {})}]}}

    crash = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}}
    killed = {"terminated": {"reason": "OOMKilled", "finishedAt": "a"}}
    assert words(pod({"running": {"startedAt": "a"}}), pod(crash, killed), POD) == [
        "state running → CrashLoopBackOff",
        "last state set to OOMKilled",
    ]
    later = {"terminated": {"reason": "OOMKilled", "finishedAt": "b"}}
    assert told(POD, pod(crash, killed), pod({"waiting": {"reason": "CrashLoopBackOff", "message": "longer"}}, later)) == ((), 2)


def test_the_weightiest_comes_first() -> None:
    before = {"metadata": {"labels": {"a": "1"}}, "status": {"phase": "Pending"}, "spec": {"nodeName": "n1"}}
    after = {"metadata": {"labels": {"a": "2"}}, "status": {"phase": "Running"}, "spec": {"nodeName": "n2"}}
    assert words(before, after) == ["node n1 → n2", "phase Pending → Running", "label a 1 → 2"]


@pytest.mark.parametrize(
    ("path", "weight"),
    [
        ("spec.template.spec.containers.image", Weight.SPEC),
        ("data[db.host]", Weight.SPEC),
        ("rules", Weight.SPEC),
        ("metadata.deletionTimestamp", Weight.SPEC),
        ("status.conditions.status", Weight.STATUS),
        ("status.conditions.lastTransitionTime", Weight.NOISE),
        ("metadata.labels.uid", Weight.LABELS),
        ("data.startedAt", Weight.SPEC),
        ("metadata.labels[example.org/uid]", Weight.LABELS),
        ("metadata.annotations[deployment.kubernetes.io/revision]", Weight.NOISE),
        ("metadata.annotations.note", Weight.LABELS),
        ("spec.renewTime", Weight.NOISE),
    ],
)
def test_a_path_has_a_weight(path: str, weight: Weight) -> None:
    assert weight_of(path) is weight


def test_whole_members_and_opened_ones_tell_of_the_same_fields() -> None:
    before, after = deployment(app()), deployment(app(image="x"), app("proxy"))
    assert {leaf.path for leaf in changed_leaves(before, after)} == {
        "spec.template.spec.containers[app].image",
        "spec.template.spec.containers[proxy]",
    }
    assert {found.path for found in differences(before, after)} == {
        "spec.template.spec.containers[app].image",
        "spec.template.spec.containers[proxy].name",
        "spec.template.spec.containers[proxy].image",
    }
