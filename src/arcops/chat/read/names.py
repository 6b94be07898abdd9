"""The objects a question names: whole names first, then beginnings, then words of names, then slips of the pen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from arcops.chat.read.cued import Cue, Sort, cue_at, is_certain_place, is_owner_of_lines, is_task_place, is_told_apart, is_topic, sort_of
from arcops.chat.read.doers import doers_at
from arcops.chat.read.everyday import meant_by
from arcops.chat.read.hosts import bare_host, meant
from arcops.chat.read.index import NameIndex
from arcops.chat.read.joined import joined, nearly_joined
from arcops.chat.read.kinds import CLAIM, CRON_JOB, JOB, LOOSE_WORKLOAD, NAMESPACE, NODE, POD, REPLICA_SET, SERVICE, WORKLOADS, kind_named
from arcops.chat.read.lexicon import alike
from arcops.chat.read.ranking import Health, Hint, Ranked, rank_of, ranked
from arcops.chat.read.terms import is_asked_meaning
from arcops.chat.read.words import Word
from arcops.kube.refs import GroupKind, ObjectRef

_LONGEST = 3
_MOST_MENTIONS = 6
_MOST_MAYBE = 3
_PLACES = frozenset({NODE, NAMESPACE})
"""Kinds that the beginning of a name does not mean where it is a plain word."""
_SHORTEST_START = 3
_LEAST_RANK = 8
"""Of the kinds that a part of a name is enough for: what runs, and what leads to it."""
_KIND_TAIL = re.compile(r"[-_](?:pods?|deployment|deploy|service|svc|statefulset|daemonset|job|container|app|application)$")
_USING = frozenset(("use", "uses", "using", "mount", "mounts", "mounting", "on", "reads", "read", "needs", "reference", "references"))
_USED = frozenset(("ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount"))
_EVERYWHERE = frozenset(("prod", "production", "staging", "dev", "development", "qa", "uat", "live", "test"))
"""Words for a whole environment: nothing is missing where none is called so."""
_WHOLES = frozenset(("cluster", "environment", "system", "platform", "site", "team", "people", "users"))
"""What a strange word before these says is no name of an object: ``the plant cluster``."""
_NO_NAME = re.compile(r"-.*|.*[=@+].*|[\d.,:]+[a-z]{0,3}|https?:.*|\d+(?:\.\d+){3}.*")
"""Flags, sizes, addresses: nothing is called so."""


_WHO_RUNS = frozenset((POD, SERVICE, *WORKLOADS))
"""Kinds beside a name that leave open which kind is meant: people say "pod" and "service" of whatever runs."""
_GIVEN = (GroupKind("", "ConfigMap"), GroupKind("", "Secret"))
_HOOKS = frozenset(GroupKind("admissionregistration.k8s.io", f"{sort}WebhookConfiguration") for sort in ("Validating", "Mutating"))
_BINDINGS = frozenset(GroupKind("rbac.authorization.k8s.io", kind) for kind in ("RoleBinding", "ClusterRoleBinding"))
_ALIKE_KINDS = {kind: group for group in (_HOOKS, _BINDINGS) for kind in group}
"""Kinds that share a word."""


def _is_of_operator(ref: ObjectRef) -> bool:
    """Whether an object is of a kind that some operator brings."""
    return "." in ref.group and not ref.group.endswith(".k8s.io")


def _digits(name: str) -> list[str]:
    """The figures of a name: ``web-1`` is no slip for ``web-2``."""
    return [letter for letter in name if letter.isdigit()]


class How(IntEnum):
    """How a name was found, the surest first."""

    EXACT = 0
    BEGINNING = 1
    PART = 2
    ALIKE = 3
    NEAR = 4
    HOST = 5
    """By a host that it serves or has a certificate for."""
    ROLE = 6
    """By what it does: "the database"."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a question: what was said, what it most likely means, what else it may, and how it was found."""

    said: str
    at: int
    hint: Hint
    found: Ranked
    how: How

    @property
    def ref(self) -> ObjectRef:
        """The likeliest object."""
        return self.found.refs[0]


@dataclass(slots=True)
class Names:
    """The mentions of a question in their order, and names that are nowhere, each with the place it stood at and its hint."""

    mentions: list[Mention] = field(default_factory=list)
    unknown: list[tuple[str, int, Hint]] = field(default_factory=list)
    maybe: list[tuple[str, int, Hint]] = field(default_factory=list)
    """Everyday words beside a kind's, which may have been the name of something that is gone."""


