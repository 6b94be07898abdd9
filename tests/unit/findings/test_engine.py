"""The engine: incremental, awake in time, honest about what it cannot see."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from arcops.findings.base import Hit, Precision, Severity, State, rule
from arcops.findings.coverage import Coverage
from arcops.findings.engine import Engine
from arcops.findings.past import Recall
from arcops.findings.view import RuleView
from arcops.inventory.index import Inventory
from arcops.kube.objects.decode import decode
from arcops.kube.objects.pod import Pod
from arcops.kube.refs import GroupKind
from arcops.kube.watch import Observation, Op
from tests.case_pictures import CASES, FILES, engine_over, observations, picture, told

PULL = CASES / "ImagePullFailing" / "shop-1.yaml"
EARLY_PULL = CASES / "ImagePullFailing" / "shop-2.yaml"


def filled(path: Path) -> Inventory:
    inventory = Inventory()
    inventory.apply(observations(path))
    return inventory


@pytest.mark.parametrize("path", FILES, ids=lambda path: "/".join(path.parts[-2:]))
def test_object_by_object_the_findings_are_those_of_one_look(path: Path) -> None:
    now_ms = picture(path).steps[-1].at_ms
    at_once = engine_over(filled(path))
    at_once.evaluate(now_ms)
    inventory = Inventory()
    step_by_step = engine_over(inventory)
    step_by_step.evaluate(now_ms)
    for seen in observations(path):
        step_by_step.update(inventory.apply([seen]), now_ms)
    assert told(step_by_step.findings) == told(at_once.findings)


def test_nothing_is_left_when_the_objects_are_gone() -> None:
    now_ms = picture(PULL).steps[0].at_ms
    inventory = filled(PULL)
    engine = engine_over(inventory)
    engine.evaluate(now_ms)
    assert any(finding.state is State.OPEN for finding in engine.findings)
    gone = [Observation(Op.DELETED, one.group_kind, one.obj, one.raw, now_ms) for one in observations(PULL)]
    turn = engine.update(inventory.apply(gone), now_ms + 1000)
    assert {finding.state for finding in engine.findings} == {State.RESOLVED}
    assert "ImagePullFailing" in {finding.code for finding in turn.resolved}


def test_a_pending_finding_opens_when_its_time_has_come() -> None:
    now_ms = picture(EARLY_PULL).steps[0].at_ms
    engine = engine_over(filled(EARLY_PULL))
    engine.evaluate(now_ms)
    assert {finding.state for finding in engine.findings if finding.code == "ImagePullFailing"} == {State.PENDING}
    due_ms = engine.next_wake_ms
    assert due_ms is not None
    assert due_ms > now_ms
    turn = engine.tick(due_ms)
    assert [finding.code for finding in turn.opened] == ["ImagePullFailing"]


def test_what_turns_before_our_eyes_is_observed_and_what_was_there_is_not() -> None:
    path = CASES / "ServiceSelectsNothing" / "shop-1.yaml"
    now_ms = picture(path).steps[0].at_ms
    seen = observations(path)
    services = [one for one in seen if one.obj.metadata.name == "web" and one.group_kind == GroupKind("", "Service")]
    inventory = Inventory()
    inventory.apply([one for one in seen if one not in services])
    engine = engine_over(inventory)
    engine.evaluate(now_ms)
    engine.update(inventory.apply(services), now_ms + 5_000)
    (watched,) = [finding for finding in engine.findings if finding.code == "ServiceSelectsNothing"]
    assert (watched.since.at_ms, watched.since.precision) == (now_ms + 5_000, Precision.OBSERVED)
    first_look = engine_over(filled(path))
    first_look.evaluate(now_ms)
    assert {finding.since.precision for finding in first_look.findings} == {Precision.BEFORE_RECORD}


def test_a_kind_that_may_not_be_read_silences_and_is_named() -> None:
    path = CASES / "ServiceSelectsNothing" / "shop-1.yaml"
    pod = GroupKind("", "Pod")
    engine = engine_over(filled(path), Coverage(forbidden=frozenset({pod})))
    engine.evaluate(picture(path).steps[0].at_ms)
    assert not [finding for finding in engine.findings if finding.severity.is_alarm]
    assert engine.silence.codes[pod] >= {"ServiceSelectsNothing"}


def test_a_fault_that_moves_to_the_pod_in_its_place_keeps_its_beginning() -> None:
    path = CASES / "ContainerCrashing" / "shop-1.yaml"
    now_ms = picture(path).steps[0].at_ms
    inventory = filled(path)
    engine = engine_over(inventory)
    engine.evaluate(now_ms)
    (before,) = [finding for finding in engine.findings if finding.code == "ContainerCrashing"]
    (old,) = [one for one in observations(path) if one.group_kind == GroupKind("", "Pod")]
    engine.update(inventory.apply([Observation(Op.DELETED, old.group_kind, old.obj, old.raw, now_ms)]), now_ms + 60_000)
    raw = old.raw.replace(b"x2x4z", b"k9k9k").replace(old.obj.metadata.uid.encode(), b"00000000-0000-4000-8000-0000000000ff")
    from arcops.kube.objects.decode import decode

    new = Observation(Op.ADDED, old.group_kind, decode(old.group_kind, raw.replace(b"11:40:00", b"12:01:10")), raw, now_ms)
    engine.update(inventory.apply([new]), now_ms + 75_000)
    (after, *_) = [finding for finding in engine.findings if finding.code == "ContainerCrashing"]
    assert after.subject.name == "web-7d9f8b6c5-k9k9k"
    assert after.since.at_ms == before.since.at_ms


def test_a_rule_that_waits_for_a_moment_and_asks_nothing_else_is_run_then() -> None:
    path = CASES / "ContainerCrashing" / "shop-1.yaml"
    now_ms, inventory = picture(path).steps[0].at_ms, filled(path)
    engine = Engine([_waits], inventory, Coverage(), Recall())
    engine.evaluate(now_ms)
    assert (engine.findings, engine.next_wake_ms) == ((), now_ms + 60_000)
    for second in range(5):
        pods = [one for one in observations(path) if one.group_kind == GroupKind("", "Pod")]
        engine.update(inventory.apply([Observation(Op.DELETED, one.group_kind, one.obj, one.raw, now_ms) for one in pods]), now_ms + second)
        engine.update(inventory.apply([_again(one, second) for one in pods]), now_ms + second)
    turn = engine.tick(now_ms + 60_000)
    assert [finding.title.endswith("it is time") for finding in turn.opened] == [True]
    assert engine.next_wake_ms is None


def _again(seen: Observation, number: int) -> Observation:
    raw = seen.raw.replace(seen.obj.metadata.resource_version.encode(), str(9_000_000 + number).encode())
    return Observation(Op.ADDED, seen.group_kind, decode(seen.group_kind, raw), raw, seen.seen_ms)


def _when_it_is_time(pod: Pod, view: RuleView) -> Iterator[Hit]:
    del pod
    begin_ms = picture(CASES / "ContainerCrashing" / "shop-1.yaml").steps[0].at_ms
    if view.held(begin_ms, 1):
        yield Hit(title="it is time")


_waits = rule(Pod, severity=Severity.WARNING)(_when_it_is_time)
