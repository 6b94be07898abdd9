"""What is asked about an answer that was given: what it rests on, what else is hit, what to do first, the same in plain words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from arcops.chat.answers._said import listed, many
from arcops.chat.asked import Asked
from arcops.chat.base import Draft, FactType
from arcops.chat.read.tables import turn
from arcops.chat.telling.complaint import complaint_of
from arcops.chat.telling.incidents.cases import Case, below, cases_about, cases_in, cases_of, family
from arcops.chat.telling.incidents.incident import (
    is_command,
    ruled_out_text,
    since_of,
    steps_of,
    tell_changes,
    tell_evidence,
    tell_first_step,
    tell_in_short,
    tell_steps,
)
from arcops.chat.telling.page import Page
from arcops.chat.telling.scope import tell_gaps, where
from arcops.chat.telling.words import moment, stopped
from arcops.findings.catalog import all_rules

_MARKS = re.compile(r"[?!.,;]+")
_NAME = re.compile(r"\w[-.]?\d")
"""What is a name and no word that nothing here has."""
_MOST = 8
_LAST_RESORT = "in need"
_UNTOLD = frozenset({"Pod", "ReplicaSet", "EndpointSlice", "Endpoints", "Node", "Namespace"})
"""Kinds that need no naming among what depends on a thing: their owners are."""
_Teller = Callable[[Asked, Page, Sequence[Case]], bool]


def tell_aside(asked: Asked) -> Draft | None:
    """The answer to such a question; None where it is none, or there is no trouble to say it of."""
    teller = _teller(asked)
    if teller is None or asked.current is None or _is_of_missing(asked):
        return None
    if teller is _tell_grounds and not asked.reading.objects:
        return _read_so(asked)
    refs, cases = asked.reading.objects, cases_of(asked)
    own = cases_about(cases, set(family(refs, asked.inventory))) if refs else cases_in(cases, asked.reading.namespace)
    page = Page(asked.book)
    if not teller(asked, page, own):
        return None
    tell_gaps(asked, page)
    return page.draft()


def _is_of_missing(asked: Asked) -> bool:
    """Whether nothing but what is not there is spoken of: ``w-9 is NotReady, what now``."""
    reading = asked.reading
    return not reading.objects and not reading.is_follow_up and any(_NAME.search(name) for name in reading.unknown)


def _teller(asked: Asked) -> _Teller | None:
    sentence = " ".join(_MARKS.sub(" ", asked.reading.question.lower()).split())
    if asked.reading.is_follow_up:
        for section, teller in (("sureness", _tell_grounds), ("spread", _tell_spread), ("plainer", _tell_plainly)):
            if turn(section).search(sentence):
                return teller
    return _tell_remedy if complaint_of(asked).wants_steps else None


def _tell_grounds(asked: Asked, page: Page, cases: Sequence[Case]) -> bool:
    """The evidence."""
    if not cases:
        return False
    case = cases[0]
    text = f"It is read from the cluster and not guessed; it rests on {many(len(case.main.evidence), 'fact')}: {stopped(case.main.title)}"
    page.tell(FactType.FINDING, text, ref=case.main.subject, path=case.main.code, rank=0)
    tell_evidence(page, case.main.evidence, _MOST)
    tell_changes(page, case)
    ruled_out = ruled_out_text(asked, case.main.subject)
    if ruled_out:
        page.tell(FactType.COVERAGE, f"Ruled out about {case.main.subject}: {ruled_out}.", ref=case.main.subject)
    return True


def _read_so(asked: Asked) -> Draft:
    """Where an answer was read that no incident tells."""
    page = Page(asked.book)
    at = moment(asked.at_ms, asked.reading.zone)
    text = f"As sure as what the API server shows: I read it from the objects, events and the record as of {at}, nothing is guessed."
    page.tell(FactType.COVERAGE, text, rank=0)
    tell_gaps(asked, page)
    return page.draft()


def _tell_spread(asked: Asked, page: Page, cases: Sequence[Case]) -> bool:
    """Whom the same root hits beside what was talked of, and who depends on them."""
    if not cases:
        return False
    case, own = cases[0], set(family(asked.reading.objects, asked.inventory))
    known = own or {case.main.speaker}
    others = [ref for ref in case.hit if ref not in known]
    named = case.root if case.root not in known else "the same cause"
    if others:
        page.tell(FactType.INCIDENT, f"Yes: {named} also hits {listed(list(map(str, others)), _MOST)}.", ref=case.root, rank=0)
    else:
        shown = listed([str(ref) for ref in (asked.reading.objects or (case.main.speaker,))[:2]])
        text = f"No, nothing else that I see shows a fault from {named}: only {shown}."
        page.tell(FactType.INCIDENT, text, ref=case.root, rank=0)
    told = {*known, *others, case.root}
    leaning = [ref for ref in below([*known, *others], asked.inventory) if ref not in told and ref.kind not in _UNTOLD]
    if leaning:
        text = f"What leads to them or depends on them and may feel it: {listed(list(map(str, leaning)), _MOST)}."
        page.tell(FactType.INCIDENT, text, ref=case.root, rank=1)
    for finding in [one for one in case.findings if one.speaker in others][:_MOST]:
        page.tell(FactType.FINDING, stopped(finding.title), ref=finding.subject, path=finding.code, rank=1, item=True)
    left = len(cases_in(cases_of(asked), "")) - 1
    if left:
        page.tell(FactType.COUNT, f"Of other causes {many(left, 'incident')} {'is' if left == 1 else 'are'} open in the cluster.")
    return True


def _tell_plainly(asked: Asked, page: Page, cases: Sequence[Case]) -> bool:
    """What the rule behind it says in a sentence, where it is so, and what mends it."""
    if not cases:
        return False
    for case in cases[:3]:
        summary = next((rule.summary for rule in all_rules() if rule.code == case.main.code), case.main.title)
        blame = f"; the cause is {case.root}" if case.root not in (case.main.subject, case.main.speaker) else ""
        text = f"In plain words: {stopped(summary)} Here it is {case.main.speaker}, {since_of(asked, case)}{blame}."
        page.tell(FactType.FINDING, text, ref=case.main.subject, path=case.main.code, rank=0)
        step = _mending(case)
        if step:
            page.tell(FactType.COMMAND, f"What mends it: {stopped(step)}", ref=case.root, rank=1)
    return True


def _tell_remedy(asked: Asked, page: Page, cases: Sequence[Case]) -> bool:
    """The first step, of what it is, and the others."""
    if not cases or not steps_of(cases[0]):
        return False
    case = cases[0]
    step = _mending(case)
    if step:
        page.tell(FactType.COMMAND, f"First, about {case.root}: {stopped(step)}", ref=case.root, rank=0)
    tell_in_short(asked, page, case, item=False)
    tell_changes(page, case)
    tell_steps(page, steps_of(case), most=_MOST)
    tell_evidence(page, case.main.evidence)
    if cases[1:]:
        page.head(f"After that, in {where(asked)}")
        for one in cases[1:_MOST]:
            tell_first_step(page, one)
    return True


def _mending(case: Case) -> str:
    """The first step that says what to change, else the first."""
    steps = steps_of(case)
    return next((step for step in steps if not is_command(step) and not step.lower().startswith(_LAST_RESORT)), next(iter(steps), ""))
