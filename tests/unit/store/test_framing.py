"""How versions lie in a file, and that a frame never yields a wrong text."""

from __future__ import annotations

import pytest

from arcops.base.errors import RecordError
from arcops.store import frames
from arcops.store.days.framing import MOST_STEPS, Encoding, Framer, Stored, kin_of

TEXT = b'{"spec":{"image":"nginx:%d","env":"' + b"".join(b"%d," % (n * 7919) for n in range(300)) + b'"}}'


def text(turn: int) -> bytes:
    return TEXT % turn


def test_every_sixteenth_version_stands_on_a_whole_one() -> None:
    framer = Framer(lambda _: None)
    previous = (0, b"")
    encodings = []
    for turn in range(3 * MOST_STEPS):
        frame = framer.frame(1, (), turn + 1, text(turn), previous)
        encodings.append(frame.encoding)
        previous = (turn + 1, text(turn))
    assert encodings == ([Encoding.WHOLE] + [Encoding.DELTA] * 15) + ([Encoding.REF] + [Encoding.DELTA] * 15) * 2


def test_a_sibling_is_stored_against_the_first() -> None:
    framer = Framer(lambda _: None)
    framer.frame(1, ("rs",), 1, text(1), (0, b""))
    sibling = framer.frame(2, ("rs",), 2, text(2), (0, b""))
    stranger = framer.frame(3, ("other",), 3, text(3), (0, b""))
    assert (sibling.encoding, sibling.base, stranger.encoding) == (Encoding.REF, 1, Encoding.WHOLE)
    assert frames.decode(sibling.body, text(1)) == text(2)
    assert len(sibling.body) < len(stranger.body) / 5


def test_a_pod_of_another_revision_is_stored_against_one_of_the_same_deployment() -> None:
    framer = Framer(lambda _: None)
    owners = {"rs-1": "deploy", "rs-2": "deploy", "rs-3": "other"}
    framer.frame(1, kin_of("Pod", "rs-1", owners), 1, text(1), (0, b""))
    cousin = framer.frame(2, kin_of("Pod", "rs-2", owners), 2, text(2), (0, b""))
    stranger = framer.frame(3, kin_of("Pod", "rs-3", owners), 3, text(3), (0, b""))
    assert (cousin.encoding, cousin.base, stranger.encoding) == (Encoding.REF, 1, Encoding.WHOLE)


def test_kin_are_of_one_kind_and_what_has_no_owner_has_none() -> None:
    owners = {"rs-1": "deploy"}
    assert set(kin_of("ReplicaSet", "deploy", owners)).isdisjoint(kin_of("Pod", "rs-1", owners))
    assert kin_of("Pod", "", owners) == ()


def test_a_version_whose_predecessor_the_file_lacks_does_not_lean_on_it() -> None:
    framer = Framer(lambda _: None)
    framer.frame(1, (), 1, text(1), (0, b""))
    frame = framer.frame(1, (), 9, text(9), (8, text(8)))
    assert frame.encoding is Encoding.REF
    assert frames.decode(frame.body, text(1)) == text(9)


def test_an_object_that_became_another_is_stored_whole_again() -> None:
    framer = Framer(lambda _: None)
    framer.frame(1, (), 1, text(1), (0, b""))
    other = b"".join(b"%d;" % (n * n) for n in range(2000))
    assert framer.frame(1, (), 3, other, (2, b"?")).encoding is Encoding.WHOLE


def test_after_a_reset_everything_is_whole() -> None:
    framer = Framer(lambda _: None)
    framer.frame(1, (), 1, text(1), (0, b""))
    framer.reset()
    assert not framer.knows(1)
    assert framer.frame(1, (), 2, text(2), (1, text(1))).encoding is Encoding.WHOLE


def test_a_chain_of_an_earlier_run_goes_on_and_reads_its_base_when_needed() -> None:
    read: list[int] = []

    def read_whole(identity: int) -> bytes:
        read.append(identity)
        return text(1)

    framer = Framer(read_whole)
    framer.resume(1, ("rs",), Stored(last=5, base=3, steps=MOST_STEPS - 2))
    assert framer.frame(1, ("rs",), 6, text(6), (5, text(5))).encoding is Encoding.DELTA
    assert read == []
    assert framer.frame(1, ("rs",), 7, text(7), (6, text(6))).base == 3
    assert read == [3]


def test_a_frame_decoded_against_a_wrong_text_is_an_error() -> None:
    frame = frames.encode(text(2), text(1))
    assert frames.decode(frame, text(1)) == text(2)
    for wrong in (text(1)[:-1], text(1)[::-1], b"x" + text(1)[1:-1], None):
        with pytest.raises(RecordError):
            frames.decode(frame, wrong)


def test_a_flipped_bit_is_an_error_wherever_it_is() -> None:
    frame = frames.encode(text(2), text(1))
    for place in range(len(frame) * 8):
        flipped = bytearray(frame)
        flipped[place // 8] ^= 1 << place % 8
        try:
            found = frames.decode(bytes(flipped), text(1))
        except RecordError:
            continue
        assert found == text(2), place


def test_one_changed_line_of_a_large_text_is_a_small_frame() -> None:
    lines = [f"key-{n}: {n * 2654435761 % 1_000_003}\n".encode() for n in range(15_000)]
    before = b"".join(lines)
    lines[7_000] = b"key-7000: changed\n"
    after = b"".join(lines)
    assert len(before) > 250_000
    assert len(frames.encode(after, before)) * 100 <= len(frames.encode(after))
