"""Questions for figures that no object holds: how full a disk is, how much traffic there is. That they are not recorded is said first."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from arcops.chat.answers._said import told
from arcops.chat.asked import Asked
from arcops.chat.base import Draft, FactType, Intent, Said
from arcops.chat.read.tables import table

_NOT_OF = frozenset({Intent.COMMAND, Intent.TERM, Intent.ABOUT, Intent.LOGS, Intent.WHY})
_TOLD = re.compile(r"cannot tell|not recorded|not known|cannot say|\bno sign\b", re.IGNORECASE)


def unmeasured(asked: Asked, draft: Draft) -> Draft:
    """The answer, begun with what is not recorded, where a question asks for such a figure and the answer does not say so itself."""
    if asked.reading.intent in _NOT_OF:
        return draft
    text = " ".join(asked.reading.question.lower().split())
    said = next((said for pattern, said in _measures() if pattern.search(text)), "")
    first = next((block.text for block in draft.blocks if isinstance(block, Said)), "")
    if not said or _TOLD.search(first):
        return draft
    return replace(draft, blocks=(told(asked, FactType.COVERAGE, f"I cannot tell: {said}."), *draft.blocks), can_tell=False)


@cache
def _measures() -> list[tuple[re.Pattern[str], str]]:
    rows = (line.partition(" :: ") for line in table("measures").sections["unmeasured"])
    return [(re.compile(pattern.strip()), said.strip()) for pattern, _, said in rows]
