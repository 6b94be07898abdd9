"""Lots of clusters that nobody had tried: what they got at first sight is told by ``scripts/first_sight.sh``; this is today."""

from pathlib import Path

import pytest

from arcops.testing.scoring import score_file

LOTS = Path(__file__).parents[2] / "cases" / "lots"
MISSED = frozenset({"d2-26", "d5-31"})
"""Healthy pictures in which something was wrong and is over: it is listed as resolved, which the score counts as an alarm."""


@pytest.mark.parametrize("path", sorted(LOTS.glob("faults-*/*.yaml")), ids=lambda path: path.stem)
def test_a_cluster_of_a_lot_gets_its_answer(path: Path) -> None:
    score = score_file(path)
    assert not score.leaks
    assert bool(score.why) is (path.stem in MISSED), score.why


def test_every_lot_names_the_commit_it_was_first_tried_at() -> None:
    rows = [line.split() for line in (LOTS / "lots.txt").read_text().splitlines() if line and not line.startswith("#")]
    assert {row[0] for row in rows} == {path.name for path in LOTS.iterdir() if path.is_dir()}
    assert all(row[1] in {"faults", "questions"} and len(row[2]) >= 7 for row in rows)
