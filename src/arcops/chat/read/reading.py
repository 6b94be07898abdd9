"""Reads a question: what it wants, of which objects, in which namespace, at which time, under which conditions.

Nothing is guessed silently: a name in another namespace than said, a slip of the pen, a time whose day was left open are notes. The same
question about the same cluster is always read the same way, and nothing in a question changes how it is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, tzinfo

from arcops.chat.base import Condition, Intent, Reading
from arcops.chat.read.choosing import chosen, several
from arcops.chat.read.conditions import SERVICE_TYPES
from arcops.chat.read.containers import container_of, container_said
from arcops.chat.read.cued import Sort, sort_of
from arcops.chat.read.deciding import LISTS, NAMELESS, decided
from arcops.chat.read.denial import is_denied
from arcops.chat.read.follow_ups import earlier, is_of_now, leans, objects_after, steps_back
from arcops.chat.read.found import Asking, Found, find_all
from arcops.chat.read.gone import gone_named, gone_of_kind, notes_of
from arcops.chat.read.index import NameIndex
from arcops.chat.read.intents import Weighed, sentence_of, weigh
from arcops.chat.read.kin import kin_before, kin_of
from arcops.chat.read.kinds import EVENT, NAMESPACE, NODE, POD, SERVICE, WORKLOADS
from arcops.chat.read.ordinals import claim_of_pod, intent_of_claim
from arcops.chat.read.otherwise import otherwise
from arcops.chat.read.ranking import Health
from arcops.chat.read.roles import take_roles
from arcops.chat.read.shorthand import written_out
from arcops.chat.read.spans import fitted
from arcops.chat.read.subjects import subject_of
from arcops.chat.read.tables import turn
from arcops.chat.read.terms import is_term
from arcops.chat.read.times import Spoken
from arcops.inventory.graph import neighbours
from arcops.inventory.index import Inventory
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.queries.services import Services

_MOST_NEAR = 3
_CONDITIONED = frozenset({Intent.LIST, Intent.COUNT, Intent.NODES})
_OF_STANDING = frozenset({Intent.WRONG, Intent.WHY, Intent.STATE, Intent.HISTORY, Intent.CHANGED})
_OF_SYSTEM = frozenset(("default", "kube-system", "kube-public", "kube-node-lease"))
_WARNINGS = re.compile(r"\bwarnings?\b")
_OF_NO_OBJECT = frozenset({Intent.TERM, Intent.ABOUT})


async def read_question(
    services: Services, question: str, *, inventory: Inventory, now_ms: int, zone: tzinfo = UTC, default_namespace: str = "",
    previous: Reading | None = None,
) -> Reading:  # fmt: skip
    """What ``question`` means for the objects of ``inventory`` at ``now_ms``.

    Times are read in ``zone``; names in ``default_namespace`` come first where no namespace is said. ``previous`` is the reading
    of the question before, for what is left open.
    """
    health = Health(inventory, _troubled(services))
    found = find_all(Asking(written_out(question), health, services.source.catalog, now_ms, zone, default_namespace, previous))
    take_roles(found.names, health, found.space.name or default_namespace)
    weighed = weigh(sentence_of(found.words), _extra(found))
    named = tuple(dict.fromkeys(mention.ref for mention in found.names.mentions))
    has_names = bool(named or found.names.unknown)
    before = previous if leans(weighed.sentence, weighed.weight, has_objects=has_names, previous=previous) else None
    intent = decided(found, weighed, named, before)
    space = found.space.name or default_namespace
    gone = {} if intent in NAMELESS else {**_blamed(services, found), **await gone_named(services, found.names, now_ms, space)}
    if intent in {Intent.CHANGED, Intent.HISTORY}:
        gone |= await gone_of_kind(services, found.names, now_ms)
    found.names.mentions = [mention for mention in chosen(found.names.mentions, intent) if mention.said not in gone]
    if intent in LISTS and found.plural:
        _leave_open(found)
    named = tuple(dict.fromkeys(mention.ref for mention in found.names.mentions))
    kin = kin_of(found, intent, named)
    if kin is not None and inventory.get(kin) is None:
        gone = {kin.name: kin}
    named = (kin,) if kin is not None and not gone else () if kin is not None else named
    if kin is None and before is not None and not named and not gone:
        kin = kin_before(found, intent, weighed.sentence, objects_after(services, weighed.sentence, before))
        named = (kin,) if kin is not None else ()
        intent = Intent.STATE if kin is not None and intent in LISTS else intent
    if not named and not gone and (claim := claim_of_pod(found)) is not None:
        named, intent = (claim,), intent_of_claim(weighed.sentence, intent)
    if intent is Intent.LIST and gone and not named:
        intent = Intent.STATE if all(ref in _roots(services) for ref in gone.values()) else Intent.HISTORY
    return otherwise(_Settled(services, found, weighed, intent, before, named, gone).reading(), services.source.catalog)


def _roots(services: Services) -> frozenset[ObjectRef]:
    """What open incidents blame, there or not."""
    report = services.standing.report if services.standing is not None else None
    return frozenset(incident.root for incident in report.incidents) if report is not None else frozenset()


def _blamed(services: Services, found: Found) -> dict[str, ObjectRef]:
    """Names of things that are missing and blamed for it: nothing has them, or nothing of the kind said, and yet they are talked of."""
    names = {name: hint.kind for name, _, hint in found.names.unknown} if found.names.unknown else {}
    blamed = {ref.name: ref for ref in _roots(services) if ref.name in names and names[ref.name] in {None, POD, ref.group_kind}}
    return {**blamed, **_missed_of_kind(found)}


def _missed_of_kind(found: Found) -> dict[str, ObjectRef]:
    """Names said with a kind that nothing of theirs is of, though something refers to such a one: ``the secret db``."""
    inventory, missed = found.asking.inventory, {}
    for mention in found.names.mentions:
        kind, ref = mention.hint.kind, mention.ref
        if kind is None or kind in {POD, NODE, NAMESPACE, ref.group_kind, *WORKLOADS} or mention.said != ref.name:
            continue
        meant = ObjectRef.of(kind, ref.namespace, ref.name)
        if inventory.get(meant) is None and any(neighbours(meant, inventory)):
            missed[mention.said] = meant
    return missed


def _leave_open(found: Found) -> None:
    """Give back the words that several names hold: ``prod pods`` are all of them."""
    for mention in [one for one in found.names.mentions if several(one)]:
        found.names.mentions.remove(mention)
        found.words[mention.at].role = ""


def _troubled(services: Services) -> frozenset[ObjectRef]:
    """What open findings are about, where a diagnosis stands."""
    report = services.standing.report if services.standing is not None else None
    return frozenset(finding.subject for finding in report.findings if finding.is_problem) if report is not None else frozenset()


def _extra(found: Found) -> dict[Intent, float]:
    """What beside the words speaks for an intent."""
    extra: dict[Intent, float] = {}
    if found.conditions and not found.names.mentions:
        extra[Intent.LIST] = 2.0 if found.kind is not None else 0.8
    if any(one.field in {"memory", "cpu"} for one in found.conditions):
        extra[Intent.NODES] = 0.5
    if found.names.mentions:
        extra[Intent.STATE] = 1.0 if found.times.at_ms is not None else 0.4
    return extra


@dataclass(slots=True)
class _Settled:
    """Puts a reading together. ``before`` is the reading that is leaned on; ``gone`` are named things that are no more."""

    services: Services
    found: Found
    weighed: Weighed
    intent: Intent
    before: Reading | None
    named: tuple[ObjectRef, ...]
    gone: dict[str, ObjectRef]

    def reading(self) -> Reading:
        found, asking, intent = self.found, self.found.asking, self.intent
        objects, gone = self._objects()
        kind = self._kind()
        rest, conditions = self._conditions(objects)
        times = self._times()
        container = container_of(found.words, objects, asking.inventory) if intent not in NAMELESS else ""
        if not container and intent in {Intent.COMMAND, Intent.LOGS}:
            container = container_said(found.words, objects, asking.inventory)
        unknown = self._unknown(container)
        back = steps_back(self.weighed.sentence, self.before) if self.before is not None and not self._is_earlier() else 0
        space_notes = [found.space.note] if found.space.note else []
        if found.space.unknown and objects:
            space_notes.append(f'There is no namespace "{found.space.unknown}"; this is about {objects[0]}.')
        space_notes += [f'There is no "{name}"; I took it for {ref}, which is gone.' for name, ref in self.gone.items() if name != ref.name]
        return Reading(
            question=self._question(),
            intent=intent,
            objects=() if intent in _OF_NO_OBJECT else rest,
            gone=tuple(ref for ref in gone if ref in rest),
            kind=kind,
            namespace=self._namespace(objects),
            at_ms=times.at_ms,
            since_ms=times.since_ms,
            until_ms=times.until_ms,
            around_ms=times.around_ms,
            conditions=conditions if intent in _CONDITIONED or (kind is not None and not rest) else (),
            container=container,
            previous_run=intent is Intent.LOGS and (back > 0 or bool(turn("previous_run").search(self.weighed.sentence))),
            words=tuple(word for word in found.left if word != container and word.lower() not in self.gone),
            unknown=unknown,
            near=_near(found.index, unknown, found.space.near),
            notes=tuple(dict.fromkeys((*space_notes, *notes_of(found.names.mentions, found.space.name, asking.inventory), *times.notes))),
            subject=self._subject(),
            back=back,
            is_follow_up=self.before is not None,
            zone=asking.zone,
        )

    def _question(self) -> str:
        """The question; one that leaves out what it is about (``when was the last time``) with the one before it."""
        question = self.found.asking.question
        is_bare = self.before is not None and turn("bare").search(self.weighed.sentence) is not None
        return f"{self.before.question} {question}" if is_bare and self.before is not None else question

    def _subject(self) -> str:
        """What it is about in words; of "do I have that?" after a meaning what was explained."""
        if self.intent is Intent.TERM and self.before is not None and self.before.intent is Intent.TERM and self.before.subject:
            own = subject_of(self.intent, self.found.words)
            return own if any(map(is_term, own.split())) else self.before.subject
        return subject_of(self.intent, self.found.words)

    def _objects(self) -> tuple[tuple[ObjectRef, ...], tuple[ObjectRef, ...]]:
        """The objects meant, and those of them that are gone."""
        gone = tuple(self.gone.values())
        objects = (*self.named, *gone) or self._only_one()
        if not objects and self.before is not None and not self.found.names.unknown:
            objects, gone = self._carried(self.before), self.before.gone
        if not objects and self.found.space.name and self._is_about_space() and not self._is_of_missing():
            objects = (self.found.space.ref,)
        return (tuple(map(self._that_writes, objects)) if self.intent is Intent.LOGS else objects), gone

    def _that_writes(self, ref: ObjectRef) -> ObjectRef:
        """The workload of a Service's name: it is what has logs."""
        if ref.group_kind != SERVICE:
            return ref
        alike = (ObjectRef.of(kind, ref.namespace, ref.name) for kind in WORKLOADS)
        return next((one for one in alike if self.found.asking.inventory.get(one) is not None), ref)

    def _carried(self, before: Reading) -> tuple[ObjectRef, ...]:
        """The objects of the question before; in another namespace those of the same name, if there are any."""
        space = self.found.space.name
        if self.found.plural and self.found.kind != EVENT and self.intent in LISTS and not turn("owning").search(self.weighed.sentence):
            return ()
        objects = objects_after(self.services, self.weighed.sentence, before)
        if not space or space == before.namespace:
            return objects
        moved = (ObjectRef.of(ref.group_kind, space, ref.name) for ref in objects if ref.namespace)
        return tuple(ref for ref in moved if self.found.asking.inventory.get(ref) is not None)

    def _only_one(self) -> tuple[ObjectRef, ...]:
        """``the ingress``: the only one of its kind, where one is meant."""
        found = self.found
        kinds = list(dict.fromkeys(found.kinds.values()))
        kinds = [kind for kind in kinds if kind != POD] if self.intent is Intent.WHY and len(kinds) > 1 else kinds
        if self.intent in {*LISTS, *NAMELESS, Intent.WRONG, Intent.NODES, Intent.COMMAND} or len(kinds) != 1:
            return ()
        kind = kinds[0]
        if (
            any(place in found.plural for place, one in found.kinds.items() if one == kind)
            or found.names.unknown
            or kind in {POD, NAMESPACE}
        ):
            return ()
        entries = found.asking.inventory.list(kind, found.space.name or found.asking.default_namespace or None)
        return (entries[0].ref,) if len(entries) == 1 else ()

    def _is_about_space(self) -> bool:
        if self.intent is Intent.STATE:
            return True
        return self.found.space.is_subject and self.intent in {Intent.WHY, Intent.HISTORY, Intent.DEPENDS, Intent.CHANGED}

    def _is_of_missing(self) -> bool:
        """``the redis pod in app``: what is named by its kind and is not there is meant, and not the namespace."""
        return any(hint.kind is not None for _, _, hint in self.found.names.unknown)

    def _namespace(self, objects: tuple[ObjectRef, ...]) -> str:
        """The namespace said, else the one before or the default; that of the objects where they are elsewhere."""
        space, asking = self.found.space, self.found.asking
        if space.is_all:
            return ""
        namespace = space.name or space.unknown or self._before_space() or asking.default_namespace
        spaces = {ref.namespace for ref in objects if ref.namespace}
        return next(iter(spaces)) if namespace and len(spaces) == 1 else namespace

    def _before_space(self) -> str:
        """The namespace of the question before; the only other one where that is said."""
        if self.before is None:
            return ""
        others = [name for name in self.found.index.namespaces if name != self.before.namespace and name not in _OF_SYSTEM]
        is_other = self.before.namespace and turn("other_space").search(self.weighed.sentence)
        return others[0] if is_other and len(others) == 1 else self.before.namespace

    def _kind(self) -> GroupKind | None:
        kind = self.found.kind
        if not self.named and next(iter(self.found.kinds.values()), None) == EVENT:
            return EVENT
        if kind is None and self.before is not None and self.intent is self.before.intent:
            kind = self.before.kind
        if kind is None and any(one.field == "type" and one.value in SERVICE_TYPES for one in self.found.conditions):
            kind = SERVICE
        is_of_pods = kind is None and self.intent in LISTS and self.named and not _WARNINGS.search(self.weighed.sentence)
        return POD if is_of_pods else kind

    def _times(self) -> Spoken:
        times, before = self.found.times, self.before
        if self._is_of_future():
            return Spoken(notes=("What will be I cannot tell; this is how it stands now.",))
        if times.is_said or before is None or is_of_now(self.weighed.sentence):
            return fitted(times, self.intent, self.found.asking.now_ms, self.weighed.sentence)
        return earlier(self.services, self.weighed.sentence, before) or Spoken(
            before.at_ms, before.since_ms, before.until_ms, around_ms=before.around_ms
        )

    def _is_earlier(self) -> bool:
        """Whether a time before that of the question before is asked about: it is no version before the last."""
        return self.before is not None and earlier(self.services, self.weighed.sentence, self.before) is not None

    def _is_of_future(self) -> bool:
        """Whether it is asked how something will fare, which nobody knows."""
        return self.intent in _OF_STANDING and turn("future").search(self.weighed.sentence) is not None

    def _conditions(self, objects: tuple[ObjectRef, ...]) -> tuple[tuple[ObjectRef, ...], tuple[Condition, ...]]:
        """The conditions; a node in a list is one (``pods on node-2``) and no object."""
        conditions, before = self.found.conditions, self.before
        if not conditions and before is not None and self.intent is before.intent:
            conditions = before.conditions
        if self.found.kind == NODE and self.named:
            conditions = tuple(one for one in conditions if (one.field, one.value) != ("phase", "Running"))
        if self.intent not in LISTS or self.found.kind in {NODE, EVENT}:
            return objects, conditions
        out = self._left_out()
        conditions = (*conditions, *(Condition("about", "!=", ref.name) for ref in out if ref.group_kind != NODE))
        nodes = [ref for ref in objects if ref.group_kind == NODE]
        if nodes:
            conditions = tuple(one for one in conditions if one.field != "node")
        placed = (Condition("node", "!=" if ref in out else "=", ref.name) for ref in nodes)
        return tuple(ref for ref in objects if ref not in nodes and ref not in out), tuple(dict.fromkeys((*conditions, *placed)))

    def _left_out(self) -> set[ObjectRef]:
        """What is named to be left out: ``all but web``, ``not on node-2``."""
        words = [word.low for word in self.found.words]
        return {one.ref for one in self.found.names.mentions if is_denied("".join(f"{word} " for word in words[: one.at]))}

    def _unknown(self, container: str) -> tuple[str, ...]:
        if self.intent in NAMELESS or self.intent is Intent.COMMAND:
            return ()
        missing = [(name, at) for name, at, _ in self.found.names.unknown if name not in self.gone and name != container]
        names = [name for name, at in missing if self._is_missed(at)]
        return tuple(dict.fromkeys([self.found.space.unknown, *names] if self.found.space.unknown else names))

    def _is_missed(self, at: int) -> bool:
        """Whether a name that is nowhere is what is asked about: in lists it may be a label's value, in changes who made them."""
        words = self.found.words
        if sort_of(words[at]) is Sort.MARKED:
            return True
        is_writer = self.intent is Intent.CHANGED and at > 0 and words[at - 1].low in {"did", "by", "via", "has", "with", "through"}
        return self.intent not in LISTS and not is_writer


def _near(index: NameIndex, unknown: tuple[str, ...], spaces: tuple[str, ...]) -> tuple[ObjectRef, ...]:
    """What the unknown names may have been meant for."""
    found = [ObjectRef.of(NAMESPACE, "", name) for name in spaces]
    for name in unknown[:2]:
        slips = max(1, min(3, len(name) // 3))
        found += [ref for near in index.near(name, slips)[:_MOST_NEAR] for ref in index.exact(near)[:1]]
    return tuple(dict.fromkeys(found))[:_MOST_NEAR]
