"""Lines out of pieces: the same whatever the pieces, and never more held than the cap."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from arcops.source.lines import LineSplitter, Oversized

CAP = 50


def split(pieces: list[bytes], cap: int = CAP) -> list[bytes | Oversized]:
    splitter = LineSplitter(cap)
    return [line for piece in pieces for line in splitter.feed(piece)]


@given(st.binary(max_size=400).map(lambda b: b.replace(b"\r", b"\n")), st.lists(st.integers(0, 400), max_size=20))
def test_the_lines_do_not_depend_on_the_pieces(data: bytes, cuts: list[int]) -> None:
    edges = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    pieces = [data[a:b] for a, b in pairwise(edges)]
    *whole, _ = data.split(b"\n")
    expected = [len(line) if len(line) > CAP else line for line in whole if line]
    assert [line.size_bytes if isinstance(line, Oversized) else line for line in split(pieces)] == expected


def test_a_line_above_the_cap_is_not_held() -> None:
    splitter = LineSplitter(1000)
    for _ in range(1000):
        assert splitter.feed(b"x" * 1000) == []
        assert sum(len(piece) for piece in splitter._pieces) <= 1000
    (line, after) = splitter.feed(b"\nnext\n")
    assert isinstance(line, Oversized)
    assert line.size_bytes == 1_000_000
    assert len(line.head) <= 64 * 1024
    assert after == b"next"


def test_what_has_no_newline_is_no_line() -> None:
    assert split([b"whole\n", b"half"]) == [b"whole"]
