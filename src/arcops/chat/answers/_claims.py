"""How large the volumes of an object are: what its claims ask for and what they have; how full they are nothing records."""

from __future__ import annotations

import re

from arcops.chat.answers._said import step, told
from arcops.chat.asked import Asked
from arcops.chat.base import Block, Draft, FactType
from arcops.chat.selecting.scope import pods_of
from arcops.inventory.base import Entry
from arcops.inventory.podspecs import spec_of
from arcops.kube.objects.storage import PersistentVolumeClaim
from arcops.kube.refs import ObjectRef

_ASKS = re.compile(r"\b(?:volumes?|disks?|claims?|pvcs?|storage)\b")
_SIZE = re.compile(
    r"\b(?:how (?:big|large|full|much)|(?:big|large) enough|enough|too small|too full|sizes?|capacity|space|free|used?|usage|left)\b"
)
_FULL = re.compile(r"\b(?:full|enough|too small|free|used?|usage|left)\b")


def claim_sizes(asked: Asked, text: str) -> Draft | None:
    """The claims of the objects asked about with their sizes; None where no size of a volume is asked, or they have no claim."""
    if not (_ASKS.search(text) and _SIZE.search(text)):
        return None
    claims = [claim for ref in asked.reading.objects for claim in _claims_of(asked, ref)]
    if not claims:
        return None
    blocks: list[Block] = []
    wants_use = _FULL.search(text) is not None
    if wants_use:
        say = "How full a volume is is not recorded, so I cannot tell; its size is known."
        blocks.append(told(asked, FactType.COVERAGE, say, ref=claims[0][0]))
    for ref, claim in claims:
        wanted = ((claim.spec.resources.requests if claim.spec and claim.spec.resources else None) or {}).get("storage", "no size")
        has = ((claim.status.capacity if claim.status else None) or {}).get("storage")
        state = (claim.status.phase if claim.status else None) or "in no phase"
        text = f"{ref} asks for {wanted} and {f'has {has}' if has else 'has no volume yet'} ({state})."
        blocks.append(told(asked, FactType.FIELD, text, ref=ref, path="status.capacity.storage"))
    if wants_use:
        blocks += step(asked, "Within a pod that mounts it this shows it", "df -h")
    return Draft(tuple(blocks), can_tell=not wants_use)


def _claims_of(asked: Asked, ref: ObjectRef) -> list[tuple[ObjectRef, PersistentVolumeClaim]]:
    entry = asked.inventory.get(ref)
    if entry is not None and isinstance(entry.obj, PersistentVolumeClaim):
        return [(ref, entry.obj)]
    found: dict[ObjectRef, PersistentVolumeClaim] = {}
    for one in [*([entry] if entry is not None else []), *pods_of(ref, asked.inventory)]:
        for name in _names(one):
            claim = ObjectRef.of(PersistentVolumeClaim.GROUP_KIND, ref.namespace, name)
            held = asked.inventory.get(claim)
            if held is not None and isinstance(held.obj, PersistentVolumeClaim):
                found[claim] = held.obj
    return list(found.items())


def _names(entry: Entry) -> list[str]:
    at = spec_of(entry.obj)
    volumes = (at.spec.volumes if at is not None else None) or ()
    sources = (one.persistent_volume_claim for one in volumes)
    return [source.claim_name for source in sources if source is not None and source.claim_name]
