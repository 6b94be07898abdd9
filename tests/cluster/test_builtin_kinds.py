"""The table of built-in kinds says what a real API server says."""

import pytest

from arcops.kube.builtin import BUILTIN
from lab.cluster import Lab

pytestmark = pytest.mark.cluster


def test_the_built_in_kinds_are_those_of_the_real_server(bare_lab: Lab) -> None:
    for resource in BUILTIN:
        path = f"/apis/{resource.group}/{resource.version}" if resource.group else "/api/v1"
        served = {entry["name"]: entry for entry in bare_lab.client.request("GET", path)["resources"]}
        entry = served[resource.plural]
        assert (entry["kind"], entry["namespaced"]) == (resource.kind, resource.namespaced)
        assert tuple(entry.get("shortNames", ())) == resource.short_names
