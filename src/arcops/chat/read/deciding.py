"""The intent of a question: by its cues, by the one before where it leans on that, else by the things it names."""

from __future__ import annotations

import re

from arcops.chat.base import Intent, Reading
from arcops.chat.read.follow_ups import intent_after
from arcops.chat.read.found import Found
from arcops.chat.read.intents import Weighed
from arcops.chat.read.kinds import CRON_JOB, JOB, NAMESPACE, NODE, POD, ROLE
from arcops.chat.read.relisted import is_plural, rather
from arcops.chat.read.tables import turn
from arcops.kube.refs import GroupKind, ObjectRef

NAMELESS = frozenset({Intent.TERM, Intent.ABOUT, Intent.PLATFORM})
"""Intents that need no object: a strange word in them is no missing name."""
LISTS = frozenset({Intent.LIST, Intent.COUNT})
_OF_NAMESPACES = (GroupKind("", "ResourceQuota"), GroupKind("", "LimitRange"))
"""Kinds whose room is no room of nodes."""
_ONE_ASKED = re.compile(
    r"^(?:so |and |but |ok |hey |then )*(?:is|are|was|were|does|do|did|has|have|can|could|will|would) "
    r"(?:the |our |my |this |that )*(?:NS )?KIND\b"
)
"""Yes or no asked of one of a kind."""
_WHOLE = re.compile(
    r"\b(?:list|show|get|give|print|see)(?: me| us)? (?:everything|anything|all|all (?:the )?(?:objects|resources|things|stuff)) "
    r"(?:in|of|from|inside)\b"
)
"""All that a namespace holds, whatever its kind."""
_HOSTS = frozenset(("host", "hosts", "hostname", "hostnames"))
_BOXES = frozenset(("container", "containers", "sidecars"))
"""Parts of a pod that are objects of no kind."""
_OF_SPACES = frozenset({Intent.LIST, Intent.COUNT, Intent.DEPENDS, Intent.UNCLEAR})
_OF_NODES = frozenset({Intent.LIST, Intent.COUNT, Intent.STATE, Intent.WRONG, Intent.HISTORY, Intent.UNCLEAR})
_OF_ONE_NODE = _OF_NODES | {Intent.PLATFORM, Intent.DEPENDS, Intent.WHY}
_NO_BOUNDS = frozenset({Intent.COMMAND, Intent.WHY, Intent.CHANGED, Intent.LOGS, Intent.TERM, Intent.ABOUT})
"""What is not asked how far something scales, though it speaks of that."""
_TAKES = re.compile(r"\bhow many (?:more )?(?:pods|KINDS)\b.*\b(?:fits?|takes?|hold|holds|accept|allows?|(?:may|can|could) run|max\w*)\b")
_STILL = re.compile(r"^(?:is|are|does|do) (?:\w+ )?(?:anything|something|any pods?) .*\bon\b")
_ENOUGH = re.compile(r"^(?:is|are|was) .*\b(?:enough|too (?:small|full|large|big))\b")
_VALID = re.compile(r"\b(?:good|valid|ok|fine|last|lasts|expires?|expire|runs? out|left)\b")
"""How long a certificate holds, which is asked as if it were its history."""
_WAS = re.compile(r"(?:(?:and|so|but|hey) )*(?:was|were)\b")
"""How a thing was over a span is told by its history, not by how it stands."""
_OPEN = re.compile(r"(?:(?:and|so|but) )*(?:where|which|what|how|can|could|will|would|does|is there)\b")
_NOT_UP = re.compile(
    r"\b(?:pending|stuck|containercreating|unschedul\w+|hangs?|hanging|waiting|"
    r"(?:does|will|can|is) not (?:\w+ )?(?:start|run|come|get|be|schedul)\w*)\b"
)
_HAPPENED = re.compile(r"\bwhat (?:\w+ )?happen\w*")


