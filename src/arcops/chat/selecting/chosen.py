"""The objects a question means, found: their kind, the scope in words, all of the scope, and those that pass the conditions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from arcops.base.errors import UnknownKind
from arcops.chat.asked import Asked
from arcops.chat.read.kinds import OBJECT, WORKLOAD
from arcops.chat.selecting.amounts import Side, side_of
from arcops.chat.selecting.asked_fields import words_of_asked
from arcops.chat.selecting.check import Check
from arcops.chat.selecting.conditions import Grounds, checks_of
from arcops.chat.selecting.fields import field_checks, state_checks
from arcops.chat.selecting.leftovers import check_of_name, everyday_values, leftover_checks
from arcops.chat.selecting.marks import pair_checks, place_checks
from arcops.chat.selecting.phrases import phrase_checks
from arcops.chat.selecting.scope import EVENTS, NAMESPACE, NODE, POD, belonging, members_of
from arcops.chat.selecting.wellness import Wellness, wellness_of
from arcops.inventory.base import Entry
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.source.base import KindPhase

_SLICE = 500
_WHICH_MOST = re.compile(
    r"\b(?:which|what) (?:namespace|node|ns)s? (?:has|have|runs?|holds?|contains?|is running|carries) (?:the )?(?:most|fewest|least) (\w+)"
)
_WITH_PODS = re.compile(
    r"\b(\w+) (?:with|without|that (?:have|has|lack)|having|missing|whose|which (?:have|has|lack)|have|has) (?:\w+ "
    r"){0,4}?(?:pods?|replicas)\b"
)
_VALIDATING, _MUTATING = (GroupKind("admissionregistration.k8s.io", f"{sort}WebhookConfiguration") for sort in ("Validating", "Mutating"))
_CLAIM, _VOLUMES, _SERVICE = GroupKind("", "PersistentVolumeClaim"), GroupKind("", "PersistentVolume"), GroupKind("", "Service")
_VOLUME = re.compile(r"\bvolumes?\b(?! ?claims?)")
_OF_VOLUMES = re.compile(r"\breclaim|\bretain|\breleased?\b|\bavailable\b|\bfailed\b")
_PORT = re.compile(r"\bports? (?:number )?\d+\b")
_LOOSELY = re.compile(r"\b(?:workloads|apps|applications|microservices|components)\b")
_DEPLOYMENT = GroupKind("apps", "Deployment")
_STATEFUL = frozenset(("Pod", "Node", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "Namespace"))
_SIMPLE = frozenset(
    (
        *("Pod", "Node", "Object", "Workload", "Service", "Deployment", "Namespace", "Secret", "Event", "Job", "Ingress", "Role"),
        *("Lease", "Endpoints"),
    )
)
LEFT_OUT = "so that word was left out."
"""How a note ends on a word that no condition is made of."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """``within`` is all of the scope, ``found`` what passes the checks; ``where`` says the scope (`` in shop``), "" for the cluster.

    ``notes`` are sentences on what was left out; ``blind`` says why the kind cannot be looked at, "" where it can.
    """

    kind: GroupKind
    where: str
    within: Sequence[Entry]
    found: Sequence[Entry]
    checks: list[Check]
    side: Side
    notes: list[str] = field(default_factory=list)
    blind: str = ""
    _states: dict[int, Wellness] = field(default_factory=dict)

    def state_of(self, entry: Entry) -> Wellness:
        """How an object is doing, reckoned once for this answer."""
        found = self._states.get(id(entry))
        if found is None:
            found = self._states[id(entry)] = wellness_of(entry)
        return found

    @property
    def noun(self) -> str:
        """The kind in a sentence: ``pod``, ``PersistentVolumeClaim``."""
        return noun_of(self.kind)


def noun_of(kind: GroupKind) -> str:
    """A kind as a noun: plain words in lower case, names of several words as they are written."""
    return kind.kind.lower() if kind.kind in _SIMPLE else kind.kind


async def chosen(asked: Asked, kind: GroupKind | None = None) -> Chosen:
    """Everything the reading means; pods where it names no kind."""
    reading = asked.reading
    wanted = kind or meant_kind(asked)
    grounds = grounds_of(asked, wanted)
    blind = blindness(asked, wanted)
    objects = [ref for ref in reading.objects if ref.group_kind != wanted or _asks_for_one(reading.objects, wanted)]
    within = scope_entries(asked, wanted, objects)
    alike = _DEPLOYMENT if wanted == WORKLOAD else wanted
    phrased = phrase_checks(reading.question, alike, grounds, {condition.field for condition in reading.conditions})
    checks, notes = checks_of((one for one in reading.conditions if one.field not in phrased.instead), grounds)
    checks += phrased.checks
    if within:
        text = " ".join(reading.question.lower().split())
        held = {condition.field for condition in reading.conditions}
        states = () if held & {"phase", "reason"} else state_checks(text, within)
        pairs = () if "label" in held else pair_checks(text, within)
        places = place_checks(text, asked.inventory) if wanted == POD and "node" not in held else ()
        for check, said in (*places, *pairs, *field_checks(text, within, held), *states):
            checks.append(check)
            phrased.taken.update(said.split())
        unknown = [name for name in reading.unknown if name != reading.namespace]
        words = [word for word in reading.words if word.lower() not in phrased.taken and word.lower() not in unknown]
        words = [word for word in words if word.lower() not in wanted.group]
        asked_for = words_of_asked(asked, wanted, within) if words else set()
        words = [word for word in words if word.lower() not in asked_for]
        more, strange = leftover_checks(words, within, reading.question)
        checks += [check_of_name(name, within) for name in unknown if name not in phrased.taken]
        checks += more or ([] if checks else everyday_values(text, within))
        notes += [f'Nothing here is named, labelled or running "{word}", {LEFT_OUT}' for word in strange]
    found = await passing(asked, within, checks)
    return Chosen(wanted, where_of(asked, wanted, objects), within, found, checks, grounds.side, notes, blind)


def grounds_of(asked: Asked, kind: GroupKind) -> Grounds:
    """What the checks of a question about a kind are judged against."""
    question = asked.reading.question
    return Grounds(asked.inventory, asked.at_ms, side_of(question), question, _troubled(asked), _sick(asked, kind))


def _sick(asked: Asked, kind: GroupKind) -> frozenset[ObjectRef]:
    """The objects of a kind that has no state of its own which open findings speak of."""
    if asked.current is None or kind.kind in _STATEFUL:
        return frozenset()
    found = (ref for one in asked.current.report.findings if one.is_problem for ref in (one.subject, one.speaker, one.cause))
    return frozenset(ref for ref in found if ref is not None and ref.group_kind == kind)


def meant_kind(asked: Asked) -> GroupKind:
    """The kind that is listed: of "daemonsets with missing pods" the first, of "which node has most pods" the last; pods without any."""
    reading = asked.reading
    text = " ".join(reading.question.lower().split())
    most = _WHICH_MOST.search(text)
    if most is not None and reading.kind in (NAMESPACE, NODE, None, POD):
        return _kind_of(asked, most[1]) or POD
    with_pods = _WITH_PODS.search(text) if reading.kind in (POD, None) else None
    found = _kind_of(asked, with_pods[1]) if with_pods else None
    if found is None and reading.kind is None and re.search(r"\bwarnings?\b|\bevents?\b", text):
        return EVENTS[0]
    if found is None and reading.kind is None and re.search(r"\bscaled (?:down )?to (?:0|zero)\b|\breplicas\b", text):
        return _DEPLOYMENT
    found = found or reading.kind or POD
    if found == _CLAIM and _VOLUME.search(text) and (_OF_VOLUMES.search(text) or not asked.inventory.count(_CLAIM)):
        return _VOLUMES
    if reading.kind is None and _PORT.search(text):
        return _SERVICE
    return _alike_kind(asked, found, text)


def _alike_kind(asked: Asked, found: GroupKind, text: str) -> GroupKind:
    """Workloads of every kind where no kind of them is said, the webhooks there are where none of the one sort is."""
    if found == _DEPLOYMENT and _LOOSELY.search(text) and not re.search(r"\bdeploy", text):
        return WORKLOAD
    is_other_hook = found == _VALIDATING and not asked.inventory.count(_VALIDATING) and "validating" not in text
    return _MUTATING if is_other_hook else found


def _troubled(asked: Asked) -> frozenset[str]:
    incidents = asked.current.report.incidents if asked.current else ()
    return frozenset(ref.namespace for one in incidents for ref in (one.root, *(member.speaker for member in one.members)))


def _kind_of(asked: Asked, word: str) -> GroupKind | None:
    try:
        return asked.services.source.catalog.find(word).group_kind
    except UnknownKind:
        return None


def _asks_for_one(objects: Sequence[ObjectRef], kind: GroupKind) -> bool:
    """Whether objects of the kind itself are all that is named."""
    return all(ref.group_kind == kind for ref in objects)


async def passing(asked: Asked, entries: Sequence[Entry], checks: Sequence[Check]) -> Sequence[Entry]:
    """Those that pass every check, giving way to other work in between."""
    if not checks:
        return entries
    found: list[Entry] = []
    for start in range(0, len(entries), _SLICE):
        found += [entry for entry in entries[start : start + _SLICE] if all(check.holds(entry) for check in checks)]
        await asked.services.clock.sleep(0)
    return found


def scope_entries(asked: Asked, kind: GroupKind, objects: Sequence[ObjectRef]) -> Sequence[Entry]:
    """The objects of the scope: of the named objects, of a namespace, or all."""
    namespace = asked.reading.namespace or None
    if objects:
        found = {entry.ref: entry for ref in objects for entry in belonging(kind, ref, asked.inventory)}
        return list(found.values())
    kinds = EVENTS if kind in EVENTS else members_of(kind, asked.inventory)
    return [entry for one in kinds for entry in asked.inventory.list(one, None if one == NAMESPACE or _is_wide(asked, one) else namespace)]


def _is_wide(asked: Asked, kind: GroupKind) -> bool:
    if kind == OBJECT:
        return False
    resource = asked.services.source.catalog.get(kind)
    return resource is not None and not resource.namespaced


def where_of(asked: Asked, kind: GroupKind, objects: Sequence[ObjectRef]) -> str:
    """The scope in words, with a space before it."""
    if objects:
        joined = " and ".join(str(ref) for ref in objects[:3])
        return f" on {joined}" if kind == POD and objects[0].kind == "Node" else f" of {joined}"
    namespace = asked.reading.namespace
    return f" in {namespace}" if namespace and kind != NAMESPACE and not _is_wide(asked, kind) else ""


def blindness(asked: Asked, kind: GroupKind) -> str:
    """Why objects of a kind cannot be told, as a sentence; "" where they can."""
    if kind in (OBJECT, WORKLOAD):
        return ""
    state = asked.services.source.state.kinds.get(kind)
    noun = noun_of(kind)
    if state is not None and state.phase is KindPhase.FORBIDDEN and not state.synced_ms:
        return f"arcops may not list {state.resource.resource_name}, so it cannot tell which {noun} objects there are."
    if state is not None and not state.synced_ms and state.phase in (KindPhase.LOADING, KindPhase.FAILING):
        why = f": {state.last_error}" if state.last_error else ""
        return f"{state.resource.resource_name} have not been loaded yet{why}, so the list may not be whole."
    coverage = asked.current.report.coverage if asked.current else None
    if coverage is not None and not coverage.sees(kind) and not asked.inventory.count(kind) and kind not in EVENTS:
        return f"What was read tells nothing of {noun} objects, so their absence proves nothing."
    return ""
