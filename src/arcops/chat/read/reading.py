"""Reads a question: what it wants, of which objects, in which namespace, at which time, under which conditions.

Nothing is guessed silently: a name in another namespace than said, a slip of the pen, a time whose day was left open are notes. The same
question about the same cluster is always read the same way, and nothing in a question changes how it is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, tzinfo

from arcops.chat.base import Condition, Intent, Reading
from arcops.chat.read.follow_ups import intent_after, leans, objects_after, steps_back
from arcops.chat.read.found import Asking, Found, find_all
from arcops.chat.read.gone import gone_named, notes_of
from arcops.chat.read.index import NameIndex
from arcops.chat.read.intents import Weighed, sentence_of, weigh
from arcops.chat.read.kinds import NAMESPACE, NODE, POD
from arcops.chat.read.ranking import is_well
from arcops.chat.read.subjects import subject_of
from arcops.chat.read.tables import turn
from arcops.chat.read.times import Spoken
from arcops.inventory.index import Inventory
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.queries.services import Services

_AROUND_MS = 15 * 60_000
"""What happened "at 3pm" is looked for so far on both sides."""
_MOST_NEAR = 3
_SPANS = {Intent.CHANGED, Intent.LOGS, Intent.HISTORY}
_LISTS = {Intent.LIST, Intent.COUNT}
_CONDITIONED = {Intent.LIST, Intent.COUNT, Intent.NODES}
_NAMELESS = {Intent.TERM, Intent.ABOUT, Intent.PLATFORM, Intent.COMMAND}
"""Intents that need no object: a strange word in them is no missing name."""


async def read_question(
    services: Services, question: str, *, inventory: Inventory, now_ms: int, zone: tzinfo = UTC, default_namespace: str = "",
    previous: Reading | None = None,
) -> Reading:  # fmt: skip
    """What ``question`` means for the objects of ``inventory`` at ``now_ms``.

    Times are read in ``zone``; names in ``default_namespace`` come first where no namespace is said. ``previous`` is the reading
    of the question before, for what is left open.
    """
    asking = Asking(question, inventory, services.source.catalog, now_ms, zone, default_namespace, previous)
    found = find_all(asking)
    weighed = weigh(sentence_of(found.words), _extra(found))
    draft = _Draft(services, found, weighed)
    return await draft.reading()


def _extra(found: Found) -> dict[Intent, float]:
    """What beside the words speaks for an intent."""
    extra: dict[Intent, float] = {}
    kind = found.kind
    if found.conditions and kind is not None:
        extra[Intent.LIST] = 2.0
    if any(one.field in {"memory", "cpu"} for one in found.conditions):
        extra[Intent.NODES] = 0.5
    if found.names.mentions and found.times.at_ms is not None:
        extra[Intent.STATE] = 1.0
    if found.names.mentions and not extra:
        extra[Intent.STATE] = 0.4
    return extra


@dataclass(slots=True)
class _Draft:
    """Puts a reading together."""

    services: Services
    found: Found
    weighed: Weighed

    async def reading(self) -> Reading:
        found, asking = self.found, self.found.asking
        previous = asking.previous
        sentence = self.weighed.sentence
        named = tuple(dict.fromkeys(mention.ref for mention in found.names.mentions))
        leaning = leans(sentence, self.weighed.weight, has_objects=bool(named), previous=previous)
        intent = self._intent(leaning, named)
        gone = {} if intent in _NAMELESS else await gone_named(self.services, found.names.unknown, asking.now_ms)
        objects = (*named, *gone.values()) or self._single(intent)
        notes = [*([found.space.note] if found.space.note else []), *notes_of(found.names.mentions, found.space.name)]
        gone_refs = tuple(gone.values())
        if leaning and previous is not None and not objects:
            objects, gone_refs = self._carried(previous, sentence), previous.gone
        namespace = self._namespace(objects, leaning)
        times = self._times(intent, leaning)
        kind = self._kind(intent, leaning)
        objects, conditions = self._on_node(intent, objects, leaning)
        unknown = () if intent in _NAMELESS else self._unknown(gone)
        if not objects and found.space.name and self._space_is_subject(intent):
            objects = (found.space.ref,)
        return Reading(
            question=asking.question,
            intent=intent,
            objects=objects if intent not in {Intent.TERM, Intent.ABOUT} else (),
            gone=tuple(ref for ref in gone_refs if ref in objects),
            kind=kind,
            namespace=namespace,
            at_ms=times.at_ms,
            since_ms=times.since_ms,
            until_ms=times.until_ms,
            conditions=conditions if intent in _CONDITIONED or (kind is not None and not objects) else (),
            container=self._container(),
            previous_run=bool(turn("previous_run").search(sentence)) and intent is Intent.LOGS,
            words=found.left,
            unknown=unknown,
            near=_near(found.index, unknown, found.space.near),
            notes=tuple(dict.fromkeys((*notes, *times.notes))),
            subject=subject_of(intent, found.words),
            back=steps_back(sentence, previous) if previous is not None and leaning else 0,
            is_follow_up=leaning,
            zone=asking.zone,
        )  # fmt: skip

    def _intent(self, leaning: bool, named: tuple[ObjectRef, ...]) -> Intent:
        weighed, previous = self.weighed, self.found.asking.previous
        intent = weighed.intent
        if leaning and previous is not None:
            intent = intent_after(weighed.sentence, intent, weighed.weight, previous)
        if intent is Intent.UNCLEAR:
            intent = self._by_things(named)
        if intent in {Intent.CHANGED, Intent.HISTORY} and re.search(r"\bwhat (?:\w+ )?happen\w*", weighed.sentence):
            intent = self._happened(named)
        return intent

    def _by_things(self, named: tuple[ObjectRef, ...]) -> Intent:
        """The intent of a question that holds no cue: by what it names."""
        if named or self.found.space.name:
            return Intent.STATE
        if self.found.kind is not None:
            return Intent.NODES if self.found.kind == NODE else Intent.LIST
        if self.found.names.unknown:
            return Intent.STATE
        return Intent.CHANGED if self.found.times.is_said else Intent.UNCLEAR

    def _happened(self, named: tuple[ObjectRef, ...]) -> Intent:
        """What happened: to a thing that is unwell it is why; to one that is well, its history; else what changed."""
        if not named or self.found.times.is_said or self.found.names.unknown:
            return Intent.HISTORY if self.found.names.unknown and not named else Intent.CHANGED
        return Intent.HISTORY if all(is_well(ref, self.found.asking.inventory) for ref in named) else Intent.WHY

    def _carried(self, previous: Reading, sentence: str) -> tuple[ObjectRef, ...]:
        """The objects of the question before; in another namespace those of the same name, if there are any."""
        space = self.found.space.name
        objects = objects_after(self.services, sentence, previous)
        if not space or space == previous.namespace:
            return objects
        moved = (ObjectRef.of(ref.group_kind, space, ref.name) for ref in objects if ref.namespace)
        return tuple(ref for ref in moved if self.found.asking.inventory.get(ref) is not None)

    def _single(self, intent: Intent) -> tuple[ObjectRef, ...]:
        """``the ingress``: the only one of a kind, where one is meant."""
        found = self.found
        if intent in {*_LISTS, *_NAMELESS, Intent.WRONG, Intent.NODES} or len(found.kinds) != 1 or found.plural or found.names.unknown:
            return ()
        kind = next(iter(found.kinds.values()))
        if kind in {POD, NAMESPACE}:
            return ()
        namespace = found.space.name or found.asking.default_namespace or None
        entries = found.asking.inventory.list(kind, namespace)
        return (entries[0].ref,) if len(entries) == 1 else ()

    def _namespace(self, objects: tuple[ObjectRef, ...], leaning: bool) -> str:
        space, asking = self.found.space, self.found.asking
        if space.is_all:
            return ""
        namespace = space.name or space.unknown
        if not namespace and leaning and asking.previous is not None:
            namespace = asking.previous.namespace
        namespace = namespace or asking.default_namespace
        spaces = {ref.namespace for ref in objects if ref.namespace}
        return next(iter(spaces)) if namespace and len(spaces) == 1 and namespace not in spaces else namespace

    def _kind(self, intent: Intent, leaning: bool) -> GroupKind | None:
        kind = self.found.kind
        previous = self.found.asking.previous
        if kind is None and leaning and previous is not None and intent is previous.intent:
            kind = previous.kind
        if kind is None and intent in _LISTS and self.found.names.mentions:
            kind = POD
        return kind

    def _times(self, intent: Intent, leaning: bool) -> Spoken:
        times, previous = self.found.times, self.found.asking.previous
        if not times.is_said:
            if leaning and previous is not None and not re.search(r"\bnow\b|\bcurrently\b|\btoday\b", self.weighed.sentence):
                return Spoken(previous.at_ms, previous.since_ms, previous.until_ms)
            return times
        return _fitted(times, intent, self.found.asking.now_ms, self.weighed.sentence)

    def _on_node(
        self, intent: Intent, objects: tuple[ObjectRef, ...], leaning: bool
    ) -> tuple[tuple[ObjectRef, ...], tuple[Condition, ...]]:
        """A node in a list is a condition: ``pods on node-2``."""
        previous = self.found.asking.previous
        conditions = self.found.conditions
        if not conditions and leaning and previous is not None and intent is previous.intent:
            conditions = previous.conditions
        if intent not in _LISTS or self.found.kind == NODE:
            return objects, conditions
        nodes = [ref for ref in objects if ref.group_kind == NODE]
        rest = tuple(ref for ref in objects if ref.group_kind != NODE)
        return rest, (*conditions, *(Condition("node", "=", ref.name) for ref in nodes))

    def _container(self) -> str:
        """``container app``, ``the app container``, ``-c app``."""
        words = self.found.words
        for at, word in enumerate(words):
            if word.low in {"-c", "--container"} and at + 1 < len(words):
                return words[at + 1].text
            if word.low != "container":
                continue
            for beside in (at + 1, at - 1):
                if 0 <= beside < len(words) and words[beside].is_free and words[beside].low in self._containers():
                    return words[beside].low
        return ""

    def _containers(self) -> set[str]:
        found: set[str] = set()
        for mention in self.found.names.mentions:
            entry = self.found.asking.inventory.get(mention.ref)
            found |= container_names(entry.obj) if entry else set()
        return found

    def _unknown(self, gone: dict[str, ObjectRef]) -> tuple[str, ...]:
        names = [name for name, _, _ in self.found.names.unknown if name not in gone]
        space = [self.found.space.unknown] if self.found.space.unknown else []
        return tuple(dict.fromkeys([*space, *names]))

    def _space_is_subject(self, intent: Intent) -> bool:
        if intent is Intent.STATE:
            return True
        return self.found.space.is_subject and intent in {Intent.WHY, Intent.HISTORY, Intent.DEPENDS, Intent.CHANGED}


def container_names(obj: object) -> set[str]:
    """The names of the containers of a pod or of a workload's template."""
    from arcops.inventory.podspecs import spec_of

    at = spec_of(obj)  # type: ignore[arg-type]
    return {one.name for one in (*(at.spec.init_containers or ()), *(at.spec.containers or ()))} if at else set()


