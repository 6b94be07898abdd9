"""Question sets are counted, and what was missed is told with the answer."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from arcops.base.errors import BadInput
from arcops.cli.group import cli
from arcops.testing.question_scores import score_questions
from tests.architecture.checkout import ROOT

CLUSTER = ROOT / "tests" / "cases" / "findings" / "OomKilled" / "shop-1.yaml"


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "asked.yaml"
    file.write_text(
        f"cluster: {CLUSTER}\n"
        "questions:\n"
        "- ask: ['what is wrong?', anything broken]\n"
        "  must_contain: [[memory]]\n"
        "- ask: [which pods are there]\n"
        "  must_contain: [[a pod that nobody made]]\n"
    )
    return file


def test_right_answers_are_counted_and_wrong_ones_told(questions: Path) -> None:
    made = score_questions([questions])
    assert (made.asked, made.right) == (3, 2)
    [miss] = made.misses
    assert miss.question == "which pods are there"
    assert miss.why == ["lacks a pod that nobody made"]
    assert miss.answer


def test_the_command_prints_the_rate_and_ends_with_1(questions: Path) -> None:
    told = CliRunner().invoke(cli, ["eval", "--questions", str(questions)])
    assert "2/3 (66.7%)" in told.output
    assert "missed" in told.output
    assert told.exit_code == 1


def test_what_is_no_question_set_is_said(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text("name: a case\n")
    with pytest.raises(BadInput):
        score_questions([tmp_path / "case.yaml"])
