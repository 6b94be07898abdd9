"""Objects are decoded to the fields arcops uses, and what does not fit is refused without harm."""

import json
from typing import Any, cast

import msgspec
import pytest

from arcops.kube.builtin import BUILTIN
from arcops.kube.objects.config import Secret
from arcops.kube.objects.custom import CustomObject
from arcops.kube.objects.decode import LAST_APPLIED, TYPES, convert, decode, type_of
from arcops.kube.objects.network import NetworkPolicy
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.policy import PodDisruptionBudget
from arcops.kube.refs import GroupKind
from arcops.kube.selectors import selector_of
from tests.pod_states import pod, running

POD = Pod.GROUP_KIND
CUSTOM = GroupKind("example.org", "Thing")


def custom(**fields: Any) -> CustomObject:
    found = convert(CUSTOM, {"apiVersion": "example.org/v1", "kind": "Thing", "metadata": {"name": "a"}, **fields})
    assert isinstance(found, CustomObject)
    return found


def test_a_pod_keeps_what_its_state_needs() -> None:
    found = convert(POD, pod(running(restarts=2)) | {"metadata": {"name": "web-0", "managedFields": [{"manager": "kubelet"}]}})
    assert isinstance(found, Pod)
    assert found.spec is not None
    assert found.spec.containers is not None
    assert [c.image for c in found.spec.containers] == ["web:1"]
    assert found.status is not None
    assert found.status.container_statuses is not None
    assert found.status.container_statuses[0].restart_count == 2


@pytest.mark.parametrize("kind", TYPES, ids=str)
def test_every_kind_is_readable_when_all_is_absent_and_when_go_sends_null(kind: GroupKind) -> None:
    nulls = dict.fromkeys(cast("type[msgspec.Struct]", type_of(kind)).__struct_encode_fields__)
    del nulls["metadata"]
    assert convert(kind, {"metadata": {"name": "x"}}).metadata.name == "x"
    assert convert(kind, {"metadata": {"name": "x", "labels": None, "ownerReferences": None}, **nulls}).metadata.name == "x"


def test_every_kind_with_a_type_of_its_own_is_one_that_exists() -> None:
    known = {resource.group_kind for resource in BUILTIN}
    elsewhere = {"gateway.networking.k8s.io", "apiextensions.k8s.io", "extensions", "events.k8s.io"}
    assert {kind for kind in TYPES if kind not in known and kind.group not in elsewhere} == set()


def test_values_of_a_secret_never_reach_memory() -> None:
    body = {
        "metadata": {"name": "s", "annotations": {LAST_APPLIED: '{"data":{"k":"aHVudGVyMg=="}}', "kept": "1"}},
        "data": {"k": "aHVudGVyMg=="},
    }
    found = convert(GroupKind("", "Secret"), body)
    assert isinstance(found, Secret)
    assert found.metadata.annotations == {"kept": "1"}
    assert "aHVudGVyMg" not in msgspec.json.encode(found).decode()


def test_nulls_of_hand_written_manifests_are_forgiven() -> None:
    found = convert(
        POD, {"metadata": {"name": "x", "namespace": None}, "spec": {"containers": [{"name": "web", "image": None, "env": [None]}]}}
    )
    assert found.metadata.namespace == ""


def test_a_field_of_the_wrong_type_makes_the_object_unreadable_and_says_where() -> None:
    with pytest.raises(msgspec.ValidationError, match=r"restartCount"):
        convert(POD, {"metadata": {}, "status": {"containerStatuses": [{"restartCount": "many"}]}})


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"null", b"\xff", b'{"metadata":[]}', b'{"metadata":{"name":1}}', b'{"metadata":{"name":"\xff"}}']
)
def test_what_is_no_object_raises_only_the_decoders_own_error(data: bytes) -> None:
    for kind in (POD, CUSTOM):
        with pytest.raises(msgspec.DecodeError):
            decode(kind, data)


def test_thousands_of_levels_of_nesting_are_refused_not_fatal() -> None:
    deep = b'{"metadata":{"name":"x"},"spec":' + b'{"a":' * 30_000 + b"1" + b"}" * 30_000 + b"}"
    for kind in (POD, CUSTOM):
        with pytest.raises(msgspec.DecodeError, match="recursion"):
            decode(kind, deep)


def test_two_hundred_levels_in_a_field_nobody_reads_do_no_harm() -> None:
    deep = b'{"metadata":{"name":"x"},"spec":{"odd":' + b'{"a":' * 200 + b"1" + b"}" * 200 + b"}}"
    assert decode(POD, deep).metadata.name == "x"
    assert decode(CUSTOM, deep).metadata.name == "x"


def test_a_custom_resource_may_have_any_status() -> None:
    for status in ("Ready", 3, True, [1], {"conditions": "none"}, {"conditions": {"type": "Ready"}}, {"phase": {"name": "x"}}):
        assert custom(status=status).metadata.name == "a"


def test_what_fits_of_an_odd_status_is_kept() -> None:
    found = custom(
        status={"phase": 3, "state": "Running", "conditions": [{"type": "Ready", "status": True}, {"type": "Synced", "status": "False"}]},
        spec={"suspend": "yes", "secretName": "tls"},
    ).status
    assert found is not None
    assert (found.phase, found.state) == (None, "Running")
    assert [c.type for c in found.conditions or ()] == ["Synced"]


def test_a_custom_resource_keeps_its_conditions_and_generation() -> None:
    status = {"observedGeneration": 3, "conditions": [{"type": "Ready", "status": "False", "reason": "Broken", "observedGeneration": 3}]}
    found = custom(status=status).status
    assert found is not None
    assert found.observed_generation == 3
    assert (found.conditions or ())[0].reason == "Broken"


def test_a_pod_that_changes_only_its_status_keeps_its_spec() -> None:
    before, after = (decode(POD, json.dumps(pod(running(restarts=n))).encode()) for n in (1, 2))
    assert isinstance(before, Pod)
    assert isinstance(after, Pod)
    assert before.spec is after.spec
    assert before.status != after.status


def test_another_spec_is_another_spec() -> None:
    one, two = (decode(POD, json.dumps(pod(running(), spec={"nodeName": node})).encode()) for node in ("edge-1", "edge-2"))
    assert isinstance(one, Pod)
    assert isinstance(two, Pod)
    assert one.spec is not None
    assert two.spec is not None
    assert (one.spec.node_name, two.spec.node_name) == ("edge-1", "edge-2")


def test_fields_named_by_python_keywords_are_read() -> None:
    rule = {"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}]}
    found = convert(NetworkPolicy.GROUP_KIND, {"metadata": {}, "spec": {"ingress": [rule]}})
    assert isinstance(found, NetworkPolicy)
    assert found.spec is not None
    sources = (found.spec.ingress or ())[0].sources or ()
    assert sources[0].ip_block is not None
    assert sources[0].ip_block.excluded == ("10.1.0.0/16",)


def test_an_empty_selector_differs_from_none() -> None:
    empty = convert(PodDisruptionBudget.GROUP_KIND, {"metadata": {}, "spec": {"selector": {}}})
    absent = convert(PodDisruptionBudget.GROUP_KIND, {"metadata": {}, "spec": {}})
    assert isinstance(empty, PodDisruptionBudget)
    assert isinstance(absent, PodDisruptionBudget)
    assert selector_of(empty.spec.selector if empty.spec else None).matches({"a": "b"})
    assert not selector_of(absent.spec.selector if absent.spec else None).matches({"a": "b"})
