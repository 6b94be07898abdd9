"""What a few facts hold: the names, words, numbers and times a sentence that rests on them may use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from arcops.base.guard import visible
from arcops.chat.checking.ordinary import ordinary_words
from arcops.chat.checking.quantities import MONTHS, Amount, Clock, Day, Quantity, quantities

_RUN = re.compile(r"[^\s\"`“”‘(){}\[\]<>|,;*→]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_EDGES = ".:!?…-=~#'_"
_HASH = re.compile(r"(?:-[a-z0-9]{4,10}){1,2}$|-\d+$")
NEGATIONS = frozenset({"not", "no", "never", "cannot", "none", "neither", "nor", "without", "nothing", "nobody", "nowhere", "hardly"})
"""With these a sentence denies something; so do words that end in ``n't``."""
_DENIALS = NEGATIONS | {"missing", "absent", "failed", "fails", "failing", "refused", "denied", "unable", "unavailable", "gone", "lacks"}
_CLOSE = 1e-6
_SHORTEST_PLURAL = 4


class Held:
    """The contents of facts, as they stand in the prompt."""

    def __init__(self, lines: Iterable[str], objects: Iterable[str] = ()) -> None:
        """``objects`` are ``Kind/namespace/name``."""
        self.names: set[str] = set()
        self.stems: set[str] = set()
        self.amounts: list[Amount] = []
        self.clocks: set[str] = set()
        self.days: set[str] = set()
        self.has_denial = False
        for line in lines:
            self._take(visible(line))
        for name in objects:
            self._take_object(name)

    def has_name(self, name: str) -> bool:
        """Whether a name, version, image, path or reason stands in the facts as a whole."""
        lower = name.lower()
        return lower in self.names or (len(lower) > _SHORTEST_PLURAL and lower.removesuffix("s") in self.names)

    def has_word(self, word: str) -> bool:
        """Whether a word stands in them, with whatever ending."""
        return word.lower() in self.names or not self.stems.isdisjoint(stems(word.lower()))

    def has_number(self, number: float) -> bool:
        """Whether a plain number stands in them, whatever it counts."""
        return any(amount.number == number for amount in self.amounts)

    def has(self, quantity: Quantity) -> bool:
        """Whether a number or time stands in them, in whatever unit of the same kind."""
        match quantity:
            case Clock():
                return any(clock.startswith(quantity.text) for clock in self.clocks)
            case Day():
                return quantity.text in self.days
            case Amount():
                return any(_is_same(quantity, known) for known in self.amounts)

    def _take(self, line: str) -> None:
        words = words_of(line)
        for place, word in enumerate(words):
            self._take_word(word, words[place + 1] if place + 1 < len(words) else "")

    def _take_word(self, word: str, following: str) -> None:
        lower = word.lower()
        self.has_denial |= lower in _DENIALS or lower.endswith("n't")
        for name in variants(lower):
            self.names.add(name)
            if name.isalpha():
                self.stems.update(stems(name))
        for part in (word, *parts_of(word)):
            for found in quantities(part, following) or ():
                self._take_quantity(found)

    def _take_quantity(self, found: Quantity) -> None:
        match found:
            case Clock():
                self.clocks.add(found.text)
            case Day():
                self.days.add(found.text)
                year, month, day = found.text.split("-")
                self.amounts += [Amount(float(year)), Amount(float(day))]
                if 1 <= int(month) <= len(MONTHS):
                    self.stems |= {MONTHS[int(month) - 1], MONTHS[int(month) - 1][:3]}
            case Amount():
                self.amounts.append(found)

    def _take_object(self, name: str) -> None:
        kind, _, rest = name.partition("/")
        namespace, _, own = rest.rpartition("/")
        spellings = {name, own, f"{kind}/{own}", f"{kind}s/{own}", f"{namespace}/{own}".removeprefix("/"), namespace, kind, f"{kind}s"}
        for spelling in spellings:
            self._take(spelling)


def words_of(text: str) -> list[str]:
    """The words of a text without what stands around them; ``9,731`` is one word, ``pod's`` is ``pod``."""
    runs = _RUN.findall(_THOUSANDS.sub("", visible(text).replace("’", "'")))
    words = (run.strip(_EDGES) for run in runs)
    return [word.removesuffix("'s") for word in words if word]


def variants(word: str) -> Iterator[str]:
    """A word and the names it holds: the parts of a path, an image without its registry, a pod's name without its hash."""
    yield word
    for part in {word, *word.split("/"), *(word.partition("/")[2],)}:
        for name in {part, *part.split("="), *part.split(":"), part.partition(":")[0], part.partition("@")[0]}:
            if name:
                yield name
                yield _HASH.sub("", name)
    pieces = word.split("/")
    yield from ("/".join(pieces[start:]) for start in range(1, len(pieces)))


def parts_of(word: str) -> list[str]:
    """The numbers of ``3/5``, ``exit=137``, ``8080/tcp`` and ``db:5432``."""
    return [part for part in re.split(r"[/=]|(?<=[a-z]):|:(?=[a-z])", word, flags=re.IGNORECASE) if part != word]


def stems(word: str) -> set[str]:
    """What a word may come from: ``killed`` gives ``kill``, ``stopped`` gives ``stop``, ``causing`` gives ``cause``."""
    found = {word}
    for ending, instead in (
        ("ies", "y"), ("ied", "y"), ("es", ""), ("es", "e"), ("s", ""), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"), ("ly", ""),
        ("er", ""), ("er", "e"), ("ment", ""), ("ion", ""), ("ion", "e"), ("able", ""),
    ):  # fmt: skip
        base = word.removesuffix(ending) + instead
        if word.endswith(ending) and len(base) > 2:  # noqa: PLR2004 - shorter ones are no words
            found.add(base)
            if not instead and base[-1] == base[-2]:
                found.add(base[:-1])
    return found


def is_ordinary(word: str) -> bool:
    """Whether a word is one of everyday speech, which names nothing."""
    words = ordinary_words()
    if word in words:
        return True
    lower = word.lower()
    return (word[1:].islower() or word.islower() or len(word) == 1) and not words.isdisjoint(stems(lower))


def _is_same(said: Amount, known: Amount) -> bool:
    if not said.meanings:
        return said.number == known.number
    return any(
        dimension == other and abs(value - held) <= _CLOSE * max(abs(value), 1)
        for dimension, value in said.meanings
        for other, held in known.meanings
    )
