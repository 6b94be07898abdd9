"""Checks what a model says, sentence by sentence: shown is only what rests on facts that were in its prompt.

A sentence must cite facts (``[F3]``), and every name, number, time and uncommon word in it must stand in the facts it cites. What
cannot be checked so, because it is said in ordinary words (a wrong "because", a wrong order of things), is not caught; three
kinds of it are: a denial where the facts deny nothing, an order or a command that no advice of ours holds, and a verdict
("all is well") that only a log or a message speaks. So a log line that gives orders gets nothing said that we would not say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from arcops.base.guard import safe_line, without_markup
from arcops.chat.base import Fact, FactType
from arcops.chat.checking.held import Held, words_of
from arcops.chat.checking.sentences import MOST_SENTENCE_CHARS, Sentences
from arcops.chat.checking.speech import Drop, command_in, is_denial, is_order, orders_in, unheld, verdicts

_CITATION = re.compile(r"[\[(]\s*([Ff]\d{1,4}(?:\s*(?:[,;&]|and)?\s*[Ff]\d{1,4})*)\s*[\])]")
_ID = re.compile(r"\d{1,4}")
_PLAIN_ID = re.compile(r"[Ff]\d{1,4}")
_MARKUP = re.compile(r"!\[|\]\s*\(|\]\s*\[(?!\s*[Ff]\d)|<[A-Za-z/!?]|^\s*\[[^\]]*\]:")
_TYPES = re.compile(rf"\s*\((?:{'|'.join(FactType)})(?:, \d{{4}}-[\d:.TZ-]+)?\)")
"""How a line of the prompt ends; a model that copies it whole means no word of the sentence."""
_LEAD = re.compile(r"^\s*(?:[-*•+]|\d{1,2}[.)]|#{1,6})\s+")
_OURS = frozenset({FactType.COUNT, FactType.COVERAGE, FactType.MEANING})
"""Types of facts that may say that something is well; what is found to be wrong may quote anybody."""
_ADVICE = frozenset({FactType.COMMAND, FactType.MEANING})


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that may be shown, with its citations at its end, and the ids it rests on."""

    text: str
    facts: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """What became of the sentences so far."""

    kept: list[Sentence] = field(default_factory=list)
    dropped: Counter[Drop] = field(default_factory=Counter)

    @property
    def is_enough(self) -> bool:
        """Whether at least half of what was said, and something at all, may be shown."""
        return bool(self.kept) and len(self.kept) >= self.dropped.total()

    @property
    def reasons(self) -> str:
        """``2 times a name that no cited fact holds, once no fact cited``."""
        return ", ".join(f"{'once' if count == 1 else f'{count} times'} {reason.value}" for reason, count in self.dropped.most_common())


