"""When certificates expire, read from PEM without a library: only the validity of each is looked at (RFC 5280, DER)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)
_SEQUENCE, _UTC_TIME, _GENERALIZED_TIME, _VERSION = 0x30, 0x17, 0x18, 0xA0
_LONG_FORM = 0x80
_PIVOT = 50
"""Two-digit years from here on are of the last century (RFC 5280, 4.1.2.5.1)."""


class _Element(NamedTuple):
    tag: int
    value: bytes
    rest: bytes


def expiries_ms(encoded: str) -> list[int]:
    """When the certificates of a ``caBundle`` (base64 of PEM) end, in Unix milliseconds; what cannot be read is left out."""
    try:
        pem = base64.b64decode(encoded, validate=False)
    except (binascii.Error, ValueError):
        return []
    found = []
    for match in _PEM.finditer(pem):
        try:
            found.append(_expiry_ms(base64.b64decode(match[1], validate=False)))
        except (ValueError, IndexError):
            continue
    return found


def _expiry_ms(der: bytes) -> int:
    """Certificate, its first part, of that: version, serial number, algorithm, issuer, validity."""
    parts = list(_elements(_element(_element(der).value).value))
    if parts[0].tag == _VERSION:
        parts = parts[1:]
    validity = parts[3]
    if validity.tag != _SEQUENCE:
        raise ValueError("no validity")
    return _time_ms(list(_elements(validity.value))[1])


def _element(data: bytes) -> _Element:
    length, begin = data[1], 2
    if length >= _LONG_FORM:
        size = length - _LONG_FORM
        length, begin = int.from_bytes(data[2 : 2 + size], "big"), 2 + size
    return _Element(data[0], data[begin : begin + length], data[begin + length :])


def _elements(data: bytes) -> Iterator[_Element]:
    while data:
        found = _element(data)
        yield found
        data = found.rest


def _time_ms(element: _Element) -> int:
    text = element.value.decode("ascii")
    if element.tag == _UTC_TIME:
        century = "19" if int(text[:2]) >= _PIVOT else "20"
        text = century + text
    elif element.tag != _GENERALIZED_TIME:
        raise ValueError("no time")
    moment = datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)
