"""Replicas share their template's spec, and each keeps the words that are its own."""

from __future__ import annotations

import msgspec

from arcops.kube.objects.pod import Pod
from arcops.kube.objects.podspecs import decode_pod


def body(node: str | None, token: str, image: str = "nginx:1.27", note: str = "") -> bytes:
    spec = {
        "volumes": [{"name": f"kube-api-access-{token}", "projected": {}}, {"name": "data", "emptyDir": {}}],
        "containers": [{"name": "main", "image": image, "env": [{"name": "NOTE", "value": note}]}],
        **({"nodeName": node} if node is not None else {}),
    }
    return msgspec.json.encode({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"web-{token}"}, "spec": spec})


def same_as_decoded_alone(data: bytes) -> Pod:
    """The pod, after checking that sharing changed nothing of it."""
    pod = decode_pod(data)
    alone = msgspec.json.decode(data, type=Pod)
    assert pod.spec == alone.spec
    return pod


def test_replicas_share_containers_and_keep_their_node_and_token_volume() -> None:
    first, second = (same_as_decoded_alone(body(node, token)) for node, token in (("edge-1", "aaaaa"), ("edge-2", "bbbbb")))
    assert first.spec
    assert second.spec
    assert first.spec.containers is second.spec.containers
    assert (first.spec.node_name, second.spec.node_name) == ("edge-1", "edge-2")
    assert [v.name for v in second.spec.volumes or ()] == ["kube-api-access-bbbbb", "data"]
    assert [v.name for v in first.spec.volumes or ()] == ["kube-api-access-aaaaa", "data"]


def test_a_pod_without_a_node_does_not_inherit_one() -> None:
    bound, unbound = same_as_decoded_alone(body("edge-1", "ccccc")), same_as_decoded_alone(body(None, "ccccc"))
    assert bound.spec
    assert unbound.spec
    assert unbound.spec.node_name is None


def test_another_image_is_another_spec() -> None:
    one, other = same_as_decoded_alone(body("edge-1", "ddddd")), same_as_decoded_alone(body("edge-1", "eeeee", image="nginx:1.28"))
    assert one.spec != other.spec


def test_text_that_looks_like_a_node_name_is_only_text() -> None:
    hostile = 'x","nodeName":"evil'
    same_as_decoded_alone(body("edge-1", "fffff", note=hostile))
    pod = same_as_decoded_alone(body("edge-2", "ggggg", note=hostile))
    assert pod.spec
    assert pod.spec.node_name == "edge-2"


def test_a_volume_that_only_begins_like_a_token_volume_keeps_its_name() -> None:
    for names in (("kube-api-access-x", "kube-api-access-y"), ("kube-api-access-aaaaa", "kube-api-access-bbbbb")):
        for suffix in ("1", "2"):
            spec = {"volumes": [{"name": name} for name in names], "nodeName": f"edge-{suffix}", "containers": []}
            same_as_decoded_alone(msgspec.json.encode({"metadata": {"name": "web"}, "spec": spec}))
    for name in ("kube-api-access-x", "kube-api-access-z"):
        spec = {"volumes": [{"name": name}], "containers": []}
        pod = same_as_decoded_alone(msgspec.json.encode({"metadata": {"name": "web"}, "spec": spec}))
        assert pod.spec
        assert [v.name for v in pod.spec.volumes or ()] == [name]
