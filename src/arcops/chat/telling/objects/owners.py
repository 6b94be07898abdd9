"""Who owns an object: what made it, and what made that."""

from __future__ import annotations

import re

from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.telling.page import Page
from arcops.inventory.index import Inventory
from arcops.kube.owners import controller_of
from arcops.kube.refs import ObjectRef

_ASKS = re.compile(
    r"\b(?:owns?|owned by|owners?|belongs? to|manages|managed by|controls|controlled by|controllers?|created by|parents?|"
    r"part of)\b"
)
_DEEPEST = 5


def asks_owner(question: str) -> bool:
    """Whether it is asked who owns something."""
    return _ASKS.search(question.lower()) is not None


def tell_owner(asked: Asked, page: Page, ref: ObjectRef) -> None:
    """The owners, the nearest first; that there is none, where there is none."""
    chain = _owners(ref, asked.inventory)
    if not chain:
        if asked.inventory.get(ref) is not None:
            page.tell(FactType.FIELD, f"Nothing owns {ref}: it has no owner reference.", ref=ref, path="metadata.ownerReferences", rank=0)
        return
    text = ", which belongs to ".join(str(one) for one in chain)
    page.tell(FactType.FIELD, f"{ref} belongs to {text}.", ref=ref, path="metadata.ownerReferences", rank=0)


def _owners(ref: ObjectRef, inventory: Inventory) -> list[ObjectRef]:
    found: list[ObjectRef] = []
    entry = inventory.get(ref)
    while entry is not None and len(found) < _DEEPEST:
        owner = controller_of(entry.obj)
        if owner is None:
            break
        found.append(ObjectRef.of(owner.group_kind, entry.ref.namespace, owner.name))
        entry = inventory.get(found[-1])
    return found
