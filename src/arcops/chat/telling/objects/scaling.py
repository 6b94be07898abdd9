"""What scales a workload: its autoscalers with what they measure, or that nothing does."""

from __future__ import annotations

from collections.abc import Sequence

from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.telling.fields import field_sentences
from arcops.chat.telling.page import Page
from arcops.chat.telling.words import has_any, stopped
from arcops.inventory.base import Entry
from arcops.inventory.graph import neighbours
from arcops.kube.objects.autoscaling import HorizontalPodAutoscaler
from arcops.kube.refs import GroupKind, ObjectRef

_SCALED_OBJECT = GroupKind("keda.sh", "ScaledObject")
_WORDS = (
    "scale",
    "scales",
    "scaled",
    "scaling",
    "autoscale",
    "autoscaled",
    "autoscaler",
    "autoscales",
    "autoscaling",
    "hpa",
    "keda",
    "replicas",
    "replica",
)


def asks_scaling(question: str) -> bool:
    """Whether a question is about scaling."""
    return has_any(" ".join(question.lower().replace("?", " ").replace(",", " ").split()), _WORDS)


def tell_scaling(asked: Asked, page: Page, refs: Sequence[ObjectRef]) -> None:
    """The autoscalers of the objects in words; whether KEDA is there where the question names it."""
    if "keda" in asked.reading.question.lower() and not asked.inventory.count(_SCALED_OBJECT):
        page.tell(FactType.COVERAGE, "KEDA is not installed, as far as I see: the cluster has no ScaledObject.", rank=0)
    named = {(ref.namespace, ref.name) for ref in refs}
    scalers = [entry for entry in asked.inventory.list(HorizontalPodAutoscaler.GROUP_KIND) if _target(entry) in named]
    for entry in scalers:
        for sentence in field_sentences(entry):
            page.tell(FactType.FIELD, stopped(sentence), ref=entry.ref, rank=1, item=True)
    others = [] if scalers else _others(asked, refs)
    for one in others:
        page.tell(FactType.FIELD, f"{one} scales {refs[0]}.", ref=one, rank=0, item=True)
    if not scalers and not others and refs:
        page.tell(FactType.COVERAGE, f"No HorizontalPodAutoscaler scales {refs[0]}.", ref=refs[0], rank=1)


def _others(asked: Asked, refs: Sequence[ObjectRef]) -> list[ObjectRef]:
    """Autoscalers of other kinds, as KEDA's."""
    links = (link for ref in refs for link in neighbours(ref, asked.inventory) if link.relation == "scales" and link.target == ref)
    return list(dict.fromkeys(link.source for link in links))


def _target(entry: Entry) -> tuple[str, str]:
    spec = entry.obj.spec if isinstance(entry.obj, HorizontalPodAutoscaler) else None
    target = spec.scale_target_ref if spec else None
    return entry.ref.namespace, target.name if target else ""
