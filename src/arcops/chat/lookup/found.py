"""The fields that hold what a question asks for, said before the answer that lacks them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import msgspec

from arcops.chat.answers._said import told
from arcops.chat.asked import Asked
from arcops.chat.base import Block, Draft, FactType, Intent, Said, Table
from arcops.chat.lookup.heads import Wanted, meant_of, wanted_of
from arcops.chat.lookup.leaves import Leaf, leaves_of
from arcops.chat.lookup.near import nearby
from arcops.chat.lookup.unset import unset
from arcops.chat.selecting.chosen import LEFT_OUT
from arcops.chat.telling.words import stopped
from arcops.kube.refs import ObjectRef
from arcops.queries.bodies import masked_body

_INTENTS = frozenset({Intent.STATE, Intent.WRONG, Intent.DEPENDS, Intent.UNCLEAR, Intent.HISTORY, Intent.WHY})
_OF_ONE = frozenset({Intent.LIST, Intent.COUNT})
"""Of these only where an object is named: else it is a list that is wanted, not one field."""
_MOST = 3
_TOO_MANY = 6
"""Fields that a word stands for: of more it is not asked by that word."""
_NEAR_BEST = 0.75
_OPENING = 2
"""Sentences at the top of an answer that may have told it already."""
_FAR = 0.65
"""A field of a thing nearby, beside one of the thing itself; so too a condition, where an open question wants a value."""
_HEAD = 3
_ALSO = 0.25
"""What each word of a question adds that stands in the path besides."""


_HOW_OFTEN = re.compile(r"\bhow (?:often|frequently)\b")
_SINCE = ("since when", "and since when", "how long", "from when", "until when")
_NONE = frozenset(("\0",))
"""Stands where a word itself is not looked for."""
_NOTHING = "Nothing is wrong"
_VERDICTS = ("Yes.", "Yes:", "Yes,", "No.", "No:", "No,", "Only partly", "I cannot tell")
"""How a sentence begins that answers yes or no: fields come after it."""


async def looked_up(asked: Asked, draft: Draft) -> Draft:
    """The answer, begun with the fields asked for where a question asks for some and the top of the answer does not tell them."""
    intent = asked.reading.intent
    if not (intent in _INTENTS or (intent in _OF_ONE and _is_of_one(asked, draft))) or _is_explained(asked, draft):
        return draft
    missing = await unset(asked)
    if missing is not None:
        left = tuple(one for one in draft.blocks if intent not in _OF_ONE or not isinstance(one, Said))
        return replace(draft, blocks=(missing, *left), can_tell=draft.can_tell and "cannot tell" not in missing.text)
    near = nearby(asked)
    wanted = wanted_of(asked.reading.question, [ref.name for ref, _ in near] + [asked.reading.namespace])
    if intent is Intent.WHY:
        wanted = _of_cause(wanted) if asked.reading.question.lower().startswith(_SINCE) else wanted._replace(is_open=False)
    if not (wanted.asks if wanted.is_open else wanted.words and intent not in _OF_ONE):
        return draft
    leaves = [(leaf, far) for ref, far in near for leaf in await _leaves(asked, ref)]
    said = " ".join(block.text for block in _top(draft.blocks))
    found = best(wanted, leaves)
    if any(_is_told(leaf, said) for leaf in found):
        return draft
    lines = [told(asked, FactType.FIELD, _sentence(leaf), ref=leaf.ref, path=leaf.path) for leaf in found]
    if not lines:
        return draft
    rest = [block for block in draft.blocks if not _is_left_out(block)]
    head = bool(rest) and isinstance(rest[0], Said) and rest[0].text.startswith(_VERDICTS)
    return replace(draft, blocks=(*rest[:head], *lines, *rest[head:]))


def _is_explained(asked: Asked, draft: Draft) -> bool:
    """Whether causes or a count of the past are what is asked for: no field tells them, save where nothing is wrong."""
    text = asked.reading.question.lower()
    if asked.reading.intent is Intent.HISTORY and _HOW_OFTEN.search(text):
        return True
    is_cause = asked.reading.intent is Intent.WHY and not text.startswith(_SINCE)
    return (is_cause or text.startswith("why")) and not any(block.text.startswith(_NOTHING) for block in _top(draft.blocks))


def _of_cause(wanted: Wanted) -> Wanted:
    """Of a question for a cause only what people mean by its words."""
    heads, words = ([ways for said in part if (ways := meant_of(said))] for part in (wanted.heads, wanted.words))
    return wanted._replace(heads=tuple(heads), words=tuple((_NONE, *ways) for ways in words))


def _sentence(leaf: Leaf) -> str:
    return stopped(f"{leaf.ref}: {leaf.path}{':' if '=' in leaf.value else ' is'} {leaf.value}")


def _is_of_one(asked: Asked, draft: Draft) -> bool:
    """Whether a list is of one thing after all: an object is named, nothing is listed, or a word is left that lists know nothing of."""
    return bool(asked.reading.objects) or any(map(_is_left_out, draft.blocks)) or not any(isinstance(one, Table) for one in draft.blocks)


def _is_left_out(block: Block) -> bool:
    return isinstance(block, Said) and block.text.endswith(LEFT_OUT)


def _is_told(leaf: Leaf, said: str) -> bool:
    """Whether the top of an answer holds what a field holds."""
    if leaf.path.startswith("condition "):
        return f"{leaf.path.removeprefix('condition ')} is {leaf.value.partition(' ')[0]}" in said
    values = [part.rpartition("=")[2] for part in leaf.value.partition(" (")[0].split(", ")]
    return any(len(value) > 1 and value in said for value in values)


def _top(blocks: Iterable[Block]) -> list[Said]:
    return [block for block in blocks if isinstance(block, Said)][:_OPENING]


async def _leaves(asked: Asked, ref: ObjectRef) -> list[Leaf]:
    revision = await asked.services.store.object_at(ref, asked.at_ms)
    if revision is None or not revision.body:
        return []
    return list(leaves_of(ref, msgspec.json.decode(masked_body(revision.body))))


def best(wanted: Wanted, leaves: Sequence[tuple[Leaf, int]]) -> list[Leaf]:
    """The leaves whose path says best what is asked for; none where it is said of too many, or only in passing."""
    rare = _Rare(leaves)
    scored = [(score, leaf) for leaf, far in leaves if (score := _score(wanted, leaf, far, rare))]
    least = max((score for score, _ in scored), default=0.0) * _NEAR_BEST
    kept: dict[tuple[frozenset[str], str], Leaf] = {}
    for score, leaf in sorted(scored, key=lambda one: -one[0]):
        if score >= least:
            kept.setdefault((leaf.last, leaf.value), leaf)
    return list(kept.values())[:_MOST] if len(kept) <= _TOO_MANY else []


class _Rare:
    """How much a word tells apart: the fewer paths end with it, the more."""

    def __init__(self, leaves: Sequence[tuple[Leaf, int]]) -> None:
        self._ends = Counter(stem for _, last in {(leaf.path, leaf.last) for leaf, _ in leaves} for stem in last)
        self._total = len(leaves) + 1

    def weight(self, ways: Sequence[frozenset[str]], leaf: Leaf, among: frozenset[str]) -> float:
        """What a word adds to a leaf's score, the best of the ways to say it; 0 where none of them stands ``among`` the leaf's words."""
        fits = [way for way in ways if way <= leaf.words and not way.isdisjoint(among)]
        return max((math.log(self._total / (1 + min(self._ends[stem] for stem in way))) * len(way) ** 0.5 for way in fits), default=0.0)


def _score(wanted: Wanted, leaf: Leaf, far: int, rare: _Rare) -> float:
    """How well a leaf fits; 0 where its end is not what is asked for. Yes or no hangs on a verdict, or on what people mean by a word."""
    asks = wanted.asks if wanted.is_open else wanted.words if leaf.is_verdict else tuple(meant_of(ways) for ways in wanted.words)
    head = max((rare.weight(ways, leaf, leaf.last) for ways in asks), default=0.0)
    if not head:
        return 0.0
    rest = sum(rare.weight(ways, leaf, leaf.words) for ways in wanted.words)
    is_aside = wanted.is_open and leaf.path.startswith("condition ")
    return (_HEAD * head + rest) * _FAR ** (bool(far) + is_aside) * (1 + _ALSO * len(leaf.words & wanted.said))
