"""Whoever a question about changes names as their maker, where they made none of them."""

from __future__ import annotations

import re

from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.telling.page import Page
from arcops.chat.telling.past.deeds import Narrowed
from arcops.chat.telling.scope import where
from arcops.chat.telling.span import Span

_DOER = re.compile(
    r"\b(?:what|which \w+) (?:did|has|have|had) (?P<did>[a-z][\w.-]+) (?:\w+ )?(?:change|edit|touch|modif|apply|applied|deploy|do|make|"
    r"made|update|delete|roll)\w*\b|\b(?:changed|edited|made|touched|deployed|applied|updated|modified|patched) by (?P<by>[a-z][\w.-]+)"
)
_NO_DOERS = frozenset((
    *("anyone", "anybody", "someone", "somebody", "everyone", "everybody", "people", "they", "he", "she", "we", "you", "i", "it", "us"),
    *("whom", "who", "the", "this", "that", "a", "an", "our", "my", "all", "hand", "user", "users", "manager", "human", "humans", "me"),
    *("controllers", "not", "there", "been", "mistake", "accident", "itself", "them"),
))  # fmt: skip
"""Words in the place of whoever makes a change that name nobody."""


def tell_idle(asked: Asked, page: Page, span: Span, found: Narrowed) -> None:
    """That whoever the question names made none of the changes: what follows is the work of others."""
    said = _DOER.search(asked.reading.question.lower())
    who = (said["by"] or said["did"]) if said is not None else ""
    items = found.page.items
    if not who or who in _NO_DOERS or found.deed or not items or any(who in writer.lower() for item in items for writer in item.writers):
        return
    if all(who not in (ref.name.lower(), ref.kind.lower()) for ref in (*asked.reading.objects, *asked.reading.gone)):
        text = f"{who} made none of the changes seen in {where(asked)} {span.words}; these are the changes of others."
        page.tell(FactType.COVERAGE, text, rank=0)
