"""The explanation without a model, in one order everywhere: What, Since, Why, Changed, Evidence, Ruled out, Next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from arcops.base.clock import rfc3339
from arcops.findings.base import Evidence, EvidenceType, Finding, Precision, Since
from arcops.findings.incidents import ChainLink, Incident
from arcops.kube.refs import ObjectRef

_MOST_EVIDENCE = 12
_MOST_MEMBERS = 8

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
    """One step of the chain as a sentence."""
    how = {"certain": "", "likely": " (likely)", "changed": ""}[link.certainty]
    verb = "changed, which hit" if link.certainty == "changed" else "is behind"
    over = f" ({link.link})" if link.link not in ("", "causes", "changed") else ""
    return f"{link.cause} {verb} {link.effect}{over}{how}"


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
    return tuple(
        dict.fromkeys((*main.next, *(step for finding in members if finding.is_symptom is main.is_symptom for step in finding.next)))
    )


def _one_line(words: Iterable[str]) -> tuple[str, ...]:
    line = " · ".join(words)
    return (line,) if line else ()
