"""That a list was wanted of some only, and by what could not be understood: the whole list is not the answer then."""

from __future__ import annotations

import re

from arcops.chat.answers._said import plural_of, quoted, told
from arcops.chat.asked import Asked
from arcops.chat.base import Block, FactType
from arcops.chat.read.lexicon import GRAMMAR
from arcops.chat.selecting.chosen import Chosen

_CLAUSE = re.compile(
    r"^(?:please |show me |list |tell me |give me |count )*(?:which|what) (?:[\w-]+ )(?P<rest>.+)$|"
    r"^(?:(?:please |show me |list |tell me |give me |count )*(?:how many|the|all|any) )?(?!who\b|what\b)(?:[\w-]+ ){1,3}?"
    r"(?P<clause>(?:(?:that|who|which|whose|with|without|having|lacking|missing|using) |(?:"
    r"is|are|has|have|do|does|can|could|will|would|may|"
    r"must|need\w*|use\w*|set\w*|want\w*|tolerat\w+|allow\w*) ).+)$"
)
_OPEN = frozenset(
    (
        *("there", "exist", "exists", "existing", "here", "now", "currently", "have", "has", "we", "i", "you", "available", "deployed"),
        *("installed", "defined", "known", "configured", "created", "running", "used", "in", "use", "cluster", "clusters", "namespace"),
        *("namespaces", "kubernetes", "altogether", "total", "right", "present", "made", "out", "system", "around", "get", "got", "this"),
        *("each", "their", "its", "it", "them", "see"),
    )
)
"""Words that restrict nothing."""


def not_understood(asked: Asked, found: Chosen) -> list[Block]:
    """A sentence that the restriction was not understood; nothing where there is none, or some of it was."""
    reading = asked.reading
    if found.checks or reading.objects or reading.unknown or not found.within:
        return []
    text = " ".join(reading.question.lower().replace("?", "").split())
    clause = _CLAUSE.search(text)
    if clause is None:
        return []
    said = clause["rest"] or clause["clause"]
    of_kind = set(re.findall(r"[a-z]+", re.sub(r"([A-Z])", r" \1", found.kind.kind).lower()))
    spaces = {reading.namespace, *(entry.ref.namespace for entry in found.within)}
    words = [word for word in re.findall(r"[\w./-]+", said) if word not in GRAMMAR | _OPEN | spaces]
    if not [word for word in words if word.rstrip("s") not in of_kind and word not in (found.noun.lower(), plural_of(found.noun).lower())]:
        return []
    text = f"I cannot tell which {plural_of(found.noun)} {quoted(said)}; these are all of them."
    return [told(asked, FactType.COVERAGE, text)]