def decided(found: Found, weighed: Weighed, named: tuple[ObjectRef, ...], previous: Reading | None) -> Intent:
    """The intent. ``named`` are the objects that exist, ``previous`` the reading leaned on, or None."""
    intent = weighed.intent
    if previous is not None:
        intent = intent_after(weighed.sentence, intent, weighed.weight, previous)
    else:
        intent = rather(found, weighed, named, intent)
    intent = _placed(found, weighed, named, intent) or _meant(found, weighed, named, intent)
    if intent is Intent.UNCLEAR:
        intent = _by_things(found, named)
        return Intent.STATE if intent is Intent.LIST and _asks_only_one(found, weighed, named) else intent
    if intent in {Intent.CHANGED, Intent.HISTORY} and _HAPPENED.search(weighed.sentence):
        return _happened(found, named)
    return intent


def _placed(found: Found, weighed: Weighed, named: tuple[ObjectRef, ...], intent: Intent) -> Intent | None:
    """The intent of what is asked of nodes or of a whole namespace, whatever word asks it; None for all else."""
    if intent in _OF_NODES and _is_of_nodes(found, weighed, named):
        return Intent.NODES
    if intent in _OF_ONE_NODE and _is_of_one_node(found, weighed, named, intent):
        return Intent.NODES
    if intent not in _NO_BOUNDS and turn("scale_bounds").search(weighed.sentence):
        return Intent.STATE
    if named or not found.space.name:
        return None
    is_whole = intent is Intent.LIST and found.kind is None and _WHOLE.search(weighed.sentence)
    is_bound = intent in _OF_SPACES and turn("bounds").search(weighed.sentence)
    return Intent.STATE if is_whole or is_bound else None


def _meant(found: Found, weighed: Weighed, named: tuple[ObjectRef, ...], intent: Intent) -> Intent:
    """What the things of a question make of its intent: of what is unwell the cause, of quotas no room of nodes, of containers no list."""
    if intent is Intent.NODES:
        is_cause = bool(named) and NODE not in {ref.group_kind for ref in named} and _asks_if_short(found, weighed, named)
        return Intent.WHY if is_cause else _of_quotas(found, named)
    is_open = found.times.until_ms is None or found.times.until_ms >= found.asking.now_ms
    is_of_span = found.times.since_ms is not None and is_open and _WAS.match(weighed.sentence) is not None
    if intent is Intent.STATE and named and not is_of_span and _asks_cause(found, weighed, named):
        return Intent.WHY
    if (intent in LISTS and _asks_only_one(found, weighed, named)) or _asks_measure(weighed, named, intent):
        return Intent.STATE
    is_bare = found.kind is None and not named and not found.conditions
    if intent is Intent.LIST and is_bare and turn("complains").search(weighed.sentence):
        return Intent.WHY
    if intent in {Intent.LIST, Intent.DEPENDS} and named and _is_of_parts(found, named[0]):
        return Intent.STATE
    turned = named[0].group_kind if named else None if found.plural else found.kind
    is_of_turns = intent is Intent.COUNT and turned in {JOB, CRON_JOB, NODE} and turn("tries").search(weighed.sentence) is not None
    is_of_life = is_of_span and bool(named) and intent in {Intent.STATE, Intent.WRONG}
    return Intent.HISTORY if is_of_turns or is_of_life else intent


def _asks_if_short(found: Found, weighed: Weighed, named: tuple[ObjectRef, ...]) -> bool:
    """``web pending, not enough cpu?``: room is guessed at as the cause of what is unwell."""
    is_sick = not all(map(found.asking.health.is_well, named))
    return is_sick and not _OPEN.match(weighed.sentence) and _NOT_UP.search(weighed.sentence) is not None


def _asks_measure(weighed: Weighed, named: tuple[ObjectRef, ...], intent: Intent) -> bool:
    """Whether it is asked of a named thing how long it is valid or if it is large enough, which its history and lists do not tell."""
    if not named:
        return False
    is_valid = intent is Intent.HISTORY and named[0].kind == "Certificate" and _VALID.search(weighed.sentence)
    return bool(is_valid or (intent is Intent.LIST and _ENOUGH.search(weighed.sentence)))


def _asks_only_one(found: Found, weighed: Weighed, named: tuple[ObjectRef, ...]) -> bool:
    """``is the hpa maxed out``: yes or no is asked of the one object of its kind, or of the one that is named, and no list."""
    if named:
        return len(named) == 1 and named[0].group_kind == found.kind and not found.plural and bool(_ONE_ASKED.search(weighed.sentence))
    if found.kind is None or found.plural or found.kind in {POD, NAMESPACE, NODE} or not _ONE_ASKED.search(weighed.sentence):
        return False
    is_strange = bool(found.left) or not found.conditions or _is_operated(found.kind)
    return is_strange and found.asking.inventory.count(found.kind, found.space.name or None) == 1


