"""The explanation without a model, in one order everywhere: What, Since, Why, Changed, Evidence, Ruled out, Next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from arcops.base.clock import rfc3339
from arcops.findings.base import Evidence, EvidenceType, Finding, Precision, Since
from arcops.findings.incidents import ChainLink, Incident
from arcops.kube.refs import ObjectRef

_MOST_EVIDENCE = 12
_MOST_MEMBERS = 8
_OF_THE_CAUSE = frozenset({
    "causes", "serves", "refuses", "shuts off", "preempted", "led to", "holds", "holds the volume of", "does not grant", "balances for",
})  # fmt: skip
"""Links that say what the cause does; all others say what the effect does."""
_VERBS = {
    "owner": "is owned by", "service selects pods": "selects pods of", "claim and volume": "is bound to", "storage class": "has the class",
    "served by": "is served by", "provisioned by": "is provisioned by", "": "",
}  # fmt: skip
"""Links that are not verbs as they stand."""

_PARTS = ("Pod", "ReplicaSet", "Job")
"""Kinds that are parts of others, the least first: of two that an owner links, the one named first here is owned."""

Section = tuple[str, tuple[str, ...]]
"""A heading and its lines."""


def since_text(since: Since) -> str:
    """An onset as people say it."""
    return f"since {_when(since)}"


def _when(since: Since) -> str:
    return "before the record began" if since.at_ms is None else f"{rfc3339(since.at_ms)} ({since.precision.value})"


def sentence(text: str) -> str:
    """The text with a full stop."""
    text = text.strip()
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def finding_text(finding: Finding) -> str:
    """One finding in a few sentences: what, since when, why."""
    when = "" if finding.since.precision is Precision.BEFORE_RECORD else f" It is so {since_text(finding.since)}."
    cause = f" The cause is {finding.cause}." if finding.cause is not None else ""
    why = f" {sentence(finding.why)}" if finding.why else ""
    began = f" {sentence(finding.began_with)}" if finding.began_with else ""
    return f"{sentence(finding.title)}{when}{why}{began}{cause}"


def finding_sections(finding: Finding, ruled_out: Iterable[str] = ()) -> tuple[Section, ...]:
    """One finding in sections; empty ones are left out."""
    made: list[Section] = [
        ("What", (sentence(finding.title),)),
        ("Since", (_when(finding.since),)),
        ("Why", tuple(_why(finding))),
        ("Changed", tuple(sentence(one.text) for one in finding.evidence if one.type is EvidenceType.CHANGE)),
        ("Evidence", tuple(_numbered(finding.evidence))),
        ("Ruled out", _one_line(ruled_out)),
        ("Next", finding.next),
    ]
    return tuple(section for section in made if section[1])


def incident_sections(incident: Incident, findings: Mapping[str, Finding], ruled_out: Iterable[str] = ()) -> tuple[Section, ...]:
    """One incident in sections; empty ones are left out."""
    main = findings[incident.main]
    members = [findings[identity] for identity in incident.findings]
    made: list[Section] = [
        ("What", (sentence(main.title), *_also(incident, main, members))),
        ("Since", (_when(incident.since),)),
        ("Why", (*_why(main), *(chain_text(link) for link in incident.chain if link.cause != main.cause))),
        ("Changed", _changed(incident, main)),
        ("Evidence", tuple(_numbered(main.evidence))),
        ("Ruled out", _one_line(ruled_out)),
        ("Next", _steps(main, members)),
    ]
    return tuple(section for section in made if section[1])


def incident_text(incident: Incident, findings: Mapping[str, Finding]) -> str:
    """One incident as running text: the sections without evidence."""
    lines: list[str] = []
    for head, said in incident_sections(incident, findings):
        if head in ("What", "Since", "Why", "Changed"):
            lines += [sentence(f"Since {line}" if head == "Since" else line[:1].upper() + line[1:]) for line in said]
    return " ".join(dict.fromkeys(lines))


def chain_text(link: ChainLink) -> str:
    """One step of the chain as a sentence: ``Service shop/web selects pods of Deployment shop/web``."""
    if link.certainty == "changed" or link.link == "changed":
        return f"{link.cause} changed, which hit {link.effect}"
    likely = " (likely the cause)" if link.certainty == "likely" else ""
    if link.link in _OF_THE_CAUSE:
        return f"{link.cause} {link.link} {link.effect}{likely}"
    verb = "owns" if link.link == "owner" and _rank(link.effect) > _rank(link.cause) else _VERBS.get(link.link, link.link)
    return f"{link.effect} {verb} {link.cause}{likely}" if verb else f"{link.cause} is behind {link.effect}{likely}"


def _rank(ref: ObjectRef) -> int:
    return _PARTS.index(ref.kind) if ref.kind in _PARTS else len(_PARTS)


def _changed(incident: Incident, main: Finding) -> tuple[str, ...]:
    told = tuple(sentence(one.text) for one in incident.changes)
    return (*told, "The trouble began after that.") if told and main.began_with else told


def _why(finding: Finding) -> Iterable[str]:
    if finding.why:
        yield sentence(finding.why)
    if finding.cause is not None:
        yield f"The cause is {finding.cause}."


def _also(incident: Incident, main: Finding, members: Sequence[Finding]) -> Iterable[str]:
    told = {main.speaker: main.code}
    titles: dict[tuple[ObjectRef, str], str] = {}
    for finding in members:
        if told.get(finding.speaker) != finding.code:
            titles.setdefault((finding.speaker, finding.code), finding.title)
    counts = {(member.speaker, member.code): member.count for member in incident.members}
    if counts.get((main.speaker, main.code), 1) > 1:
        yield f"{counts[main.speaker, main.code]} objects of {main.speaker} are in this state."
    shown = list(titles.items())[:_MOST_MEMBERS]
    yield from (sentence(f"Also: {title}") for _, title in shown)
    if len(titles) > len(shown):
        yield f"And {len(titles) - len(shown)} more findings follow from it."


def _numbered(evidence: Sequence[Evidence]) -> Iterable[str]:
    for number, one in enumerate(evidence[:_MOST_EVIDENCE], 1):
        if one.type is not EvidenceType.CHANGE:  # told under Changed
            yield f"E{number} [{one.type.value}] {one.text}"
    if len(evidence) > _MOST_EVIDENCE:
        yield f"and {len(evidence) - _MOST_EVIDENCE} more"


def _steps(main: Finding, members: Sequence[Finding]) -> tuple[str, ...]:
    """The steps of the causes, and of what follows from them only the way back: taking back a rollout."""
    steps = [step for finding in members for step in finding.next if finding.is_symptom is main.is_symptom or _is_way_back(step)]
    return tuple(dict.fromkeys((*main.next, *steps)))


def _is_way_back(step: str) -> bool:
    return " rollout undo " in step


def _one_line(words: Iterable[str]) -> tuple[str, ...]:
    line = " · ".join(words)
    return (line,) if line else ()
