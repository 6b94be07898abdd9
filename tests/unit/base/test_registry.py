"""Implementations are found by lying in their folder."""

from pathlib import Path

from arcops.base.registry import discover
from arcops.inventory import links


def test_every_file_of_a_plural_folder_is_found_in_order_but_base_and_private_ones() -> None:
    folder = Path(links.__path__[0])
    expected = sorted(path.stem for path in folder.glob("[a-z]*.py") if path.stem != "base")
    assert [module.__name__.rpartition(".")[2] for module in discover(links)] == expected