def _is_operated(kind: GroupKind) -> bool:
    """Whether an operator of its own runs objects of a kind: how such a one stands no list tells."""
    return "." in kind.group and not kind.group.endswith(".k8s.io")


def _is_of_nodes(found: Found, weighed: Weighed, named: tuple[ObjectRef, ...]) -> bool:
    """Whether it is asked of nodes if they stay up or which devices they have: no list and no state of them tells that."""
    is_node = named[0].group_kind == NODE if named else found.kind == NODE
    return is_node and (
        turn("restless").search(weighed.sentence) is not None or (not named and turn("devices").search(weighed.sentence) is not None)
    )


def _is_of_one_node(found: Found, weighed: Weighed, named: tuple[ObjectRef, ...], intent: Intent) -> bool:
    """Whether a node that is named is asked what it tells of itself, which neither a list nor its state begins with."""
    is_place = not named and any(one.field == "node" and one.op == "=" for one in found.conditions)
    if turn("no_node_field").search(weighed.sentence) or not (is_place or (named and all(ref.group_kind == NODE for ref in named))):
        return False
    if _TAKES.search(weighed.sentence):
        return True
    if found.kind == ROLE:
        return True
    if intent in LISTS and "KIND" in weighed.sentence:
        return False
    is_still = intent in {Intent.STATE, Intent.WHY} and _STILL.search(weighed.sentence) is not None
    return is_still or turn("node_fields").search(weighed.sentence) is not None


def _of_quotas(found: Found, named: tuple[ObjectRef, ...]) -> Intent:
    """Room is asked of nodes, unless a quota is what has it."""
    if named and named[0].group_kind in _OF_NAMESPACES:
        return Intent.STATE
    if found.kind not in _OF_NAMESPACES:
        return Intent.NODES
    return Intent.STATE if found.asking.inventory.count(found.kind, found.space.name or None) == 1 else Intent.LIST


def _is_of_parts(found: Found, ref: ObjectRef) -> bool:
    """Whether a part of an object is asked for that is an object of no kind: a pod's container, an Ingress's host."""
    words = {word.low for word in found.words}
    return bool(_BOXES & words) or (ref.kind == "Ingress" and bool(_HOSTS & words))


def _asks_cause(found: Found, weighed: Weighed, named: tuple[ObjectRef, ...]) -> bool:
    """Whether a thing that is named with little else is meant for its trouble: it is unwell, or a bad state is said with it."""
    if turn("asks_amount").search(weighed.sentence):
        return False
    is_sick = not all(map(found.asking.health.is_well, named))
    if weighed.weight < 1 and (is_sick or _says_state(found)):
        return True
    return is_sick and turn("faulty").search(weighed.sentence) is not None


def _says_state(found: Found) -> bool:
    return any(one.field in {"ready", "phase", "reason"} and one.value not in {"true", "Running", "Succeeded"} for one in found.conditions)


def _by_things(found: Found, named: tuple[ObjectRef, ...]) -> Intent:
    """The intent of a question without cues."""
    if found.conditions and not named:
        return Intent.NODES if found.kind == NODE else Intent.LIST
    is_list = not named and is_plural(found) and found.kind not in {NODE, NAMESPACE}
    if named or (found.space.name and not is_list):
        return Intent.STATE
    if found.kind is not None or found.conditions:
        return Intent.NODES if found.kind == NODE else Intent.LIST
    if found.names.unknown:
        return Intent.STATE
    return Intent.CHANGED if found.times.is_said else Intent.UNCLEAR


def _happened(found: Found, named: tuple[ObjectRef, ...]) -> Intent:
    """What happened: to a thing that is unwell it is why; to one that is well or gone, its history; else what changed."""
    if found.names.unknown and not named:
        return Intent.HISTORY
    if not named or found.times.is_said:
        return Intent.CHANGED
    return Intent.HISTORY if all(map(found.asking.health.is_well, named)) else Intent.WHY
