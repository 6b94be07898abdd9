"""`make test` runs every test there is, and its summary tells the truth about what was left out."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.checkout import ROOT, python

REPORT = """<testsuites><testsuite>
<testcase name="a"/><testcase name="b"><failure message="no"/></testcase><testcase name="c"><skipped message="no Chromium"/></testcase>
</testsuite></testsuites>"""


def summary(folder: Path, required: str) -> subprocess.CompletedProcess[str]:
    (folder / "stages").write_text("hooks\tok\t3\nbrowser\tFAILED\t5\n")
    (folder / "browser.xml").write_text(REPORT)
    (folder / "skips").write_text("gitleaks: no Go\n")
    command = [sys.executable, "-m", "scripts.summary", str(folder)]
    return subprocess.run(command, cwd=ROOT, env={"ARCOPS_REQUIRE": required}, check=False, capture_output=True, text=True)


def test_every_folder_of_tests_is_a_stage() -> None:
    stages = set(re.search(r"for name in (.+); do", (ROOT / "scripts/test.sh").read_text())[1].split())  # type: ignore[index]
    folders = {path.relative_to(ROOT).parts[1] for path in python("tests") if path.name.startswith("test_")}
    assert folders <= stages


def test_the_summary_counts_names_what_was_left_out_and_closes_with_the_total(tmp_path: Path) -> None:
    said = summary(tmp_path, required="")
    assert said.returncode == 0, said.stderr
    assert "gitleaks: no Go" in said.stdout
    assert "browser: no Chromium (1)" in said.stdout
    assert said.stdout.splitlines()[-1] == "1 passed, 1 failed, 1 skipped"


def test_a_skip_in_a_required_stage_is_a_failure(tmp_path: Path) -> None:
    said = summary(tmp_path, required="cluster,browser")
    assert said.returncode == 1
    assert "required here (ARCOPS_REQUIRE), but tests were skipped in: browser" in said.stdout


@pytest.mark.parametrize(("required", "status"), [("", 0), ("cluster", 0), ("cluster,gitleaks", 1)])
def test_something_left_out_fails_only_where_it_is_required(tmp_path: Path, required: str, status: int) -> None:
    environment = {"ARCOPS_REQUIRE": required, "ARCOPS_SKIPS": str(tmp_path / "skips"), "PATH": "/usr/bin:/bin"}
    said = subprocess.run(
        ["scripts/skipped.sh", "gitleaks", "no Go"], cwd=ROOT, env=environment, check=False, capture_output=True, text=True
    )
    assert said.returncode == status
    assert "no Go" in said.stderr
