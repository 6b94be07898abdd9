"""The generated pages say what the code says."""

import pytest

from scripts.reference import settings
from scripts.reference.__main__ import ROOT, WRITERS, stale_pages


@pytest.mark.parametrize("path", WRITERS)
def test_a_generated_page_is_what_make_reference_would_write(path: str) -> None:
    assert (ROOT / path).read_text() == WRITERS[path](), "run `make reference`"


def test_every_setting_has_a_meaning() -> None:
    told = [setting for name, section in settings.sections() for setting in settings.settings_of(name, section)]
    assert not [setting.variable for setting in told if not setting.meaning]


def test_no_page_is_about_a_code_that_is_gone() -> None:
    assert stale_pages() == []
