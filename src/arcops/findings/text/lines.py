"""Which line of a log or termination message tells why a program ended, and what it means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import NamedTuple

from arcops.findings.text.entries import Grade, entry_of
from arcops.findings.text.families import SIGNS, Family, Signs
from arcops.findings.text.traces import cause_of_trace

__all__ = ["Family", "Reading", "decisive", "last_line"]


class Reading(NamedTuple):
    """What a text says: the family, the line, and the host, path or name it is about ("" if it names none)."""

    family: Family
    line: str
    about: str


_LOOKED_AT = 400
_NEAR_THE_END = 60
_LONGEST = 300
_SHORT = 4096
"""Characters of a termination message at most (kubelet)."""
_TELLS_NOTHING = re.compile(
    r"did not exit normally|check the logs?\b|see (?:the )?(?:logs?|above|below)|for (?:more|further) (?:details|information)|"
    r"(?:exit|exited)(?: with)?(?: status| code)? \d+\W*$|^npm (?:err!|error)|a complete log of this run|"
    r"could not create the java virtual machine|a fatal exception has occurred|\bboot failed\b|data dictionary initialization failed|"
    r"failed to initialize dd storage|^error found at |error occurred during initialization|"
    r"\b(?:shutting down|exiting|aborting|terminating)\W*$|\b(?:failed|unable) to (?:start|initiali[sz]e|run)(?: up)?\W*$",
    re.IGNORECASE,
)
"""Last words that only say that there was an error."""
_COMPLAINT = re.compile(
    r"\b(?:unable to|could ?n[o']t|cannot|can't|did not|does not|no valid|not found|invalid|missing|must)\b", re.IGNORECASE
)
"""Words of a line that tells what went wrong without calling it an error."""
_LEADS_UP = 12
"""Lines before such last words that may tell more."""
_DETAIL = re.compile(r"\bDETAIL: +(.+)")
_MARKED = (">>> ", "- ")
"""How a line begins that says what the one before speaks of."""
_MOST_MARKED = 4
_DESCRIBED = re.compile(r"^Description: *$")
"""Spring Boot's head of the sentence that tells why an application failed to start."""
_NO_ERROR = re.compile(r"\b0 (?:errors?|failed)\b|no errors?\b|errors?[=:] ?0\b|without errors?|error_?log|failover", re.IGNORECASE)


def decisive(text: str) -> Reading | None:
    """The line that tells why, of the last lines of a log or of a termination message; None if none does.

    The first family that some line near the end shows wins; of its lines the last. Of a trace it is the line that names the cause.
    Several rules read the same text, and replicas say the same: short ones are read once.
    """
    if not text:
        return None
    return _read_before(text) if len(text) <= _SHORT else _read(text)


@lru_cache(maxsize=1024)
def _read_before(text: str) -> Reading | None:
    return _read(text)


def _read(text: str) -> Reading | None:
    raw = [line.rstrip() for line in text.splitlines() if line.strip()][-_LOOKED_AT:]
    lines = [line.strip() for line in raw]
    found = _first_family(lines[-_NEAR_THE_END:]) or _first_family(lines)
    found = found and found._replace(line=_with_detail(found.line, lines))
    if found is None or found.family not in (Family.CRASH, Family.ERROR):
        return found
    cause = cause_of_trace(raw)
    return Reading(Family.CRASH, cause[:_LONGEST], "") if cause else found


def _with_detail(line: str, lines: Sequence[str]) -> str:
    """The line with what the program says of it on the next (``DETAIL:`` of PostgreSQL, ``>>>`` of Redis, a list behind a colon)."""
    places = [place for place, one in enumerate(lines[:-1]) if one.startswith(line)]
    if not places:
        return line
    following = lines[places[-1] + 1 :]
    detail = _DETAIL.search(following[0])
    if detail:
        return f"{line.rstrip('.')}: {detail[1]}"[:_LONGEST]
    marked = list(takewhile(lambda one: one.startswith(_MARKED), following[:_MOST_MARKED]))
    return f"{line} {' '.join(marked)}"[:_LONGEST] if marked else line


def _first_family(lines: Sequence[str]) -> Reading | None:
    for signs in SIGNS:
        for line in reversed(lines):
            if signs.words.search(line) and not (signs.family is Family.ERROR and _NO_ERROR.search(line)):
                telling = _telling(signs, lines) if signs.family is Family.ERROR else _named(signs, lines, line)
                return Reading(signs.family, _plain(telling), _about(signs, telling))
    return None


def _telling(signs: Signs, lines: Sequence[str]) -> str:
    """Of lines with vague words the last that says more than that it failed; failing that, what led up to the last, or it."""
    described = next((line for before, line in pairwise(lines) if _DESCRIBED.match(before)), "")
    if described:
        return described
    vague = [line for line in reversed(lines) if signs.words.search(line) and not _NO_ERROR.search(line)]
    return next((line for line in vague if not _TELLS_NOTHING.search(line)), None) or _led_up(lines, vague[0])


def _led_up(lines: Sequence[str], last: str) -> str:
    """The first of the warnings close before last words that tell nothing; the last words where there are none."""
    place = len(lines) - 1 - list(reversed(lines)).index(last)
    before = lines[max(0, place - _LEADS_UP) : place]
    return next((line for line in before if entry_of(line).grade is Grade.WARNING and _COMPLAINT.search(line)), last)


def _named(signs: Signs, lines: Sequence[str], last: str) -> str:
    """The last line of a family, or, if it does not name what it is about, the last that does."""
    if signs.about is None or signs.about.search(last):
        return last
    return next((line for line in reversed(lines) if signs.words.search(line) and signs.about.search(line)), last)


def _plain(line: str) -> str:
    """What a sentence bears of a line; of one in JSON its words."""
    return (entry_of(line).text.strip() if line.startswith("{") else line)[:_LONGEST]


def last_line(text: str) -> str:
    """The last line that is not empty, cut to what a sentence bears."""
    return next((line.strip()[:_LONGEST] for line in reversed(text.splitlines()) if line.strip()), "")


def _about(signs: Signs, line: str) -> str:
    found = signs.about.search(line) if signs.about else None
    return next((group for group in found.groups() if group), "") if found else ""
