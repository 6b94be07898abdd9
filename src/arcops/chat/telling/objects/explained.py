"""Why an object is as it is: the incident it takes part in, the root before its victims; or what ``without`` has to say."""

from __future__ import annotations

from collections.abc import Sequence

from arcops.chat.asked import Asked
from arcops.chat.base import Draft, FactType
from arcops.chat.selecting.scope import POD
from arcops.chat.telling.absent import tell_gone, tell_strays, tell_unknown
from arcops.chat.telling.incidents.before import tell_before
from arcops.chat.telling.incidents.cases import Case, cases_about, cases_in, cases_of
from arcops.chat.telling.incidents.hinted import tell_hinted
from arcops.chat.telling.incidents.incident import root_words, since_of, steps_of, tell_in_short, tell_since, tell_steps, tell_story
from arcops.chat.telling.incidents.outlook import tell_outlook
from arcops.chat.telling.incidents.then import tell_then
from arcops.chat.telling.objects.subject import MOST_OTHERS, Subject, tell_others
from arcops.chat.telling.objects.without import standings_of, tell_without
from arcops.chat.telling.page import Page
from arcops.chat.telling.past.deleted import tell_end
from arcops.chat.telling.past.lost import tell_lost
from arcops.chat.telling.scope import kinds_missed, kinds_of, tell_gaps, tell_late, where
from arcops.chat.telling.standing import standing_of, tell_standing
from arcops.chat.telling.words import stopped
from arcops.findings.base import Finding
from arcops.kube.refs import ObjectRef

_MOST_REFS = 60
_MOST_STEPS = 8
_DELIVERING = frozenset({"HelmRelease", "Kustomization", "Application"})


async def explain(asked: Asked) -> Draft:
    """The objects asked about, explained; those that are nowhere are said to be."""
    page = Page(asked.book)
    refs = list(asked.reading.objects or asked.reading.gone)[:_MOST_REFS]
    if not refs:
        if not await tell_hinted(asked, page):
            await tell_unknown(asked, page)
            _tell_scope(asked, page)
        return page.draft()
    subject = Subject.of(asked, page, refs)
    is_gone = asked.inventory.get(refs[0]) is None and await tell_gone(asked, page, refs[0])
    if asked.current is None:
        tell_late(asked, page)
        for one in standings_of(subject):
            tell_standing(page, one)
        return page.draft(can_tell=False)
    own = cases_about(subject.cases, set(subject.kin))
    can_tell = True
    tell_then(asked, page, refs[0], own[0] if own else None)
    if own:
        await _tell_own(subject, own)
    else:
        await tell_lost(asked, page, refs[0])
        can_tell = await tell_without(subject)
    if is_gone:
        await tell_end(asked, page, refs[0])
    tell_strays(asked, page)
    tell_gaps(asked, page, kinds_missed(asked) | kinds_of(asked))
    return page.draft(can_tell=can_tell)


async def _tell_own(subject: Subject, own: Sequence[Case]) -> None:
    asked, page, case = subject.asked, subject.page, own[0]
    if subject.complaint.wants_since:
        tell_since(asked, page, case, subject.first)
    tell_outlook(asked, page, case)
    _tell_itself(asked, page, case, subject.first)
    _tell_lead(asked, page, case, subject.kin)
    if subject.complaint.wants_steps:
        await tell_before(asked, page, case)
        tell_steps(page, steps_of(case), most=_MOST_STEPS)
    await tell_story(asked, page, case, subject.first, with_steps=not subject.complaint.wants_steps)
    tell_others(subject, own[1:])


def _tell_itself(asked: Asked, page: Page, case: Case, ref: ObjectRef) -> None:
    """Of a pod, or of what is delivered, that is well how it stands, before what is wrong with its like or its delivery."""
    entry = asked.inventory.get(ref) if ref.group_kind == POD or case.root.kind in _DELIVERING else None
    is_spared = all(ref not in (one.subject, one.speaker) for one in case.findings)
    standing = standing_of(asked, entry) if entry is not None and is_spared else None
    if standing is None or not standing.is_well:
        return
    page.tell(FactType.FIELD, f"{standing.text}; nothing is wrong with it itself.", ref=ref, path="status", rank=0)


def _tell_lead(asked: Asked, page: Page, case: Case, kin: Sequence[ObjectRef]) -> None:
    """What is the matter; of an object that only suffers, the root first."""
    finding = _own_finding(case, kin)
    if finding is None or case.root in kin:
        tell_in_short(asked, page, case, item=False)
        return
    head = f"The cause is {root_words(asked, case)}, {case.incident.severity.value} {since_of(asked, case)}."
    blame = page.book.add(FactType.INCIDENT, head, ref=case.root, path=case.main.code, at_ms=case.incident.since.at_ms, rank=0)
    title = page.book.add(FactType.FINDING, stopped(finding.title), ref=finding.subject, path=finding.code, rank=0)
    if finding.code == case.main.code:
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


def _tell_scope(asked: Asked, page: Page) -> None:
    """After a name that is nowhere: what is wrong in the namespace that was meant, in short."""
    if not asked.reading.namespace or asked.current is None:
        return
    cases = cases_in(cases_of(asked), asked.reading.namespace)
    if not cases:
        return
    count = "1 incident is" if len(cases) == 1 else f"{len(cases):,} incidents are"
    page.tell(FactType.COUNT, f"What may be meant: {count} open in {where(asked)}.", rank=1)
    for case in cases[:MOST_OTHERS]:
        tell_in_short(asked, page, case, rank=1)
