"""Prints a diagnosis as text: incidents as stories in sections, what else is worth knowing, and what was not seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import click

from arcops.cli.diagnosing import Diagnosed
from arcops.cli.output import print_lines, stdout_color
from arcops.cli.terminal import line_width
from arcops.queries.findings import Document, FindingItem, IncidentItem, Named, When
from arcops.queries.stories import StorySection

_COLORS = {"critical": "red", "warning": "yellow", "info": "blue"}
_POSTURE = "posture"
_MOST_INFO = 20
_LABEL = 11
_INDENT = 2
_NARROW = 40
_COMMANDS = ("kubectl ", "arcops ")


def print_diagnosis(found: Diagnosed) -> None:
    """One diagnosis."""
    print_lines(_lines(found))


def print_story(incident: IncidentItem, sections: Sequence[StorySection], state: str, turns: Sequence[str]) -> None:
    """One incident, and how it came to be as it is."""
    history = [StorySection("History", list(turns))] if turns else []
    print_lines([_head(incident, state), *section_lines([*sections, *history])])


def _lines(found: Diagnosed) -> Iterator[str]:
    document = found.told.document
    if found.name:
        yield _bold(found.name)
    if not document.incidents:
        yield f"Nothing is wrong{f' in namespace {found.query.namespace}' if found.query.namespace else ''}."
    for incident, story in zip(document.incidents, found.told.stories, strict=True):
        yield _head(incident)
        yield from section_lines(story.sections)
        yield ""
    yield from rest_lines(document, everything=bool(found.query.name))


def _head(incident: IncidentItem, state: str = "") -> str:
    count = len(incident.findings)
    over = f"  ({state})" if state not in ("", "open") else ""
    text = f"{incident.severity.upper()}  {said(incident.root)}  {since_text(incident.since)}"
    return _colored(f"{text}{f'  ({count} findings)' if count > 1 else ''}{over}", _COLORS[incident.severity])


def said(named: Named) -> str:
    """``Deployment shop/web``: an object as sentences name it."""
    return f"{named.kind} {named.namespace}/{named.name}" if named.namespace else f"{named.kind} {named.name}"


def since_text(since: When) -> str:
    """An onset as people say it."""
    return f"since {since.time} ({since.precision})" if since.time else "since before the record began"


def section_lines(sections: Sequence[StorySection]) -> Iterator[str]:
    """Sections with their headings in a column, folded to the terminal's width where there is one."""
    width = line_width()
    for section in sections:
        for place, line in enumerate(section.lines):
            label = f"{section.head}:" if place == 0 else ""
            padding = " " * (_LABEL - len(label))
            first, *rest = _folded(line, None if width is None else width - _INDENT - _LABEL)
            yield f"{' ' * _INDENT}{_bold(label) if label else ''}{padding}{first}"
            yield from (f"{' ' * (_INDENT + _LABEL)}{more}" for more in rest)


def _folded(line: str, width: int | None) -> list[str]:
    """A line in pieces; a command stays whole, to be copied, and so does everything on a very narrow terminal."""
    from textwrap import wrap

    if width is None or width < _NARROW or len(line) <= width or line.startswith(_COMMANDS):
        return [line]
    return wrap(line, width, break_long_words=False, break_on_hyphens=False) or [""]


def rest_lines(document: Document, *, everything: bool = True) -> Iterator[str]:
    """What is no incident: not yet for long enough, ignored, over, worth knowing; and what could not be seen.

    Without ``everything`` what is only posture is counted.
    """
    posture = [] if everything else [f for f in document.findings if f.area == _POSTURE and f.severity == "info"]
    alarms = [finding for finding in document.findings if finding.severity != "info"]
    groups = (
        ("Not yet for long enough", [f for f in alarms if f.state == "pending" and not f.ignored]),
        ("Ignored", [f for f in alarms if f.ignored]),
        ("Over", [f for f in document.findings if f.state == "resolved"]),
        ("Worth knowing", [f for f in document.findings if f.state == "open" and f.severity == "info" and f not in posture]),
    )
    for head, found in groups:
        if found:
            yield f"{head}:"
            yield from (f"  {_brief(finding)}" for finding in found[:_MOST_INFO])
            if len(found) > _MOST_INFO:
                yield f"  and {len(found) - _MOST_INFO} more"
    if posture:
        counts = Counter(finding.code for finding in posture)
        yield f"Could be better: {', '.join(f'{code} {count}' for code, count in sorted(counts.items()))} (-o json names them)."
    coverage = document.coverage
    if coverage.forbidden:
        yield f"Not looked at, for want of rights: {', '.join(coverage.forbidden)}."
    for kind, codes in coverage.silenced.items():
        yield f"Could not judge without {kind}: {', '.join(codes)}."


def _brief(finding: FindingItem) -> str:
    return f"{finding.code}: {finding.ignored + ': ' if finding.ignored else ''}{finding.explanation}"


def _bold(text: str) -> str:
    return click.style(text, bold=True) if stdout_color() else text


def _colored(text: str, color: str) -> str:
    return click.style(text, fg=color, bold=True) if stdout_color() else text
