"""Runs question sets: a cluster, questions in several wordings, and what a right answer holds.

cluster: tests/cases/findings/OomKilled/limit.yaml   # relative to the folder given, or a list
now: 2026-11-24T14:00:00Z                             # optional: the present, else the file's
questions:
  - ask: ["why is checkout down", "what is wrong with checkout?"]
    after: ["what is wrong?"]
    intent: why
    must_contain: [["OOMKilled", "out of memory"], ["128Mi"]]
    must_not: ["payments"]
    objects: ["Pod/shop/checkout-7d9f"]
    can_tell: true
    namespace: shop
    at: 2026-11-24T13:00:00Z
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import yaml

from arcops.base.errors import ArcopsError, BadInput
from arcops.chat.base import Answer, Reading
from arcops.chat.direct import ByRule, answer_by_rule
from arcops.kube.times import time_ms
from arcops.queries.findings import FindingScope
from arcops.queries.services import Services
from arcops.queries.standing import Standing
from arcops.queries.stories import told
from arcops.testing.cases import play_files


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question. Each of ``ask`` is a wording that must be answered rightly, after the questions of ``after``.

    ``must_contain`` are groups: of each one text must stand in the answer, whatever the case of letters; of ``must_not`` none.
    ``objects`` must each be the object of a fact, as ``Kind/namespace/name``.
    """

    ask: list[str]
    after: list[str] = []
    intent: str = ""
    must_contain: list[list[str]] = []
    must_not: list[str] = []
    objects: list[str] = []
    can_tell: bool | None = None
    namespace: str = ""
    at: str = ""


class QuestionFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Questions about one cluster."""

    cluster: str | list[str]
    questions: list[Question]
    now: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One wording asked: the answer, and what was missed in it; right if nothing was."""

    file: str
    wording: str
    answer: Answer | None
    missed: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Whether the answer holds everything it should and nothing it should not."""
        return not self.missed


def read_questions(path: Path) -> QuestionFile:
    """A question set. Raises ``BadInput``."""
    try:
        return msgspec.convert(yaml.load(path.read_text(), Loader=yaml.BaseLoader), QuestionFile, strict=False)  # noqa: S506 - makes text only
    except (OSError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise BadInput(what=f"The question set {path}", why=str(error)) from error


def ask_file(path: Path, root: Path) -> list[Verdict]:
    """Every wording of a file asked, of the cluster it names below ``root``. Raises ``BadInput``."""
    return asyncio.run(_ask_file(path, root))


async def _ask_file(path: Path, root: Path) -> list[Verdict]:
    wanted = read_questions(path)
    names = [wanted.cluster] if isinstance(wanted.cluster, str) else wanted.cluster
    services = await services_of([root / name for name in names], time_ms(wanted.now))
    return [await _judged(path, services, question, wording) for question in wanted.questions for wording in question.ask]


async def services_of(files: Sequence[Path], until_ms: int | None = None) -> Services:
    """The services of a played cluster whose diagnosis stands, as in a running service. Raises ``BadInput``."""
    played = await play_files(files, until_ms=until_ms)
    play = played.play
    engine = play.diagnosis.engine
    story = told(played.report, engine, play.source.catalog, FindingScope())
    return replace(play.services, standing=Standing(report=played.report, told=story, engine=engine))


async def _judged(path: Path, services: Services, question: Question, wording: str) -> Verdict:
    previous: Reading | None = None
    try:
        for earlier in question.after:
            previous = (await _ask(services, question, earlier, previous)).reading
        by_rule = await _ask(services, question, wording, previous)
    except ArcopsError as error:
        return Verdict(str(path), wording, None, (f"error: {error.message}",))
    return Verdict(str(path), wording, by_rule.answer, tuple(missed(question, by_rule.answer)))


async def _ask(services: Services, question: Question, wording: str, previous: Reading | None) -> ByRule:
    return await answer_by_rule(services, wording, at=question.at, namespace=question.namespace, previous=previous)


def missed(question: Question, answer: Answer) -> Iterator[str]:
    """What an answer lacks, or holds and should not."""
    text = answer.answer.lower()
    if question.intent and answer.intent != question.intent:
        yield f"read as {answer.intent}, not {question.intent}"
    for group in question.must_contain:
        if not any(word.lower() in text for word in group):
            yield f"lacks {' or '.join(group)}"
    yield from (f"holds {word}" for word in question.must_not if word.lower() in text)
    objects = {fact.object for fact in answer.facts}
    yield from (f"has no fact about {name}" for name in question.objects if name not in objects)
    if question.can_tell is not None and answer.can_tell is not question.can_tell:
        yield "says it can tell" if answer.can_tell else "says it cannot tell"


def as_text(verdict: Verdict) -> str:
    """What went wrong with one wording, with the answer, for a failing test."""
    answer: Any = verdict.answer.answer if verdict.answer else "(none)"
    return f"{verdict.file}: {verdict.wording!r}: {'; '.join(verdict.missed)}\n{answer}"
