"""Kubernetes quantities: ``500m``, ``1.5``, ``128Mi``, ``2e3`` as numbers, exactly.

The grammar is apimachinery's (``resource.Quantity``): a decimal number with a decimal suffix (n u m k M G T P E), a
binary one (Ki Mi Gi Ti Pi Ei) or a decimal exponent. No floats on the way: a quantity is a fraction of two integers.
"""

from __future__ import annotations

import re
from functools import lru_cache

from arcops.base.errors import BadInput
from arcops.kube.objects.scalars import Quantity

_FORM = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:([KMGTPE]i|[numkMGTPE])|[eE]([+-]?[0-9]{1,3}))?", re.ASCII)
_DECIMAL = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_LONGEST = 64
"""Characters; nothing real comes near, and a number of a million digits would take seconds."""


def number(quantity: Quantity) -> int | float:
    """The value: an exact int where it is whole, otherwise the nearest float. Raises ``BadInput``."""
    above, below = _fraction(quantity)
    return above // below if above % below == 0 else above / below


def milli(quantity: Quantity) -> int:
    """Thousandths, rounded up: the way CPU is added and compared. Raises ``BadInput``."""
    above, below = _fraction(quantity)
    return -(-above * 1000 // below)


def whole(quantity: Quantity) -> int:
    """Whole units (bytes, pods), rounded up. Raises ``BadInput``."""
    above, below = _fraction(quantity)
    return -(-above // below)


def _fraction(quantity: Quantity) -> tuple[int, int]:
    if isinstance(quantity, str):
        return _read(quantity)
    if isinstance(quantity, int):
        return quantity, 1
    return _read(repr(quantity))


@lru_cache(maxsize=4096)
def _read(text: str) -> tuple[int, int]:
    match = _FORM.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        raise BadInput(what=f'The quantity "{text[:_LONGEST]}"', why="it is not a number with a suffix such as m, k, Mi or Gi")
    sign, integer, decimals, suffix, exponent = match.groups()
    decimals = decimals or ""
    if not integer and not decimals:
        raise BadInput(what=f'The quantity "{text}"', why="it has no digits")
    value = int(sign + integer + decimals)
    if suffix in _BINARY:
        return value << _BINARY[suffix], 10 ** len(decimals)
    power = (int(exponent) if exponent else _DECIMAL.get(suffix or "", 0)) - len(decimals)
    return (value * 10**power, 1) if power >= 0 else (value, 10**-power)
