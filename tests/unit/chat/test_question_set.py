"""The question set: every wording of every file in tests/cases/chat is answered rightly, by rule alone."""

from pathlib import Path

import pytest

from arcops.testing.questions import as_text, ask_file, read_questions
from tests.architecture.checkout import ROOT

FILES = sorted((ROOT / "tests" / "cases" / "chat").glob("*.yaml"))
FEWEST_QUESTIONS = 120


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_wording_is_answered_rightly(path: Path) -> None:
    wrong = [as_text(verdict) for verdict in ask_file(path, ROOT) if not verdict.is_right]
    assert not wrong, "\n\n".join(wrong)


def test_the_set_is_large_and_worded_in_several_ways() -> None:
    questions = [question for path in FILES for question in read_questions(path).questions]
    assert len(questions) >= FEWEST_QUESTIONS
    assert sum(len(question.ask) for question in questions) >= 3 * len(questions)
