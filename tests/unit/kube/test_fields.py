"""Field selectors reach any field of any object."""

import pytest

from arcops.base.errors import BadSelector
from arcops.kube.fields import parse_field_selector, parse_path, values_at

POD = {
    "metadata": {"name": "web-0", "labels": {"app.kubernetes.io/name": "web", "a": "b"}, "deletionTimestamp": None},
    "spec": {
        "nodeName": "edge-1", "hostNetwork": True, "priority": 0,
        "containers": [{"name": "web", "image": "web:1", "args": ["-v", "a,b=c"]}, {"name": "log", "image": "log:2"}],
    },
    "status": {"phase": "Running", "conditions": []},
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "selected"),
    [
        ("", True), ("metadata.name=web-0", True), ("metadata.name==web-0", True), ("metadata.name=db", False),
        ("status.phase!=Running", False), ("status.phase!=Failed,spec.nodeName=edge-1", True), ("spec.hostNetwork=true", True),
        ("spec.priority=0", True), ("spec.containers[*].image=log:2", True), ("spec.containers.image=log:2", True),
        ("spec.containers[0].image=log:2", False), ("spec.containers[1].image=log:2", True), ("spec.containers[9].image=x", False),
        ("spec.containers[*].image!=log:2", False), ("spec.containers.image!=none", True),
        ("metadata.labels['app.kubernetes.io/name']=web", True), ('metadata.labels["app.kubernetes.io/name"]=web', True),
        (r"metadata.labels.app\.kubernetes\.io/name=web", True), ("metadata.labels[*]=b", True), ("spec.missing=", True),
        ("spec.missing!=", False), ("spec.nodeName=", False), ("spec.missing=x", False), ("spec.missing!=x", True), ("spec=x", False),
        ("metadata.deletionTimestamp=", True), ("status.conditions=", True), (r"spec.containers.args=a\,b\=c", True),
        ("{.metadata.name}=web-0", True), (".metadata.name=web-0", True),
    ],
)  # fmt: skip
def test_a_field_selector_selects(text: str, selected: bool) -> None:
    assert parse_field_selector(text).matches(POD) is selected


@pytest.mark.parametrize(
    "text", ["metadata.name", "=x", "a..b=c", "a[x]=1", "a[=1", "a]=1", "spec.containers[-1]=x", ".".join("a" * 40) + "=1"]
)
def test_what_is_no_field_selector_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(BadSelector) as caught:
        parse_field_selector(text)
    assert "status.phase!=Running" in caught.value.advice


def test_a_path_gives_every_value_it_meets() -> None:
    assert list(values_at(POD, parse_path("spec.containers.name"))) == ["web", "log"]
    assert list(values_at(POD, parse_path("spec.containers[0].args"))) == ["-v", "a,b=c"]
    assert list(values_at(POD, parse_path("nothing.here"))) == []
