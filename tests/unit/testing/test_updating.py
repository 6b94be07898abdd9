"""`arcops test --update`: a case is taught what is found today, and the rest of its text stays."""

from pathlib import Path

from arcops.testing.scoring import score_file
from arcops.testing.updating import difference, updated
from tests.architecture.checkout import ROOT

CASE = ROOT / "tests/cases/findings/OomKilled/shop-1.yaml"


def test_a_case_that_expects_the_wrong_thing_passes_after_its_update(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    before, _, _ = CASE.read_text().partition("expect:\n")
    path.write_text(f"{before}expect:\n  verdict: none\n  family: memory\nname: mine\n")
    assert score_file(path).why
    after = updated(path)
    path.write_text(after)
    assert not score_file(path).why
    assert after.startswith(before)
    assert after.endswith("  family: memory\nname: mine\n")


def test_a_case_without_an_expectation_gets_one_at_its_end(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(CASE.read_text().partition("expect:\n")[0])
    after = updated(path)
    assert [line for line in difference(path, after) if line.startswith("-") and not line.startswith("---")] == []
    path.write_text(after)
    assert not score_file(path).why
    assert difference(path, updated(path)) == []
