"""One fault, one incident: findings gathered under the object that is to blame, with the chain from it to each symptom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from arcops.findings.base import Evidence, EvidenceType, Finding, Severity, Since, State
from arcops.findings.makers import maker_of
from arcops.findings.onset import earliest
from arcops.findings.speaker import named_speaker
from arcops.findings.steps import Steps, finished
from arcops.inventory.base import Reader
from arcops.inventory.graph import downstream, upstream
from arcops.kube.refs import ObjectRef

CERTAIN, LIKELY, CHANGED = "certain", "likely", "changed"
_CARRIERS = frozenset({"runs on", "owner", "service selects pods", "mounts", "claim and volume", "storage class", "served by"})
"""Relations over which an upstream fault explains a symptom without naming it."""
_WALKED = _CARRIERS | {"ingress backend", "route backend", "route hangs on gateway"}
"""Relations a search for such a fault follows. Whom a workload owns is enough: whom it selects costs a thousand times as much."""
_SLACK_MS = 60_000
_UPSTREAM_DEPTH = 3
_DOWNSTREAM_DEPTH = 4


class ChainLink(msgspec.Struct, frozen=True, gc=False):
    """One step from cause to effect. ``evidence`` are the ids of the findings that show it."""

    cause: ObjectRef
    effect: ObjectRef
    link: str
    certainty: str
    evidence: tuple[str, ...] = ()


class Member(msgspec.Struct, frozen=True, gc=False):
    """Findings with one code that one workload speaks for, and how many there are."""

    speaker: ObjectRef
    code: str
    count: int


class Incident(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A root cause with every open finding that follows from it; ``main`` is the id of the finding that tells it best."""

    id: str
    root: ObjectRef
    severity: Severity
    since: Since
    main: str
    findings: tuple[str, ...]
    members: tuple[Member, ...]
    chain: tuple[ChainLink, ...]
    changes: tuple[Evidence, ...]


class _Path(NamedTuple):
    root: ObjectRef
    links: tuple[ChainLink, ...]


def incidents_of(findings: Sequence[Finding], reader: Reader) -> tuple[Incident, ...]:
    """The incidents of the open findings of warning or above, worst first, then the oldest."""
    return finished(gathering(findings, reader))


def gathering(findings: Sequence[Finding], reader: Reader) -> Steps[tuple[Incident, ...]]:
    """``incidents_of`` in steps."""
    live = [f for f in findings if f.state is not State.RESOLVED and f.severity.is_alarm and not f.ignored]
    tracer = _Tracer(live, reader)
    groups: dict[ObjectRef, list[tuple[Finding, _Path]]] = {}
    for finding in live:
        if finding.state is State.OPEN:
            path = tracer.path_of(finding)
            groups.setdefault(path.root, []).append((finding, path))
            yield
    made: list[Incident] = []
    for root, found in groups.items():
        made.append(_made(root, found))
        yield
    return tuple(sorted(made, key=lambda incident: (incident.severity.rank, incident.since.at_ms or 0, incident.root)))


def blast_radius(root: ObjectRef, reader: Reader, most: int = 200) -> list[ObjectRef]:
    """The objects that depend on ``root``, nearest first."""
    return [step.ref for step in downstream(root, reader, _DOWNSTREAM_DEPTH)[:most]]


