"""Answers about lines: which container, which run, which span; and what there is where there are none."""

from __future__ import annotations

import pytest

from arcops.base.errors import ClusterUnreachable, Forbidden
from arcops.chat.answers.logs import answer
from arcops.chat.asked import Asked
from arcops.chat.base import Draft, Intent, Reading
from arcops.chat.book import FactBook
from arcops.chat.logs.tell import state_sentence
from arcops.chat.logs.wanted import wanted_of
from arcops.chat.render import markdown
from arcops.findings.pods import Box
from arcops.kube.objects.pod import ContainerState, ContainerStateTerminated, ContainerStatus
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms
from arcops.queries.services import Services
from arcops.source.base import LogQuery
from arcops.store.base import LogFilter, Window
from tests.asking import cluster, ref

EDGE = "tests/data/chat/edge.yaml"


async def read(services: Services, question: str, *objects: str, **more: object) -> tuple[Draft, str]:
    reading = Reading(question=question, intent=Intent.LOGS, objects=tuple(map(ref, objects)), **more)  # type: ignore[arg-type]
    draft = await answer(Asked(services, reading, services.clock.now_ms(), services.inventory, None, FactBook()))
    return draft, markdown(draft.blocks)


@pytest.mark.parametrize(
    ("question", "most", "said"),
    [
        ("logs of web", 20, "lines"), ("last 5 lines of web", 5, "lines"), ("the last 7 errors of web", 7, "error lines"),
        ("tail 30 lines", 30, "lines"), ("last 5000 lines", 60, "lines"), ("warnings in the log of web", 20, "warnings and errors"),
        ('lines containing "timeout"', 20, 'lines with "timeout"'), ("grep refused in the log", 20, 'lines with "refused"'),
    ],
)  # fmt: skip
def test_a_question_says_how_many_lines_and_which(question: str, most: int, said: str) -> None:
    wanted = wanted_of(Reading(question=question, intent=Intent.LOGS), 0)
    assert (wanted.most, wanted.said) == (most, said)


@pytest.mark.anyio
async def test_of_a_workload_the_pod_in_trouble_is_read_and_the_others_are_told() -> None:
    draft, text = await read(await cluster(EDGE), "logs of payment", "Deployment/shop/payment")
    assert draft.can_tell
    assert text.startswith("The decisive line of container payment of shop/payment-5f4e3d2c1-ccc2 is")
    assert "1 further pod of Deployment shop/payment was not read" in text


@pytest.mark.parametrize(
    ("lines", "meaning"),
    [
        (("starting", "2026-11-24T13:52:00.000000000Z panic: cannot reach the database"), "exit code 2 (a Go program that panicked)"),
        (("flag provided but not defined: -x", "usage: app [flags]"), "exit code 2 (wrong use of the program"),
        (("listening on :8080",), "exit code 2."),
        ((), "exit code 2 (wrong use of the program"),
    ],
)
def test_an_exit_code_is_explained_by_what_the_program_said(lines: tuple[str, ...], meaning: str) -> None:
    end = ContainerStateTerminated(exit_code=2, reason="Error")
    status = ContainerStatus(name="app", last_state=ContainerState(terminated=end), restart_count=3)
    assert meaning in state_sentence(Box("app", None, status, "app", is_init=False, is_sidecar=False), "container app", lines)


@pytest.mark.anyio
async def test_of_a_pod_that_is_well_every_container_is_read() -> None:
    _, text = await read(await cluster(EDGE), "logs", "Pod/shop/payment-5f4e3d2c1-ccc1")
    assert "container payment of" in text
    assert "container proxy of" in text


@pytest.mark.anyio
async def test_only_lines_of_the_span_are_shown() -> None:
    since, until = time_ms("2026-11-24T13:52:00Z"), time_ms("2026-11-24T13:56:00Z")
    _, text = await read(await cluster(EDGE), "logs", "Deployment/shop/payment", since_ms=since, until_ms=until)
    assert "The 2 lines of container payment" in text
    assert "from 2026-11-24T13:52:00Z until 2026-11-24T13:56:00Z" in text


@pytest.mark.anyio
async def test_lines_that_were_kept_stand_in_for_a_pod_that_is_gone() -> None:
    services = await cluster(EDGE)
    gone = ObjectRef("", "Pod", "shop", "old-1")
    await services.store.append_log(gone, "u1", "app", "FATAL no space left on device\n", services.clock.now_ms() - 60_000, previous=False)
    assert await services.store.logs(Window(0, services.clock.now_ms()), LogFilter(pod="old-1"))
    _, text = await read(services, "logs of old-1", gone=(gone,))
    assert text.startswith("Pod shop/old-1 no longer exists, so these are lines the record kept.")
    assert "there is no space left" in text
    assert "a run that is over, kept 2026-11-24T14:00:00Z" in text


class Refusing:
    """A source whose logs cannot be had."""

    def __init__(self, services: Services, error: Exception) -> None:
        self.state, self.catalog = services.source.state, services.source.catalog
        self._error = error

    async def logs(self, query: LogQuery) -> str:
        raise self._error


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("error", "said", "settles"),
    [
        (Forbidden(verb="get", resource="pods/log"), "it is forbidden", "kubectl auth can-i get pods --subresource=log -n shop"),
        (ClusterUnreachable(server="here", why="it is down"), "the cluster does not answer", "kubectl -n shop logs web-7d9f8b6c5-aaa1"),
    ],
)
async def test_lines_that_cannot_be_had_are_said_with_what_would_settle_it(error: Exception, said: str, settles: str) -> None:
    services = await cluster(EDGE)
    refusing = Services(Refusing(services, error), services.inventory, services.store, services.clock, 0)  # type: ignore[arg-type]
    draft, text = await read(refusing, "logs", "Pod/shop/web-7d9f8b6c5-aaa1")
    assert not draft.can_tell
    assert said in text
    assert settles in text
