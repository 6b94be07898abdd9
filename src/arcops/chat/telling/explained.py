"""Why an object is as it is: the incident it takes part in, what it hangs on, or that it is well, or what would settle it."""

from __future__ import annotations

from collections.abc import Sequence

from arcops.chat.answers._said import listed, many
from arcops.chat.asked import Asked
from arcops.chat.base import Draft, FactType
from arcops.chat.telling.absent import tell_gone, tell_unknown
from arcops.chat.telling.cases import Case, Others, above, below, cases_about, cases_in, cases_of, family, findings_about, others_of
from arcops.chat.telling.complaint import Complaint, complaint_of
from arcops.chat.telling.incident import (
    ruled_out_text,
    since_of,
    steps_of,
    tell_evidence,
    tell_in_short,
    tell_since,
    tell_steps,
    tell_story,
)
from arcops.chat.telling.page import Page
from arcops.chat.telling.remarks import tell_remarks, tell_resolved
from arcops.chat.telling.scope import at_moment, tell_gaps, tell_late, where
from arcops.chat.telling.settle import tell_what_settles
from arcops.chat.telling.standing import Standing, standing_of, tell_standing
from arcops.chat.telling.words import capital, stopped
from arcops.findings.base import Finding
from arcops.kube.refs import ObjectRef

_MOST_STANDINGS = 4
_MOST_MARKS = 6
_MOST_OTHERS = 4
_MOST_REFS = 60
_MOST_STARTS = 3
"""Objects from which a walk upstream starts: a walk from a workload takes a few milliseconds."""


async def explain(asked: Asked) -> Draft:
    """The objects asked about, explained; those that are nowhere are said to be."""
    page = Page(asked.book)
    refs = list(asked.reading.objects or asked.reading.gone)[:_MOST_REFS]
    if not refs:
        await tell_unknown(asked, page)
        return page.draft()
    if asked.reading.unknown:
        await tell_unknown(asked, page)
    complaint = complaint_of(asked)
    is_gone = [ref for ref in refs if asked.inventory.get(ref) is None]
    if refs[0] in is_gone:
        await tell_gone(asked, page, refs[0])
    if asked.current is None:
        tell_late(asked, page)
        _tell_standings(asked, page, refs)
        return page.draft(can_tell=False)
    kin = family(refs, asked.inventory)
    cases = cases_of(asked)
    own = cases_about(cases, set(kin))
    if own:
        await _tell_own(asked, page, own, kin, complaint)
        tell_gaps(asked, page)
        return page.draft()
    can_tell = await _tell_without(asked, page, cases, refs, kin)
    tell_gaps(asked, page)
    return page.draft(can_tell=can_tell)


async def _tell_own(asked: Asked, page: Page, own: Sequence[Case], kin: Sequence[ObjectRef], complaint: Complaint) -> None:
    case = own[0]
    if complaint.wants_since:
        tell_since(asked, page, case)
    _tell_lead(asked, page, case, kin)
    if complaint.wants_steps:
        tell_steps(page, steps_of(case), most=8)
    await tell_story(asked, page, case, kin[0])
    _tell_others(asked, page, own[1:])


def _tell_lead(asked: Asked, page: Page, case: Case, kin: Sequence[ObjectRef]) -> None:
    """What is the matter; of an object that only suffers, the root first."""
    finding = _own_finding(case, kin)
    if finding is None or case.root in kin:
        tell_in_short(asked, page, case, item=False)
        return
    head = f"The cause is {case.root}, {case.incident.severity.value} {since_of(asked, case)}."
    blame = page.book.add(FactType.INCIDENT, head, ref=case.root, path=case.main.code, at_ms=case.incident.since.at_ms, rank=0)
    title = page.book.add(FactType.FINDING, stopped(finding.title), ref=finding.subject, path=finding.code, rank=0)
    if finding is case.main:
        page.say(f"{page.text_of(title)} {page.text_of(blame)}", (title, blame))
        return
    root = page.book.add(FactType.FINDING, stopped(case.main.title), ref=case.main.subject, path=case.main.code, rank=0)
    page.say(f"{page.text_of(blame)} {page.text_of(root)} {page.text_of(title)}", (blame, root, title))


def _own_finding(case: Case, kin: Sequence[ObjectRef]) -> Finding | None:
    """The finding that is about the object itself."""
    for wanted in kin:
        found = next((one for one in case.findings if wanted in (one.subject, one.speaker)), None)
        if found is not None:
            return found
    return None


def _tell_others(asked: Asked, page: Page, others: Sequence[Case]) -> None:
    if not others:
        return
    page.head("Also about it")
    for case in others[:_MOST_OTHERS]:
        tell_in_short(asked, page, case, rank=1)
    if len(others) > _MOST_OTHERS:
        more = listed([str(case.root) for case in others[_MOST_OTHERS:]])
        page.tell(FactType.COUNT, f"{many(len(others) - _MOST_OTHERS, 'more incident')}: {more}.", item=True)


