"""Why things of a sort happen, where no object is named: the incidents of a scope that are of that sort."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from arcops.chat.asked import Asked
from arcops.chat.base import Draft, FactType
from arcops.chat.telling.complaint import complaint_of
from arcops.chat.telling.incidents.cases import Case, cases_in, cases_of, findings_in, others_of
from arcops.chat.telling.incidents.overview import tell_cases
from arcops.chat.telling.incidents.remarks import tell_remarks, tell_resolved
from arcops.chat.telling.page import Page
from arcops.chat.telling.scope import at_moment, looked_text, tell_gaps, untold, where
from arcops.chat.telling.standing import standing_of
from arcops.chat.telling.words import stopped
from arcops.findings.base import Finding
from arcops.findings.catalog import areas
from arcops.inventory.base import Entry
from arcops.kube.objects.pod import Pod

_MOST_PODS = 5
_SHORTEST = 4
_TOPICS: tuple[tuple[str, str], ...] = (
    (r"restart|crash|oom|kill|dying|die|exit", r"Crash|Oom|Exec|Init|Probe|Evict|Preempt|Replaced|Start"),
    (r"pending|schedul|not start|waiting", r"Unschedul|Pending|Claim|Quota|Gated|Creation|Attach|Mount|Image|Pull|Sandbox|Config|Waiting"),
    (r"image|pull", r"Image|Pull"),
    (r"evict|pressure", r"Evict|Pressure|Preempt|Overcommit"),
    (r"mount|volume|disk|storage|pvc|claim", r"Volume|Claim|Mount|Attach|Provision|Disk|Pressure"),
    (r"dns|resolv|name lookup|host ?name", r"Dns|ServiceAddress|Dependency|ExternalName"),
    (r"network|reach|connect|traffic|503|502|504|timeout|time out|answer|respond", r"network|Service|Policy|Ingress|Gateway|Dns|Unhealthy"),
    (r"node", r"node"),
    (r"deploy|rollout|release", r"Rollout|Replicas|Image|Crash|Probe|Quota|Creation|Admission"),
    (r"certificate|tls|x509|expire", r"Certificate|CaBundle"),
    (r"permission|forbidden|denied|rbac|401|403", r"Permission|Account|access|Pull"),
    (r"job|cron|batch", r"Job|Cron"),
    (r"quota|limit", r"Quota|Oom|Limit"),
    (r"gitops|argo|flux|helm|sync", r"GitOps|CustomResource"),
    (r"\bdrain|\bevict|disruption|\bpdbs?\b|maintenance", r"Budget|Evicted"),
    (r"kubectl top|metrics|autoscal|\bhpa\b", r"Aggregated|Autoscaler|ScaledObject"),
    (r"delet|terminat|finali[sz]er|remov", r"NamespaceStuck|StuckTerminating|Terminating"),
    (r"anonym|unauthenticated|without (?:a )?(?:log ?in|password|auth)|insecure|security|unsafe|vulnerab", r"Anonymous|access|Privileg"),
    (r"webhook|admission|polic", r"Admission|Policy|Webhook|Conversion"),
)
"""What a question speaks of, and the codes or areas of the findings that are of that sort."""


async def tell_trouble(asked: Asked) -> Draft:
    """The incidents of the sort and the scope asked about; that there are none, with what is seen instead."""
    page = Page(asked.book)
    nothing = untold(asked, page)
    if nothing is not None:
        return nothing
    cases = cases_in(cases_of(asked), asked.reading.namespace)
    is_of_sort = _sort_of(asked)
    fit = [case for case in cases if any(is_of_sort(finding) for finding in case.findings)] or _speaking_of(asked, cases)
    others = others_of(findings_in(asked, asked.reading.namespace))
    if fit:
        await tell_cases(asked, page, fit, "behind this" if len(fit) < len(cases) else "wrong")
        _tell_left(asked, page, [case for case in cases if case not in fit])
        tell_gaps(asked, page)
        return page.draft()
    return await _tell_none(asked, page, cases, [one for one in (*others.pending, *others.notes) if is_of_sort(one)])


def cases_of_sort(asked: Asked) -> list[Case] | None:
    """The incidents of the scope that are of the sort a question speaks of; None where it speaks of no sort."""
    if not any(re.search(words, asked.reading.question.lower()) for words, _ in _TOPICS):
        return None
    is_of_sort = _sort_of(asked)
    return [case for case in cases_in(cases_of(asked), asked.reading.namespace) if any(map(is_of_sort, case.findings))]


def _sort_of(asked: Asked) -> Callable[[Finding], bool]:
    """Whether a finding is of the sort a question speaks of; any is, where it speaks of no sort."""
    text = asked.reading.question.lower()
    patterns = [codes for words, codes in _TOPICS if re.search(words, text)]
    if not patterns:
        return lambda _finding: True
    found = re.compile("|".join(patterns))
    return lambda finding: found.search(finding.code) is not None or found.search(areas().get(finding.code, "")) is not None


def _speaking_of(asked: Asked, cases: Sequence[Case]) -> list[Case]:
    """The incidents whose words are those of the question, where none is of the sort it speaks of."""
    words = {word.lower() for word in asked.reading.words if len(word) >= _SHORTEST}
    return [case for case in cases if any(word in finding.title.lower() for word in words for finding in case.findings)]


def _tell_left(asked: Asked, page: Page, left: Sequence[Case]) -> None:
    if left:
        count = "1 incident of another sort is" if len(left) == 1 else f"{len(left):,} incidents of another sort are"
        page.tell(FactType.COUNT, f"{count} open in {where(asked)} too: {left[0].root} first.")


async def _tell_none(asked: Asked, page: Page, cases: Sequence[Case], lesser: Sequence[Finding]) -> Draft:
    complaint = complaint_of(asked)
    if cases and (complaint.is_behaviour or len(cases) == 1):
        return await _tell_candidates(asked, page, cases)
    place, namespace = where(asked), asked.reading.namespace
    seen = f"{looked_text(asked, namespace)}, no problem of that sort found"
    page.tell(FactType.COVERAGE, f"I see nothing in {place}{at_moment(asked)} that would explain it: {seen}.", rank=0)
    for finding in lesser[:_MOST_PODS]:
        page.tell(FactType.FINDING, stopped(finding.title), ref=finding.subject, path=finding.code, rank=1, item=True)
    restarted = list(_restarted(asked)) if re.search(r"restart|crash", asked.reading.question.lower()) else []
    for entry in restarted[:_MOST_PODS]:
        standing = standing_of(asked, entry)
        page.tell(FactType.FIELD, stopped(standing.text), ref=entry.ref, rank=1, item=True)
        for mark in standing.marks[:2]:
            page.tell(FactType.FIELD, stopped(mark), ref=entry.ref, rank=1, item=True)
    if len(restarted) > _MOST_PODS:
        text = f"{len(restarted):,} pods in {place} restarted at least once; above are the {_MOST_PODS} that did most."
        page.tell(FactType.COUNT, text)
    if cases:
        _tell_left(asked, page, cases)
    others = others_of(findings_in(asked, namespace))
    if not lesser:
        tell_remarks(page, others)
    tell_gaps(asked, page)
    await tell_resolved(asked, page, others.resolved)
    if complaint.is_behaviour:
        page.tell(
            FactType.COVERAGE, "I see states, events, changes and logs, not how fast something answers. "
            "Name the service or pod that is meant, and what it is slow or failing at: that would settle more.", rank=4,
        )  # fmt: skip
        return page.draft(can_tell=False)
    return page.draft()


async def _tell_candidates(asked: Asked, page: Page, cases: Sequence[Case]) -> Draft:
    """What a complaint about behaviour may come from, where nothing says so."""
    text = f"Nothing that I see says so itself, but this is wrong in {where(asked)}{at_moment(asked)} and may be behind it."
    page.tell(FactType.COVERAGE, text, rank=0)
    await tell_cases(asked, page, cases)
    tell_gaps(asked, page)
    return page.draft()


def _restarted(asked: Asked) -> Iterator[Entry]:
    """Pods whose containers were started again, those that were most often first."""
    namespace = asked.reading.namespace or None
    pods = [entry for entry in asked.inventory.list(Pod.GROUP_KIND, namespace) if _restarts(entry)]
    yield from sorted(pods, key=lambda entry: -_restarts(entry))


def _restarts(entry: Entry) -> int:
    status = entry.obj.status if isinstance(entry.obj, Pod) else None
    return sum(one.restart_count for one in status.container_statuses or ()) if status else 0
