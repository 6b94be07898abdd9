"""The rights the documents hand out are those the tests run with, and leave out nothing but Secrets."""

from typing import Any

import yaml

from arcops.kube.builtin import BUILTIN
from tests.architecture.checkout import ROOT


def rules(path: str, name: str) -> list[dict[str, Any]]:
    """The rules of one ClusterRole in a file of manifests."""
    documents = yaml.safe_load_all((ROOT / path).read_text())
    return next(d["rules"] for d in documents if d["kind"] == "ClusterRole" and d["metadata"]["name"] == name)


def may(role: list[dict[str, Any]], verb: str, group: str, resource: str) -> bool:
    """Whether a role allows a verb on a resource."""
    return any(
        verb in rule["verbs"]
        and ({group, "*"} & set(rule.get("apiGroups", ())))
        and ({resource, "*"} & set(rule.get("resources", ())))
        for rule in role
    )  # fmt: skip


def test_the_documented_role_is_the_one_of_the_lab() -> None:
    assert rules("docs/howto/rbac.yaml", "arcops-reader") == rules("lab/manifests/users.yaml", "arcops-reader")


def test_no_documented_role_may_change_anything() -> None:
    for path, name in (("rbac.yaml", "arcops-reader"), ("rbac-without-secrets.yaml", "arcops-reader-without-secrets")):
        assert {verb for rule in rules(f"docs/howto/{path}", name) for verb in rule["verbs"]} <= {"get", "list", "watch"}


def test_no_documented_role_may_get_anything_but_log_lines() -> None:
    # A GET of pods/exec or nodes/proxy runs commands, and "*" takes them in.
    for path, name in (("rbac.yaml", "arcops-reader"), ("rbac-without-secrets.yaml", "arcops-reader-without-secrets")):
        gets = [rule for rule in rules(f"docs/howto/{path}", name) if "get" in rule["verbs"] and "resources" in rule]
        assert [rule["resources"] for rule in gets] == [["pods/log"]]


def test_the_role_without_secrets_leaves_out_secrets_alone() -> None:
    role = rules("docs/howto/rbac-without-secrets.yaml", "arcops-reader-without-secrets")
    refused = {resource.plural for resource in BUILTIN if not may(role, "list", resource.group, resource.plural)}
    assert refused == {"secrets"}
