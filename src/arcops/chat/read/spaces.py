"""The namespace a question is limited to: ``in shop``, ``-n shop``, ``the shop namespace``, or all of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from arcops.chat.read.cued import BEFORE
from arcops.chat.read.denial import is_denied
from arcops.chat.read.doers import doers_at
from arcops.chat.read.everyday import is_of_tool
from arcops.chat.read.index import NameIndex
from arcops.chat.read.joined import joined
from arcops.chat.read.kinds import NAMESPACE, WORKLOADS
from arcops.chat.read.lexicon import GRAMMAR, NAMELIKE, ORDINARY
from arcops.chat.read.spelling import allowed, nearest
from arcops.chat.read.words import Word
from arcops.kube.refs import ObjectRef

_FLAGS = {"-n", "--namespace", "-n=", "--namespace="}
_ALL_FLAGS = {"-a", "--all-namespaces"}
_WORDS = {"namespace", "namespaces", "ns", "project"}
_IN = {"in", "inside", "within"}
_ARTICLES = {"the", "my", "our", "your", "a", "an", "this", "that", "whole", "entire"}
_LISTING = {"show", "list", "get", "me", "us", "print", "display", "give", "which", "what", "the", "are", "of the", "count"}
_FAR = 4
_OUTSIDE = re.compile(r"\boutside (?:of )?(?:the |namespaces? )*$")
_EVERY = {"all", "every", "any", "each", "across", "other"}


@dataclass(slots=True)
class Space:
    """``name`` is "" for all; ``is_all`` where that was said. ``is_subject``: the namespace itself is asked about.

    ``unknown`` is one that was named and does not exist, ``near`` what it may have been.
    """

    name: str = ""
    is_all: bool = False
    is_subject: bool = False
    unknown: str = ""
    near: tuple[str, ...] = ()
    note: str = ""
    excluded: str = ""
    """One that is left out: ``not in kube-system``."""

    @property
    def ref(self) -> ObjectRef:
        """The Namespace object."""
        return ObjectRef.of(NAMESPACE, "", self.name)


def read_space(words: Sequence[Word], index: NameIndex) -> Space:
    """The namespace that is said with a word or a flag for it, or after "in"; its words are marked as used."""
    space = Space()
    known = set(index.namespaces)
    for at, word in enumerate(words):
        if not word.is_free or space.name or space.unknown or _excludes(words, at, space, known):
            continue
        if word.low in _ALL_FLAGS or _is_all(words, at):
            space.is_all = True
        elif word.low in _FLAGS:
            _take(words, at, at + 1, space, known)
        elif word.low in _WORDS and not word.is_quoted:
            _beside(words, at, space, known)
        elif word.low in _IN:
            _after(words, at, space, known)
    return space


def bare_space(words: Sequence[Word], index: NameIndex, space: Space) -> None:
    """A namespace's name that stands alone, where no workload has it too."""
    known = set(index.namespaces)
    for at, word in enumerate(words):
        if space.name or not word.is_free or word.low not in known or _excludes(words, at, space, known):
            continue
        before = words[at - 1].low if at else ""
        nearby = words[at + 1].role if at + 1 < len(words) else ""
        cued = not at or before in BEFORE or before in _ARTICLES or nearby == "kind" or before in _WORDS
        if word.low in GRAMMAR or (word.low in ORDINARY and not word.is_quoted) or (word.low in NAMELIKE and not cued):
            continue
        is_thing = any(ref.group_kind in WORKLOADS or _is_delivered(ref) for ref in index.exact(word.low))
        if is_thing or joined(words[at : at + 2], index) or doers_at(words, at, index):
            continue
        space.name, word.role, word.shown = word.low, "namespace", "NS"


def _is_delivered(ref: ObjectRef) -> bool:
    """Whether a tool's object elsewhere has the namespace's name, as an Application of Argo CD has that of what it delivers."""
    return is_of_tool(ref.group_kind) and ref.namespace != ref.name


