"""Which node holds a volume: by the VolumeAttachments, which alone know it, and not by where a pod is to run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from arcops.chat.answers._said import listed, told
from arcops.chat.asked import Asked
from arcops.chat.base import Block, Draft, FactType, Heading, Intent
from arcops.chat.telling.incidents.cases import cases_of
from arcops.inventory.graph import upstream
from arcops.kube.objects.storage import PersistentVolume, PersistentVolumeClaim, VolumeAttachment
from arcops.kube.refs import ObjectRef

_VOLUME = r"(?:volumes?|disks?|pvs?|pvcs?|claims?|it)"
_HOLDS = re.compile(
    rf"\b(?:which|what|wich) (?:other )?(?:nodes?|machines?|hosts?) (?:\w+ )??"
    rf"(?:holds?|holding|keeps?|uses?|blocks?|attached|attaches|has)\b.*\b{_VOLUME}\b"
    rf"|\b(?:where|to (?:which|what) nodes?) (?:is|are) .*\b(?:attached|still mounted)\b"
    r"|\b(?:who|what) (?:\w+ )?(?:holds?|blocks?) the (?:volume|disk)\b"
)
_DEPTH = 3
_INTENTS = frozenset({Intent.LIST, Intent.STATE, Intent.DEPENDS, Intent.NODES, Intent.UNCLEAR})


def attached(asked: Asked, draft: Draft) -> Draft:
    """The answer, begun with the nodes that hold the volumes of the object, or that none is known to."""
    volumes = list(_volumes(asked))
    text = " ".join(asked.reading.question.lower().split())
    if asked.reading.intent not in _INTENTS or not volumes or not _HOLDS.search(text):
        return draft
    names = {ref.name for ref in volumes}
    found = [one for one in asked.inventory.list(VolumeAttachment.GROUP_KIND) if _volume(one.obj) in names]
    rest: tuple[Block, ...] = draft.blocks
    if asked.reading.intent is Intent.LIST:
        start = next((at for at, block in enumerate(rest) if isinstance(block, Heading)), len(rest))
        rest = rest[start:]
    if not found:
        said = f"I cannot tell which node holds {listed([str(ref) for ref in volumes], 3)}: there is no VolumeAttachment of it."
        return replace(draft, blocks=(told(asked, FactType.COVERAGE, said, ref=volumes[0]), *rest), can_tell=False)
    lines = [
        told(
            asked,
            FactType.FIELD,
            f"PersistentVolume {_volume(one.obj)} is held by node {_node(one.obj)} ({one.ref.kind} {one.ref.name}).",
            ref=one.ref,
        )
        for one in found
    ]
    return replace(draft, blocks=(*lines, *rest))


def _volumes(asked: Asked) -> Iterator[ObjectRef]:
    """The persistent volumes of the object that is named, else of what is wrong first."""
    found: dict[ObjectRef, None] = {}
    for ref in asked.reading.objects[:1] or [case.incident.root for case in cases_of(asked)[:1]]:
        found |= dict.fromkeys([ref] if ref.group_kind == PersistentVolume.GROUP_KIND else [])
        for step in upstream(ref, asked.inventory, _DEPTH):
            entry = asked.inventory.get(step.ref)
            if step.ref.group_kind == PersistentVolume.GROUP_KIND:
                found[step.ref] = None
            elif entry is not None and isinstance(entry.obj, PersistentVolumeClaim) and entry.obj.spec and entry.obj.spec.volume_name:
                found[ObjectRef.of(PersistentVolume.GROUP_KIND, "", entry.obj.spec.volume_name)] = None
    yield from found


def _volume(obj: object) -> str:
    source = obj.spec.source if isinstance(obj, VolumeAttachment) and obj.spec else None
    return (source.persistent_volume_name if source else None) or ""


def _node(obj: object) -> str:
    return obj.spec.node_name if isinstance(obj, VolumeAttachment) and obj.spec else ""