def _fitted(times: Spoken, intent: Intent, now_ms: int, sentence: str) -> Spoken:
    """A moment as a span where a span is asked for, a day as a moment where the look of one is."""
    if times.at_ms is not None and intent in _SPANS:
        since_ms, until_ms = times.at_ms - _AROUND_MS, min(now_ms, times.at_ms + _AROUND_MS)
        return Spoken(since_ms=since_ms, until_ms=until_ms, notes=times.notes)
    if (
        times.is_day
        and times.until_ms is not None
        and (intent is Intent.STATE or (intent in _LISTS and re.search(r"\b(?:were|was)\b", sentence)))
    ):
        at_ms = min(now_ms, times.until_ms)
        return Spoken(at_ms=at_ms if at_ms < now_ms else None, notes=times.notes)
    return times


def _near(index: NameIndex, unknown: tuple[str, ...], spaces: tuple[str, ...]) -> tuple[ObjectRef, ...]:
    """What the unknown names may have been meant for."""
    found = [ObjectRef.of(NAMESPACE, "", name) for name in spaces]
    for name in unknown[:2]:
        found += [ref for near in index.near(name, 3)[:_MOST_NEAR] for ref in index.exact(near)[:1]]
    return tuple(dict.fromkeys(found))[:_MOST_NEAR]
