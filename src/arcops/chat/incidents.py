"""The part of an answer that comes from the diagnosis: each root, what is the matter with it, and its cause."""

from __future__ import annotations

import re
from collections.abc import Iterator

from arcops.findings.base import Finding
from arcops.findings.explain import sentence, since_text
from arcops.findings.incidents import Incident
from arcops.findings.report import Report
from arcops.queries.services import Services

_MOST_INCIDENTS = 10
_MOST_STEPS = 3
_WORD = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*")
_SHORTEST = 3


def told_incidents(services: Services, message: str) -> Iterator[str]:
    """Paragraphs of Markdown, those about what the question names first; none where no diagnosis is kept."""
    report = services.standing.report if services.standing else None
    if report is None or not report.incidents:
        return
    words = {word for word in _WORD.findall(message.lower()) if len(word) >= _SHORTEST}
    by_id = report.by_id
    about = [incident for incident in report.incidents if _names(incident, by_id) & words]
    others = [incident for incident in report.incidents if incident not in about]
    if about:
        yield "\n\n".join(_in_full(incident, by_id) for incident in about[:_MOST_INCIDENTS])
    if others:
        head = f"**{'Also wrong' if about else _count(report)}:**"
        yield "\n".join((head, *(_in_short(incident, by_id) for incident in others[:_MOST_INCIDENTS]), *_more(len(others))))


def _count(report: Report) -> str:
    count = len(report.incidents)
    return "1 incident" if count == 1 else f"{count} incidents"


def _in_short(incident: Incident, findings: dict[str, Finding]) -> str:
    main = findings[incident.main]
    return f"- **{incident.root}** ({incident.severity.value}, {since_text(incident.since)}): {sentence(main.title)}{_cause(main)}"


def _in_full(incident: Incident, findings: dict[str, Finding]) -> str:
    main = findings[incident.main]
    lines = [f"**{incident.root}** ({incident.severity.value}, {since_text(incident.since)}): {sentence(main.title)}{_cause(main)}"]
    if main.why:
        lines.append(sentence(main.why))
    lines += [f"Changed: {sentence(one.text)}" for one in incident.changes[:_MOST_STEPS]]
    if len(incident.findings) > 1:
        lines.append(f"{len(incident.findings)} findings follow from it.")
    lines += [f"- Next: {step}" for step in main.next[:_MOST_STEPS]]
    return "\n".join(lines)


def _cause(finding: Finding) -> str:
    return f" The cause is {finding.cause}." if finding.cause is not None else ""


def _names(incident: Incident, findings: dict[str, Finding]) -> set[str]:
    """The words by which a question may mean an incident."""
    refs = {incident.root, *(member.speaker for member in incident.members)}
    refs |= {findings[identity].subject for identity in incident.findings}
    return {ref.name.lower() for ref in refs}


def _more(count: int) -> Iterator[str]:
    if count > _MOST_INCIDENTS:
        yield f"- … and {count - _MOST_INCIDENTS} more"
