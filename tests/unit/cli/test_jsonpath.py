"""JSONPath as kubectl prints it: the expected texts were printed by kubectl 1.32 from the same object."""

from __future__ import annotations

from typing import Any

import pytest

from arcops.base.errors import BadInput
from arcops.cli.jsonpath import parse_path, render_template

POD: dict[str, Any] = {
    "metadata": {"name": "web", "namespace": "shop", "labels": {"app": "web", "app.kubernetes.io/name": "x"}},
    "spec": {"containers": [{"name": "a", "image": "i1", "ports": [{"containerPort": 80}]}, {"name": "b", "image": "i2"}]},
    "status": {
        "phase": "Running",
        "ready": True,
        "conditions": [{"type": "Ready", "status": "True"}, {"type": "Sched", "status": "False"}],
    },
}


@pytest.mark.parametrize(
    ("template", "printed"),
    [
        ("{.metadata.name}", "web"),
        ("{@.metadata.name}{$.metadata.name}", "webweb"),
        ("{.spec.containers[*].name}", "a b"),
        ('{range .spec.containers[*]}{.name}{"\\t"}{.image}{"\\n"}{end}', "a\ti1\nb\ti2\n"),
        ("{range.spec.containers[*]}{.name};{end}", "a;b;"),
        ("{.metadata.labels.app\\.kubernetes\\.io/name}", "x"),
        ("{.metadata.labels['app\\.kubernetes\\.io/name']}", "x"),
        ('{.status.conditions[?(@.type=="Ready")].status}', "True"),
        ("{.spec.containers[?(@.ports)].name}", "a"),
        ("{.spec.containers[?(@.ports[0].containerPort>79)].name}", "a"),
        ("{..image}", "i1 i2"),
        ("{.spec.containers[0:1].name}", "a"),
        ("{.spec.containers[-1].name}", "b"),
        ("{.metadata['name','namespace']}", "web shop"),
        ("{.spec.containers[0].ports}", '[{"containerPort":80}]'),
        ("{.spec.containers[0].ports[0].containerPort}", "80"),
        ("{.status.ready}", "true"),
        ("name: {.metadata.name}!", "name: web!"),
        ("{.nope}{.spec.containers[7].name}{.metadata.name.deeper}", ""),
        ('{.metadata.name}{" "}{.status.phase}', "web Running"),
    ],
)
def test_a_template_prints_what_kubectl_prints(template: str, printed: str) -> None:
    assert render_template(template, POD) == printed


@pytest.mark.parametrize("path", ["{.metadata.name}", ".metadata.name", "metadata.name"])
def test_a_bare_path_is_understood_in_each_spelling(path: str) -> None:
    assert parse_path(path).values(POD) == ["web"]


@pytest.mark.parametrize(
    "template", ["{range .a}", "{end}", "{.a[}", "{.a[?(]}", "{.a ]}", "{range .a}{range .b}{end}", "{.a[?(@.b=~/x/)}"]
)
def test_what_cannot_be_read_is_a_clear_error(template: str) -> None:
    with pytest.raises(BadInput):
        render_template(template, POD)
