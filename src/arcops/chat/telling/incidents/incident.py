"""An incident told: in one sentence for a list, or in the sections What, Since, Why, Changed, Evidence, Ruled out, Next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from arcops.chat.answers._said import listed, many
from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.telling.incidents.before import tell_before
from arcops.chat.telling.incidents.cases import Case
from arcops.chat.telling.page import Page
from arcops.chat.telling.words import capital, onset_words, since_words, stopped
from arcops.findings.base import Evidence, EvidenceType, Finding
from arcops.findings.explain import chain_text
from arcops.findings.incidents import ChainLink
from arcops.findings.report import briefly, ruled_out
from arcops.kube.refs import ObjectRef

_MOST_EVIDENCE = 5
_MOST_LINKS = 5
_MOST_STEPS = 4
_MOST_ALSO = 4
_COMMAND = re.compile(r"(?:kubectl|arcops|helm|flux|az|k3s|systemctl|journalctl) [^ ]")
_BESIDE_WORKLOADS = ("Service", "PodDisruptionBudget", "HorizontalPodAutoscaler")
_SUBJECT = re.compile(r"[A-Z][A-Za-z]+ (?:([^ /:]+)/)?([^ /:]+): ")
_PROSE = re.compile(r" shows | to see |; |: ")
_FACT_TYPES = {
    EvidenceType.FIELD: FactType.FIELD,
    EvidenceType.EVENT: FactType.EVENT,
    EvidenceType.LOG: FactType.LOG,
    EvidenceType.CHANGE: FactType.CHANGE,
    EvidenceType.ABSENCE: FactType.FIELD,
    EvidenceType.METRIC: FactType.FIELD,
}


def since_of(asked: Asked, case: Case) -> str:
    """Since when an incident lasts, in words."""
    record_ms = asked.current.report.record_since_ms if asked.current else 0
    return since_words(case.incident.since, asked.at_ms, record_ms, asked.reading.zone)


def tell_in_short(
    asked: Asked, page: Page, case: Case, *, item: bool = True, rank: int = 0, is_brief: bool = False, lead: str = ""
) -> None:
    """Root, severity, since when and what, as one paragraph; unless brief also what came before and whom it hits; ``lead`` begins it."""
    root, main = case.root, case.main
    facts = [
        page.book.add(FactType.INCIDENT, _head(asked, case), ref=root, path=main.code, at_ms=case.incident.since.at_ms, rank=rank),
        page.book.add(FactType.FINDING, stopped(main.title), ref=main.subject, path=main.code, rank=rank),
    ]
    parts = [f"{page.text_of(facts[0])}: {_without_subject(page.text_of(facts[1]), root)}"]
    if lead:
        facts.insert(0, page.book.add(FactType.COVERAGE, lead, ref=root, rank=rank))
        parts.insert(0, page.text_of(facts[0]))
    for text, type_ in () if is_brief else _beside(case):
        facts.append(page.book.add(type_, text, ref=root, rank=min(rank + 1, 4)))
        parts.append(page.text_of(facts[-1]))
    page.say(" ".join(parts), facts, item=item)


def _without_subject(title: str, root: ObjectRef) -> str:
    """A title without the name at its beginning, where the root or one of its parts is named there: it was just said."""
    begun = _SUBJECT.match(title)
    is_own = begun is not None and begun[1] == (root.namespace or "") and (begun[2] == root.name or begun[2].startswith(f"{root.name}-"))
    return title[begun.end() :] if begun is not None and is_own else title


def _head(asked: Asked, case: Case) -> str:
    """``ConfigMap shop/settings is to blame, critical since …``; the blame is said where the trouble shows elsewhere."""
    blame = "" if case.root in (case.main.speaker, case.main.subject) else " is to blame"
    return f"{root_words(asked, case)}{blame}, {case.incident.severity.value} {since_of(asked, case)}"


def root_words(asked: Asked, case: Case) -> str:
    """The root, and that it does not exist where that is so."""
    return f"{case.root}{' (it does not exist)' if _is_missing(asked, case.root) else ''}"


def _beside(case: Case) -> Iterator[tuple[str, FactType]]:
    """The change it began after, whom it hits, how many are in the same state."""
    main = case.main
    if case.incident.changes and main.began_with:
        change = case.incident.changes[-1]
        if not _is_said_in(change.text, main.title):
            yield f"{stopped(change.text)} The trouble began after that.", FactType.CHANGE
    hit = [ref for ref in case.hit if str(ref) not in main.title]
    if hit:
        yield f"It shows in {listed([str(ref) for ref in hit], 4)}.", FactType.INCIDENT
    count = next((member.count for member in case.incident.members if (member.speaker, member.code) == (main.speaker, main.code)), 1)
    if count > 1:
        yield f"{count:,} objects of {main.speaker} are in this state.", FactType.COUNT


def _is_said_in(text: str, title: str) -> bool:
    """Whether a change is told already at the end of a title, where it begins with a small letter."""
    plain = text.rstrip(".")
    return plain in title or plain[:1].lower() + plain[1:] in title


def tell_since(asked: Asked, page: Page, case: Case, about: ObjectRef) -> None:
    """Since when an object is in trouble, as a sentence of its own."""
    text = f"{about} is in trouble {since_of(asked, case)}, {onset_words(case.incident.since)}."
    page.tell(FactType.INCIDENT, text, ref=about, at_ms=case.incident.since.at_ms, rank=0)


def _is_missing(asked: Asked, ref: ObjectRef) -> bool:
    """Whether an object does not exist, as far as all of its kind are known."""
    return asked.inventory.get(ref) is None and asked.inventory.is_complete(ref.group_kind)


async def tell_story(asked: Asked, page: Page, case: Case, about: ObjectRef | None = None, *, with_steps: bool = True) -> None:
    """What follows the first sentence of an incident told in full: why, what changed, whom it hits, evidence, ruled out, next."""
    _tell_why(page, case)
    tell_changes(page, case)
    await tell_before(asked, page, case)
    _tell_also(page, case)
    own: tuple[Evidence, ...] = ()
    if about is not None and about not in (case.main.subject, case.main.speaker):
        own = next((one.evidence[:2] for one in case.findings[1:] if about in (one.subject, one.speaker)), ())
    tell_evidence(page, (*case.main.evidence[:_MOST_EVIDENCE], *own), _MOST_EVIDENCE + 2)
    _tell_ruled_out(asked, page, case.main.subject)
    if with_steps:
        tell_steps(page, steps_of(case))


def _tell_why(page: Page, case: Case) -> None:
    main = case.main
    if main.why:
        page.tell(FactType.FINDING, stopped(main.why), ref=main.subject, path=main.code, rank=1)
    further = [link for link in case.incident.chain if link.cause != main.cause or link.effect != main.speaker]
    links = [link for link in further if not _is_plain(page, link)]
    alike: dict[tuple[ObjectRef, str, str], list[ChainLink]] = {}
    for link in links:
        alike.setdefault((link.cause, link.link, link.effect.kind), []).append(link)
    for first, *others in list(alike.values())[:_MOST_LINKS]:
        same = f"; the same holds for {listed([str(one.effect) for one in others], 4)}" if others else ""
        page.tell(FactType.INCIDENT, stopped(f"{chain_text(first)}{same}"), ref=first.effect, rank=1)
    if len(alike) > _MOST_LINKS:
        page.tell(FactType.COUNT, f"{case.root} is behind {many(len({link.effect for link in links}), 'object')} in all.", ref=case.root)


def _is_plain(page: Page, link: ChainLink) -> bool:
    """Whether a link says no more than that a Service or budget belongs to a workload of its name, of which it is told already."""
    same = (link.cause.namespace, link.cause.name) == (link.effect.namespace, link.effect.name)
    return same and link.effect.kind in _BESIDE_WORKLOADS and page.has_said(str(link.effect))


def tell_changes(page: Page, case: Case) -> None:
    """The changes before it began."""
    told = [change for change in case.incident.changes if not _is_said_in(change.text, case.main.title)]
    for change in [one for one in told if not page.has_said(one.text)][-3:]:
        page.tell(FactType.CHANGE, capital(stopped(change.text)), ref=change.ref, path=change.path, at_ms=change.time_ms, rank=2)
    if case.incident.changes and case.main.began_with and not page.has_said("The trouble began after that."):
        page.tell(FactType.CHANGE, f"The trouble of {case.main.speaker} began after that.", ref=case.main.speaker, rank=2)


def _tell_also(page: Page, case: Case) -> None:
    """The other findings of the incident, each fault of a workload once."""
    titles: dict[tuple[ObjectRef, str], Finding] = {}
    for finding in case.findings[1:]:
        if (finding.speaker, finding.code) != (case.main.speaker, case.main.code) and not page.has_said(finding.title):
            titles.setdefault((finding.speaker, finding.code), finding)
    counts = {(member.speaker, member.code): member.count for member in case.incident.members}
    same = counts.get((case.main.speaker, case.main.code), 1)
    if same > 1 and not page.has_said(f"{same:,} objects of {case.main.speaker} are in this state"):
        page.tell(FactType.COUNT, f"{same:,} objects of {case.main.speaker} are in this state.", ref=case.main.speaker, rank=1)
    twins = [finding for finding in titles.values() if finding.code == case.main.code]
    if len(twins) > 1:
        titles = {key: finding for key, finding in titles.items() if finding not in twins}
        names = listed([str(finding.speaker) for finding in twins], 6)
        page.tell(FactType.FINDING, f"The same is true of {names}.", ref=twins[0].subject, path=case.main.code, rank=1, item=True)
    for finding in list(titles.values())[:_MOST_ALSO]:
        page.tell(FactType.FINDING, f"Also: {stopped(finding.title)}", ref=finding.subject, path=finding.code, rank=1, item=True)
    if len(titles) > _MOST_ALSO:
        more = len(titles) - _MOST_ALSO
        page.tell(FactType.COUNT, f"And {many(more, 'more finding')} of {len(titles):,} that follow from it.", ref=case.root, item=True)


def tell_evidence(page: Page, evidence: Iterable[Evidence], most: int = _MOST_EVIDENCE) -> None:
    """A section of the facts a finding rests on, those of changes left out: they are told apart."""
    kept = [one for one in evidence if one.type is not EvidenceType.CHANGE][:most]
    if kept:
        page.head("Evidence")
    for one in kept:
        rank = 3 if one.type is EvidenceType.LOG else 1
        page.tell(_FACT_TYPES[one.type], one.text, ref=one.ref, path=one.path, at_ms=one.time_ms, rank=rank, item=True)


def _tell_ruled_out(asked: Asked, page: Page, subject: ObjectRef) -> None:
    text = ruled_out_text(asked, subject)
    if text:
        page.tell(FactType.COVERAGE, f"Ruled out about {subject}: {text}.", ref=subject, rank=4)


def ruled_out_text(asked: Asked, ref: ObjectRef) -> str:
    """Which areas were judged and found well: ``config (2 rules), pod (20 rules)``; "" if no rule looks at the kind."""
    if asked.current is None:
        return ""
    lines = [briefly(line) for line in ruled_out(asked.current.engine, ref)]
    return ", ".join(f"{area} ({rules})" for area, _, rules in (line.partition(": ") for line in lines))


def steps_of(case: Case) -> list[str]:
    """The next steps of an incident, the main finding's first."""
    main = case.main
    alike = [step for finding in case.findings[1:] if finding.is_symptom is main.is_symptom for step in finding.next]
    return list(dict.fromkeys((*main.next, *alike)))


def tell_steps(page: Page, steps: Iterable[str], most: int = _MOST_STEPS) -> None:
    """A section of next steps: commands to copy, and sentences."""
    kept = list(steps)[:most]
    if kept:
        page.head("Next")
    for step in kept:
        if is_command(step):
            page.command(step, (page.book.add(FactType.COMMAND, step, rank=3),))
        else:
            page.tell(FactType.COMMAND, stopped(step), rank=3)


def is_command(step: str) -> bool:
    """Whether a step is a command line alone."""
    return _COMMAND.match(step) is not None and _PROSE.search(step) is None


def tell_first_step(page: Page, case: Case) -> None:
    """The first step of an incident as an item of a list."""
    step = next(iter(steps_of(case)), "")
    if step:
        page.tell(FactType.COMMAND, f"{case.root}: {step}", ref=case.root, rank=3, item=True)
