"""Words that no object is called by and that what is found speaks of: "metrics", "clocks", "budget"."""

from __future__ import annotations

from collections.abc import Iterable

from arcops.chat.answers._said import listed
from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.telling.cases import Case, cases_in, cases_of, findings_in
from arcops.chat.telling.overview import tell_cases
from arcops.chat.telling.page import Page
from arcops.chat.telling.words import stopped
from arcops.findings.base import Finding

_SHORTEST = 4
"""Letters of a word that is looked for in what is wrong; shorter ones occur by chance."""
_MOST = 4


async def tell_hinted(asked: Asked, page: Page) -> bool:
    """The incidents, else the lesser findings, that speak of a name which no object has; false where none or too many do."""
    words = [_stem(name.lower()) for name in asked.reading.unknown if len(name) >= _SHORTEST]
    if not words or asked.current is None:
        return False
    cases = [case for case in cases_in(cases_of(asked), asked.reading.namespace) if _speak(_spoken_of(case), words)]
    findings = [] if cases else [one for one in findings_in(asked, asked.reading.namespace) if _speak(_text_of(one), words)]
    if not 0 < len(cases or findings) <= _MOST:
        return False
    names = listed([f'"{name}"' for name in asked.reading.unknown])
    page.tell(FactType.COVERAGE, f"No object is called {names}, but this is {'wrong' if cases else 'found'} and speaks of it.", rank=0)
    if cases:
        await tell_cases(asked, page, cases)
    for one in findings:
        page.tell(FactType.FINDING, stopped(one.title), ref=one.subject, path=one.code, rank=0, item=True)
    return True


def _stem(word: str) -> str:
    return word.removesuffix("s") if len(word) > _SHORTEST else word


def _speak(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)


def _spoken_of(case: Case) -> str:
    return f"{case.root.name} {' '.join(map(_text_of, case.findings))}".lower()


def _text_of(finding: Finding) -> str:
    return f"{finding.subject.name} {finding.speaker.name} {finding.title} {finding.code}".lower()