class CiteCheck:
    """Judges the sentences of one answer as its text comes in."""

    def __init__(self, facts: Sequence[Fact], shown: Mapping[str, str]) -> None:
        """``shown`` are the lines of the prompt by the ids of the facts they tell."""
        self._facts = {fact.id: fact for fact in facts if fact.id in shown}
        self._shown = dict(shown)
        self._cutter = Sentences()
        self._waiting: list[str] = []
        self._said: set[str] = set()
        self.tally = Tally()

    def learn(self, facts: Mapping[str, Fact], shown: Mapping[str, str]) -> None:
        """Further facts the model was given, by id, and their lines: it may cite them from now on."""
        self._facts.update(facts)
        self._shown.update(shown)

    def feed(self, piece: str) -> Iterator[Sentence | Drop]:
        """A sentence that may be shown, or why one may not, for each that is whole now."""
        for text in self._cutter.feed(piece):
            yield from self._judged(text)

    def rest(self) -> Iterator[Sentence | Drop]:
        """The same for what is left at the end."""
        for text in self._cutter.rest():
            yield from self._judged(text)
        yield from self._give_up()

    def take(self, text: str, ids: Sequence[str]) -> Iterator[Sentence | Drop]:
        """The same for a text that names its facts apart. Its sentences are judged one by one, except where a fact says all of it."""
        if not words_of(text):
            return
        marks = "".join(f" [{identity}]" for identity in ids if _PLAIN_ID.fullmatch(identity))
        cutter = Sentences()
        for part in (text,) if self._is_quoted(text) else (*cutter.feed(text), *cutter.rest()):
            yield from self._judged(part + marks)

    def _judged(self, text: str) -> Iterator[Sentence | Drop]:
        """A fact may hold several sentences of which only the last has the citation: what is quoted word for word waits for it."""
        ids = cited(text)
        if not ids:
            if self._is_quoted(text):
                self._waiting.append(text)
            else:
                yield from self._give_up()
                yield self._drop(Drop.UNCITED)
            return
        whole = " ".join((*self._waiting, text))
        verdict = self.verdict(whole, ids)
        if self._waiting and isinstance(verdict, Drop):
            yield from self._give_up()
            verdict = self.verdict(text, ids)
        self._waiting.clear()
        if isinstance(verdict, Drop):
            yield self._drop(verdict)
        elif verdict.text not in self._said:
            self._said.add(verdict.text)
            self.tally.kept.append(verdict)
            yield verdict

    def _give_up(self) -> Iterator[Drop]:
        for _ in self._waiting:
            yield self._drop(Drop.UNCITED)
        self._waiting.clear()

    def _drop(self, why: Drop) -> Drop:
        self.tally.dropped[why] += 1
        return why

    def _is_quoted(self, text: str, types: frozenset[FactType] = frozenset(FactType)) -> bool:
        """Whether a fact of such a type says the same word for word."""
        plain = " ".join(words_of(_LEAD.sub("", text))).lower()
        lines = (line for identity, line in self._shown.items() if self._facts[identity].type in types)
        return any(plain in " ".join(words_of(line)).lower() for line in lines)

    def verdict(self, text: str, ids: Sequence[str]) -> Sentence | Drop:
        """The sentence as it may be shown, or why not."""
        if any(identity not in self._facts for identity in ids):
            return Drop.UNKNOWN_FACT
        bare = _LEAD.sub("", _TYPES.sub("", _CITATION.sub(" ", text))).strip()
        facts = [self._facts[identity] for identity in ids]
        if len(bare) > MOST_SENTENCE_CHARS:
            return Drop.TOO_LONG
        if _MARKUP.search(bare):
            return Drop.MARKUP
        lines = [f"{self._shown[fact.id]} {fact.at}" for fact in facts]
        held = Held(lines, [fact.object for fact in facts if fact.object])
        found = unheld(bare, held) or self._overstepped(bare, facts, held)
        if found is not None:
            return found
        plain = re.sub(r"\s+([.!?,;:])", r"\1", safe_line(bare, MOST_SENTENCE_CHARS)).replace("#", "").strip()
        marks = "".join(f"[{identity}]" for identity in ids)
        return Sentence(f"{without_markup(plain.rstrip('.:'))} {marks}.", tuple(ids))

    def _overstepped(self, bare: str, facts: Sequence[Fact], held: Held) -> Drop | None:
        """Whether a sentence orders, judges or denies more than the facts do."""
        words = [word.lower() for word in words_of(bare)]
        if is_denial(words) and not held.has_denial:
            return Drop.DENIAL
        if self._is_reported(bare, facts):
            return None
        command = command_in(bare)
        if command and not self._is_quoted(command, frozenset({FactType.COMMAND})):
            return Drop.ORDER
        advice = Held(self._shown[fact.id] for fact in facts if fact.type in _ADVICE)
        if is_order(words) and not (advice.names and all(advice.has_word(word) for word in orders_in(words))):
            return Drop.ORDER
        ours = Held(self._shown[fact.id] for fact in facts if fact.type in _OURS)
        return Drop.VERDICT if any(not ours.has_word(word) for word in verdicts(words)) else None

    def _is_reported(self, bare: str, facts: Sequence[Fact]) -> bool:
        """Whether a fact that is no log line begins with the same words, and so says whose they are."""
        plain = " ".join(words_of(bare)).lower()
        lines = (self._shown[fact.id] for fact in facts if fact.type is not FactType.LOG)
        return any(" ".join(words_of(line)).lower().startswith(plain) for line in lines)


def cited(text: str) -> list[str]:
    """The ids a sentence cites, each once, in order."""
    found = [f"F{int(number[0])}" for group in _CITATION.finditer(text) for number in _ID.finditer(group[1])]
    return list(dict.fromkeys(found))
