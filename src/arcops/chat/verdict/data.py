"""Whether data is lost: what the claims say that hold it."""

from __future__ import annotations

import re

from arcops.chat.selecting.wellness import wellness_of
from arcops.chat.verdict.base import Claim, Ruling
from arcops.inventory.base import Entry
from arcops.inventory.podspecs import spec_of
from arcops.kube.objects.storage import PersistentVolume, PersistentVolumeClaim
from arcops.kube.refs import ObjectRef

_DATA = re.compile(r"\b(?:data|files?|database content|disks?|volumes?)\b")
_LOST = re.compile(r"\b(?:lost|los(?:e|ing)|gone|wiped|destroyed|erased|deleted)\b")
_SAFE = re.compile(r"\b(?:safe|intact|still there|exists?|secure|kept|survived?)\b")


def judge_data(claim: Claim) -> Ruling | None:
    """That the claims of the objects, or all of a namespace, are bound to volumes that exist; else which is not."""
    is_safe = claim.says(_SAFE)
    if not claim.says(_DATA) or not (is_safe or claim.says(_LOST)):
        return None
    held = _claims(claim)
    if not held:
        return None
    bad = next((entry for entry in held if not _is_kept(claim, entry)), None)
    if bad is not None:
        return Ruling("No" if is_safe else "It may be", f"{bad.ref} is {wellness_of(bad).word}, without a volume that exists", bad.ref)
    names = ", ".join(str(entry.ref) for entry in held[:3])
    are = "is still bound to its volume" if len(held) == 1 else "are still bound to their volumes"
    word = "Yes, as far as I see" if is_safe else "No sign of that"
    return Ruling(word, f"{names} {are}; what is on it I cannot see", held[0].ref)


def _claims(claim: Claim) -> list[Entry]:
    inventory = claim.asked.inventory
    if not claim.entries:
        return list(inventory.list(PersistentVolumeClaim.GROUP_KIND, claim.asked.reading.namespace or None))
    found: dict[ObjectRef, Entry] = {}
    for entry in claim.entries:
        refs = [entry.ref] if isinstance(entry.obj, PersistentVolumeClaim) else []
        spec = spec_of(entry.obj)
        sources = [one.persistent_volume_claim for one in (spec.spec.volumes if spec else None) or ()]
        names = [one.claim_name for one in sources if one is not None and one.claim_name]
        refs += [ObjectRef.of(PersistentVolumeClaim.GROUP_KIND, entry.ref.namespace, name) for name in names]
        refs += [one.ref for one in inventory.list(PersistentVolumeClaim.GROUP_KIND, entry.ref.namespace) if _is_of_set(one, entry)]
        found.update((ref, held) for ref in refs if (held := inventory.get(ref)) is not None)
    return list(found.values())


def _is_of_set(held: Entry, entry: Entry) -> bool:
    """Whether a claim is one that a StatefulSet made from a template: ``data-maria-0``."""
    return entry.ref.kind == "StatefulSet" and re.search(rf"-{re.escape(entry.ref.name)}-\d+$", held.ref.name) is not None


def _is_kept(claim: Claim, entry: Entry) -> bool:
    spec = entry.obj.spec if isinstance(entry.obj, PersistentVolumeClaim) else None
    if spec is None or not spec.volume_name or wellness_of(entry).word not in ("Bound", "Terminating"):
        return False
    kind = PersistentVolume.GROUP_KIND
    is_known = claim.asked.inventory.is_complete(kind) and claim.asked.inventory.count(kind)
    return not is_known or claim.asked.inventory.get(ObjectRef.of(kind, "", spec.volume_name)) is not None
