"""How far a workload can be scaled by what scales it: the bounds of its autoscaler, and how many replicas there are now."""

from __future__ import annotations

from collections.abc import Sequence

from arcops.chat.answers._said import many
from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.read.tables import turn
from arcops.chat.read.words import words_of
from arcops.chat.telling.page import Page
from arcops.findings.replicas import replicas_of
from arcops.inventory.base import Entry
from arcops.inventory.graph import neighbours
from arcops.kube.objects.autoscaling import HorizontalPodAutoscaler
from arcops.kube.objects.custom import CustomObject, CustomSpec
from arcops.kube.refs import GroupKind, ObjectRef

_SCALED_OBJECT = GroupKind("keda.sh", "ScaledObject")
_KEDA_LEAST, _KEDA_MOST = 0, 100
"""What KEDA takes where a ScaledObject does not say."""
_MOST = 8


def asks_scale_bounds(question: str) -> bool:
    """Whether a question asks how far something can be scaled."""
    return turn("scale_bounds").search(" ".join(word.low for word in words_of(question) if word.role != "mark")) is not None


def tell_scale_bounds(asked: Asked, page: Page, refs: Sequence[ObjectRef]) -> bool:
    """The bounds of what scales the objects, or of every autoscaler where none is named; false where nothing is to be said."""
    scalers = _scalers_of(asked, refs) if refs else _all(asked)
    for place, scaler in enumerate(scalers[:_MOST]):
        page.tell(FactType.FIELD, _bounds(asked, scaler), ref=scaler.ref, path="spec.maxReplicas", rank=0, item=place > 0)
    if scalers:
        return True
    if not refs:
        page.tell(FactType.COVERAGE, "Nothing is scaled by load here: there is no HorizontalPodAutoscaler and no ScaledObject.", rank=0)
        return True
    entry = asked.inventory.get(refs[0])
    counts = replicas_of(entry.obj) if entry is not None else None
    if entry is None or counts is None:
        return False
    text = f"No autoscaler scales {entry.ref}, so it stays at the {many(counts.wanted, 'replica')} that it is set to."
    page.tell(FactType.FIELD, text, ref=entry.ref, path="spec.replicas", rank=0)
    return True


def _all(asked: Asked) -> list[Entry]:
    space = asked.reading.namespace or None
    return [entry for kind in (HorizontalPodAutoscaler.GROUP_KIND, _SCALED_OBJECT) for entry in asked.inventory.list(kind, space)]


def _scalers_of(asked: Asked, refs: Sequence[ObjectRef]) -> list[Entry]:
    """The autoscalers among the objects, and those that scale one of them."""
    found = [ref for ref in refs if ref.group_kind in (HorizontalPodAutoscaler.GROUP_KIND, _SCALED_OBJECT)]
    links = (link for ref in refs for link in neighbours(ref, asked.inventory) if link.relation == "scales" and link.target == ref)
    names = dict.fromkeys((*found, *(link.source for link in links)))
    return [entry for ref in names if (entry := asked.inventory.get(ref)) is not None]


def _bounds(asked: Asked, entry: Entry) -> str:
    """``HorizontalPodAutoscaler shop/web can take Deployment shop/web to at most 5 replicas and at least 1; it wants 5 now``."""
    obj = entry.obj
    spec = obj.spec if isinstance(obj, HorizontalPodAutoscaler | CustomObject) else None
    target = spec.scale_target_ref.ref_in(entry.ref.namespace) if spec and spec.scale_target_ref else None
    if isinstance(spec, CustomSpec):
        least = _KEDA_LEAST if spec.min_replica_count is None else spec.min_replica_count
        most = _KEDA_MOST if spec.max_replica_count is None else spec.max_replica_count
    else:
        least = spec.min_replicas if spec and spec.min_replicas is not None else 1
        most = spec.max_replicas if spec else 0
    what = f"{target.kind or 'Deployment'} {target.namespace}/{target.name}" if target is not None else "its target"
    return f"{entry.ref} can take {what} to at most {many(most or 0, 'replica')} and at least {least}{_now(asked, target)}."


def _now(asked: Asked, target: ObjectRef | None) -> str:
    near = asked.inventory.get(target) if target is not None else None
    counts = replicas_of(near.obj) if near is not None else None
    return f"; {counts.wanted:,} are wanted now and {counts.ready:,} ready" if counts is not None else ""
