"""Quantities are read as Kubernetes reads them."""

import pytest

from arcops.base.errors import BadInput
from arcops.kube.objects.scalars import Quantity
from arcops.kube.quantities import milli, number, whole


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0), ("7", 7), ("-3", -3), ("+3", 3), ("1.5", 1.5), (".5", 0.5), ("5.", 5), ("500m", 0.5), ("1500m", 1.5), ("2000m", 2),
        ("1k", 1000), ("1M", 10**6), ("1G", 10**9), ("1T", 10**12), ("1P", 10**15), ("1E", 10**18), ("100n", 1e-7), ("100u", 1e-4),
        ("1Ki", 1024), ("128Mi", 134217728), ("1.5Gi", 1610612736), ("2Ti", 2 * 2**40), ("1Pi", 2**50), ("3Ei", 3 * 2**60),
        ("1e3", 1000), ("1E3", 1000), ("12e-1", 1.2), ("1e+2", 100), ("9007199254740993", 9007199254740993), (4, 4), (0.25, 0.25),
    ],
)  # fmt: skip
def test_a_quantity_is_its_number(text: Quantity, value: float) -> None:
    assert number(text) == value


@pytest.mark.parametrize("text", ["", "m", "abc", "1.2.3", "1 Gi", "1KiB", "--1", "1e", "0x10", "٣", "1e9999", "9" * 65, "1mm", ".", "+"])
def test_what_is_no_quantity_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(BadInput, match="The quantity"):
        number(text)


def test_thousandths_and_whole_units_are_rounded_up() -> None:
    assert (milli("100m"), milli("0.0001"), milli("2"), milli("1n")) == (100, 1, 2000, 1)
    assert (whole("1500m"), whole("1.1Ki"), whole("3")) == (2, 1127, 3)


def test_a_whole_quantity_is_an_int_however_it_is_written() -> None:
    assert all(isinstance(number(text), int) for text in ("1000m", "1.0", "1e3", "2.5k", "0.5Ki"))
