"""An object that no incident is about: what it hangs on, lesser findings, symptoms nobody explains, or that it is well."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from arcops.chat.base import FactType
from arcops.chat.selecting.retried import job_made_good, succeeded_of
from arcops.chat.telling.incidents.cases import Case, Others, above, below, cases_about, cases_in, family, findings_about, others_of
from arcops.chat.telling.incidents.incident import ruled_out_text, tell_evidence, tell_in_short, tell_steps, tell_story
from arcops.chat.telling.incidents.remarks import tell_remarks, tell_resolved
from arcops.chat.telling.objects.callers import called_by
from arcops.chat.telling.objects.restless import tell_reboots_behind
from arcops.chat.telling.objects.scaling import asks_scaling, tell_scaling
from arcops.chat.telling.objects.subject import MOST_OTHERS, Subject, tell_others
from arcops.chat.telling.objects.waiting import waiting_sentence
from arcops.chat.telling.scope import at_moment
from arcops.chat.telling.settle import tell_what_settles
from arcops.chat.telling.standing import Standing, standing_of, tell_standing
from arcops.chat.telling.words import capital, stopped
from arcops.kube.refs import ObjectRef

_MOST_STANDINGS = 4
_MOST_MARKS = 6
_MOST_STARTS = 3
"""Objects from which a walk upstream starts: a walk from a workload takes a few milliseconds."""


class _Beside(NamedTuple):
    """Incidents that are not about the object, and where they are (``upstream of it``), for the end of a sentence."""

    cases: Sequence[Case]
    place: str


async def tell_without(subject: Subject) -> bool:
    """Look upstream, then at lesser findings, then at the object itself. Returns whether it could be told."""
    asked, complaint = subject.asked, subject.complaint
    standings = standings_of(subject)
    are_well = all(one.is_well for one in standings)
    needed = {*above(subject.kin[:_MOST_STARTS], asked.inventory), *_called(subject)} if subject.cases else set()
    near = cases_about(subject.cases, needed) if needed else []
    if near and (complaint.is_presumed or not are_well):
        await _tell_near(subject, near, standings)
        return True
    if complaint.is_presumed and (speaking := _speaking(subject)):
        await _tell_near(subject, speaking, standings)
        return True
    others = others_of(findings_about(asked, subject.kin))
    lesser = (*others.pending, *others.ignored, *(others.notes if complaint.is_presumed or not are_well else ()))
    if lesser:
        _tell_lesser(subject, others, standings)
        return True
    waits = [(one.entry.ref, text) for one in standings if (text := waiting_sentence(asked, one.entry))]
    if waits:
        for ref, text in waits:
            subject.page.tell(FactType.FIELD, stopped(text), ref=ref, rank=0)
        return True
    if not are_well:
        return _tell_made_good(subject, standings) or _tell_symptoms(subject, standings)
    return await _tell_wellness(subject, standings, others, near)


def _called(subject: Subject) -> list[ObjectRef]:
    """What the settings of the object tell it to call, with what has its name: no object links them, and yet it waits for them."""
    services = [one.service for one in called_by(subject.asked, subject.first)]
    return family(services, subject.asked.inventory)


def _speaking(subject: Subject) -> list[Case]:
    """The incidents that name the object in what they say, though no link leads there: a name service that does not know it."""
    name, space = subject.first.name, subject.first.namespace
    named = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
    is_near = re.compile(rf"(?<![\w-]){re.escape(space)}(?![\w-])") if space else named
    return [case for case in subject.cases if any(named.search(one.title) and is_near.search(one.title) for one in case.findings)]


def standings_of(subject: Subject) -> list[Standing]:
    """How the objects stand that exist."""
    asked = subject.asked
    return [standing_of(asked, entry) for ref in subject.refs[:_MOST_STANDINGS] if (entry := asked.inventory.get(ref)) is not None]


async def _tell_near(subject: Subject, near: Sequence[Case], standings: Sequence[Standing]) -> None:
    asked, page, case = subject.asked, subject.page, near[0]
    tell_in_short(asked, page, case, item=False, lead=f"{subject.first} depends on {case.root}, which is not well.")
    for one in standings:
        tell_standing(page, one, rank=1, item=True)
    await tell_story(asked, page, case, subject.first)
    tell_others(subject, near[1:])


def _tell_lesser(subject: Subject, others: Others, standings: Sequence[Standing]) -> None:
    """Findings that make no incident but are the answer: pending, ignored, worth knowing."""
    page = subject.page
    found = (*others.pending, *others.ignored, *others.notes)
    first = found[0]
    how = "true for too short a time to be sure" if first in others.pending else first.ignored or "worth knowing, no fault in itself"
    page.tell(FactType.FINDING, f"{stopped(first.title)} ({capital(how)}.)", ref=first.subject, path=first.code, rank=0)
    if first.why:
        page.tell(FactType.FINDING, stopped(first.why), ref=first.subject, path=first.code, rank=1)
    for one in standings:
        tell_standing(page, one, rank=1)
    _tell_marks(subject, standings)
    tell_evidence(page, first.evidence)
    pending, ignored, notes = (tuple(one for one in some if one is not first) for some in others[:3])
    tell_remarks(page, Others(pending, ignored, notes, ()))
    tell_steps(page, first.next)


def _tell_made_good(subject: Subject, standings: Sequence[Standing]) -> bool:
    """Of a failed pod that its Job has made up for that it needs no care; false for all else."""
    page, inventory = subject.page, subject.asked.inventory
    first = next(one for one in standings if not one.is_well)
    job = job_made_good(first.entry, inventory)
    if job is None:
        return False
    done = succeeded_of(job, inventory)
    by = f": {done.ref} succeeded after it" if done is not None else ""
    text = f"{first.entry.ref} failed, but its {job.ref} was tried again and is complete{by}, so nothing is left to do."
    page.tell(FactType.FIELD, text, ref=first.entry.ref, rank=0)
    page.tell(FactType.FIELD, stopped(standing_of(subject.asked, job).text), ref=job.ref, rank=0)
    for one in standings:
        tell_standing(page, one, rank=1, item=True)
    _tell_marks(subject, standings)
    return True


def _tell_symptoms(subject: Subject, standings: Sequence[Standing]) -> bool:
    """What is seen of a fault that no rule explains, and what would settle it; false, since it cannot be told."""
    page = subject.page
    first = next(one for one in standings if not one.is_well)
    page.tell(FactType.COVERAGE, f"I cannot tell why: {first.entry.ref} is not well, and no rule explains it.", ref=first.entry.ref, rank=0)
    for one in standings:
        tell_standing(page, one, rank=0 if one is first else 1, item=True)
    _tell_marks(subject, standings)
    tell_what_settles(subject.asked, page, subject.first)
    return False


def _tell_marks(subject: Subject, standings: Sequence[Standing]) -> None:
    marks = [(one, mark) for one in standings for mark in one.marks]
    for one, mark in marks[:_MOST_MARKS]:
        subject.page.tell(FactType.FIELD, stopped(mark), ref=one.entry.ref, rank=1, item=True)


async def _tell_wellness(subject: Subject, standings: Sequence[Standing], others: Others, near: Sequence[Case]) -> bool:
    """That it is well, with what is wrong beside it; a complaint about behaviour cannot be told from that."""
    asked, page = subject.asked, subject.page
    beside = _beside(subject, near)
    if standings:
        _tell_well(subject, standings, beside)
    for case in beside.cases[:MOST_OTHERS]:
        tell_in_short(asked, page, case, rank=1)
    tell_remarks(page, others._replace(ignored=(), pending=()))
    if asks_scaling(asked.reading.question):
        tell_scaling(asked, page, subject.kin)
    await tell_resolved(asked, page, others.resolved, subject.refs)
    if standings and subject.complaint.is_behaviour:
        tell_what_settles(asked, page, subject.first)
        return False
    return True


def _beside(subject: Subject, near: Sequence[Case]) -> _Beside:
    """The nearest incidents there are: upstream, downstream, in the namespace."""
    if near:
        return _Beside(near, "upstream of it")
    after = cases_about(subject.cases, set(below(subject.kin[:1], subject.asked.inventory))) if subject.cases else []
    if after:
        return _Beside(after, "behind it")
    namespace = subject.first.namespace
    if not subject.complaint.is_presumed or not namespace:
        return _Beside((), "")
    return _Beside(cases_in(subject.cases, namespace)[:2], f"in namespace {namespace}")


def _tell_well(subject: Subject, standings: Sequence[Standing], beside: _Beside) -> None:
    asked, page = subject.asked, subject.page
    first, *rest = standings
    well = f"Nothing is wrong with {first.entry.ref} itself{at_moment(asked)} that I can see"
    if subject.complaint.is_behaviour:
        well = f"I cannot tell why: nothing is wrong with {first.entry.ref} itself{at_moment(asked)} that I can see"
    if beside.cases:
        worst = beside.cases[0]
        well = f"{well}, but {worst.root} {beside.place} is {worst.incident.severity.value}"
    page.tell(FactType.COVERAGE, f"{well}. {stopped(first.text)}", ref=first.entry.ref, rank=0)
    for one in rest:
        tell_standing(page, one, rank=1, item=True)
    _tell_marks(subject, standings)
    tell_reboots_behind(asked, page, subject.kin)
    ruled = ruled_out_text(asked, first.entry.ref)
    if ruled:
        page.tell(FactType.COVERAGE, f"Ruled out: {ruled}.", ref=first.entry.ref, rank=1)
