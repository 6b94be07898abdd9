"""Tells at the end of `make test` how each stage ended, what was left out and why, and the total.

Reads what scripts/stages.sh left in a folder: ``stages`` (name, how it ended, seconds), ``skips`` (what, why) and
one JUnit file for each stage that ran tests. The last line is the plain "N passed, N failed, N skipped".
"""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

OUTCOMES = ("passed", "failed", "skipped")


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: how its command ended, how long it took, and its tests by outcome."""

    name: str
    ended: str
    seconds: int
    tests: Counter[str]
    reasons: tuple[str, ...]


def main(folder: Path) -> int:
    """Print the summary; 1 if a stage that ARCOPS_REQUIRE names skipped a test, else 0."""
    stages = list(read_stages(folder))
    required = set(filter(None, os.environ.get("ARCOPS_REQUIRE", "").split(",")))
    print("\n== summary")
    for stage in stages:
        counts = ", ".join(f"{stage.tests[outcome]} {outcome}" for outcome in OUTCOMES if stage.tests[outcome])
        print(f"  {stage.name:<13}{stage.ended:<8}{stage.seconds:>5} s  {counts}".rstrip())
    left_out = (folder / "skips").read_text().splitlines()
    left_out += [f"{stage.name}: {reason}" for stage in stages for reason in stage.reasons]
    print("\n".join(["left out on this machine:", *(f"  {line}" for line in left_out)]) if left_out else "nothing was left out")
    forbidden = [stage.name for stage in stages if stage.name in required and stage.tests["skipped"]]
    if forbidden:
        print(f"required here (ARCOPS_REQUIRE), but tests were skipped in: {', '.join(forbidden)}")
    total = sum((stage.tests for stage in stages), Counter[str]())
    print(", ".join(f"{total[outcome]} {outcome}" for outcome in OUTCOMES))
    return 1 if forbidden else 0


def read_stages(folder: Path) -> Iterator[Stage]:
    """The stages in the order they ran."""
    for line in (folder / "stages").read_text().splitlines():
        name, ended, seconds = line.split("\t")
        report = folder / f"{name}.xml"
        tests, reasons = read_report(report) if report.exists() else (Counter[str](), ())
        yield Stage(name, ended, int(seconds), tests, reasons)


def read_report(report: Path) -> tuple[Counter[str], tuple[str, ...]]:
    """How many tests passed, failed and were skipped, and each different reason for a skip once."""
    tests: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - written by pytest a moment ago
        skip = case.find("skipped")
        if skip is not None:
            tests["skipped"] += 1
            reasons[skip.get("message") or "no reason given"] += 1
        elif case.find("failure") is not None or case.find("error") is not None:
            tests["failed"] += 1
        else:
            tests["passed"] += 1
    return tests, tuple(f"{reason} ({count})" for reason, count in reasons.items())


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
