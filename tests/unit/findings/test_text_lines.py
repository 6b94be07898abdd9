"""Which line tells why, where the last words tell nothing."""

from __future__ import annotations

import pytest

from arcops.findings.text.controlplane import Trouble, troubles
from arcops.findings.text.lines import decisive
from arcops.kube.times import time_ms

_NOW = time_ms("2026-11-12T10:00:00Z") or 0


def test_warnings_tell_more_than_last_words_that_tell_nothing() -> None:
    """Calico's start fails for what it only warns of."""
    log = (
        "2026-11-12 09:56:30.138 [INFO][9] startup/startup.go 487: Initialize BGP data\n"
        "2026-11-12 09:56:30.139 [WARNING][9] startup/autodetection_methods.go 99: Unable to auto-detect an IPv4 address: no interfaces\n"
        "2026-11-12 09:56:30.151 [WARNING][9] startup/utils.go 48: Terminating\n"
        "Calico node failed to start\n"
    )
    found = decisive(log)
    assert found is not None
    assert "Unable to auto-detect" in found.line


@pytest.mark.parametrize(
    ("line", "count", "wanted"),
    [
        ('{"level":"warn","ts":"2026-11-12T09:59:47Z","msg":"alarm raised","alarm":"NOSPACE","from":"8e9e"}', 1, Trouble.STORE_FULL),
        ("E1112 09:59:47.2 1 leaderelection.go:436] error retrieving resource lock a/b: Unauthorized", 2, Trouble.NOT_LET_IN),
        ("E1112 09:59:47.2 1 leaderelection.go:436] error retrieving resource lock a/b: Unauthorized", 1, None),
        ('{"level":"warn","ts":"2026-11-12T09:29:47Z","msg":"alarm raised","alarm":"NOSPACE","from":"8e9e"}', 1, None),
        ("I1112 09:59:47.2 1 leaderelection.go:436] successfully acquired lease a/b", 9, None),
    ],
)
def test_troubles_of_a_control_plane(line: str, count: int, wanted: Trouble | None) -> None:
    """What goes on and is said often enough."""
    found = troubles("\n".join([line] * count), _NOW, "2026")
    assert [sign.trouble for sign in found] == ([wanted] if wanted else [])