class _Tracer:
    """Follows findings to their roots."""

    def __init__(self, live: Sequence[Finding], reader: Reader) -> None:
        self._reader = reader
        self._about: dict[ObjectRef, list[Finding]] = {}
        self._speakers = {finding.id: finding.speaker for finding in live}
        for finding in live:
            self._about.setdefault(finding.speaker, []).append(finding)
            if finding.subject != finding.speaker:
                self._about.setdefault(finding.subject, []).append(finding)
        self._paths: dict[str, _Path] = {}

    def path_of(self, finding: Finding) -> _Path:
        """The root of a finding and the links from there to it."""
        found = self._paths.get(finding.id)
        if found is None:
            found = self._paths[finding.id] = self._walk(finding, frozenset())
        return found

    def _walk(self, finding: Finding, seen: frozenset[str]) -> _Path:
        seen = seen | {finding.id}
        own = finding.speaker
        if finding.cause is not None:
            target = self._target(finding.cause)
            if target != own:
                certainty = CHANGED if finding.link == CHANGED else CERTAIN
                likely = self._likely(finding, seen) if finding.is_symptom and not self._about.get(target) else None
                link = ChainLink(target, own, finding.link or "causes", certainty, (finding.id,))
                return likely or self._behind(target, link, seen)
        if finding.is_symptom:
            sibling = _first(self._about.get(own, ()), seen, only_causes=True)
            if sibling is not None:
                return self._walk(sibling, seen)
            likely = self._likely(finding, seen)
            if likely is not None:
                return likely
        return _Path(own, ())

    def _target(self, cause: ObjectRef) -> ObjectRef:
        """Who speaks for a cause: its workload; for an absent Secret whoever is to make it and is not well."""
        maker = maker_of(cause, self._reader)
        return maker if maker is not None and self._about.get(maker) else named_speaker(cause, self._reader)

    def _behind(self, target: ObjectRef, link: ChainLink, seen: frozenset[str]) -> _Path:
        """What lies behind a cause: the root of its own finding, or itself."""
        before = _first(self._about.get(target, ()), seen, only_causes=False)
        path = self._walk(before, seen) if before is not None else _Path(target, ())
        return _Path(path.root, (*path.links, link))

    def _leads_back(self, finding: Finding, seen: frozenset[str]) -> bool:
        """Whether what a finding blames is, in the end, one of the very objects whose cause is looked for."""
        return finding.cause is not None and self._walk(finding, seen).root in {self._speakers[identity] for identity in seen}

    def _likely(self, finding: Finding, seen: frozenset[str]) -> _Path | None:
        """An upstream object with a fault of its own that did not begin later, over a link that carries it."""
        for step in upstream(finding.subject, self._reader, _UPSTREAM_DEPTH, _WALKED):
            if step.link.relation not in _CARRIERS:
                continue
            target = named_speaker(step.ref, self._reader)
            if target == finding.speaker:
                continue
            before = _first(self._about.get(target, ()), seen, only_causes=True)
            if before is not None and _not_later(before.since, finding.since) and not self._leads_back(before, seen):
                link = ChainLink(target, finding.speaker, step.link.relation, LIKELY, (finding.id, before.id))
                return self._behind(target, link, seen)
        return None


def _first(findings: Iterable[Finding], seen: frozenset[str], *, only_causes: bool) -> Finding | None:
    """The finding that tells most about an object: a cause before a symptom, the worst, the oldest."""
    fit = [f for f in findings if f.id not in seen and not (only_causes and f.is_symptom and f.cause is None)]
    return min(fit, key=_weight) if fit else None


def _weight(finding: Finding) -> tuple[bool, bool, int, int, str, str]:
    began = finding.since.at_ms
    return finding.is_symptom, finding.state is State.PENDING, finding.severity.rank, began or 0, finding.code, finding.id


def _telling(finding: Finding, links: int) -> tuple[bool, bool, int, int, tuple[bool, bool, int, int, str, str]]:
    """The root's own finding tells an incident best, a cause before a symptom; where it has none, the worst, and the nearest to it."""
    return links > 0, not links and finding.is_symptom, finding.severity.rank, links, _weight(finding)


def _not_later(cause: Since, effect: Since) -> bool:
    return cause.at_ms is None or effect.at_ms is None or cause.at_ms <= effect.at_ms + _SLACK_MS


def _made(root: ObjectRef, found: Sequence[tuple[Finding, _Path]]) -> Incident:
    findings = [finding for finding, _ in found]
    paths = {finding.id: path for finding, path in found}
    main = min(findings, key=lambda f: _telling(f, len(paths[f.id].links)))
    links: dict[tuple[ObjectRef, ObjectRef, str], ChainLink] = {}
    for _, path in found:
        for link in path.links:
            key = (link.cause, link.effect, link.link)
            held = links.get(key)
            merged = tuple(dict.fromkeys((*(held.evidence if held else ()), *link.evidence)))
            links[key] = msgspec.structs.replace(link, evidence=merged)
    counts: dict[tuple[ObjectRef, str], int] = {}
    for finding in findings:
        counts[finding.speaker, finding.code] = counts.get((finding.speaker, finding.code), 0) + 1
    changes = {(one.ref, one.path, one.time_ms): one for f in findings for one in f.evidence if one.type is EvidenceType.CHANGE}
    return Incident(
        id=blake2b("\0".join(root).encode(), digest_size=8).hexdigest(), root=root,
        severity=min((f.severity for f in findings), key=lambda severity: severity.rank), since=earliest([f.since for f in findings]),
        main=main.id, findings=tuple(f.id for f in findings), members=tuple(Member(*key, count) for key, count in counts.items()),
        chain=tuple(links.values()), changes=tuple(changes.values()),
    )  # fmt: skip
