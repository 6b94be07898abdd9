"""Conversations: kept beside the record, so that a follow-up works after a restart; few, bounded and forgotten by age.

They have a file of their own, ``chat.jsonl``: what people asked must be deletable at once, and must not push out incidents. Kept
are questions and answers in short, masked, and how each question was read.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from datetime import UTC, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from arcops.base.clock import Clock, rfc3339
from arcops.base.errors import BadInput, NotFound
from arcops.base.guard import safe_line, safe_text
from arcops.base.ids import IdSource
from arcops.chat.base import Answer, Reading
from arcops.chat.budget import Turn
from arcops.store.notes import FileNotes, MemoryNotes, Note, Notes

FILE = "chat.jsonl"
MOST_NOTES = 4_000
"""Questions and verdicts together, at most about 12 MB."""
MOST_SESSIONS = 200
MOST_TURNS = 50
KEPT_MS = 30 * 86_400_000
_TURN, _FEEDBACK = "turn", "feedback"
_ANSWER_CHARS = 2_000
_TITLE_CHARS = 80
_COMMENT_CHARS = 1_000
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CITATION = re.compile(r"\s*\[F\d+\]")
VERDICTS = ("up", "down")


class SessionNotFound(NotFound):
    """There is no conversation {name}."""

    code = "session-not-found"
    hint = "Conversations are kept for 30 days, the newest 200 of them. GET /api/chat/sessions lists them."


class AnswerNotFound(NotFound):
    """There is no answer {name}."""

    code = "answer-not-found"
    hint = "Give the `id` of an answer; answers of forgotten conversations are forgotten too."


class Feedback(msgspec.Struct, frozen=True, gc=False):
    """What a reader thought of an answer: ``up`` or ``down``, and why."""

    answer: str
    verdict: str
    comment: str = ""
    at: str = ""


class SessionTurn(msgspec.Struct, frozen=True, gc=False):
    """One question of a conversation and its answer in short; ``id`` is the answer's."""

    id: str
    at: str
    question: str
    answer: str
    intent: str
    model: str
    feedback: Feedback | None = None


class SessionItem(msgspec.Struct, frozen=True, gc=False):
    """A conversation: ``title`` is its first question."""

    id: str
    title: str
    turns: int
    since: str
    last: str


class Session(msgspec.Struct, frozen=True, gc=False):
    """A whole conversation, oldest question first."""

    id: str
    title: str
    since: str
    last: str
    turns: list[SessionTurn]


class _Kept(msgspec.Struct, frozen=True, gc=False):
    """A turn as it is written down."""

    question: str
    answer: str
    intent: str
    model: str
    reading: msgspec.Raw = msgspec.Raw(b"null")


def open_notes(folder: Path | None) -> Notes:
    """The file of conversations in a record's folder; without a folder they end with the process."""
    return MemoryNotes(MOST_NOTES) if folder is None else FileNotes(folder, FILE, MOST_NOTES)


