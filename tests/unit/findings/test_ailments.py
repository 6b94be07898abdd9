"""Custom resources are heard in the words of their kinds."""

from typing import Any

import pytest

from arcops.findings.ailments import ailment_of
from arcops.kube.objects.custom import CustomObject, read_loosely
from arcops.kube.refs import ObjectRef

REF = ObjectRef("example.com", "Widget", "shop", "basic")


def widget(status: dict[str, Any], spec: dict[str, Any] | None = None, **meta: Any) -> CustomObject:
    return read_loosely({"metadata": {"name": "basic", "generation": 2, **meta}, "spec": spec or {}, "status": status})


def one(type_: str, status: str, reason: str = "", message: str = "") -> dict[str, str]:
    return {"type": type_, "status": status, "reason": reason, "message": message}


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ({"conditions": [one("Ready", "False", "Failed", "no disk")]}, "no disk"),
        ({"conditions": [one("Ready", "True"), one("Degraded", "True", "Member", "1 of 3 down")]}, "1 of 3 down"),
        ({"conditions": [one("Ready", "False"), one("Synced", "False", "BadSpec", "size must be odd")]}, "size must be odd"),
        ({"conditions": [one("Progressing", "True", "Retrying", "cannot pull")]}, "cannot pull"),
        ({"phase": "Error", "message": "quorum lost"}, "quorum lost"),
        ({"state": "not-ready"}, "not-ready"),
        ({"health": {"status": "Degraded", "message": "2 pods down"}}, "2 pods down"),
    ],
)
def test_a_resource_that_is_not_well_is_heard(status: dict[str, Any], said: str) -> None:
    found = ailment_of(REF, widget(status))
    assert found is not None
    assert said in found.said


@pytest.mark.parametrize(
    "body",
    [
        widget({"conditions": [one("Ready", "True"), one("Progressing", "False"), one("Degraded", "False"), one("Upgradeable", "False")]}),
        widget({"conditions": [one("Ready", "Unknown")]}),
        widget({"observedGeneration": 1, "conditions": [one("Ready", "False", "Failed", "old")]}),
        widget({"conditions": [one("Ready", "False", "Failed", "x")]}, {"suspend": True}),
        widget({"conditions": [one("Ready", "False", "VMINotExists", "stopped")]}),
        widget({"phase": "Running"}),
        widget({"conditions": [one("Ready", "True")], "phase": "Degraded"}),
        widget({}),
    ],
)
def test_a_resource_that_is_well_or_held_on_purpose_is_not(body: CustomObject) -> None:
    assert ailment_of(REF, body) is None


def test_a_reason_that_says_it_is_under_way_is_known_from_one_that_failed() -> None:
    under_way = ailment_of(REF, widget({"conditions": [one("Ready", "False", "Provisioning")]}))
    failed = ailment_of(REF, widget({"conditions": [one("Ready", "False", "ProvisioningFailed")]}))
    assert under_way is not None
    assert under_way.is_busy
    assert failed is not None
    assert not failed.is_busy


def test_what_other_conditions_and_the_phase_add_is_told_besides() -> None:
    stalled, ready = one("Stalled", "True", "RetriesExceeded", "gave up"), one("Ready", "False", "UpgradeFailed", "field is immutable")
    found = ailment_of(REF, widget({"conditions": [stalled, ready], "phase": "Stuck", "phaseReason": "no disk space"}))
    assert found is not None
    assert "gave up" in found.said
    assert found.also == "Its condition Ready is False: field is immutable. Its phase is Stuck: no disk space"


def test_nothing_is_told_twice() -> None:
    found = ailment_of(REF, widget({"conditions": [one("Ready", "False", "Bad", "no disk")], "message": "no disk"}))
    assert found is not None
    assert not found.also


def test_one_that_is_pending_and_complains_is_heard_though_it_may_yet_succeed() -> None:
    found = ailment_of(REF, widget({"state": "pending", "reason": "Waiting for propagation: wrong status code '404'"}))
    assert found is not None
    assert found.is_busy
    assert ailment_of(REF, widget({"state": "pending", "reason": "Waiting for propagation"})) is None
