"""Pictures of every question about the past over one hour of a small shop. ``ARCOPS_UPDATE_GOLDEN=1`` writes them anew."""

from __future__ import annotations

import re
import shlex

import pytest

from tests import golden_files
from tests.past_cluster import CASE
from tests.unit.cli.conftest import Terminal
from tests.unit.cli.test_golden import GOLDEN as GOLDEN_CLI
from tests.unit.cli.test_golden import picture

GOLDEN = GOLDEN_CLI.parent / "cli_past"

LINES = {
    "get-then": "get pods -n shop --at 12:21",
    "get-gone": "get job,cm -n shop --at 'today 12:45'",
    "get-one-then": "get deploy/web -n shop --at 40m -o jsonpath={.spec.template.spec.containers[0].image}",
    "get-before-the-record": "get pods --at 11:00",
    "get-not-then": "get pod web-b-1 -n shop --at 12:05",
    "get-sorted-then": "get pods -A --at 12:22 -l app=web --sort-by -metadata.name -o name",
    "get-events-then": "get events -n shop --at 12:30",
    "diff": "diff -n shop --from 12:05 --to 12:23",
    "diff-one": "diff deploy web -n shop --from 12:30",
    "diff-kind": "diff cm -A --from 12:05 --exit-zero",
    "diff-raw": "diff cm/settings -n shop --from 12:05 --to 12:15 --raw",
    "diff-json": "diff deploy/web -n shop --from 12:15 --to 12:21 -o json",
    "diff-nothing": "diff -A --from 12:41 --to 12:49",
    "diff-deleted": "diff job/report -n shop --from 12:45 -o yaml",
    "diff-limit": "diff -A --from 12:05 --limit 2",
    "changes": "changes -n shop --since 12:00",
    "changes-one": "changes deploy/web -n shop --all -o wide",
    "changes-search": "changes -A --search replicas",
    "changes-upstream": "changes pod/web-b-1 -n shop --before 12:23 --upstream",
    "changes-nothing": "changes -A --since 12:51",
    "changes-json": "changes cm -n shop -o json",
    "changes-limit": "changes -A --limit 1",
    "timeline": "timeline deploy/web -n shop",
    "timeline-narrow": "timeline pod/web-b-1 -n shop --width 50 --since 12:15 --until 12:45",
    "timeline-colour": "timeline pod web-b-1 -n shop --width 60 --color always",
    "timeline-json": "timeline rs/web-b -n shop -o json --since 12:20 --until 12:22",
    "timeline-gone": "timeline job/report -n shop --since 12:55",
    "timeline-limit": "timeline deploy/web -n shop --limit 2 --width 80",
    "history": "history deploy/web -n shop",
    "history-wide": "history cm settings -n shop -o wide",
    "history-since": "history pod/web-b-1 -n shop --since 12:21 --until 'today 12:35'",
    "get-future": "get pods --at '2026-11-24 15:00'",
    "get-no-time": "get pods --at soonish",
}


@pytest.fixture(autouse=True)
def in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """Times on the command line are of the zone of whoever types."""
    monkeypatch.setenv("TZ", "UTC")


@pytest.mark.parametrize("name", LINES)
def test_the_output_is_as_it_was(terminal: Terminal, name: str) -> None:
    line = LINES[name]
    told = terminal(*shlex.split(line), "--filename", CASE)
    golden_files.compare(GOLDEN / f"{name}.txt", picture(line, told, CASE))


def test_no_picture_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(LINES)


@pytest.mark.parametrize("name", LINES)
def test_no_output_shows_a_secret_or_this_machine(name: str) -> None:
    text = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    assert "bm90LXNob3du" not in text
    assert "hunter-" not in text
    assert not re.search(r"/(home|root|tmp|work)/", text)


def test_a_time_without_a_zone_is_of_the_one_who_types(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    told = terminal("get", "pods", "--at", "13:05", "--filename", CASE)
    assert told.err.startswith("As of 2026-11-24T12:05:00Z, 55m ago.")


def test_the_past_cannot_be_watched(terminal: Terminal) -> None:
    told = terminal("get", "pods", "-w", "--at", "1h", "--filename", CASE)
    assert (told.status, told.out) == (2, "")
    assert "exclude each other" in told.err


def test_quiet_leaves_the_first_line_out(terminal: Terminal) -> None:
    assert terminal("get", "pods", "--at", "12:05", "-q", "--filename", CASE).err == ""
