"""``the disk of kafka-1``: the claim of a StatefulSet's pod by the pod's name, be the pod there or not."""

from __future__ import annotations

import re

from arcops.chat.base import Intent
from arcops.chat.read.found import Found
from arcops.kube.refs import GroupKind, ObjectRef

_CLAIM = GroupKind("", "PersistentVolumeClaim")
_ORDINAL = re.compile(r".+-\d+")
_STORES = frozenset(("disk", "disks", "volume", "pvc", "claim", "storage", "data", "drive"))
_POLAR = re.compile(r"^(?:and |so |but )*(?:is|are|does|do|has|have|did|was)\b")
_ASKED = frozenset({Intent.CHANGED, Intent.HISTORY, Intent.LIST, Intent.WHY, Intent.DEPENDS})


def claim_of_pod(found: Found) -> ObjectRef | None:
    """The one claim made for a pod that is named and is nowhere, where storage is asked about; and takes the name from the unknown."""
    if not _STORES & {word.low for word in found.words} and found.kind != _CLAIM:
        return None
    for missing in found.names.unknown:
        name = missing[0]
        if not _ORDINAL.fullmatch(name):
            continue
        claims = [ref for ref in found.index.of_kind(_CLAIM) if ref.name.endswith(f"-{name}")]
        if len(claims) == 1:
            found.names.unknown.remove(missing)
            return claims[0]
    return None


def intent_of_claim(sentence: str, intent: Intent) -> Intent:
    """Yes or no asked of a claim is how it stands, whatever else is said."""
    return Intent.STATE if intent in _ASKED and _POLAR.search(sentence) else intent
