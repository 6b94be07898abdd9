"""The columns and pod states arcops prints are those a real API server prints: kubectl only shows the server's tables."""

import copy
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from arcops.kube.builtin import BUILTIN
from arcops.kube.columns import GENERIC, columns_for, row
from arcops.kube.objects.decode import convert
from arcops.kube.refs import GroupKind
from lab.cluster import Lab
from tests.pod_states import CASES

pytestmark = pytest.mark.cluster

AS_TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
NOT_READ = {GroupKind("", "Secret")}
"""Only the metadata of Secrets is ever read."""
OBJECTS = Path(__file__).parents[1] / "data" / "table_objects.yaml"


def tables(lab: Lab, kind: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]], int, int]:
    """The server's columns and rows of a kind, and when it was asked and had answered."""
    before_ms = time.time_ns() // 1_000_000
    text = lab.client._send("GET", f"{lab.client.path(kind)}?includeObject=Object", None, {"Accept": AS_TABLE}, None)
    table = json.loads(text)
    return table["columnDefinitions"], table["rows"] or [], before_ms, time.time_ns() // 1_000_000


def differences(lab: Lab, kind: GroupKind, path_kind: str) -> Iterator[str]:
    """Every cell where arcops and the server disagree."""
    definitions, rows, before_ms, after_ms = tables(lab, path_kind)
    for wide in (False, True):
        shown = [i for i, column in enumerate(definitions) if wide or column["priority"] == 0]
        headers = [definitions[i]["name"].upper() for i in shown]
        ours = [column.header for column in columns_for(kind, wide=wide)]
        if headers != ours:
            yield f"{kind} columns {ours} instead of {headers}"
            continue
        for found in rows:
            theirs = [text_of(found["cells"][i]) for i in shown]
            obj = convert(kind, found["object"])
            moments = {tuple(row(kind, obj, now_ms, wide=wide)) for now_ms in (before_ms, (before_ms + after_ms) // 2, after_ms)}
            if tuple(theirs) not in moments:
                yield f"{kind} {obj.metadata.name}: {moments} instead of {theirs}"


def all_differences(lab: Lab) -> list[str]:
    """Those of every kind with columns of its own."""
    kinds = [resource for resource in BUILTIN if resource.group_kind not in NOT_READ and columns_for(resource.group_kind) != GENERIC]
    return [line for resource in kinds for line in differences(lab, resource.group_kind, f"{resource.api_version}/{resource.kind}")]


def text_of(cell: object) -> str:
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def test_every_pod_state_is_the_servers(bare_lab: Lab) -> None:
    client = bare_lab.client
    client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "pod-states"}})
    for case in CASES:
        body = copy.deepcopy(case.body)
        body["metadata"] |= {"name": case.name, "namespace": "pod-states"}
        body["spec"]["nodeName"] = "" if "schedulingGates" in body["spec"] else "edge-1"
        client.create_with_status(body)
        if case.deleted:
            client.delete("Pod", case.name, "pod-states", grace_s=0)
    assert not list(differences(bare_lab, GroupKind("", "Pod"), "v1/Pod"))
    definitions, rows, _, _ = tables(bare_lab, "v1/Pod")
    at = {column["name"]: i for i, column in enumerate(definitions)}
    theirs = {found["object"]["metadata"]["name"]: found["cells"] for found in rows}
    for case in CASES:
        cells = theirs[case.name]
        restarts = int(str(cells[at["Restarts"]]).partition(" ")[0])
        assert (cells[at["Ready"]], cells[at["Status"]], restarts) == (case.ready, case.status, case.restarts), case.name


def test_tables_of_every_kind_with_columns_are_the_servers(bare_lab: Lab) -> None:
    bare_lab.client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "tables"}})
    for body in yaml.safe_load_all(OBJECTS.read_text()):
        bare_lab.client.create_with_status(body)
    assert not all_differences(bare_lab)


def test_tables_of_a_living_cluster_are_the_servers(lab: Lab) -> None:
    assert not all_differences(lab)
