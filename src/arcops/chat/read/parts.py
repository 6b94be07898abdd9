"""Questions that are two: "how many pods are there and which are not ready?"."""

from __future__ import annotations

import re

from arcops.chat.base import Intent, Reading

_MOST_LETTERS = 400
"""A longer question tells a story; it is read as one."""
_FEWEST_WORDS = 3
_ASKS = (
    r"(?:what|whats|what's|why|how|who|when|where|which|is|are|did|does|do|was|were|has|have|can|could|show|list|count|give me|tell me)\b"
)
_BETWEEN = re.compile(rf"(?:[?!.;]+\s+|,?\s+)(?:(?:and|but|then|also|plus|or)\s+)*(?={_ASKS})", re.IGNORECASE)
_JOINED = re.compile(r"[?!;.]|\b(?:and|but|then|also|plus)\b", re.IGNORECASE)
_SAME = {Intent.WRONG: Intent.WHY}
_EXPLAINED = frozenset((Intent.HISTORY, Intent.CHANGED, Intent.COMMAND, Intent.STATE))
"""What an explanation tells as well: since when, what changed before, what to do, how it stands."""
_NO_PART = frozenset((Intent.UNCLEAR, Intent.ABOUT, Intent.TERM))


def parts_of(question: str) -> tuple[str, str] | None:
    """The two questions of one; None where it is one."""
    if len(question) > _MOST_LETTERS:
        return None
    for match in _BETWEEN.finditer(question):
        first, second = question[: match.start()].strip(), question[match.end() :].strip()
        if _JOINED.search(match[0]) and min(len(first.split()), len(second.split())) >= _FEWEST_WORDS:
            return first, second
    return None


def are_apart(first: Reading, second: Reading) -> bool:
    """Whether two parts want different things, so that one answer cannot hold both."""
    if first.intent in _NO_PART or second.intent in _NO_PART:
        return False
    one, other = _SAME.get(first.intent, first.intent), _SAME.get(second.intent, second.intent)
    if one is other:
        return _differ(first, second)
    is_explained = (one is Intent.WHY and other in _EXPLAINED) or (other is Intent.WHY and one in _EXPLAINED)
    return not is_explained or bool(second.objects and set(second.objects).isdisjoint(first.objects))


def _differ(first: Reading, second: Reading) -> bool:
    """Of the same sort: about other objects, another time or another kind."""
    if (first.at_ms, first.since_ms, first.until_ms) != (second.at_ms, second.since_ms, second.until_ms):
        return True
    if first.objects and second.objects:
        return set(first.objects).isdisjoint(second.objects)
    return (first.kind, first.namespace, first.conditions) != (second.kind, second.namespace, second.conditions)
