"""What the lines of a run say, in a sentence: the decisive line, else how many errors and which, else what they are about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from arcops.base.clock import rfc3339
from arcops.chat.answers._said import many, quoted
from arcops.chat.asked import Asked
from arcops.chat.logs.read import time_of
from arcops.chat.logs.wanted import LinesWanted, plain
from arcops.chat.telling.words import moment
from arcops.findings.pods import Box
from arcops.findings.text.digest import Digest, digest
from arcops.findings.text.exits import described
from arcops.findings.text.lines import Family, decisive, last_line

_ACCESS = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s+/\S*.{0,60}?\b([1-5]\d\d)\b")
_FROM_SHARE = 0.5
_LONGEST = 200


def digest_sentence(lines: Sequence[str], box: Box | None, now_ms: int, who: str) -> str:
    """The sentence that tells most. ``who`` is ``container app of shop/api-1``."""
    texts = [plain(line) for line in lines]
    joined = "\n".join(texts)
    has_ended = box is None or _has_ended(box)
    reading = decisive(joined) if has_ended else None
    if reading is not None and (box is None or reading.family is not Family.ERROR or digest(joined, now_ms) is None):
        about = f" ({reading.about})" if reading.about and reading.about not in reading.line[:_LONGEST] else ""
        meaning = f": {reading.family.value}{about}" if reading.family is not Family.ERROR else ""
        return f"The decisive line of {who} is {quoted(reading.line, _LONGEST)}{meaning}."
    found = digest(joined, now_ms)
    if found is not None:
        return _errors(found, who, len(texts))
    if has_ended and box is not None:
        return f"No line of {who} names an error; the last is {quoted(last_line(joined), _LONGEST)}."
    count = "the one line" if len(texts) == 1 else f"the last {len(texts):,} lines"
    return f"No errors in {count} of {who}{_about(texts)}."


def search_sentence(kept: Sequence[str], read: int, wanted: LinesWanted, who: str, asked: Asked) -> str:
    """How many lines have the word that was looked for, and when the first and the last was written."""
    year = rfc3339(asked.now_ms)[:4]
    times = [ms for line in kept if (ms := time_of(line, year)) is not None]
    zone = asked.reading.zone
    when = f", first at {moment(times[0], zone)}, last at {moment(times[-1], zone)}" if len(times) > 1 else ""
    if len(kept) == 1 and times:
        when = f", at {moment(times[0], zone)}"
    has = f"{'has' if len(kept) == 1 else 'have'} {wanted.said.removeprefix('lines with ')}"
    return f"{len(kept):,} of {many(read, 'line')} of {who} {has}{when}: {quoted(plain(kept[0]), _LONGEST)}."


def state_sentence(box: Box | None, who: str, lines: Sequence[str] = ()) -> str:
    """How a container that is not well is: waiting, restarts, its last end; "" for one that is well. Its ``lines`` explain exit codes."""
    if box is None or (box.ready and not _has_ended(box)):
        return ""
    parts = [f"waits ({box.waiting})"] if box.waiting else ["is not ready"] if not box.ready and box.ended is None else []
    if box.restarts:
        parts.append(f"was restarted {many(box.restarts, 'time')}")
    end = box.last_end
    if end is not None and end.exit_code:
        reason = f"{end.reason}, " if end.reason and end.reason != "Error" else ""
        when = f" at {end.finished_at}" if end.finished_at else ""
        parts.append(f"last ended{when}: {reason}{described(end.exit_code, _last_words(lines))}")
    return f"{who[:1].upper()}{who[1:]} {', '.join(parts)}." if parts else ""


def _last_words(lines: Sequence[str]) -> str:
    """The line that tells why, else the last."""
    text = "\n".join(map(plain, lines))
    reading = decisive(text)
    return reading.line if reading is not None else last_line(text)


def _has_ended(box: Box) -> bool:
    return not box.ready and box.last_end is not None and box.last_end.exit_code != 0


def _errors(found: Digest, who: str, lines: int) -> str:
    first = found.errors[0]
    last = f", last at {moment(first.last_ms)}" if first.last_ms else ""
    often = f"{many(first.times, 'time')}{last}" if first.times > 1 else f"once{last.replace(', last at', ', at')}"
    return (
        f"{many(found.total, 'error')} in {many(lines, 'line')} of {who}; the most frequent ({often}): "
        f"{quoted(first.example.line, _LONGEST)}."
    )


def _about(texts: Sequence[str]) -> str:
    """What healthy lines are about: HTTP requests by status."""
    statuses = Counter(match[2] for text in texts if (match := _ACCESS.search(text)))
    total = sum(statuses.values())
    if not texts or total < _FROM_SHARE * len(texts):
        return ""
    parts = ", ".join(f"{count:,} answered {status}" for status, count in statuses.most_common(4))
    return f"; {many(total, 'line')} {'is an HTTP request' if total == 1 else 'are HTTP requests'}: {parts}"
