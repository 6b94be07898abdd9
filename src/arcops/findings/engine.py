"""Evaluates rules, all of them or exactly those a change concerns, and tells what opened, changed and was resolved.

The engine is a value machine: inventory, record, rules and a moment in; findings out. Whatever the order of events, the
findings of a moment are the same, in the same order; ``update`` gives what ``evaluate`` would.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from arcops.base.errors import ArcopsError
from arcops.base.tasks import attempt
from arcops.findings.base import Finding, Hit, Rule, Since, State
from arcops.findings.coverage import CannotLook, Coverage
from arcops.findings.factbook import FactBook
from arcops.findings.ledger import FindingLedger, Turn
from arcops.findings.past import Recall, Wish
from arcops.findings.plan import Plan
from arcops.findings.reads import Asked, Asker, Pair, ReadIndex
from arcops.findings.steps import Steps, finished
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.inventory.delta import Delta
from arcops.inventory.index import Inventory
from arcops.kube.refs import GroupKind, ObjectRef


@dataclass(slots=True)
class Silence:
    """What was not judged: codes by the kind they could not look at, and pairs whose object made no sense."""

    codes: dict[GroupKind, set[str]] = field(default_factory=dict)
    unreadable: dict[ObjectRef, str] = field(default_factory=dict)


Judged = tuple[list[Hit], GroupKind | None, str]
"""Hits, the kind a rule could not look at, and what made no sense ("" if all did)."""


class Engine:
    """All rules over one inventory. Call ``evaluate`` once, then ``update`` for each delta, ``answer`` and ``tick``.

    Each has a form in steps (``evaluating``, …), an object or a rule about one at a time; one must be at its end before the next
    begins. The inventory may change between two steps as long as every delta is handed to ``update`` afterwards.
    """

    def __init__(self, rules: Sequence[Rule], inventory: Inventory, coverage: Coverage, recall: Recall) -> None:
        """Nothing is evaluated yet. ``failures`` are rules that raised, by code, where ``is_guarded`` lets the others go on."""
        self.rules = tuple(rules)
        self.inventory = inventory
        self.recall = recall
        self.coverage = coverage
        self._plan = Plan(self.rules)
        self._index = ReadIndex()
        self._facts = FactBook(self._index)
        self._asked: dict[Pair, set[Asked]] = {}
        self._ledger = FindingLedger(inventory)
        self._active: dict[ObjectRef, set[int]] = {}
        self._blind: dict[Pair, frozenset[GroupKind]] = {}
        self._missed: dict[Pair, frozenset[GroupKind]] = {}
        """What each pair made do without; the blind ones are those that found nothing for it."""
        self._eyes: dict[Pair, Coverage] = {}
        """With what sight each pair found what it holds."""
        self._broken: dict[Pair, str] = {}
        self._alarms: list[tuple[int, Pair]] = []
        self._due: dict[Pair, int] = {}
        """When each pair waits to be run again: what else the heap of alarms holds of it is out of date."""
        self._baseline_ms: int | None = None
        self.is_guarded = False
        self.failures: dict[str, str] = {}

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Pending and open ones, worst first; then those that were resolved of late."""
        return self._ledger.findings()

    @property
    def version(self) -> int:
        """Rises whenever ``findings`` changes."""
        return self._ledger.version

    @property
    def next_wake_ms(self) -> int | None:
        """When ``tick`` has something to do, if nothing changes before."""
        return self._alarms[0][0] if self._alarms else None

    @property
    def silence(self) -> Silence:
        """What could not be judged."""
        found = Silence()
        for pair, kinds in self._blind.items():
            for kind in kinds:
                found.codes.setdefault(kind, set()).add(self.rules[pair.rule].code)
        for pair, why in self._broken.items():
            found.unreadable[pair.ref] = why
        return found

    def unseen_by(self, code: str, ref: ObjectRef) -> tuple[frozenset[GroupKind], str]:
        """The kinds a rule could not look at when it judged an object last, and what made no sense to it ("" if all did)."""
        number = next((number for number, rule in enumerate(self.rules) if rule.code == code), None)
        if number is None:
            return frozenset(), ""
        pair, own = Pair(number, ref), ref.group_kind
        fault = f"{ref} could not be decoded" if ref in self.coverage.unreadable else self._broken.get(pair, "")
        missed = self._missed.get(pair, frozenset())
        return (missed | {own} if self.coverage.is_gap(own) else missed), fault

    def remember(self, onsets: Mapping[str, Since]) -> None:
        """Onsets by the ids of findings, from before this engine lived: the first look carries them on."""
        self._ledger.remember(onsets)

    def outlive(self, findings: Iterable[str]) -> None:
        """Forget remembered onsets of findings that are over: if they come again, it is something new."""
        self._ledger.outlive(findings)

    def evaluate(self, now_ms: int, coverage: Coverage | None = None) -> Turn:
        """Everything, from the beginning: the first look, or after the coverage changed."""
        return finished(self.evaluating(now_ms, coverage))

    def evaluating(self, now_ms: int, coverage: Coverage | None = None) -> Steps[Turn]:
        """``evaluate`` in steps."""
        self.coverage = coverage or self.coverage
        if self._baseline_ms is None:
            self._baseline_ms = now_ms
        turn = self._ledger.begin(now_ms, watched=now_ms > self._baseline_ms)
        self._facts.clear()
        view = self._view(now_ms)
        for ref in [ref for ref in self._active if self.inventory.get(ref) is None]:
            self._forget(ref)
        for kind in self.inventory.kinds():
            for entry in self.inventory.list(kind):
                self._subject(entry, view)
                yield
        return self._ledger.end(turn)

    def update(self, delta: Delta, now_ms: int) -> Turn:
        """What a delta of the inventory changes; call it after the inventory took the delta in."""
        return finished(self.updating(delta, now_ms))

    def updating(self, delta: Delta, now_ms: int) -> Steps[Turn]:
        """``update`` in steps."""
        touched: set[Asker] = set()
        subjects: dict[ObjectRef, Entry | None] = {}
        turn = self._turn(now_ms)
        view = self._view(now_ms)
        for change in delta.changes:
            self.recall.outdate(change.ref)
            touched |= self._index.touched_by(change)
            subjects[change.ref] = self.inventory.get(change.ref)
            yield
        for ref, entry in subjects.items():
            if entry is None:
                self._forget(ref)
        pairs = self._pairs_of(touched, view)
        for entry in subjects.values():
            if entry is not None:
                self._subject(entry, view)
                yield
        yield from self._pairs((pair for pair in pairs if pair.ref not in subjects), view)
        return self._ledger.end(turn)

    def answer(self, wishes: Iterable[Wish], now_ms: int) -> Turn:
        """Evaluate again who wished for something that has now come. ``now_ms`` of the round that asked keeps onsets honest."""
        return finished(self.answering(wishes, now_ms))

    def answering(self, wishes: Iterable[Wish], now_ms: int) -> Steps[Turn]:
        """``answer`` in steps."""
        turn = self._turn(now_ms)
        view = self._view(now_ms)
        askers: set[Asker] = set()
        for wish in wishes:
            askers |= self._index.askers_of(wish)
        yield from self._pairs(self._pairs_of(askers, view), view)
        return self._ledger.end(turn)

    def tick(self, now_ms: int) -> Turn:
        """Evaluate again what waits for this moment."""
        return finished(self.ticking(now_ms))

    def ticking(self, now_ms: int) -> Steps[Turn]:
        """``tick`` in steps."""
        turn = self._ledger.begin(now_ms, watched=True)
        due: set[Pair] = set()
        while self._alarms and self._alarms[0][0] <= now_ms:
            at_ms, pair = heapq.heappop(self._alarms)
            if self._due.get(pair) == at_ms:
                del self._due[pair]
                due.add(pair)
        yield from self._pairs(due, self._view(now_ms))
        return self._ledger.end(turn)

    def is_asked(self, wish: Wish) -> bool:
        """Whether a rule still wants to know."""
        return self._index.is_asked(wish)

    def let_go(self) -> None:
        """Forget answers about objects that are gone and that no rule asks for any more."""
        self.recall.keep_only(lambda wish: self.is_asked(wish) or self.inventory.get(wish.ref) is not None)

    # How it is done

    def _turn(self, now_ms: int) -> Turn:
        return self._ledger.begin(now_ms, watched=self._baseline_ms is not None and now_ms > self._baseline_ms)

    def _view(self, now_ms: int) -> RuleView:
        return RuleView(self.inventory, now_ms, self.coverage, self.recall, self._facts)

    def _pairs_of(self, askers: set[Asker], view: RuleView) -> set[Pair]:
        """The pairs among the askers, and those that asked for facts which have changed."""
        return self._facts.outdate(askers) | self._facts.settle(view)

    def _subject(self, entry: Entry, view: RuleView) -> None:
        """Every rule about an object."""
        ref = entry.ref
        for gate, numbers in self._plan.of(ref.group_kind):
            if gate is None or gate(entry.obj):
                for number in numbers:
                    self._run(number, entry, view)
            elif ref in self._active:
                for number in self._active[ref].intersection(numbers):
                    self._clear(Pair(number, ref))

    def _pairs(self, pairs: Iterable[Pair], view: RuleView) -> Iterator[None]:
        for pair in sorted(pairs):
            entry = self.inventory.get(pair.ref)
            gate = self.rules[pair.rule].gate
            if entry is None:
                self._clear(pair, keep=self.coverage.is_gap(pair.ref.group_kind))
            elif gate is None or gate(entry.obj):
                self._run(pair.rule, entry, view)
            else:
                self._clear(pair)
            yield

    def _run(self, number: int, entry: Entry, view: RuleView) -> None:
        view.begin(entry)
        rule = self.rules[number]
        hits, refused, fault = self._judged(rule, entry, view)
        says = hits or fault or refused is not None or view.wake_at_ms is not None
        if says or view.reads or view.others or view.missed:
            active = self._active.get(entry.ref)
            if active is None:
                active = self._active[entry.ref] = set()
            active.add(number)
        elif entry.ref not in self._active or number not in self._active[entry.ref]:
            return  # as nearly every rule says of nearly every object
        pair = Pair(number, entry.ref)
        if fault:
            self._broken[pair] = fault
        elif self._broken:
            self._broken.pop(pair, None)
        self._remember(pair, view)
        self._tell(pair, entry, view, hits, refused)

    def _tell(self, pair: Pair, entry: Entry, view: RuleView, hits: list[Hit], refused: GroupKind | None) -> None:
        """Hand the ledger what was found; what was found before stays where the rule sees less than it did then."""
        was_blind = pair in self._blind
        gaps = view.missed if refused is None else {*view.missed, refused}
        holds = self._ledger.holds(pair)
        kept = False
        if hits or holds:
            kept = holds and any(not self._eyes[pair].is_gap(kind) for kind in gaps)
            wake = self._ledger.put(pair, self.rules[pair.rule], entry, hits, was_blind=was_blind, keep=kept)
            if not kept and hits:
                self._eyes[pair] = self.coverage
            if wake is not None and (view.wake_at_ms is None or wake < view.wake_at_ms):
                view.wake_at_ms = wake
        self._wake(pair, view.wake_at_ms)
        if gaps:
            self._missed[pair] = frozenset(gaps)
        elif self._missed:
            self._missed.pop(pair, None)
        if gaps and (refused is not None or kept or not hits):
            self._blind[pair] = self._missed[pair]
        elif was_blind:
            del self._blind[pair]

    def _wake(self, pair: Pair, at_ms: int | None) -> None:
        """Run a pair again at that moment, and no more at the one said before."""
        if at_ms is None:
            self._due.pop(pair, None)
        elif self._due.get(pair) != at_ms:
            self._due[pair] = at_ms
            heapq.heappush(self._alarms, (at_ms, pair))

    def _judged(self, rule: Rule, entry: Entry, view: RuleView) -> Judged:
        """What a rule says; with ``is_guarded`` also where it fails, which is a fault of arcops and ends no other rule."""
        if not self.is_guarded:
            return _hits_of(rule, entry, view)
        found = attempt(lambda: _hits_of(rule, entry, view))
        if not isinstance(found, Exception):
            return found
        self.failures[rule.code] = repr(found)
        return [], None, f"rule {rule.code} failed: {type(found).__name__}"

    def _remember(self, pair: Pair, view: RuleView) -> None:
        before = self._asked.get(pair)
        asked = view.asked
        if not asked:
            if before is not None:
                self._index.drop(pair, self._asked.pop(pair))
            return
        if asked == before:
            return
        if before is not None:
            self._index.drop(pair, before - asked)
        self._index.add(pair, asked - before if before is not None else asked)
        self._asked[pair] = asked

    def _clear(self, pair: Pair, *, keep: bool = False) -> None:
        """A pair has nothing to say: its object is gone, or the gate is shut. ``keep`` what it said if the kind is out of sight."""
        asked = self._asked.pop(pair, None)
        if asked is not None:
            self._index.drop(pair, asked)
        self._broken.pop(pair, None)
        if keep and self._ledger.holds(pair):
            self._blind[pair] = self._missed[pair] = frozenset({pair.ref.group_kind})
            return
        for known in (self._blind, self._missed, self._eyes):
            known.pop(pair, None)
        self._due.pop(pair, None)
        self._ledger.clear(pair)
        active = self._active.get(pair.ref)
        if active is not None:
            active.discard(pair.rule)
            if not active:
                del self._active[pair.ref]

    def _forget(self, ref: ObjectRef) -> None:
        keep = self.coverage.is_gap(ref.group_kind)
        for number in sorted(self._active.get(ref, ())):
            self._clear(Pair(number, ref), keep=keep)


def _hits_of(rule: Rule, entry: Entry, view: RuleView) -> Judged:
    hits: list[Hit] = []
    try:
        for hit in rule.check(entry.obj, view):
            hits.append(hit)  # noqa: PERF402 - what came before a refusal counts
    except CannotLook as refusal:
        return hits, refusal.kind, ""
    except ArcopsError as error:
        return hits, None, error.message
    return hits, None, ""


def open_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Those that are true now and have lasted."""
    return [finding for finding in findings if finding.state is State.OPEN]
