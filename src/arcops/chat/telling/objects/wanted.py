"""The fields that an open question asks for by a word that stands in them: ``which cert``, ``what port``, ``whose account``."""

from __future__ import annotations

import re

from arcops.chat.asked import Asked
from arcops.chat.telling.fields import field_sentences
from arcops.findings.quotas import uses_of
from arcops.inventory.base import Entry
from arcops.kube.objects.config import ConfigMap
from arcops.kube.objects.policy import ResourceQuota

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
_LONGEST = 400
_CONTENT = re.compile(r"\b(?:contain\w*|contents?|values?|inside|say|said|hold|held|what(?:'s| is| was) in|look\w*)\b")
_ROOM = re.compile(r"\b(?:room|left|free|remain\w*|available|used|usage|full|space|how much|how many|limits?|near|close)\b")


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


def content_sentences(asked: Asked, entry: Entry) -> list[str]:
    """The values of a ConfigMap, where what it holds is asked for; long ones are cut."""
    if not isinstance(entry.obj, ConfigMap) or not _CONTENT.search(asked.reading.question.lower()):
        return []
    data = sorted((entry.obj.data or {}).items())
    text = asked.reading.question.lower()
    named = [(key, value) for key, value in data if key.lower() in text] or data
    return [f"{entry.ref}, key {key}: {' '.join(value.split())[:_LONGEST]}" for key, value in named[:_MOST]]


def quota_sentences(asked: Asked, entry: Entry) -> list[str]:
    """Of a quota how much is used and left, where that is asked."""
    if not isinstance(entry.obj, ResourceQuota) or not _ROOM.search(asked.reading.question.lower()):
        return []
    return [
        f"{entry.ref} has {use.used} of {use.hard} {use.name} used{', so nothing is left' if use.share >= 1 else ''}"
        for use in uses_of(entry.obj)
    ]
