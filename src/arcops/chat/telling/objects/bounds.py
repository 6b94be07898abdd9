"""What a namespace allows: the bounds of its LimitRanges, its quotas, and the level of Pod Security it enforces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from arcops.chat.asked import Asked
from arcops.chat.base import Draft, FactType
from arcops.chat.selecting.scope import NAMESPACE
from arcops.chat.telling.page import Page
from arcops.kube.objects.policy import LimitRange, LimitRangeItem, ResourceQuota
from arcops.kube.refs import ObjectRef

_ASKS = re.compile(
    r"\b(?:may|allow\w*|permit\w*|at most|maxim\w*|max|minim\w*|bounds?|default (?:limits?|requests?)|limit ?ranges?|quotas?"
    r"|pod ?security|security (?:level|standard|policy)|psa|pss|restricted|baseline|privileged|limits?)\b"
)
_OF_SECURITY = re.compile(r"\bpod ?security|\bsecurity|\bpsa\b|\bpss\b|\brestricted\b|\bbaseline\b|\bprivileged\b")
_LEVELS = "pod-security.kubernetes.io/"


def tell_bounds(asked: Asked, text: str) -> Draft | None:
    """What a namespace that is named allows; None where that is not asked, or no namespace is named."""
    namespace = asked.reading.namespace
    if not namespace or not _ASKS.search(text):
        return None
    page = Page(asked.book)
    return page.draft() if say_bounds(asked, page, namespace, text) else None


def say_bounds(asked: Asked, page: Page, namespace: str, text: str) -> bool:
    """Say the bounds there are, those of security first where these are asked; whether there are any."""
    if not _ASKS.search(text):
        return False
    parts = [_say_amounts(asked, page, namespace), _say_levels(asked, page, namespace, is_asked=bool(_OF_SECURITY.search(text)))]
    return any(parts)


def _say_amounts(asked: Asked, page: Page, namespace: str) -> bool:
    found = False
    for entry in asked.inventory.list(LimitRange.GROUP_KIND, namespace):
        for item in (entry.obj.spec.limits if isinstance(entry.obj, LimitRange) and entry.obj.spec else None) or ():
            text = f"{entry.ref}: each {item.type or 'object'} {', '.join(_bounds(item)) or 'has no bound'}."
            page.tell(FactType.FIELD, text, ref=entry.ref, path="spec.limits", rank=0)
            found = True
    for entry in asked.inventory.list(ResourceQuota.GROUP_KIND, namespace):
        status = entry.obj.status if isinstance(entry.obj, ResourceQuota) else None
        used, hard = (status.used or {}, status.hard or {}) if status else ({}, {})
        said = ", ".join(f"{name} {used.get(name, 0)} of {amount}" for name, amount in sorted(hard.items()))
        if said:
            page.tell(FactType.FIELD, f"{entry.ref} allows in all, used of hard: {said}.", ref=entry.ref, path="status.hard", rank=0)
            found = True
    return found


def _bounds(item: LimitRangeItem) -> Iterator[str]:
    for words, amounts in (
        ("may have at most", item.max), ("must have at least", item.min), ("has by default the limit", item.default),
        ("requests by default", item.default_request), ("may have as limit so many times its request", item.max_limit_request_ratio),
    ):  # fmt: skip
        if amounts:
            yield f"{words} {_amounts(amounts)}"


def _amounts(amounts: Mapping[str, object]) -> str:
    return " and ".join(f"{name} {amount}" for name, amount in sorted(amounts.items(), key=lambda one: one[0] != "memory"))


def _say_levels(asked: Asked, page: Page, namespace: str, *, is_asked: bool) -> bool:
    ref = ObjectRef.of(NAMESPACE, "", namespace)
    entry = asked.inventory.get(ref)
    labels = (entry.obj.metadata.labels if entry is not None else None) or {}
    named = [(key.removeprefix(_LEVELS), value) for key, value in sorted(labels.items()) if key.startswith(_LEVELS)]
    levels = [f"{mode} {level}" for mode, level in named if not mode.endswith("-version")]
    if levels:
        page.tell(FactType.FIELD, f"Pod Security in namespace {namespace}: {', '.join(levels)}.", ref=ref, path="metadata.labels", rank=0)
    elif is_asked and entry is not None:
        text = f"Namespace {namespace} has no label of Pod Security, so the default of the cluster counts there."
        page.tell(FactType.FIELD, text, ref=ref, path="metadata.labels", rank=0)
    return bool(levels) or (is_asked and entry is not None)
