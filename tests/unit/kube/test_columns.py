"""Rows of tables (tests/cluster/test_tables.py compares every column with a real server's)."""

from arcops.kube.columns import columns_for, row
from arcops.kube.objects.decode import convert
from arcops.kube.objects.meta import ObjectMeta, PartialObject
from arcops.kube.objects.pod import Pod
from arcops.kube.refs import GroupKind
from tests.pod_states import crashed, pod, running

NOW_MS = 1_795_504_500_000  # 2026-11-24T07:15:00Z


def test_a_row_has_the_cells_of_its_columns() -> None:
    body = pod(running(restarts=3, last=crashed())) | {"metadata": {"name": "web-0", "creationTimestamp": "2026-11-23T07:15:00Z"}}
    found = convert(Pod.GROUP_KIND, body)
    assert row(Pod.GROUP_KIND, found, NOW_MS) == ["web-0", "1/1", "Running", "3 (15m ago)", "24h"]
    assert [column.header for column in columns_for(Pod.GROUP_KIND)] == ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]


def test_wide_columns_show_only_when_asked_for() -> None:
    assert len(columns_for(Pod.GROUP_KIND, wide=True)) == 9


def test_a_kind_nobody_described_shows_name_and_age() -> None:
    kind = GroupKind("example.org", "Thing")
    found = convert(kind, {"metadata": {"name": "a", "creationTimestamp": "2026-11-24T07:14:00Z"}})
    assert row(kind, found, NOW_MS) == ["a", "60s"]


def test_an_object_of_which_only_metadata_is_known_shows_that() -> None:
    gone = PartialObject(ObjectMeta(name="web-0"))
    assert row(Pod.GROUP_KIND, gone, NOW_MS) == ["web-0", "", "", "", "<unknown>"]
