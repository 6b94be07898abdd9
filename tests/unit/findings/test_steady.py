"""A fault that comes and goes by its nature is one finding, from its first sign until it has stayed away."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from arcops.base.clock import rfc3339
from arcops.findings.base import State
from arcops.findings.engine import Engine
from arcops.inventory.index import Inventory
from arcops.kube.objects.decode import decode
from arcops.kube.refs import GroupKind
from arcops.kube.watch import Observation, Op
from tests.case_pictures import engine_over

POD = GroupKind("", "Pod")
BEGAN_MS = 1_795_507_200_000
RUN_S, BACK_OFF_S = 4, (0, 10, 20, 40, 80)
State_ = dict[str, Any]


class Life:
    """One pod whose container is watched through its states; ``told`` says at which second a code opened or was resolved."""

    def __init__(self, code: str, *, is_init: bool = False) -> None:
        self.code = code
        self.told: list[tuple[str, int]] = []
        self._is_init = is_init
        self._inventory = Inventory()
        self._engine: Engine = engine_over(self._inventory)
        self._engine.evaluate(BEGAN_MS)
        self._version = 1

    def see(self, second: int, state: State_, last: State_, restarts: int) -> None:
        """What the kubelet reports at that second; what is due before is done before."""
        self.wait(second)
        self._version += 1
        raw = msgspec.json.encode(self._pod(state, last, restarts))
        seen = Observation(Op.MODIFIED, POD, decode(POD, raw), raw, BEGAN_MS + second * 1000)
        self._note(second, self._engine.update(self._inventory.apply([seen]), BEGAN_MS + second * 1000))

    def wait(self, second: int) -> None:
        """Let time pass until then."""
        while (due_ms := self._engine.next_wake_ms) is not None and due_ms <= BEGAN_MS + second * 1000:
            self._note((due_ms - BEGAN_MS) // 1000, self._engine.tick(due_ms))

    def is_open(self) -> bool:
        """Whether the finding stands."""
        return any(found.code == self.code and found.state is State.OPEN for found in self._engine.findings)

    def _note(self, second: int, turn: Any) -> None:
        self.told += [("opened", second) for found in turn.opened if found.code == self.code]
        self.told += [("resolved", second) for found in turn.resolved if found.code == self.code]

    def _pod(self, state: State_, last: State_, restarts: int) -> State_:
        is_up = "running" in state and not self._is_init
        status = {"name": "app", "image": "x", "ready": is_up, "restartCount": restarts, "state": state, "lastState": last}
        ready = {"type": "Ready", "status": "True" if is_up else "False", "lastTransitionTime": rfc3339(BEGAN_MS)}
        own = {"name": "app", "image": "registry.example/app:1", "command": ["/app/serve"]}
        inits = {"initContainers": [own], "containers": [{"name": "main", "image": "registry.example/main:1"}]}
        return {
            "metadata": {
                "name": "web-0", "namespace": "shop", "uid": "7d9f8b6c", "resourceVersion": str(self._version),
                "creationTimestamp": rfc3339(BEGAN_MS - 60_000),
            },
            "spec": {"nodeName": "n1", **(inits if self._is_init else {"containers": [own]})},
            "status": {
                "phase": "Pending" if self._is_init else "Running", "conditions": [ready],
                ("initContainerStatuses" if self._is_init else "containerStatuses"): [status],
            },
        }  # fmt: skip


def running(second: int) -> State_:
    return {"running": {"startedAt": rfc3339(BEGAN_MS + second * 1000)}}


def loop(life: Life, ended: State_) -> int:
    """Six runs of four seconds, as the kubelet reports them, and then one that does not end; returns when that began."""
    second = 0
    last: State_ = {}
    for restarts, back_off_s in enumerate(BACK_OFF_S):
        life.see(second, running(second), last, restarts)
        end = {"startedAt": rfc3339(BEGAN_MS + second * 1000), "finishedAt": rfc3339(BEGAN_MS + (second + RUN_S) * 1000)}
        last = {"terminated": ended | end}
        life.see(second + RUN_S, last, {}, restarts)
        if back_off_s:
            waiting = {"waiting": {"reason": "CrashLoopBackOff", "message": f"back-off {back_off_s}s restarting failed container"}}
            life.see(second + RUN_S + 1, waiting, last, restarts)
        second += RUN_S + 1 + back_off_s
    life.see(second, running(second), last, len(BACK_OFF_S))
    return second


@pytest.mark.parametrize(
    ("code", "ended", "is_init"),
    [
        ("ContainerCrashing", {"exitCode": 1, "reason": "Error", "message": "panic: no route"}, False),
        ("ContainerCrashing", {"exitCode": 0, "reason": "Completed"}, False),
        ("ContainerStartError", {"exitCode": 127, "reason": "Error"}, False),
        ("OomKilled", {"exitCode": 137, "reason": "OOMKilled"}, False),
        ("InitContainerFailing", {"exitCode": 1, "reason": "Error"}, True),
    ],
    ids=["crash", "completes", "no-command", "memory", "init"],
)
def test_a_loop_is_one_finding_that_holds_between_its_runs(code: str, ended: State_, is_init: bool) -> None:
    life = Life(code, is_init=is_init)
    second = loop(life, ended)
    assert [what for what, _ in life.told] == ["opened"]
    life.wait(second + 60)
    assert life.is_open()


def test_it_is_over_once_the_container_has_stayed_up() -> None:
    life = Life("ContainerCrashing")
    second = loop(life, {"exitCode": 1, "reason": "Error"})
    life.wait(second + 3600)
    assert [what for what, _ in life.told] == ["opened", "resolved"]
    assert life.told[1][1] == second + 15 * 60


def test_kills_for_memory_are_told_for_a_day() -> None:
    life = Life("OomKilled")
    second = loop(life, {"exitCode": 137, "reason": "OOMKilled"})
    life.wait(second + 7 * 86_400)
    assert life.told == [("opened", 4), ("resolved", second + 86_400)]


def test_an_init_container_that_runs_on_fails_no_more() -> None:
    life = Life("InitContainerFailing", is_init=True)
    second = loop(life, {"exitCode": 1, "reason": "Error"})
    life.wait(second + 7 * 86_400)
    assert [what for what, _ in life.told] == ["opened", "resolved"]
    assert life.told[1][1] == second + 15 * 60


def test_two_ends_at_the_start_are_over_in_two_minutes() -> None:
    life = Life("ContainerCrashing")
    last = {"terminated": {"exitCode": 1, "startedAt": rfc3339(BEGAN_MS + 5_000), "finishedAt": rfc3339(BEGAN_MS + 9_000)}}
    life.see(9, last, {}, 1)
    life.see(20, running(20), last, 2)
    assert life.is_open()
    life.wait(3600)
    assert life.told == [("opened", 9), ("resolved", 20 + 120)]


def test_one_end_that_is_got_over_says_nothing() -> None:
    life = Life("ContainerCrashing")
    last = {"terminated": {"exitCode": 1, "startedAt": rfc3339(BEGAN_MS), "finishedAt": rfc3339(BEGAN_MS + 4_000)}}
    life.see(4, last, {}, 0)
    life.see(5, running(5), last, 1)
    life.wait(3600)
    assert life.told == []
