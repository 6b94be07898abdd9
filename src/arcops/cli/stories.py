"""Prints a diagnosis as text: incidents as stories in sections, what else is worth knowing, and what was not seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from arcops.cli.diagnosing import Diagnosed
from arcops.cli.output import print_lines, stdout_color
from arcops.findings.base import Finding, Severity, State
from arcops.findings.coverage import shown
from arcops.findings.explain import Section, finding_text, since_text
from arcops.findings.report import Report

_COLORS = {Severity.CRITICAL: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
_MOST_INFO = 20


def print_diagnosis(found: Diagnosed, *, brief: bool = False) -> None:
    """One diagnosis."""
    print_lines(_lines(found, brief=brief))


def _lines(found: Diagnosed, *, brief: bool) -> Iterator[str]:
    report = found.report
    if found.name:
        yield _bold(found.name)
    if not report.incidents:
        yield f"Nothing is wrong{_where(found)}."
    for incident, (root, sections) in zip(report.incidents, found.stories(), strict=True):
        count = len(incident.findings)
        head = f"{incident.severity.value.upper()}  {root}  {since_text(incident.since)}"
        yield _colored(f"{head}{f'  ({count} findings)' if count > 1 else ''}", _COLORS[incident.severity])
        yield from section_lines(sections, ("What", "Why", "Changed", "Next") if brief else None)
        yield ""
    yield from _rest(report)


def section_lines(sections: Sequence[Section], heads: Sequence[str] | None = None) -> Iterator[str]:
    """Sections with their headings in a column; only ``heads``, if given."""
    for head, lines in sections:
        if heads is not None and head not in heads:
            continue
        for place, line in enumerate(lines):
            yield f"  {_bold(f'{head}:') if place == 0 else '':<{11 + _extra(place)}}{line}"


def _rest(report: Report) -> Iterator[str]:
    pending = [f for f in report.findings if f.state is State.PENDING and f.severity.is_alarm]
    over = [f for f in report.findings if f.state is State.RESOLVED]
    infos = [f for f in report.findings if f.state is State.OPEN and not f.severity.is_alarm]
    for head, found in (("Not yet for long enough", pending), ("Over", over), ("Worth knowing", infos)):
        if found:
            yield f"{head}:"
            yield from (f"  {_brief(finding)}" for finding in found[:_MOST_INFO])
            if len(found) > _MOST_INFO:
                yield f"  and {len(found) - _MOST_INFO} more"
    if report.coverage.forbidden:
        yield f"Not looked at, for want of rights: {', '.join(shown(report.coverage.forbidden))}."
    for kind, codes in sorted(report.silence.codes.items()):
        yield f"Could not judge without {kind}: {', '.join(sorted(codes))}."


def _brief(finding: Finding) -> str:
    return f"{finding.code}: {finding_text(finding)}"


def _where(found: Diagnosed) -> str:
    return f" in namespace {found.scope.namespace}" if found.scope.namespace else ""


def _bold(text: str) -> str:
    return click.style(text, bold=True) if stdout_color() else text


def _extra(place: int) -> int:
    return len(click.style("", bold=True)) if place == 0 and stdout_color() else 0


def _colored(text: str, color: str) -> str:
    return click.style(text, fg=color, bold=True) if stdout_color() else text
