"""Many wordings, each with what it must be read as."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml

from arcops.chat.base import Reading
from arcops.chat.read.reading import read_question
from arcops.kube.refs import ObjectRef
from arcops.queries.services import Services
from arcops.testing.questions import services_of

HERE = Path(__file__).parent
CLUSTERS = import_module("tests.unit.chat.read.clusters").CLUSTERS
NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Wording:
    """A question, those before it, and what is expected of its reading."""

    cluster: str
    intents: str
    expected: tuple[str, ...]
    question: str
    before: tuple[str, ...] = ()


def wordings(path: Path) -> Iterator[Wording]:
    """The wordings of a table."""
    before: tuple[str, ...] = ()
    for line in path.read_text().splitlines():
        if line.startswith("#") or line.count("|") < 2:
            before = ()
            continue
        intents, expected, question = (part.strip() for part in line.lstrip("+").split("|", 2))
        before = before if line.startswith("+") else ()
        yield Wording(path.stem, intents, tuple(expected.split()), question, before)
        before = (*before, question)


ALL = [wording for path in sorted((HERE / "wordings").glob("*.txt")) for wording in wordings(path)]


@cache
def cluster(name: str) -> Services:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.yaml"
        path.write_text(yaml.safe_dump(CLUSTERS[name](), sort_keys=False))
        return asyncio.run(services_of([path]))


def read(services: Services, question: str, previous: Reading | None = None) -> Reading:
    now_ms = services.clock.now_ms()
    return asyncio.run(read_question(services, question, inventory=services.inventory, now_ms=now_ms, previous=previous))


def said(ref: ObjectRef) -> str:
    return f"{ref.kind}/{ref.namespace}/{ref.name}"


def clock(ms: int | None) -> str:
    """``11:00``, or ``-1_11:00`` for the day before the present."""
    if ms is None:
        return ""
    moment = datetime.fromtimestamp(ms / 1000, UTC)
    days = (moment.date() - NOW.date()) // timedelta(days=1)
    return f"{f'{days}_' if days else ''}{moment:%H:%M}"


def seen_of(reading: Reading) -> dict[str, str]:
    """What single-valued expectations are compared with."""
    return {
        "kind": reading.kind.kind if reading.kind else "", "ns": reading.namespace, "at": clock(reading.at_ms),
        "since": clock(reading.since_ms), "until": clock(reading.until_ms), "container": reading.container, "back": str(reading.back),
        "gone": ",".join(map(said, reading.gone)), "unknown": ",".join(reading.unknown),
    }  # fmt: skip


def missed(wording: Wording, reading: Reading) -> Iterator[str]:
    """What a reading lacks."""
    if reading.intent.value not in wording.intents.split("/"):
        yield f"intent is {reading.intent.value}"
    seen = seen_of(reading)
    objects = [item for item in wording.expected if item.count("/") == 2 and "=" not in item]
    if [said(ref) for ref in reading.objects] != objects:
        yield f"objects are {[said(ref) for ref in reading.objects]}"
    for item in wording.expected:
        name, _, value = item.partition("=")
        if name in seen and seen[name] != value:
            yield f"{name} is {seen[name]}"
        elif name == "cond" and value not in [f"{one.field}{one.op}{one.value}" for one in reading.conditions]:
            yield f"conditions are {reading.conditions}"
        elif item.startswith("note~") and item[5:] not in " ".join(reading.notes):
            yield f"notes are {reading.notes}"
        elif item.startswith("subject~") and item[8:] not in reading.subject:
            yield f"subject is {reading.subject}"
        elif item == "previous" and not reading.previous_run:
            yield "not of the previous run"
    if reading.unknown and "unknown=" not in " ".join(wording.expected):
        yield f"unknown are {reading.unknown}"


@pytest.mark.parametrize("wording", ALL, ids=lambda wording: f"{wording.cluster}-{wording.question[:60]}")
def test_a_wording_is_read_as_it_is_meant(wording: Wording) -> None:
    services = cluster(wording.cluster)
    previous: Reading | None = None
    for earlier in wording.before:
        previous = read(services, earlier, previous)
    reading = read(services, wording.question, previous)
    assert not list(missed(wording, reading)), reading


def test_there_are_many_wordings_of_every_intent() -> None:
    counts: dict[str, int] = {}
    for wording in ALL:
        counts[wording.intents] = counts.get(wording.intents, 0) + 1
    assert len(ALL) >= 400
    assert all(
        counts.get(intent, 0) >= 10 for intent in ("wrong", "why", "changed", "list", "count", "logs", "history", "state", "depends")
    )
