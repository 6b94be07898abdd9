"""Asks one answerer by itself: a cluster out of files, a reading made by hand, and the answer with its facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from arcops.base.clock import rfc3339
from arcops.chat.answers import answerer_of
from arcops.chat.asked import Asked
from arcops.chat.base import Draft, Fact, Intent, Reading
from arcops.chat.book import FactBook
from arcops.chat.render import markdown
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms
from arcops.queries.diagnosed import Current, FindingQuery, current
from arcops.queries.services import Services
from arcops.testing.questions import services_of

ROOT = Path(__file__).parent.parent
GROUPS = {
    "Deployment": "apps",
    "StatefulSet": "apps",
    "ReplicaSet": "apps",
    "Job": "batch",
    "CronJob": "batch",
    "Ingress": "networking.k8s.io",
}


@dataclass(frozen=True)
class Told:
    """An answer: its blocks, its text, its facts."""

    draft: Draft
    text: str
    facts: tuple[Fact, ...]

    @property
    def first(self) -> str:
        """The first paragraph, without its citations."""
        return self.text.split("\n\n")[0].partition(" [F")[0]


def ref(text: str) -> ObjectRef:
    """``Deployment/shop/web`` as a ref."""
    kind, namespace, name = text.split("/")
    return ObjectRef(GROUPS.get(kind, ""), kind, namespace, name)


async def cluster(*files: str) -> Services:
    """The services of a cluster out of files of this repository, diagnosed."""
    return await services_of([ROOT / file for file in files])


async def tell(
    services: Services, intent: str, question: str, *objects: str, namespace: str = "", at: str = "", since: str = "", until: str = "",
    gone: Sequence[str] = (), unknown: Sequence[str] = (), near: Sequence[str] = (), back: int = 0, late: str = "",
) -> Told:  # fmt: skip
    """The answer to a reading. With ``late`` nothing has been diagnosed yet."""
    reading = Reading(
        question=question, intent=Intent(intent), objects=tuple(map(ref, objects)), gone=tuple(map(ref, gone)), namespace=namespace,
        at_ms=time_ms(at), since_ms=time_ms(since), until_ms=time_ms(until), unknown=tuple(unknown), near=tuple(map(ref, near)), back=back,
    )  # fmt: skip
    found = None if late else await _current(services, reading)
    inventory = found.engine.inventory if found is not None and reading.at_ms is not None else services.inventory
    book = FactBook()
    draft = await answerer_of(reading.intent)(Asked(services, reading, services.clock.now_ms(), inventory, found, book, late))
    return Told(draft, markdown(draft.blocks), book.facts)


async def _current(services: Services, reading: Reading) -> Current:
    return await current(services, FindingQuery(at=rfc3339(reading.at_ms) if reading.at_ms is not None else ""))
