"""Words without their endings, so that ``provisions`` finds ``provisioner`` and ``archives`` finds ``ContinuousArchiving``."""

from __future__ import annotations

import re
from functools import lru_cache

_HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d{2,}")
_ENDINGS = ("ations", "ation", "ings", "ing", "ions", "ion", "ers", "er", "ors", "or", "ments", "ment", "ies", "ed", "es", "s", "e", "y")
_LEAST = 4


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """A word in small letters without its endings, while four letters remain; of a shorter one only the plural's ``s`` goes."""
    word = word.lower()
    found = next((ending for ending in _ENDINGS if word.endswith(ending) and len(word) - len(ending) >= _LEAST), "")
    while found:
        word = word.removesuffix(found)
        found = next((ending for ending in _ENDINGS if word.endswith(ending) and len(word) - len(ending) >= _LEAST), "")
    return word[:-1] if len(word) >= _LEAST - 1 and word.endswith("s") and not word.endswith("ss") else word


def stems_of(text: str) -> list[str]:
    """The stems of a text, camelCase apart: ``runAsUser`` has three."""
    return [stem(word) for word in _HUMP.findall(text)]