class Sessions:
    """Conversations and what readers thought of answers."""

    def __init__(self, clock: Clock, notes: Notes | None = None) -> None:
        """``notes`` is where they are kept; without, they end with the process."""
        self._clock = clock
        self._notes = notes or open_notes(None)
        self._ids = IdSource()

    async def start(self) -> None:
        """Read what an earlier run kept, and forget what is too old."""
        await self._notes.start()
        await self._forget_old()

    async def aclose(self) -> None:
        """Close the file."""
        await self._notes.aclose()

    def name(self, wanted: str) -> str:
        """The conversation to speak in: the one wanted, else a new one. Raises ``BadInput`` for what is no name."""
        if wanted and not _NAME.fullmatch(wanted):
            raise BadInput(what="The session", why="it is 1 to 64 letters, digits, dashes and underscores")
        return wanted or secrets.token_hex(8)

    def turns(self, session: str) -> list[Turn]:
        """The last questions and answers, for a prompt, without citations."""
        kept = [_decoded(note.body) for note in self._of(session)[-2:]]
        return [Turn(turn.question, _CITATION.sub("", turn.answer)) for turn in kept]

    def previous(self, session: str) -> Reading | None:
        """How the last question was read; None for the first of a conversation."""
        notes = self._of(session)
        return read_again(_decoded(notes[-1].body).reading) if notes else None

    async def keep(self, session: str, question: str, answer: Answer, reading: Reading) -> Answer:
        """Write a turn down; the answer with its id and conversation."""
        now_ms = self._clock.now_ms()
        identity = format(self._ids.next(now_ms), "x")
        kept = _Kept(safe_text(question), _short(answer.answer), answer.intent, answer.model, msgspec.Raw(written(reading)))
        await self._notes.add(now_ms, _TURN, session, identity, msgspec.json.encode(kept), is_over=True)
        await self._forget_old()
        return msgspec.structs.replace(answer, id=identity, session=session)

    async def amend(self, answer: Answer) -> None:
        """Write down the wording of an answer that was kept by rule."""
        notes = [note for note in self._of(answer.session) if note.op == answer.id]
        if notes:
            kept = msgspec.structs.replace(_decoded(notes[0].body), answer=_short(answer.answer), model=answer.model)
            await self._notes.add(notes[0].at_ms, _TURN, answer.session, answer.id, msgspec.json.encode(kept), is_over=True)

    def _of(self, session: str) -> list[Note]:
        """The turns of a conversation, oldest first, each as it was written down last."""
        return list({note.op: note for note in self._notes.of(_TURN, session)}.values())

    def items(self) -> list[SessionItem]:
        """Every conversation, the newest first."""
        items: list[SessionItem] = []
        for newest in self._notes.latest(_TURN)[:MOST_SESSIONS]:
            notes = self._of(newest.key)
            items.append(SessionItem(newest.key, _title(notes[0].body), len(notes), rfc3339(notes[0].at_ms), rfc3339(notes[-1].at_ms)))
        return items

    def get(self, session: str) -> Session:
        """A conversation. Raises ``SessionNotFound``."""
        notes = self._of(session)
        if not notes:
            raise SessionNotFound(name=safe_line(session, _TITLE_CHARS))
        turns = [self._shown(note.op, note.at_ms, _decoded(note.body)) for note in notes[-MOST_TURNS:]]
        return Session(session, _title(notes[0].body), rfc3339(notes[0].at_ms), rfc3339(notes[-1].at_ms), turns)

    async def delete(self, session: str) -> None:
        """Forget a conversation and what was thought of it, on disk too. Raises ``SessionNotFound``."""
        notes = self._of(session)
        if not notes:
            raise SessionNotFound(name=safe_line(session, _TITLE_CHARS))
        await self._notes.forget(_FEEDBACK, {note.op for note in notes})
        await self._notes.forget(_TURN, {session})

    async def rate(self, answer: str, verdict: str, comment: str = "") -> Feedback:
        """Keep what a reader thought of an answer; the last word counts. Raises ``AnswerNotFound`` and ``BadInput``."""
        if verdict not in VERDICTS:
            raise BadInput(what="The verdict", why="it is up or down")
        if not any(note.op == answer for note in self._notes.all(_TURN)):
            raise AnswerNotFound(name=safe_line(answer, _TITLE_CHARS))
        now_ms = self._clock.now_ms()
        feedback = Feedback(answer, verdict, safe_text(comment[:_COMMENT_CHARS]), rfc3339(now_ms))
        await self._notes.add(now_ms, _FEEDBACK, answer, verdict, msgspec.json.encode(feedback), is_over=True)
        return feedback

    def feedback(self, answer: str) -> Feedback | None:
        """What was thought of an answer last."""
        notes = self._notes.of(_FEEDBACK, answer)
        return msgspec.json.decode(notes[-1].body, type=Feedback) if notes else None

    def _shown(self, identity: str, at_ms: int, turn: _Kept) -> SessionTurn:
        return SessionTurn(identity, rfc3339(at_ms), turn.question, turn.answer, turn.intent, turn.model, self.feedback(identity))

    async def _forget_old(self) -> None:
        newest = self._notes.latest(_TURN)
        if len(newest) > MOST_SESSIONS or (newest and newest[-1].at_ms < self._clock.now_ms() - KEPT_MS):
            old = {note.key for place, note in enumerate(newest) if place >= MOST_SESSIONS or note.at_ms < self._clock.now_ms() - KEPT_MS}
            await self._notes.forget(_FEEDBACK, {note.op for note in self._notes.all(_TURN) if note.key in old})
            await self._notes.forget(_TURN, old)


def written(reading: Reading) -> bytes:
    """A reading as JSON: its zone by name, its question masked."""
    return msgspec.json.encode(replace(reading, question=safe_text(reading.question)), enc_hook=_zone_name)


def read_again(raw: msgspec.Raw) -> Reading | None:
    """A reading from JSON; None where an older or newer arcops wrote something else."""
    try:
        return msgspec.json.decode(raw, type=Reading, dec_hook=_zone)
    except msgspec.MsgspecError:
        return None


def _zone_name(value: object) -> str:
    return value.key if isinstance(value, ZoneInfo) else "UTC"


def _zone(_kind: type, value: object) -> tzinfo:
    try:
        return ZoneInfo(str(value)) if value != "UTC" else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _decoded(body: msgspec.Raw) -> _Kept:
    return msgspec.json.decode(body, type=_Kept)


def _short(answer: str) -> str:
    text = safe_text(answer)
    return text if len(text) <= _ANSWER_CHARS else f"{text[: _ANSWER_CHARS - 1]}…"


def _title(body: msgspec.Raw) -> str:
    return safe_line(_decoded(body).question, _TITLE_CHARS)