@dataclass(slots=True)
class NameReader:
    """Reads names. ``space`` is the namespace that was said, ``default`` the one meant where none is."""

    words: list[Word]
    index: NameIndex
    health: Health
    kinds: dict[str, GroupKind]
    kind_of: dict[int, GroupKind]
    """The kinds said, by the place of their first word."""
    space: str = ""
    default: str = ""
    names: Names = field(default_factory=Names)
    missing: list[tuple[str, int, Hint]] = field(default_factory=list)
    """Words that look like names of things that are nowhere."""
    doers: Sequence[ObjectRef] = ()
    """The operators of what the word at hand names."""

    def read(self) -> Names:
        """Every name; their words are marked as used."""
        at = 0
        while at < len(self.words) and len(self.names.mentions) < _MOST_MENTIONS:
            at += self._hosted(at) or self._slashed(at) or self._named(at) or 1
        for name, at, hint in self.missing:
            is_marked = sort_of(self.words[at]) is Sort.MARKED
            if name in _EVERYWHERE or (at + 1 < len(self.words) and self.words[at + 1].low in _WHOLES):
                continue
            if is_marked or (not self.names.mentions and (hint.kind is not None or is_topic(self.words, at))):
                self.names.unknown.append((name, at, hint))
                self.words[at].shown = "OBJ"
        return self.names

    # hosts and addresses

    def _hosted(self, at: int) -> int:
        low = self.words[at].low if self.words[at].is_free else ""
        host = bare_host(low) or (low if sort_of(self.words[at]) is Sort.MARKED and self.index.serving(low) else "")
        if not host or self.index.exact(host):
            return 0
        near = "" if self.index.serving(host) else self.index.near_host(host)
        hint = Hint(word=host if near else "", namespace=self.space)
        host = near or host
        found = ranked(meant(self.index.serving(host), [word.low for word in self.words]), hint, self.health, self.default)
        if not found.refs:
            return 0
        self.names.mentions.append(Mention(host, at, hint, found, How.HOST))
        self._mark(at, 1)
        return 1

    # kind/name, namespace/name

    def _slashed(self, at: int) -> int:
        word = self.words[at]
        if not word.is_free or "/" not in word.low:
            return 0
        parts = word.low.strip("/").split("/")
        if not 2 <= len(parts) <= 3 or not all(parts):  # noqa: PLR2004 - kind/name, namespace/kind/name
            return 0
        hint, name = self._parsed(parts, at)
        if not hint:
            return 0
        if not self._take(at, 1, name, hint, (Cue.CALLED, Sort.MARKED)):
            self._miss(at, 1, name, hint)
        return 1

    def _parsed(self, parts: list[str], at: int) -> tuple[Hint | None, str]:
        *front, name = parts
        kind = next((found for part in front if (found := kind_named(part, self.kinds))), None)
        spaces = [part for part in front if part in self.index.namespaces]
        if kind is None and not spaces:
            return None, name
        beside = self._hint(at, at)
        is_strict = kind is not None and kind != POD
        return Hint(kind or beside.kind, front[0] if kind else beside.word, spaces[0] if spaces else self.space, is_strict), name

    # plain names

    def _named(self, at: int) -> int:
        """How many words from here are a name, which is then kept; 0 if none."""
        for length in range(_LONGEST, 0, -1):
            part = self.words[at : at + length]
            if len(part) == length and self._may_begin(part, length) and self._try(at, length):
                return length
        word = self.words[at]
        if word.is_free:
            self._maybe_unknown(at)
        return 0

    def _may_begin(self, part: Sequence[Word], length: int) -> bool:
        if length == 1:
            return part[0].is_free
        return all(word.role in {"", "kind"} and not word.is_quoted and len(word.low) <= 63 for word in part) and any(  # noqa: PLR2004
            word.is_free for word in part
        )

    def _try(self, at: int, length: int) -> bool:
        if length > 1:
            return self._try_joined(at, length)
        word = self.words[at]
        sort, cue = sort_of(word), cue_at(self.words, at, at)
        self.doers = doers_at(self.words, at, self.index)
        if sort is Sort.GRAMMAR and cue < Cue.CALLED and not self._is_before_own_kind(at):
            return False
        name = word.low
        hint = self._hint(at, at)
        hint = self._belonging(at, name) or hint if hint.kind is None else hint
        if sort is Sort.ORDINARY and not self._ordinary_is_named(at, name, cue, hint):
            return False
        return self._take(at, 1, name, hint, (cue, sort))

    def _is_before_own_kind(self, at: int) -> bool:
        """``the back ingress`` where an Ingress is called back, ``service a`` where a Service is called a."""
        kind = self.kind_of.get(at + 1) if at and self.words[at - 1].low in {"the", "my", "our"} else self.kind_of.get(at - 1)
        return kind is not None and any(ref.group_kind == kind for ref in self.index.exact(self.words[at].low))

    def _ordinary_is_named(self, at: int, name: str, cue: Cue, hint: Hint) -> bool:
        """Whether an everyday word is the whole name of something, in a place where only a name can stand."""
        refs = self.index.exact(name)
        if not refs or cue is Cue.NONE:
            return False
        if cue is Cue.CALLED:
            return True
        if at and self.words[at - 1].low in _USING and any(ref.kind in _USED for ref in refs):
            return True
        if is_owner_of_lines(self.words, at):
            return any(ref.group_kind in WORKLOADS for ref in refs)
        if hint.kind is not None and (cue is Cue.KIND or is_told_apart(self.words, at)):
            kinds = {hint.kind, CRON_JOB} if hint.kind == JOB else {hint.kind}
            return any(ref.group_kind in kinds or (hint.word in LOOSE_WORKLOAD and ref.group_kind in WORKLOADS) for ref in refs)
        kinds = {*WORKLOADS, SERVICE, POD, *_GIVEN} if at and self.words[at - 1].low == "of" else {*WORKLOADS, SERVICE, POD}
        if is_task_place(self.words, at):
            kinds |= {CLAIM, *_GIVEN}
        return is_certain_place(self.words, at) and (any(ref.group_kind in kinds for ref in refs) or all(map(_is_of_operator, refs)))

    def _try_joined(self, at: int, length: int) -> bool:
        """``user profile`` and ``node 2``: names written with spaces, of which a word may be a kind's or hold a slip."""
        part = self.words[at : at + length]
        sorts = [sort_of(word) for word in part if word.is_free]
        if any(sort is Sort.GRAMMAR for sort in sorts) or (part[-1].role == "kind" and self.index.exact(part[0].low)):
            return False
        kind = self.kind_of.get(at + length - 1)
        hint = self._hint(at, at + length - 1) if part[-1].role != "kind" else Hint(namespace=self.space)
        name = joined(part, self.index)
        if name and (kind is None or any(self._is_askable(ref, Hint(kind)) for ref in self.index.exact(name))):
            return self._take(at, length, name, hint, (Cue.PLACE, Sort.NAMELIKE))
        near = nearly_joined(part, self.index) if any(sort >= Sort.STRANGE for sort in sorts) else ""
        found = ranked(self.index.exact(near), hint, self.health, self.default) if near else None
        if found is None or not found.refs:
            return False
        self.names.mentions.append(Mention(" ".join(word.low for word in part), at, hint, found, How.NEAR))
        self._mark(at, length)
        return True

    # finding

    def _take(self, at: int, length: int, name: str, hint: Hint, how: tuple[Cue, Sort]) -> bool:
        """Find what a name means and keep it: in the namespace that was said, else by its whole name in another."""
        for way, refs in self._ways(name, how, hint):
            found = ranked(refs, hint, self.health, self.default)
            if found.refs:
                self.names.mentions.append(Mention(name, at, hint, found, way))
                self._mark(at, length)
                return True
        return False

    def _ways(self, name: str, how: tuple[Cue, Sort], hint: Hint) -> Iterator[tuple[How, Sequence[ObjectRef]]]:
        spaces = {hint.namespace, ""}
        if hint.kind is not None and hint.kind not in _WHO_RUNS:
            kinds = _ALIKE_KINDS.get(hint.kind, {hint.kind})
            for way, refs in self._candidates(name, *how, hint):
                yield way, [ref for ref in refs if ref.group_kind in kinds and (not hint.namespace or ref.namespace in spaces)]
        for way, refs in self._candidates(name, *how, hint):
            yield way, [ref for ref in refs if ref.namespace in {hint.namespace, ""}] if hint.namespace else refs
        if hint.namespace:
            yield How.EXACT, self.index.exact(name)

    def _candidates(self, name: str, cue: Cue, sort: Sort, hint: Hint) -> Iterator[tuple[How, Sequence[ObjectRef]]]:
        yield How.BEGINNING, self.doers
        yield How.EXACT, self.index.exact(name)
        if sort is Sort.NAMELIKE and cue is Cue.NONE:
            yield How.BEGINNING, self._alone(name)
        if sort <= Sort.ORDINARY or (sort is Sort.NAMELIKE and cue is Cue.NONE):
            return
        stem = name.rstrip("*").rstrip("-")
        shorter = _KIND_TAIL.sub("", stem)
        for one in dict.fromkeys((stem, shorter)):
            yield How.EXACT, self.index.exact(one) if one != name else ()
            yield How.BEGINNING, self._begun(one, cue, sort)
            yield How.PART, [ref for ref in self.index.holding(one) if self._is_askable(ref, hint) and ref.group_kind not in _PLACES]
        if sort is Sort.NAMELIKE or (sort is Sort.STRANGE and alike(name)):
            yield How.ALIKE, meant_by(stem, self.index, self.health.inventory, lambda ref: self._is_askable(ref, hint))
        if sort is Sort.MARKED or (cue >= Cue.PLACE and sort is Sort.STRANGE):
            yield How.NEAR, self.index.numbered(stem)
            near = next((near for near in self.index.near(stem) if _digits(near) == _digits(stem)), "")
            yield How.NEAR, self.index.exact(near)

    def _alone(self, name: str) -> list[ObjectRef]:
        """A pod of nobody's that begins so, where nothing else does: ``grafana`` is ``grafana-7f8b9c6d5-x2m4n``."""
        found = [ref for ref in self.index.beginning(f"{name}-") if rank_of(ref.group_kind) <= _LEAST_RANK]
        return found if len(found) == 1 and found[0].group_kind == POD else []

    def _begun(self, start: str, cue: Cue, sort: Sort) -> list[ObjectRef]:
        """What begins so: at the end of a word, else anywhere if only one thing does; workloads stand for their pods."""
        if len(start) < _SHORTEST_START and sort is not Sort.MARKED:
            return []
        found = [ref for ref in self.index.beginning(start) if ref.name != start]
        if sort is not Sort.MARKED:
            found = [ref for ref in found if ref.group_kind not in _PLACES and rank_of(ref.group_kind) <= _LEAST_RANK]
        whole = [ref for ref in found if not ref.name[len(start)].isalnum()]
        given = [ref for ref in whole if ref.group_kind in WORKLOADS]
        if whole:
            return given or [ref for ref in whole if ref.group_kind != REPLICA_SET] or whole
        if cue is Cue.NONE and sort is not Sort.MARKED:
            return []
        workloads = [ref for ref in found if ref.group_kind in WORKLOADS]
        best = workloads or found
        return best if sort is Sort.MARKED or len({(ref.namespace, ref.name) for ref in best}) == 1 else []

    @staticmethod
    def _is_askable(ref: ObjectRef, hint: Hint) -> bool:
        """Whether a word of a name is enough: workloads and what routes to them, or the kind that was said."""
        return ref.group_kind in _ALIKE_KINDS.get(hint.kind or POD, {hint.kind}) or rank_of(ref.group_kind) <= _LEAST_RANK

    def _hint(self, first: int, last: int) -> Hint:
        """The kind said beside a name."""
        before = first - 1
        while before >= 0 and self.words[before].low in {"called", "named", "the", "/", "="}:
            before -= 1
        for at in (last + 1, before):
            if 0 <= at < len(self.words) and self.words[at].role == "kind":
                start = max((place for place in self.kind_of if place <= at), default=-1)
                if start >= 0:
                    return Hint(self.kind_of[start], self.words[at].low, self.space)
        return Hint(namespace=self.space)

    def _belonging(self, at: int, name: str) -> Hint | None:
        """``the ingress of blog``: the kind that is said to be of a name, where one of that kind has this name too."""
        before = at - 1
        while before > 0 and self.words[before].low in {"the", "my", "our"}:
            before -= 1
        if before < 1 or self.words[before].low not in {"of", "for"} or self.words[before - 1].shown != "KIND":
            return None
        start = max((place for place in self.kind_of if place < before), default=-1)
        kind = self.kind_of.get(start)
        if kind is None or kind in _WHO_RUNS or all(ref.group_kind != kind for ref in self.index.exact(name)):
            return None
        return Hint(kind, self.words[before - 1].low, self.space)

    def _mark(self, at: int, length: int) -> None:
        for word in self.words[at : at + length]:
            word.role, word.shown = "object", ""
        self.words[at].shown = "OBJ"
        for word in self.words[at + 1 : at + length]:
            word.shown = "\x00"

    # what is nowhere

    def _maybe_unknown(self, at: int) -> None:
        word = self.words[at]
        if word.is_prose:
            return
        sort, cue = sort_of(word), cue_at(self.words, at, at)
        if sort is Sort.ORDINARY and cue is Cue.KIND and len(self.names.maybe) < _MOST_MAYBE:
            self.names.maybe.append((word.low, at, self._hint(at, at)))
        strange = sort is Sort.STRANGE and cue >= Cue.PLACE
        common = sort is Sort.NAMELIKE and (cue >= Cue.KIND or (cue is Cue.PLACE and "-" not in word.low))
        marked = sort is Sort.MARKED and any(letter.isalpha() for letter in word.low)
        if (strange or common or marked) and not _NO_NAME.fullmatch(word.low) and not self._is_explained(at):
            self.missing.append((word.low, at, self._hint(at, at)))

    def _is_explained(self, at: int) -> bool:
        """Whether what a word means is asked, and of no object: ``what is a finalizer``."""
        word = self.words[at]
        return not word.is_quoted and is_asked_meaning([one.low for one in self.words if one.role != "mark"], self._place(at))

    def _place(self, at: int) -> int:
        return sum(one.role != "mark" for one in self.words[:at])

    def _miss(self, at: int, length: int, name: str, hint: Hint) -> None:
        self.missing.append((name, at, hint._replace(kind=hint.kind or POD)))
        self._mark(at, length)
