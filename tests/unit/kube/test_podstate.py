"""READY, STATUS and RESTARTS are what kubectl prints (tests/cluster/test_tables.py asks a real server about the same pods)."""

import copy

import pytest

from arcops.kube.objects.decode import convert
from arcops.kube.objects.pod import Pod
from arcops.kube.podstate import PodState, pod_state
from tests.pod_states import CASES, PodCase, crashed, pod, running


def state_of(case: PodCase) -> PodState:
    body = copy.deepcopy(case.body)
    if case.deleted:
        body["metadata"]["deletionTimestamp"] = "2026-11-24T07:30:00Z"
    found = convert(Pod.GROUP_KIND, body)
    assert isinstance(found, Pod)
    return pod_state(found)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_pod_shows_as_kubectl_shows_it(case: PodCase) -> None:
    state = state_of(case)
    assert (state.ready_text, state.status, state.restarts) == (case.ready, case.status, case.restarts)


def test_the_newest_end_of_any_container_is_the_last_restart() -> None:
    older, newer = "2026-11-24T07:00:00Z", "2026-11-24T07:10:00Z"
    body = pod(running(restarts=1, last=crashed(at=newer), name="a"), running(restarts=2, last=crashed(at=older), name="b"))
    state = state_of(PodCase("", "", "", 0, body))
    assert state.last_restart == newer
    assert state.restarts_text(1_795_504_500_000) == "3 (5m ago)"


def test_a_pod_without_spec_and_status_has_a_state_too() -> None:
    assert pod_state(Pod()) == PodState(0, 0, "", 0, "")
