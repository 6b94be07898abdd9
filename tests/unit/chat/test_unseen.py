"""Questions the rules were not made for: their share must not fall (tests/cases/unseen, tests/cases/lots)."""

from pathlib import Path

from arcops.testing.questions import ask_file, read_questions
from tests.architecture.checkout import ROOT

LEAST = 0.85
"""Of those about clusters of this tree, by their words."""


def test_questions_nobody_tried_are_mostly_answered_rightly() -> None:
    verdicts = [verdict for path in _in_the_tree() for verdict in ask_file(path, ROOT)]
    right = sum(verdict.is_right for verdict in verdicts)
    assert len(verdicts) >= 200
    assert right >= LEAST * len(verdicts), [(verdict.wording, verdict.missed) for verdict in verdicts if not verdict.is_right]


def _in_the_tree() -> list[Path]:
    cases = ROOT / "tests" / "cases"
    found = sorted((*(cases / "unseen").glob("*.yaml"), *(cases / "lots").glob("questions-*/*.yaml")))
    return [path for path in found if str(read_questions(path).cluster).startswith("tests/")]
