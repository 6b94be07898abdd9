"""A question as words: cut, put into plain forms, each with the place it came from.

What is quoted or in backticks is one word, taken as it stands. ``What's`` becomes ``what is``, ``checkout's`` becomes ``checkout``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_WORDS = 160
"""Words of a question that are read: the first and the last of a longer one, where people put what they ask."""
_MOST_CHARACTERS = 4_000
_TOKEN = re.compile(
    r"`([^`\n]{1,253})`"
    r"|\"([^\"\n]{1,253})\""
    r"|(?<![\w])'([^'\n]{1,253})'(?!\w)"
    r"|(--?[A-Za-z][\w-]*=?)"
    r"|(>=|<=|=>|!=|==|[<>=])"
    r"|(-?\w[\w./:@=+%\-']*)"
    r"|([,;?!])"
)
_PORT = re.compile(r"(?<=[a-z0-9]):\d{3,5}$")
"""Behind the name of a host or Service: ``influx:8086``; tags of images are shorter or have a dot."""
_IS = frozenset({"what", "who", "where", "when", "how", "why", "it", "that", "there", "here", "everything", "anything", "something"})
_NEGATED = {"can't": "can not", "cannot": "can not", "won't": "will not", "cant": "can not", "wont": "will not", "shan't": "shall not"}
_SPOKEN = {
    "whats": "what is", "wats": "what is", "whos": "who is", "wheres": "where is", "hows": "how is", "thats": "that is",
    "isnt": "is not", "arent": "are not", "doesnt": "does not", "dont": "do not", "didnt": "did not", "wasnt": "was not",
    "couldnt": "could not", "hasnt": "has not", "havent": "have not", "werent": "were not", "gimme": "give me", "wanna": "want to",
    "lemme": "let me", "whaddya": "what do you", "u": "you", "r": "are", "ur": "your", "pls": "please", "plz": "please", "thx": "thanks",
    "k8s": "kubernetes", "kube": "kubernetes", "wtf": "what", "y": "why", "ok?": "ok", "o.k": "ok", "okey": "ok", "im": "i am",
}  # fmt: skip
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "´": "'", "–": "-", "—": " ", "…": " ", "\u00a0": " "})


@dataclass(slots=True)
class Word:
    """One word. ``low`` is its plain form, ``text`` as it was written, ``is_quoted`` whether it stood in quotes.

    ``is_prose`` is whether it stood in quotes beside others, as an error's text does.

    ``role`` is "" until a reader has used the word: then ``object``, ``kind``, ``namespace``,
    ``time``, ``condition``, ``flag`` or ``mark``.
    ``shown`` is what stands for it where cues are looked for.
    """

    text: str
    low: str
    is_quoted: bool = False
    is_prose: bool = False
    role: str = ""
    shown: str = ""

    @property
    def is_free(self) -> bool:
        """Whether no reader has used it, and it is no mark."""
        return not self.role


def words_of(question: str) -> list[Word]:
    """The words of a question, at most ``MOST_WORDS``."""
    text = unicodedata.normalize("NFKC", question[:_MOST_CHARACTERS]).translate(_QUOTES)
    words = list(_cut(text))
    half = MOST_WORDS // 2
    return words if len(words) <= MOST_WORDS else [*words[:half], *words[-half:]]


def _cut(text: str) -> Iterator[Word]:
    for match in _TOKEN.finditer(text):
        quoted = match[1] or match[2] or match[3]
        if quoted:
            yield from _quoted(quoted.strip())
        elif match[6]:
            yield from _plain(match[6])
        elif match[7]:
            yield Word(match[7], match[7], role="mark")
        else:
            yield Word(match[0], match[0].lower())


def _quoted(text: str) -> Iterator[Word]:
    """One quoted name; quoted prose is words like any other."""
    if " " not in text:
        yield Word(text, text.lower(), is_quoted=True)
        return
    for part in text.split():
        for word in _plain(part):
            word.is_prose = True
            yield word


def _plain(text: str) -> Iterator[Word]:
    bare = text.rstrip(".:'-/=")
    if not bare or bare == "-":
        return
    bare = _PORT.sub("", bare)
    low = bare.lower()
    if low.startswith("non-") and len(low) > len("non-"):
        yield Word(bare[:3], "not")
        bare, low = bare[4:], low[4:]
    spoken = _SPOKEN.get(low) or _NEGATED.get(low) or _opened(low)
    if spoken:
        for part in spoken.split():
            yield Word(bare, part)
        return
    plain = low.removesuffix("'s").replace("'", "")
    yield Word(bare[: len(plain)] if low.startswith(plain) else bare, plain)


def _opened(low: str) -> str:
    """A contraction in full, or ""."""
    if "'" not in low:
        return ""
    head, _, tail = low.partition("'")
    if low.endswith("n't"):
        return f"{low[:-3]} not"
    if tail == "s" and head in _IS:
        return f"{head} is"
    return {"re": f"{head} are", "ve": f"{head} have", "ll": f"{head} will", "m": f"{head} am", "d": f"{head} would"}.get(tail, "")


def joined(words: Sequence[Word]) -> tuple[str, list[int]]:
    """The words nobody has used as one text, each with its place in it; ``_`` stands for a used or quoted one."""
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    for word in words:
        text = word.low if word.role == "mark" or (word.is_free and not word.is_quoted) else "_"
        starts.append(length)
        parts.append(text)
        length += len(text) + 1
    return " ".join(parts), starts


def use(words: Sequence[Word], starts: Sequence[int], match: re.Match[str], role: str, shown: str = "") -> None:
    """Mark the words that a match in the text of ``joined`` covers."""
    for word, start in zip(words, starts, strict=True):
        if match.start() <= start < match.end() and word.is_free:
            word.role, word.shown = role, shown
