"""Several incidents told: how many, each in a sentence, the rest as a table, and the first step of each."""

from __future__ import annotations

from collections.abc import Sequence

from arcops.chat.answers._said import listed, many
from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.telling.incidents.cases import Case
from arcops.chat.telling.incidents.incident import since_of, tell_first_step, tell_in_short, tell_story
from arcops.chat.telling.page import Page
from arcops.chat.telling.scope import at_moment, where
from arcops.chat.telling.words import tallied
from arcops.findings.base import Severity

_MOST_TOLD = 10
_MOST_ROWS = 40


async def tell_cases(asked: Asked, page: Page, cases: Sequence[Case], what: str = "wrong") -> None:
    """The incidents, worst first. ``what`` ends the first sentence: ``3 things are wrong``."""
    if len(cases) == 1:
        case = cases[0]
        tell_in_short(asked, page, case, item=False)
        await tell_story(asked, page, case)
        return
    page.tell(FactType.COUNT, _count_text(asked, cases, what), ref=cases[0].root, rank=0)
    for case in cases[:_MOST_TOLD]:
        tell_in_short(asked, page, case)
    _tell_rest(asked, page, cases)
    page.head("Next")
    for case in cases[:_MOST_TOLD]:
        tell_first_step(page, case)


def _count_text(asked: Asked, cases: Sequence[Case], what: str) -> str:
    severities = [case.incident.severity for case in cases]
    counts = tallied((severity.value, severities.count(severity)) for severity in Severity)
    worst = f"the worst is {cases[0].root}" if cases[0].incident.severity != cases[-1].incident.severity else f"first {cases[0].root}"
    return f"{len(cases):,} things are {what} in {where(asked)}{at_moment(asked)} ({counts}); {worst}."


def _tell_rest(asked: Asked, page: Page, cases: Sequence[Case]) -> None:
    rest = cases[_MOST_TOLD:]
    if not rest:
        return
    by_place: dict[str, int] = {}
    for case in rest:
        place = case.root.namespace or "the cluster itself"
        by_place[place] = by_place.get(place, 0) + 1
    counts = sorted(by_place.items(), key=lambda one: (-one[1], one[0]))
    places = listed([f"{place} {count:,}" for place, count in counts], 8)
    head = f"{many(len(rest), 'more incident')} beside these {_MOST_TOLD}, by namespace: {places}."
    facts = [page.tell(FactType.COUNT, head, rank=4)]
    rows = []
    for case in rest[:_MOST_ROWS]:
        severity, since, code = case.incident.severity.value, since_of(asked, case).removeprefix("since "), case.main.code
        facts.append(page.book.add(FactType.INCIDENT, f"{case.root}: {code}, {severity}, since {since}", ref=case.root, rank=4))
        rows.append((str(case.root), code, severity, since))
    page.table(("root", "finding", "severity", "since"), rows, len(rest), facts)
