"""Whether a trouble goes away by itself: how long it stands, and that what is behind it has to change first."""

from __future__ import annotations

import re

from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.telling.incidents.cases import Case
from arcops.chat.telling.incidents.incident import since_of
from arcops.chat.telling.page import Page

_ASKS = re.compile(
    r"\bby (?:it|them)sel\w+|\bon (?:its|their) own\b|\bgetting better\b|\brecover\w*\b|\bheal(?:s|ing)?\b|\bgo(?:ing|es)? away\b"
    r"|\bcom(?:e|es|ing) back\b|\bimprov\w+\b|\bresolve itself\b|\bselves\b|\bgetting worse\b"
)
_PASSING = re.compile(r"^(?:NodeNotReady|NodePressure|NodeFlapping|UnhealthyDependency|ClaimPending|QuotaExceeded|Preempted|Unschedul)")
"""Findings that may end without a change of the object, when room, a node or another service is back."""


def tell_outlook(asked: Asked, page: Page, case: Case) -> None:
    """Say it where a question asks it."""
    if not _ASKS.search(asked.reading.question.lower()):
        return
    since = since_of(asked, case)
    if _PASSING.search(case.main.code):
        text = f"Not so far: it is so {since}. It ends by itself only if what is behind it, {case.root}, is well again."
    else:
        text = f"Not so far: it is so {since}. Kubernetes keeps trying, but what is said here has to be changed first."
    page.tell(FactType.INCIDENT, text, ref=case.root, path=case.main.code, at_ms=case.incident.since.at_ms, rank=0)
