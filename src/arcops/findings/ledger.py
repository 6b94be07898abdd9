"""The findings over time: identity, onset, state, and what of it changed in one turn of the engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b

from arcops.base.guard import safe_text, safe_value
from arcops.findings.base import Evidence, Finding, Hit, Rule, Since, State
from arcops.findings.naming import headed
from arcops.findings.onset import HANDOVER_MS, due_ms, earlier, since_of, state_at
from arcops.findings.reads import Pair
from arcops.findings.speaker import speaker_of
from arcops.inventory.base import Entry, Reader
from arcops.kube.refs import ObjectRef

_KEPT_MS = 24 * 3_600_000
_MOST_KEPT = 2_000
"""Resolved findings are shown for a day; the record has the rest."""

safe = lru_cache(maxsize=8_192)(safe_text)
"""Texts stay the same from one evaluation to the next; making one safe costs 20 to 60 µs."""

Fault = tuple[str, ObjectRef, ObjectRef | None]
"""Code, speaker, cause: what a pod that replaces another carries on."""


@dataclass(slots=True)
class Turn:
    """What one call of the engine changed."""

    now_ms: int
    watched: bool
    opened: list[Finding] = field(default_factory=list)
    changed: list[Finding] = field(default_factory=list)
    resolved: list[Finding] = field(default_factory=list)


class FindingLedger:
    """Holds what each pair found last, and what was resolved of late."""

    def __init__(self, reader: Reader) -> None:
        """An empty one; ``reader`` tells who speaks for whom."""
        self._reader = reader
        self._by_pair: dict[Pair, dict[str, Finding]] = {}
        self._resolved: dict[str, Finding] = {}
        self._faults: dict[Fault, dict[str, Finding]] = {}
        self._remembered: dict[str, Since] = {}
        self._born: dict[str, int] = {}
        self._turn = Turn(0, watched=False)
        self._shown: tuple[int, tuple[Finding, ...]] | None = None
        self.version = 0
        """Rises with every finding that comes, changes or goes, pending ones too."""

    def remember(self, onsets: Mapping[str, Since]) -> None:
        """Onsets by the ids of findings that were open when an earlier run ended."""
        self._remembered = dict(onsets)

    def outlive(self, findings: Iterable[str]) -> None:
        """Forget the remembered onsets of findings that are over."""
        for identity in findings:
            self._remembered.pop(identity, None)

    def begin(self, now_ms: int, *, watched: bool) -> Turn:
        """A turn begins; ``watched`` says that what was not true before was seen not to be."""
        self._turn = Turn(now_ms, watched)
        return self._turn

    def end(self, turn: Turn) -> Turn:
        """The turn is over: what was resolved long ago is let go."""
        self._forget_old(turn.now_ms)
        return turn

    def holds(self, pair: Pair) -> bool:
        """Whether a pair has findings."""
        return pair in self._by_pair

    def put(self, pair: Pair, rule: Rule, entry: Entry, hits: Iterable[Hit], *, was_blind: bool = False, keep: bool = False) -> int | None:
        """What a pair finds now; returns when the first of its pending findings is due.

        After ``was_blind`` what it finds was not seen to begin. With ``keep`` the rule cannot look where it could before: what it
        found then and does not find now stays as it was, and takes the place of what it finds in its stead.
        """
        watched, self._turn.watched = self._turn.watched, self._turn.watched and not was_blind
        try:
            return self._put(pair, rule, entry, hits, keep=keep)
        finally:
            self._turn.watched = watched

    def _put(self, pair: Pair, rule: Rule, entry: Entry, hits: Iterable[Hit], *, keep: bool) -> int | None:
        held = self._by_pair.get(pair, {})
        found: dict[str, Finding] = {}
        wake: int | None = None
        for hit in hits:
            finding, due = self._made(rule, entry, hit, held)
            found.setdefault(finding.id, finding)
            if finding.state is State.PENDING:
                wake = due if wake is None else min(wake, due)
        if keep and not held.keys() <= found.keys():
            found = {identity: _graver(old, found.get(identity, old)) for identity, old in held.items()}
        elif keep:
            found = {identity: _graver(held.get(identity, new), new) for identity, new in found.items()}
        for identity, old in held.items():
            if identity not in found:
                self._resolve(old)
        for identity, new in found.items():
            self._tell(held.get(identity), new)
        if found:
            self._by_pair[pair] = found
        else:
            self._by_pair.pop(pair, None)
        return wake

    def clear(self, pair: Pair) -> None:
        """A pair finds nothing any more."""
        for old in self._by_pair.pop(pair, {}).values():
            self._resolve(old)

    def findings(self) -> tuple[Finding, ...]:
        """Live ones worst first, then resolved ones, newest first; a resolved one that was carried on is left out."""
        if self._shown is None or self._shown[0] != self.version:
            self._shown = self.version, self._sorted()
        return self._shown[1]

    # How it is done

    def _sorted(self) -> tuple[Finding, ...]:
        live = sorted(self._live(), key=order)
        faults = {fault_of(finding) for finding in live}
        over = [finding for finding in self._resolved.values() if fault_of(finding) not in faults]
        return (*live, *sorted(over, key=lambda finding: (-(finding.resolved_ms or 0), order(finding))))

    def _live(self) -> Iterator[Finding]:
        for found in self._by_pair.values():
            yield from found.values()

    def _made(self, rule: Rule, entry: Entry, hit: Hit, held: dict[str, Finding]) -> tuple[Finding, int]:
        cause = hit.cause if hit.cause != entry.ref else None
        identity = identity_of(rule.code, entry, cause)
        speaker = speaker_of(entry.ref, entry.obj, self._reader)
        since = self._since(rule.code, hit, speaker, cause, held.get(identity))
        if self._remembered and (known := self._remembered.pop(identity, None)) is not None:
            since = earlier(since, known) if since.at_ms is not None else known
        minutes = rule.for_minutes if hit.for_minutes is None else hit.for_minutes
        due = due_ms(since, entry.obj.metadata.creation_timestamp, minutes)
        finding = Finding(
            id=identity, code=rule.code, severity=hit.severity or rule.severity, state=state_at(due, self._turn.now_ms),
            subject=entry.ref, uid=entry.uid, speaker=speaker, cause=cause, link=hit.link,
            title=safe(" ".join(headed(hit.title, entry.ref, entry.obj).split())), why=safe(hit.why), since=since,
            evidence=tuple(_masked(one) for one in hit.evidence), next=tuple(safe(step) for step in hit.next), is_symptom=rule.is_symptom,
        )  # fmt: skip
        return finding, due

    def _since(self, code: str, hit: Hit, speaker: ObjectRef, cause: ObjectRef | None, held: Finding | None) -> Since:
        now_ms = self._turn.now_ms
        if held is not None:
            if hit.since_ms is None or held.since.at_ms is None:
                return held.since if hit.since_ms is None else since_of(hit.since_ms, now_ms, watched=False)
            return earlier(held.since, since_of(hit.since_ms, now_ms, watched=True))
        since = since_of(hit.since_ms, now_ms, watched=self._turn.watched)
        handed = self._handed_over((code, speaker, cause)) if self._turn.watched else None
        return earlier(since, handed) if handed else since

    def _handed_over(self, fault: Fault) -> Since | None:
        """The onset of the same fault on a sibling that lives or was replaced just now."""
        found: Since | None = None
        for finding in self._faults.get(fault, {}).values():
            is_recent = finding.resolved_ms is None or finding.resolved_ms >= self._turn.now_ms - HANDOVER_MS
            if is_recent and finding.subject != finding.speaker:
                found = finding.since if found is None else earlier(found, finding.since)
        return found

    def _tell(self, old: Finding | None, new: Finding) -> None:
        self.version += old != new
        self._resolved.pop(new.id, None)
        self._faults.setdefault(fault_of(new), {})[new.id] = new
        if old is None:
            self._born[new.id] = self._turn.now_ms
        if new.state is State.OPEN and (old is None or old.state is not State.OPEN):
            self._turn.opened.append(new)
        elif old is not None and old != new:
            self._turn.changed.append(new)

    def _resolve(self, old: Finding) -> None:
        self.version += 1
        is_of_now = self._born.pop(old.id, None) == self._turn.now_ms
        if old.state is not State.OPEN or is_of_now:  # what an answer of the same moment disproves never was
            self._drop_fault(old)
            return
        over = _resolved(old, self._turn.now_ms)
        self._resolved[old.id] = self._faults.setdefault(fault_of(over), {})[over.id] = over
        self._turn.resolved.append(over)

    def _forget_old(self, now_ms: int) -> None:
        if len(self._resolved) > _MOST_KEPT or any((f.resolved_ms or 0) < now_ms - _KEPT_MS for f in self._resolved.values()):
            recent = [f for f in self._resolved.values() if (f.resolved_ms or 0) >= now_ms - _KEPT_MS]
            kept = {f.id: f for f in recent[-_MOST_KEPT:]}
            for old in [f for f in self._resolved.values() if f.id not in kept]:
                self._drop_fault(old)
            self._resolved = kept
            self.version += 1

    def _drop_fault(self, old: Finding) -> None:
        siblings = self._faults.get(fault_of(old))
        if siblings and siblings.pop(old.id, None) and not siblings:
            del self._faults[fault_of(old)]


def identity_of(code: str, entry: Entry, cause: ObjectRef | None) -> str:
    """The finding's id: the same as long as code, the subject's uid and the cause's name are."""
    subject = entry.uid or "/".join(entry.ref)
    return blake2b("\0".join((code, subject, *(cause or ()))).encode(), digest_size=8).hexdigest()


def _graver(old: Finding, new: Finding) -> Finding:
    """The new one, unless it plays the old one down."""
    return old if old.severity.rank < new.severity.rank else new


def fault_of(finding: Finding) -> Fault:
    """What a finding has in common with those of its subject's siblings."""
    return finding.code, finding.speaker, finding.cause


def order(finding: Finding) -> tuple[int, str, str, str, str, str]:
    """The order of every list: worst first, then by name."""
    subject = finding.subject
    return finding.severity.rank, subject.namespace, subject.kind, subject.name, finding.code, finding.id


def _resolved(old: Finding, now_ms: int) -> Finding:
    from msgspec.structs import replace

    return replace(old, state=State.RESOLVED, resolved_ms=now_ms)


def _masked(evidence: Evidence) -> Evidence:
    from msgspec.structs import replace

    name = evidence.path.rstrip("]").replace("[", ".").rpartition(".")[2]
    return replace(evidence, text=safe(evidence.text), value=safe_value(name, evidence.value))
