"""The fields that an open question asks for by a word that stands in them: ``which cert``, ``what port``, ``whose account``."""

from __future__ import annotations

import re

from arcops.chat.asked import Asked
from arcops.chat.telling.fields import field_sentences
from arcops.inventory.base import Entry

_OPEN = re.compile(r"\b(?:what|which|whose|where)\b")
_WORD = re.compile(r"[a-z]{4,}")
_PLAIN = frozenset({
    "what", "which", "whose", "where", "does", "with", "from", "have", "that", "this", "there", "when", "will", "about", "happens",
    "state", "status", "condition", "used", "uses", "using", "runs", "running", "named", "name", "called", "kind", "exactly", "right",
    "look", "looks", "like", "doing", "currently", "going", "pods", "container", "containers", "without", "requests", "https", "takes",
    "belongs", "goes", "leads", "selects", "message", "reason", "every", "made", "know", "tell", "show", "host",
})  # fmt: skip
"""Words of questions that stand in fields by chance."""
_MOST = 4


def wanted_sentences(asked: Asked, entry: Entry) -> list[str]:
    """The sentences of an object's fields that hold a word asked for; none where many do, for then it is the whole that is asked for."""
    text = asked.reading.question.lower()
    if not _OPEN.search(text):
        return []
    text = text.replace(entry.ref.name.lower(), " ")
    words = [word.removesuffix("s") for word in _WORD.findall(text) if word not in _PLAIN and word != entry.ref.kind.lower()]
    told = [(sentence, sentence.lower().replace(entry.ref.name.lower(), " ")) for sentence in dict.fromkeys(field_sentences(entry))]
    found = [sentence for sentence, plain in told if any(re.search(rf"\b{word}", plain) for word in words)]
    return found if len(found) <= _MOST else []
