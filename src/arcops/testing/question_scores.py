"""Scores question sets: how many wordings were answered rightly by rule, and what the others lack."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from arcops.testing.questions import Verdict, ask_file, read_questions


class AskedFile(msgspec.Struct, frozen=True):
    """One file of questions."""

    file: str
    asked: int
    right: int


class AnswerMiss(msgspec.Struct, frozen=True):
    """One wording that got no right answer: what was wrong with it, and the answer itself."""

    file: str
    question: str
    why: list[str]
    answer: str


class AnswerEvaluation(msgspec.Struct, frozen=True):
    """Every file, and every wording that was missed, in the order asked. ``rate`` is the share that is right, 0 to 1."""

    files: list[AskedFile]
    asked: int
    right: int
    rate: float
    misses: list[AnswerMiss]


def score_questions(paths: Iterable[Path]) -> AnswerEvaluation:
    """Ask everything. A cluster is looked for beside the question file, then below the current folder. Raises ``BadInput``."""
    files: list[AskedFile] = []
    misses: list[AnswerMiss] = []
    for path in paths:
        verdicts = ask_file(path, _root_of(path))
        wrong = [_miss(verdict) for verdict in verdicts if not verdict.is_right]
        files.append(AskedFile(str(path), len(verdicts), len(verdicts) - len(wrong)))
        misses += wrong
    asked, right = sum(one.asked for one in files), sum(one.right for one in files)
    return AnswerEvaluation(files, asked, right, right / asked if asked else 0.0, misses)


def _root_of(path: Path) -> Path:
    cluster = read_questions(path).cluster
    names = [cluster] if isinstance(cluster, str) else cluster
    return path.parent if all((path.parent / name).exists() for name in names) else Path()


def _miss(verdict: Verdict) -> AnswerMiss:
    return AnswerMiss(verdict.file, verdict.wording, list(verdict.missed), verdict.answer.answer if verdict.answer else "")
