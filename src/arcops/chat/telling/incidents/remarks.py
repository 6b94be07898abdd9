"""What stands beside the incidents: findings that are not yet sure, ignored, worth knowing, or over."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from arcops.chat.answers._said import listed, many
from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.telling.incidents.cases import Others
from arcops.chat.telling.page import Page
from arcops.chat.telling.scope import is_past
from arcops.chat.telling.words import age, capital, dated, moment, stopped
from arcops.findings.base import Finding
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms
from arcops.queries.diagnosed import FindingQuery, IncidentRow, list_incidents

_MOST = 3
_MOST_OVER = 3


def tell_remarks(page: Page, others: Others) -> None:
    """Say what is pending, ignored and worth knowing, each counted, the first few in full."""
    if others.pending:
        page.tell(FactType.COUNT, f"Not sure yet, for it has not lasted long enough: {many(len(others.pending), 'finding')}.")
        _tell_findings(page, others.pending)
    if others.ignored:
        page.tell(FactType.COUNT, f"Somebody decided to live with {many(len(others.ignored), 'finding')}:")
        for finding in others.ignored[:_MOST]:
            text = f"{stopped(finding.title)} {stopped(capital(finding.ignored))}"
            page.tell(FactType.FINDING, text, ref=finding.subject, path=finding.code, item=True)
    if others.notes:
        page.tell(FactType.COUNT, f"Worth knowing, though no fault: {many(len(others.notes), 'remark')}.")
        _tell_findings(page, others.notes)


def _tell_findings(page: Page, findings: Sequence[Finding]) -> None:
    for finding in findings[:_MOST]:
        page.tell(FactType.FINDING, stopped(finding.title), ref=finding.subject, path=finding.code, item=True)
    if len(findings) > _MOST:
        codes = listed(sorted({finding.code for finding in findings[_MOST:]}), 6)
        page.tell(FactType.COUNT, f"{len(findings) - _MOST:,} more of them: {codes}.", item=True)


async def tell_resolved(asked: Asked, page: Page, findings: Sequence[Finding] = (), refs: Collection[ObjectRef] = ()) -> None:
    """What was wrong of late and is over: incidents of the scope or about some objects, and findings."""
    findings = [finding for finding in findings if finding.severity.is_alarm]
    rows = await _over(asked, refs) if asked.current is not None and not is_past(asked) else []
    if not rows and not findings:
        return
    page.tell(FactType.COUNT, f"No longer wrong: {many(len(rows) + len(findings), 'matter')}, the latest first.")
    for row in rows[:_MOST_OVER]:
        page.tell(FactType.INCIDENT, _over_text(asked, row), at_ms=time_ms(row.resolved_at), item=True)
    for finding in findings[:_MOST_OVER]:
        page.tell(FactType.FINDING, _resolved_text(asked, finding), ref=finding.subject, path=finding.code, item=True)


async def _over(asked: Asked, refs: Collection[ObjectRef]) -> list[IncidentRow]:
    rows = (await list_incidents(asked.services, FindingQuery(state="resolved", namespace=asked.reading.namespace))).items
    names = {(ref.kind, ref.namespace, ref.name) for ref in refs}
    return [row for row in rows if row.resolved_at and (not names or not names.isdisjoint(_names(row)))]


def _names(row: IncidentRow) -> Iterator[tuple[str, str, str]]:
    for one in (row.root, *(member.speaker for member in row.members)):
        yield one.kind, one.namespace, one.name


def _resolved_text(asked: Asked, finding: Finding) -> str:
    when = f" Over since {dated(finding.resolved_ms, asked.at_ms, asked.reading.zone)}." if finding.resolved_ms else ""
    return f"{stopped(finding.title)}{when}"


def _over_text(asked: Asked, row: IncidentRow) -> str:
    ended_ms = time_ms(row.resolved_at) or 0
    ended = f"resolved at {moment(ended_ms, asked.reading.zone)} ({age(ended_ms, asked.now_ms)})"
    place = f"{row.root.namespace}/{row.root.name}" if row.root.namespace else row.root.name
    return f"{row.root.kind} {place}: {row.title.rstrip('.')}; {ended}."
