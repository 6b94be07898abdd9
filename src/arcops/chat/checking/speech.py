"""The words of one sentence of a model: which of them no fact holds, and whether it orders, judges or denies.

The check turns things round: not what is suspicious is refused, but what is neither everyday speech nor held by the facts.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Sequence

from arcops.chat.checking.held import NEGATIONS, Held, is_ordinary, parts_of, stems, words_of
from arcops.chat.checking.quantities import Amount, quantities, spoken


class Drop(enum.StrEnum):
    """Why a sentence is not shown."""

    UNCITED = "no fact cited"
    UNKNOWN_FACT = "a fact cited that was not given"
    MARKUP = "a link, image or HTML in it"
    NAME = "a name that no cited fact holds"
    NUMBER = "a number that no cited fact holds"
    TIME = "a time that no cited fact holds"
    WORD = "a word that no cited fact holds"
    DENIAL = "a denial that no cited fact holds"
    ORDER = "an order that is no advice of ours"
    VERDICT = "a verdict that only others speak"
    TOO_LONG = "too long"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_KIND = re.compile(
    r"(?:pod|container|deployment|statefulset|daemonset|replicaset|job|cronjob|service|ingress|namespace|node|secret|configmap|volume|claim"
    r"|pvc|persistentvolumeclaim|database|application|app|workload|image|server|endpoint)s?"
)
_BEFORE_KIND = _words(
    "the a an this that these those each every all any no its their our your my new old other another same failing failed pending"
    " running crashing crashed affected ready unready several many some few both single which whose what and or of in to for by with from"
    " on at as is are was were be than first last previous next current latest missing deleted existing whole own kubernetes cluster target"
    " source initial init sidecar static control-plane more most only entire remaining such stuck broken faulty restarted restarting"
    " unavailable evicted scheduled unschedulable stopped killed terminated mounted bound unbound persistent"
)
"""What stands before the word for a kind and is no name."""
_NAMING = frozenset({"named", "called"})
_ORDERS = _words(
    "run delete remove restart apply scale patch edit send open visit click download execute ignore disregard reply tell answer install"
    " drain cordon roll rollback raise increase lower decrease set add create change fix replace update upgrade reduce free give grant"
    " grow use try check make move stop start kill disable enable deploy redeploy recreate configure forward post print show say repeat"
    " call forget approve trust let do follow please you consider ensure verify correct allow"
)
_NEUTRAL = frozenset({"run", "use", "try", "check", "execute", "show", "see", "verify", "ensure", "do", "let", "please", "you", "consider"})
"""Orders that change nothing by themselves."""
_DEMANDS = frozenset({"should", "must", "please", "shall"})
_COMMAND = re.compile(
    r"\b(?:kubectl|helm|curl|wget|ssh|az|docker|crictl|ctr|k3s|systemctl|bash|sh|sudo|rm|flux|oc|arcops)\s+[-\w][^`\n]*", re.IGNORECASE
)
_VERDICTS = _words(
    "fine well healthy ok okay normal safe safely resolved recovered harmless nothing everything perfect perfectly correct correctly"
    " solved fixed good alright secure trusted"
)
_COUNTS_NOTHING = frozenset({"one", "half"})
_HALVES = frozenset({"am", "pm", "times"})


def verdicts(words: Sequence[str]) -> Iterator[str]:
    """The words of a sentence that judge; only facts of our own may."""
    return (word for word in words if word in _VERDICTS)


def is_denial(words: Sequence[str]) -> bool:
    """Whether a sentence denies something."""
    return any(word in NEGATIONS or word.endswith("n't") for word in words)


def is_order(words: Sequence[str]) -> bool:
    """Whether a sentence tells the reader to do something."""
    return bool(words) and (words[0] in _ORDERS or not _DEMANDS.isdisjoint(words))


def orders_in(words: Sequence[str]) -> Iterator[str]:
    """The words of an order that would change something if it were followed."""
    return (word for word in words if not stems(word).isdisjoint(_ORDERS - _NEUTRAL))


def command_in(text: str) -> str:
    """The command line a sentence holds, "" for none."""
    found = _COMMAND.search(text)
    return found[0] if found else ""


def unheld(text: str, held: Held) -> Drop | None:
    """What the first thing is that a sentence names and the facts do not hold; None for none."""
    words = words_of(text)
    lowered = [word.lower() for word in words]
    place = 0
    while place < len(words):
        number = spoken(lowered[place:])
        if number is not None and lowered[place] not in _COUNTS_NOTHING:
            value, taken = number
            if not held.has_number(value) and not held.has_word(lowered[place]):
                return Drop.NUMBER
            place += taken
            continue
        found = _unheld_word(words, lowered, place, held)
        if found is not None:
            return found
        place += 1
    return None


def _unheld_word(words: Sequence[str], lowered: Sequence[str], place: int, held: Held) -> Drop | None:
    word = words[place]
    said = quantities(word, words[place + 1] if place + 1 < len(words) else "")
    if said is not None:
        missing = next((one for one in said if not held.has(one)), None)
        return None if missing is None else Drop.NUMBER if isinstance(missing, Amount) else Drop.TIME
    if held.has_name(word):
        return None
    parts = parts_of(word)
    if len(parts) > 1 and all(part.isdigit() for part in parts):
        return None if all(held.has_number(float(part)) for part in parts) else Drop.NUMBER
    return _unheld_letters(words, lowered, place, held)


def _unheld_letters(words: Sequence[str], lowered: Sequence[str], place: int, held: Held) -> Drop | None:
    word = words[place]
    plain = word.replace("'", "")
    is_word = plain.isascii() and plain.isalpha() and (word[1:].islower() or word.islower())
    if (is_word and held.has_word(word)) or _is_unit(words, place):
        return None
    if _is_name_like(lowered, place):
        return Drop.NAME
    if is_ordinary(word):
        return None
    return Drop.WORD if is_word else Drop.NAME


def _is_unit(words: Sequence[str], place: int) -> bool:
    """Whether a word is the unit of the number before it, which was checked with it."""
    if place == 0:
        return False
    word = words[place].lower()
    before = quantities(words[place - 1])
    return before is not None and (word.replace(".", "") in _HALVES or quantities(words[place - 1], words[place]) != before)


def _is_name_like(lowered: Sequence[str], place: int) -> bool:
    """Whether a word stands where a name stands: before ``pod``, ``service`` …, or behind ``named``."""
    if place and lowered[place - 1] in _NAMING:
        return True
    word, following = lowered[place], lowered[place + 1] if place + 1 < len(lowered) else ""
    return _KIND.fullmatch(following) is not None and word not in _BEFORE_KIND and not _KIND.fullmatch(word)
