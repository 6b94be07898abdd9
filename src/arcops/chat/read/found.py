"""Everything that was found in a question before it is known what the question wants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from arcops.chat.base import Condition, Reading
from arcops.chat.read.conditions import read_conditions
from arcops.chat.read.cued import is_certain_place
from arcops.chat.read.index import NameIndex, names_of
from arcops.chat.read.kinds import EVENT, LOOSE_WORKLOAD, NAMESPACE, NODE, POD, WORKLOADS, kind_at, kind_words, spoken_kind
from arcops.chat.read.lexicon import GRAMMAR, ORDINARY
from arcops.chat.read.names import NameReader, Names
from arcops.chat.read.ranking import Health
from arcops.chat.read.spaces import Space, bare_space, read_space
from arcops.chat.read.times import Spoken, read_times
from arcops.chat.read.typos import correct
from arcops.chat.read.words import Word, words_of
from arcops.inventory.index import Inventory
from arcops.kube.kinds import KindCatalog
from arcops.kube.refs import GroupKind

_SHOWN = {NODE: "NODE", EVENT: "EVENTS", NAMESPACE: "SPACES"}
_POINTING = frozenset(("the", "our", "my", "this"))
_TELLING = frozenset({POD, NODE})
_ASKING = frozenset(("which", "what", "every", "each", "any", "list", "show", "warning"))
"""Before a kind in the singular these say that it is asked for."""
_SINGULAR_S = frozenset({"ingress", "status", "dns", "class", "ingressclass", "storageclass", "priorityclass", "runtimeclass", "access"})


@dataclass(frozen=True, slots=True)
class Asking:
    """A question and what it is read against."""

    question: str
    health: Health
    catalog: KindCatalog
    now_ms: int
    zone: tzinfo
    default_namespace: str
    previous: Reading | None

    @property
    def inventory(self) -> Inventory:
        """The objects of the moment."""
        return self.health.inventory


@dataclass(slots=True)
class Found:
    """``kinds`` are those said, by the place of their first word; ``plural`` those places where the plural was said."""

    asking: Asking
    words: list[Word]
    index: NameIndex
    kinds: dict[int, GroupKind]
    plural: set[int]
    space: Space
    conditions: tuple[Condition, ...]
    times: Spoken
    names: Names = field(default_factory=Names)

    @property
    def kind(self) -> GroupKind | None:
        """The kind of thing that is asked for: the first in the plural or after "which", else one that is not beside a name."""
        beside = {mention.at for mention in self.names.mentions}
        free = [at for at in self.kinds if not beside & {at - 1, at + 1} and not self._tells_more(at)]
        asked = [at for at in free if at in self.plural or (at and self.words[at - 1].low in _ASKING)]
        places = asked or free or sorted(self.plural)
        return self.kinds[places[0]] if places else None

    def _tells_more(self, at: int) -> bool:
        """Whether a kind only tells which of another kind is meant: ``the pod quota``, ``the node certificate``."""
        return at not in self.plural and at + 1 in self.kinds and self.kinds[at + 1] != self.kinds[at] and self.kinds[at] in _TELLING

    @property
    def left(self) -> tuple[str, ...]:
        """The words that carry meaning and were not used."""
        return tuple(word.text for word in self.words if word.is_free and _has_meaning(word))


def _has_meaning(word: Word) -> bool:
    if word.is_quoted:
        return True
    return word.low not in GRAMMAR and word.low not in ORDINARY and not word.low.startswith("-") and any(map(str.isalpha, word.low))


def find_all(asking: Asking) -> Found:
    """Read everything but the intent."""
    index = names_of(asking.health.inventory)
    words = words_of(asking.question)
    correct(
        words, lambda word: bool(index.exact(word)) or word in index.namespaces or bool(index.holding(word)) or bool(index.beginning(word))
    )
    space = read_space(words, index)
    kinds, plural = _read_kinds(words, asking, index)
    found = Found(asking, words, index, kinds, plural, space, (), Spoken())
    found.conditions = read_conditions(words, found.kind)
    if space.excluded:
        found.conditions = (*found.conditions, Condition("namespace", "!=", space.excluded))
    found.times = read_times(words, asking.now_ms, asking.zone)
    if not space.name and not space.is_all:
        bare_space(words, index, space)
    default = "" if space.is_all else asking.default_namespace
    reader = NameReader(words, index, asking.health, kind_words(asking.catalog), kinds, space.name, default)
    found.names = reader.read()
    return found


_OF_INGRESS = frozenset(("host", "hosts"))
"""Words that beside one for an ingress are its hosts, and no nodes."""


def _read_kinds(words: Sequence[Word], asking: Asking, index: NameIndex) -> tuple[dict[int, GroupKind], set[int]]:
    known = kind_words(asking.catalog)
    kinds: dict[int, GroupKind] = {}
    plural: set[int] = set()
    at = 0
    while at < len(words):
        said = kind_at(words, at, known)
        if said is not None and said[1] > 1 and _is_name_here(words, at, index, known.get(words[at + 1].low)):
            said = None
        if said is None or _is_name_here(words, at, index):
            at += 1
            continue
        kind, length = said
        if words[at].low in _OF_INGRESS and any(word.low.startswith("ingress") for word in words):
            at += 1
            continue
        kinds[at] = kind
        last = words[at + length - 1].low
        is_plural = _is_plural(last, known)
        if is_plural:
            plural.add(at)
        for word in words[at : at + length]:
            word.role, word.shown = "kind", "\x00"
        words[at].shown = _shown(kind, is_plural=is_plural)
        at += length
    if not kinds:
        _read_spoken(words, asking, kinds)
    return kinds, plural


def _read_spoken(words: Sequence[Word], asking: Asking, kinds: dict[int, GroupKind]) -> None:
    """``the snapshot``: an everyday word that ends the name of a custom kind, where there are such objects and no other kind is said."""
    for at in range(1, len(words)):
        is_meant = words[at].is_free and words[at - 1].low in _POINTING
        kind = spoken_kind(words[at].low, asking.catalog, asking.inventory.count) if is_meant else None
        if kind is not None:
            kinds[at], words[at].role, words[at].shown = kind, "kind", "KIND"
            return


def _is_plural(word: str, known: dict[str, GroupKind]) -> bool:
    if word.endswith(("ies", "sses")):
        return True
    return word.endswith("s") and word not in _SINGULAR_S and word[:-1] in known


def _shown(kind: GroupKind, *, is_plural: bool) -> str:
    shown = _SHOWN.get(kind, "KIND")
    return f"{shown}S" if is_plural and shown in {"KIND", "NODE"} else shown


def _is_name_here(words: Sequence[Word], at: int, index: NameIndex, kind: GroupKind | None = None) -> bool:
    """Whether a kind's word is a thing's name here: ``deployment app``, ``why is the app down`` where one is called so.

    ``kind`` is that of the next word: ``the api service`` is no APIService where a Service is called ``api``.
    """
    refs = index.exact(words[at].low)
    if not refs or kind is not None:
        return any(ref.group_kind == kind for ref in refs)
    before = words[at - 1] if at else None
    if before is not None and (before.role == "kind" or before.low in {"called", "named"}):
        return True
    may_be = words[at].low in LOOSE_WORKLOAD or not at
    return may_be and is_certain_place(words, at) and any(ref.group_kind in WORKLOADS for ref in refs)
