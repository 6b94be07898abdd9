"""A record written by an earlier arcops says the same today."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from arcops.store.days.opening import LAYOUT
from arcops.store.days.verify import verify
from tests.contract.golden_record import told

pytestmark = pytest.mark.anyio

RECORDS = Path(__file__).parents[1] / "data" / "record"
LAYOUTS = sorted(path.name for path in RECORDS.glob("layout-*"))


@pytest.mark.parametrize("layout", LAYOUTS)
async def test_a_record_of_a_released_layout_says_what_it_said(layout: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(RECORDS / layout, tmp_path / "record"))
    expected = msgspec.json.decode((RECORDS / layout / "answers.json").read_bytes())
    assert verify(folder).faults == []
    assert await told(folder) == expected


def test_every_layout_has_a_record() -> None:
    assert [f"layout-{number}" for number in range(1, LAYOUT + 1)] == LAYOUTS
