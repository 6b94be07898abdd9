"""Whether what follows is denied: ``not pending``, ``except the failed ones``, ``not counting the dying one``."""

from __future__ import annotations

import re

_DENIED = re.compile(
    r"(?:\b(?:not|never|except(?: for)?|excluding|besides|other than|apart from|ignoring|leaving out|minus|without|non)|"
    r"\b\w+n't|\b(?:is|are|do|does|was|were)nt)[ -]"
    r"(?:(?:counting|including|the|those|these|that|which|is|are|be|been|being|currently|yet|all|any|ones?|a|an|on|in|inside|"
    r"from|of|under|part|have|has|set|marked|to|namespaces?|owned|by|belonging|ns) )*$"
)


def is_denied(before: str) -> bool:
    """Whether the words before a place (lower case, with the space that ends them) deny what comes there."""
    return _DENIED.search(before) is not None