def _excludes(words: Sequence[Word], at: int, space: Space, known: set[str]) -> bool:
    """Whether a namespace's name stands there that is left out: ``not in kube-system``, ``outside kube-system``."""
    word = words[at]
    before = "".join(f"{one.low} " for one in words[max(0, at - _FAR) : at])
    if word.low not in known or not (is_denied(before) or _OUTSIDE.search(before)):
        return False
    space.excluded, word.role, word.shown = word.low, "namespace", ""
    for one in words[max(0, at - _FAR) : at]:
        if one.low in (_IN | _WORDS) and one.is_free:
            one.role = "flag"
    if at + 1 < len(words) and words[at + 1].low in _WORDS:
        words[at + 1].role = "flag"
    return True


def _is_all(words: Sequence[Word], at: int) -> bool:
    word = words[at]
    following = words[at + 1].low if at + 1 < len(words) else ""
    before = words[at - 1].low if at else ""
    is_asked = not at or before in _LISTING or word.low == "any"
    said = (word.low in _EVERY and following in _WORDS and not is_asked) or word.low in {"everywhere", "clusterwide", "cluster-wide"}
    if said:
        word.role = words[at + 1 if following in _WORDS else at].role = "flag"
    return said


def _beside(words: Sequence[Word], at: int, space: Space, known: set[str]) -> None:
    """``namespace shop`` or ``shop namespace``."""
    after = at + 1
    while after < len(words) and words[after].low in {"called", "named", "="}:
        after += 1
    before = words[at - 1] if at else None
    if after < len(words) and words[after].low in known:
        _take(words, at, after, space, known)
        return
    if before is not None and before.is_free and (before.low in known or _may_name(before)) and words[at].low != "namespaces":
        _take(words, at, at - 1, space, known)
        return
    if after < len(words) and words[after].is_free and _may_name(words[after]):
        _take(words, at, after, space, known)


def _take(words: Sequence[Word], at: int, name: int, space: Space, known: set[str]) -> None:
    if name >= len(words) or _excludes(words, name, space, known):
        return
    first = min(at, name) - 1
    while first >= 0 and words[first].low in _ARTICLES:
        first -= 1
    space.is_subject = (
        not (first >= 0 and words[first].low in {*_IN, "from", "of", "for", "on", "to", "across"}) and words[at].low in _WORDS
    )
    said = words[name].low
    found = said if said in known else _nearly(said, known, space)
    words[at].role, words[name].role = "flag", "namespace"
    words[at].shown, words[name].shown = "", "NS"
    words[at].low = "namespace" if words[at].low in _WORDS else words[at].low
    if found:
        space.name = found
    else:
        space.unknown = said
        space.near = tuple(nearest(said, known, 3)[:3])


def _nearly(said: str, known: set[str], space: Space) -> str:
    """The one namespace that a slip of the pen, or a short form of it, can mean."""
    near = nearest(said, known, allowed(said)) or _short_for(said, known)
    if len(near) != 1:
        return ""
    space.note = f'There is no namespace "{said}"; I took {near[0]}.'
    return near[0]


def _short_for(said: str, known: set[str]) -> list[str]:
    """The namespaces that begin so, else those that hold it as a word."""
    begun = sorted(name for name in known if name.startswith(said))
    return begun or sorted(name for name in known if said in name.split("-"))


def _after(words: Sequence[Word], at: int, space: Space, known: set[str]) -> None:
    """``in shop``, ``in the shop``."""
    name = at + 1
    while name < len(words) and words[name].low in _ARTICLES:
        name += 1
    if name < len(words) and words[name].is_free and words[name].low in known and not _excludes(words, name, space, known):
        space.name, words[name].role, words[name].shown = words[name].low, "namespace", "NS"
        if name + 1 < len(words) and words[name + 1].low in _WORDS:
            words[name + 1].role = "flag"


def _may_name(word: Word) -> bool:
    return word.is_quoted or (word.low not in GRAMMAR and word.low not in ORDINARY and word.low[0].isalnum())
