"""Notes beside the record: kept, found again, forgotten in the right order, and never lost for a torn line or a full disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from arcops.store.notes import FILE, MOST_NOTES, FileNotes, MemoryNotes, kept

pytestmark = pytest.mark.anyio


async def test_notes_outlive_the_process_in_their_order(tmp_path: Path) -> None:
    notes = FileNotes(tmp_path / "record")
    await notes.start()
    await notes.add(1_000, "incident", "a", "opened", b'{"n":1}')
    await notes.add(1_000, "incident", "b", "opened", b'{"n":2}')
    await notes.add(2_000, "incident", "a", "resolved", b'{"n":3}', is_over=True)
    again = FileNotes(tmp_path / "record")
    await again.start()
    assert [(note.op, bytes(note.body)) for note in again.of("incident", "a")] == [("opened", b'{"n":1}'), ("resolved", b'{"n":3}')]
    assert [note.key for note in again.latest("incident")] == ["a", "b"]
    assert [(note.key, note.op) for note in again.latest("incident", 1_500)] == [("b", "opened"), ("a", "opened")]
    assert again.latest("suppression") == []
    later = await again.add(1_500, "incident", "c", "opened", b"{}")
    assert later.id > again.of("incident", "a")[-1].id


async def test_a_torn_line_costs_only_itself(tmp_path: Path) -> None:
    notes = FileNotes(tmp_path)
    await notes.start()
    await notes.add(1, "incident", "a", "opened", b"{}")
    with (tmp_path / FILE).open("ab") as file:
        file.write(b'{"id":12,"at_ms":3,"top')
    await notes.add(5, "incident", "b", "opened", b"{}")
    again = FileNotes(tmp_path)
    await again.start()
    assert [note.key for note in again.latest("incident")] == ["b", "a"]


async def test_only_its_owner_may_read_the_file(tmp_path: Path) -> None:
    notes = FileNotes(tmp_path)
    await notes.add(1, "incident", "a", "opened", b"{}")
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


async def test_a_disk_that_refuses_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    notes = FileNotes(tmp_path)
    await notes.start()
    await notes.add(1, "incident", "a", "opened", b"{}")
    assert [note.key for note in notes.latest("incident")] == ["a"]


async def test_what_is_out_of_date_is_left_out_when_the_file_is_written_anew(tmp_path: Path) -> None:
    notes = FileNotes(tmp_path)
    await notes.start()
    await notes.add(1, "suppression", "kept", "made", b"{}")
    for number in range(5):
        await notes.add(2 + number, "incident", str(number), "resolved", b"{}", is_over=True)
    (tmp_path / FILE).write_bytes((tmp_path / FILE).read_bytes() + b"nonsense\n" * 20)
    again = FileNotes(tmp_path)
    await again.start()
    assert (tmp_path / FILE).read_bytes().count(b"\n") == 6
    assert again.of("suppression", "kept")


async def test_the_oldest_go_first_but_never_the_last_word_on_what_is_not_over() -> None:
    notes = MemoryNotes()
    await notes.add(1, "suppression", "still", "made", b"{}")
    await notes.add(2, "incident", "over", "resolved", b"{}", is_over=True)
    for number in range(MOST_NOTES):
        await notes.add(3 + number, "incident", "busy", "changed", b"{}")
    assert notes.of("suppression", "still")
    assert not notes.of("incident", "over")
    assert len(notes.of("incident", "busy")) < MOST_NOTES


def test_few_are_all_kept() -> None:
    assert kept([], 5) == []
