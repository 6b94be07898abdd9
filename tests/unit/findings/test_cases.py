"""Every code has cases that fire and cases that stay quiet, and all cases get the answers they expect."""

from pathlib import Path

import pytest

from arcops.findings.catalog import all_rules
from arcops.testing.expectation import read_expectation
from arcops.testing.scoring import score_file
from tests.case_pictures import CASES, FILES


@pytest.mark.parametrize("path", FILES, ids=lambda path: "/".join(path.parts[-2:]))
def test_a_case_gets_the_answer_it_expects(path: Path) -> None:
    score = score_file(path)
    assert not score.why
    assert score.onset is not False
    assert not score.leaks


@pytest.mark.parametrize("code", [rule.code for rule in all_rules()])
def test_a_code_has_a_case_that_fires_and_one_that_stays_quiet(code: str) -> None:
    expected = [read_expectation(path) for path in sorted((CASES / code).glob("*.yaml"))]
    assert any(code in one.codes for one in expected if one.verdict == "fault")
    assert any(one.verdict == "none" for one in expected)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_a_rule_documents_when_it_fires_when_not_and_what_to_do(rule: object) -> None:
    documented = next(one for one in all_rules() if one is rule)
    assert documented.summary.endswith(".")
    assert all(documented.section(name) for name in ("Found", "Quiet", "Do"))
