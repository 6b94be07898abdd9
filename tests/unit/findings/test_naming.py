"""Titles begin with what a person knows, and numbers are said as people say them."""

import pytest

from arcops.findings.explain import chain_text
from arcops.findings.incidents import ChainLink
from arcops.findings.naming import headed
from arcops.findings.text.counts import counted, none_of, times
from arcops.findings.text.exits import described
from arcops.findings.text.lines import decisive
from arcops.kube.objects.meta import ObjectMeta, OwnerReference
from arcops.kube.objects.pod import Pod
from arcops.kube.refs import ObjectRef

POD = ObjectRef("", "Pod", "shop", "web-7d9f-x2x")
WEB, SERVICE = ObjectRef("apps", "Deployment", "shop", "web"), ObjectRef("", "Service", "shop", "web")


def pod(kind: str = "ReplicaSet", api: str = "apps/v1", owner: str = "web-7d9f", labels: dict[str, str] | None = None) -> Pod:
    made = OwnerReference(api_version=api, kind=kind, name=owner, uid="1", controller=True)
    return Pod(metadata=ObjectMeta(name=POD.name, namespace="shop", labels=labels, owner_references=(made,)))


def test_a_title_begins_with_the_deployment_of_the_pod() -> None:
    title = headed("Container app of Pod shop/web-7d9f-x2x keeps crashing", POD, pod(labels={"pod-template-hash": "7d9f"}))
    assert title == "Deployment shop/web: container app of pod web-7d9f-x2x keeps crashing"


def test_a_title_begins_with_the_only_owner_the_pod_itself_tells_of() -> None:
    assert headed("Pod shop/web-7d9f-x2x waits", POD, pod()) == "ReplicaSet shop/web-7d9f: pod web-7d9f-x2x waits"
    assert headed("Pod shop/web-7d9f-x2x waits", POD, pod("StatefulSet", owner="db")).startswith("StatefulSet shop/db: pod ")


def test_what_nobody_made_or_a_node_runs_by_itself_keeps_its_title() -> None:
    title = "Pod shop/web-7d9f-x2x waits"
    assert headed(title, POD, Pod()) == title
    assert headed(title, POD, pod("Node", "v1", "edge-1")) == title
    assert headed("StatefulSet shop/db is broken", POD, pod("StatefulSet", owner="db")) == "StatefulSet shop/db is broken"


def test_numbers_are_said_as_people_say_them() -> None:
    assert [times(1), times(2), times(12)] == ["once", "twice", "12 times"]
    assert [counted(1, "pod"), counted(3, "pod")] == ["1 pod", "3 pods"]
    assert [none_of(1, "pod"), none_of(3, "pod")] == ["its only pod is not", "none of its 3 pods is"]


def test_exit_code_2_is_a_panic_where_the_program_says_so() -> None:
    assert "panicked" in described(2, "panic: nil map")
    assert "bad flag" in described(2, "flag provided but not defined: -x")


def test_of_lines_of_one_kind_the_one_that_names_the_host_is_quoted() -> None:
    found = decisive("PSQLException: Connection to ledger:5432 refused.\nCaused by: java.net.ConnectException: Connection refused")
    assert found is not None
    assert (found.about, found.line) == ("ledger:5432", "PSQLException: Connection to ledger:5432 refused.")


@pytest.mark.parametrize(
    ("link", "certainty", "said"),
    [
        ("selects pods of", "certain", "Service shop/web selects pods of Deployment shop/web"),
        ("service selects pods", "likely", "Service shop/web selects pods of Deployment shop/web (likely the cause)"),
        ("refuses", "certain", "Deployment shop/web refuses Service shop/web"),
        ("changed", "changed", "Deployment shop/web changed, which hit Service shop/web"),
    ],
)
def test_a_step_of_the_chain_is_a_sentence_in_the_right_direction(link: str, certainty: str, said: str) -> None:
    assert chain_text(ChainLink(WEB, SERVICE, link, certainty, ())) == said