async def _tell_without(asked: Asked, page: Page, cases: Sequence[Case], refs: Sequence[ObjectRef], kin: Sequence[ObjectRef]) -> bool:
    """No incident is about the object itself: look upstream, then at lesser findings, then at the object. Returns can_tell."""
    complaint = complaint_of(asked)
    standings = [standing_of(asked, entry) for ref in refs[:_MOST_STANDINGS] if (entry := asked.inventory.get(ref)) is not None]
    near = cases_about(cases, set(above(kin[:_MOST_STARTS], asked.inventory))) if cases else []
    if near and (complaint.is_presumed or not all(one.is_well for one in standings)):
        await _tell_near(asked, page, near, refs[0], standings)
        return True
    others = others_of(findings_about(asked, kin))
    if _tell_lesser(page, others, standings):
        return True
    if standings and not all(one.is_well for one in standings):
        _tell_symptoms(page, standings)
        tell_what_settles(asked, page, refs[0])
        return False
    if standings:
        _tell_well(asked, page, standings, complaint)
    after = cases_about(cases, set(below(kin[:1], asked.inventory))) if cases and not near else []
    if near or after:
        _tell_beside(asked, page, near or after, "upstream of it" if near else "behind it")
    await tell_resolved(asked, page, others.resolved, refs)
    if complaint.is_presumed and not near and not after:
        _tell_elsewhere(asked, page, cases_in(cases, refs[0].namespace) if refs[0].namespace else cases, refs[0])
    if standings and complaint.is_behaviour:
        tell_what_settles(asked, page, refs[0])
        return False
    return True


async def _tell_near(asked: Asked, page: Page, near: Sequence[Case], ref: ObjectRef, standings: Sequence[Standing]) -> None:
    case = near[0]
    head = f"{ref} depends on {case.root}, which is not well."
    page.tell(FactType.INCIDENT, head, ref=case.root, rank=0)
    tell_in_short(asked, page, case, item=False)
    for one in standings:
        tell_standing(page, one, rank=1, item=True)
    await tell_story(asked, page, case, ref)
    _tell_others(asked, page, near[1:])


def _tell_lesser(page: Page, others: Others, standings: Sequence[Standing]) -> bool:
    """Findings that make no incident but are the answer: pending, ignored, worth knowing."""
    found = (*others.pending, *others.ignored, *others.notes)
    if not found:
        return False
    first = found[0]
    how = "not long enough to be sure" if first in others.pending else first.ignored or "worth knowing, no fault in itself"
    page.tell(FactType.FINDING, f"{stopped(first.title)} ({capital(how)}.)", ref=first.subject, path=first.code, rank=0)
    if first.why:
        page.tell(FactType.FINDING, stopped(first.why), ref=first.subject, path=first.code, rank=1)
    for one in standings:
        tell_standing(page, one, rank=1)
    tell_evidence(page, first.evidence)
    rest = set(found[1:])
    kept = [tuple(one for one in some if one in rest) for some in (others.pending, others.ignored, others.notes)]
    tell_remarks(page, Others(kept[0], kept[1], kept[2], ()))
    tell_steps(page, first.next)
    return True


def _tell_standings(asked: Asked, page: Page, refs: Sequence[ObjectRef]) -> None:
    for ref in refs[:_MOST_STANDINGS]:
        entry = asked.inventory.get(ref)
        if entry is not None:
            tell_standing(page, standing_of(asked, entry))


def _tell_symptoms(page: Page, standings: Sequence[Standing]) -> None:
    first = next(one for one in standings if not one.is_well)
    page.tell(FactType.FIELD, f"I cannot tell why: no rule explains it. {stopped(first.text)}", ref=first.entry.ref, rank=0)
    for one in standings:
        if one is not first:
            tell_standing(page, one, rank=1, item=True)
    _tell_marks(page, standings)


def _tell_marks(page: Page, standings: Sequence[Standing]) -> None:
    marks = [(one, mark) for one in standings for mark in one.marks]
    for one, mark in marks[:_MOST_MARKS]:
        page.tell(FactType.FIELD, stopped(mark), ref=one.entry.ref, rank=1, item=True)


def _tell_well(asked: Asked, page: Page, standings: Sequence[Standing], complaint: Complaint) -> None:
    first, *rest = standings
    text = f"Nothing is wrong with {first.entry.ref}{at_moment(asked)} that I can see. {stopped(first.text)}"
    page.tell(FactType.FIELD, text, ref=first.entry.ref, path="status", rank=0)
    for one in rest:
        tell_standing(page, one, rank=1, item=True)
    if complaint.is_presumed and not complaint.is_behaviour:
        page.tell(FactType.COVERAGE, f"So it is not as the question says, as far as {where(asked)} shows.", rank=1)
    _tell_marks(page, standings)
    ruled = ruled_out_text(asked, first.entry.ref)
    if ruled:
        page.tell(FactType.COVERAGE, f"Ruled out: {ruled}.", ref=first.entry.ref, rank=1)


def _tell_beside(asked: Asked, page: Page, cases: Sequence[Case], place: str) -> None:
    page.tell(FactType.COUNT, f"But {many(len(cases), 'incident')} {'is' if len(cases) == 1 else 'are'} open {place}:", rank=1)
    for case in cases[:_MOST_OTHERS]:
        tell_in_short(asked, page, case, rank=1)


def _tell_elsewhere(asked: Asked, page: Page, cases: Sequence[Case], ref: ObjectRef) -> None:
    if not cases:
        return
    place = f"namespace {ref.namespace}" if ref.namespace else "the cluster"
    page.tell(FactType.COUNT, f"Elsewhere in {place} {many(len(cases), 'incident')} {'is' if len(cases) == 1 else 'are'} open:", rank=4)
    for case in cases[:2]:
        tell_in_short(asked, page, case, rank=4)
