"""Pictures of what goes wrong in the field, in the words of many programs, drivers and controllers, and healthy ones like them.

They were written before the rules were tried on them. One object is one line, to keep them short.
"""

from pathlib import Path

import pytest

from arcops.testing.scoring import score_file

FIELD = Path(__file__).parents[2] / "cases" / "field"


@pytest.mark.parametrize("path", sorted(FIELD.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_picture_from_the_field_gets_its_answer(path: Path) -> None:
    score = score_file(path)
    assert not score.why
    assert score.onset is not False
    assert not score.leaks


def test_the_field_holds_faults_and_healthy_pictures() -> None:
    texts = [path.read_text(encoding="utf-8") for path in FIELD.glob("*.yaml")]
    assert sum('verdict: "fault"' in text for text in texts) >= 60
    assert sum('verdict: "none"' in text for text in texts) >= 10
