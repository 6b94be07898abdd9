"""Conversations are kept, survive a restart, are bounded, and are forgotten where somebody wants that."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from arcops.base.errors import BadInput
from arcops.chat.base import Answer, Condition, Intent, Reading
from arcops.chat.sessions import FILE, KEPT_MS, MOST_SESSIONS, AnswerNotFound, SessionNotFound, Sessions, open_notes
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.testing.clock import FakeClock

pytestmark = pytest.mark.anyio
NOW_MS = 1_795_523_400_000
READING = Reading(
    question="why?", intent=Intent.WHY, objects=(ObjectRef("", "Pod", "shop", "web-0"),), kind=GroupKind("apps", "Deployment"), at_ms=5,
    conditions=(Condition("restarts", ">", "3"),), words=("oom",), zone=ZoneInfo("Europe/Berlin"),
)  # fmt: skip


def answer(text: str = "It is down [F1].") -> Answer:
    return Answer(answer=text, intent="why", facts=(), model="direct-mode")


async def test_a_conversation_and_how_it_was_read_survive_a_restart(tmp_path: Path) -> None:
    first = Sessions(FakeClock(NOW_MS), open_notes(tmp_path))
    await first.start()
    kept = await first.keep("talk", "why is web down?", answer(), READING)
    await first.rate(kept.id, "down", "not true")
    await first.aclose()

    again = Sessions(FakeClock(NOW_MS + 1), open_notes(tmp_path))
    await again.start()
    assert again.previous("talk") == READING
    assert [turn.answer for turn in again.turns("talk")] == ["It is down."]
    (turn,) = again.get("talk").turns
    assert (turn.id, turn.question, turn.answer, turn.intent) == (kept.id, "why is web down?", "It is down [F1].", "why")
    assert turn.feedback is not None
    assert (turn.feedback.verdict, turn.feedback.comment) == ("down", "not true")
    assert [(item.id, item.title, item.turns) for item in again.items()] == [("talk", "why is web down?", 1)]


async def test_a_reading_of_another_arcops_is_left_out(tmp_path: Path) -> None:
    sessions = Sessions(FakeClock(NOW_MS), open_notes(tmp_path))
    await sessions.start()
    await sessions.keep("talk", "why?", answer(), READING)
    path = tmp_path / FILE
    path.write_bytes(path.read_bytes().replace(b'"intent":"why","objects"', b'"intent":"odd","objects"'))
    again = Sessions(FakeClock(NOW_MS), open_notes(tmp_path))
    await again.start()
    assert again.previous("talk") is None
    assert len(again.turns("talk")) == 1


async def test_what_is_kept_is_masked(tmp_path: Path) -> None:
    sessions = Sessions(FakeClock(NOW_MS), open_notes(tmp_path))
    await sessions.start()
    reading = Reading(question="why does password=hunter2 fail?", intent=Intent.WHY, zone=UTC)
    kept = await sessions.keep("talk", "why does password=hunter2 fail?", answer("token: s3cr3t-value-1"), reading)
    await sessions.rate(kept.id, "up", "Authorization: Bearer abc.def-123")
    written = (tmp_path / FILE).read_text()
    assert "why does password=***" in written
    assert not any(secret in written for secret in ("hunter2", "s3cr3t", "abc.def"))


async def test_the_wording_takes_the_place_of_what_was_kept_by_rule() -> None:
    sessions = Sessions(FakeClock(NOW_MS))
    kept = await sessions.keep("talk", "why?", answer(), READING)
    await sessions.amend(Answer(answer="Worded [F1].", intent="why", facts=(), model="phi", id=kept.id, session="talk"))
    assert [(turn.answer, turn.model) for turn in sessions.get("talk").turns] == [("Worded [F1].", "phi")]
    assert sessions.items()[0].turns == 1


async def test_deleting_forgets_on_disk_too(tmp_path: Path) -> None:
    sessions = Sessions(FakeClock(NOW_MS), open_notes(tmp_path))
    await sessions.start()
    kept = await sessions.keep("talk", "something private", answer(), READING)
    other = await sessions.keep("other", "something else", answer(), READING)
    await sessions.rate(kept.id, "up", "a remark")
    await sessions.delete("talk")
    assert "private" not in (tmp_path / FILE).read_text()
    assert "remark" not in (tmp_path / FILE).read_text()
    assert [item.id for item in sessions.items()] == ["other"]
    with pytest.raises(SessionNotFound):
        sessions.get("talk")
    with pytest.raises(SessionNotFound):
        await sessions.delete("talk")
    with pytest.raises(AnswerNotFound):
        await sessions.rate(kept.id, "up")
    await sessions.rate(other.id, "up")


async def test_there_are_few_and_none_is_old() -> None:
    clock = FakeClock(NOW_MS)
    sessions = Sessions(clock)
    for number in range(MOST_SESSIONS + 5):
        await sessions.keep(f"s{number}", "why?", answer(), READING)
    assert len(sessions.items()) == MOST_SESSIONS
    with pytest.raises(SessionNotFound):
        sessions.get("s0")
    later = Sessions(FakeClock(NOW_MS + KEPT_MS + 60_000), sessions._notes)
    await later.keep("new", "why?", answer(), READING)
    assert [item.id for item in later.items()] == ["new"]


async def test_names_are_given_and_checked() -> None:
    sessions = Sessions(FakeClock(NOW_MS))
    assert sessions.name("mine_1") == "mine_1"
    assert len({sessions.name("") for _ in range(100)}) == 100
    for bad in ("a b", "../x", "x" * 65):
        with pytest.raises(BadInput):
            sessions.name(bad)
    kept = await sessions.keep("talk", "why?", answer(), READING)
    with pytest.raises(BadInput):
        await sessions.rate(kept.id, "sideways")
