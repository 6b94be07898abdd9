"""Which objects of a kind are missing: those that some object names and nobody has."""

from __future__ import annotations

import re

from arcops.chat.answers._said import listed, many, told
from arcops.chat.asked import Asked
from arcops.chat.base import Block, Draft, FactType
from arcops.chat.selecting.chosen import noun_of
from arcops.chat.telling.scope import where
from arcops.findings.speaker import WORKLOADS
from arcops.inventory.base import Entry
from arcops.inventory.graph import upstream
from arcops.kube.objects.network import Ingress
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.storage import PersistentVolumeClaim
from arcops.kube.refs import GroupKind, ObjectRef

_ASKS = re.compile(r"\b(?:missing|(?:do|does)(?: not|n't) exist|non-?existent|not there|absent)\W*$|\bmissing (?:\w+ ){0,1}?\w+s?\W*$")
_ASKED_FOR = frozenset({
    "ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount", "Service", "StorageClass", "PriorityClass", "IngressClass",
})  # fmt: skip
"""Kinds that others name."""
_MOST = 20
_MOST_NAMING = 3


def missing_of(asked: Asked) -> Draft | None:
    """Each missing one with who names it; None where that is not asked, or where the kind cannot be seen whole."""
    kind, reading = asked.reading.kind, asked.reading
    is_meant = kind is not None and kind.kind in _ASKED_FOR and not reading.objects and _ASKS.search(reading.question.lower())
    if kind is None or not is_meant or not asked.inventory.is_complete(kind):
        return None
    missing: dict[ObjectRef, list[ObjectRef]] = {}
    for entry in _naming(asked):
        for step in upstream(entry.ref, asked.inventory, 1):
            if step.ref.group_kind == kind and not step.link.optional and asked.inventory.get(step.ref) is None:
                missing.setdefault(step.ref, []).append(entry.ref)
    if not missing:
        text = f"No {noun_of(kind)} is missing in {where(asked)} that I can see: each one that must be there exists."
        return Draft((told(asked, FactType.COUNT, text),))
    verb = "is" if len(missing) == 1 else "are"
    text = f"{many(len(missing), noun_of(kind))} {verb} missing: {listed([str(ref) for ref in sorted(missing)], _MOST_NAMING)}."
    blocks: list[Block] = [told(asked, FactType.COUNT, text, ref=min(missing))]
    for ref, users in sorted(missing.items())[:_MOST]:
        said = f"{ref} does not exist, and {listed([str(user) for user in users], _MOST_NAMING)} names it."
        blocks.append(told(asked, FactType.FIELD, said, ref=ref, is_item=True))
    return Draft(tuple(blocks))


def _naming(asked: Asked) -> list[Entry]:
    """What may name others: workloads, pods of nobody, claims, Ingresses."""
    kinds: tuple[GroupKind, ...] = (*WORKLOADS, Pod.GROUP_KIND, PersistentVolumeClaim.GROUP_KIND, Ingress.GROUP_KIND)
    found = (entry for kind in kinds for entry in asked.inventory.list(kind, asked.reading.namespace or None))
    return [entry for entry in found if not entry.obj.metadata.owner_references]
