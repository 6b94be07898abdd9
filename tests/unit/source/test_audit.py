"""R24's comparison: only what is still different after the pause is drift."""

from __future__ import annotations

from arcops.source.audit import drifted, suspects
from arcops.source.versions import SeenVersions


def seen(**versions: str) -> SeenVersions:
    made = SeenVersions()
    made.replace(versions)
    return made


def test_equal_sides_raise_no_suspicion() -> None:
    assert suspects(seen(a="5", b="6"), {"a": "5", "b": "6"}, "9") == {}


def test_missing_stale_and_vanished_objects_are_drift() -> None:
    ours = seen(a="5", ghost="6")
    found = suspects(ours, {"a": "8", "new": "7"}, "9")
    assert drifted(ours, found) == ["a", "ghost", "new"]


def test_what_came_after_the_list_is_no_drift() -> None:
    assert suspects(seen(a="12"), {"a": "8"}, "9") == {}
    assert suspects(seen(young="12"), {}, "9") == {}


def test_what_the_stream_brings_during_the_pause_is_no_drift() -> None:
    ours = seen(a="5", b="6")
    found = suspects(ours, {"a": "8", "new": "7"}, "9")
    ours.is_news("a", "8")
    ours.is_news("new", "7")
    ours.is_deletion("b", "8")
    assert drifted(ours, found) == []


def test_objects_deleted_after_the_list_or_unreadable_are_no_drift() -> None:
    ours = seen(a="5")
    ours.is_deletion("a", "10")
    ours.skip("odd", "7")
    assert suspects(ours, {"a": "5", "odd": "7"}, "9") == {}
