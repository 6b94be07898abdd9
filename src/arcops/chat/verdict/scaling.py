"""Whether something scales an object, and how far."""

from __future__ import annotations

import re

from arcops.chat.selecting.wellness import wellness_of
from arcops.chat.telling.fields import field_sentences
from arcops.chat.verdict.base import Claim, Ruling, yes_no
from arcops.inventory.base import Entry
from arcops.inventory.graph import neighbours
from arcops.kube.conditions import condition_of, is_false
from arcops.kube.objects.autoscaling import HorizontalPodAutoscaler

_SCALES = re.compile(r"\b(?:(?:auto-?)?scal(?:e[sd]?|ing)|autoscalers?|hpas?|keda|grow(?:s|ing)?)\b")
_BEYOND = re.compile(r"\b(?:beyond|above|more than|over|past|up to|to) (\d{1,5})\b")
_STOPPED = ("ScalingActive", "AbleToScale")


def judge_scaling(claim: Claim) -> Ruling | None:
    """What the autoscaler of the object says of itself; whether its bounds allow a number that is named."""
    scaler = _scaler(claim) if claim.entries and claim.says(_SCALES) else None
    if scaler is None:
        return None
    found = claim.own((scaler.ref,))
    wanted = _BEYOND.search(claim.plain)
    if wanted is not None and isinstance(scaler.obj, HorizontalPodAutoscaler) and scaler.obj.spec:
        most = scaler.obj.spec.max_replicas or 0
        asked_for = int(wanted[1]) + (wanted[0].split()[0] not in ("up", "to"))
        return Ruling(yes_no(asked_for <= most), f"{scaler.ref} allows at most {most} replicas", scaler.ref)
    if found:
        return Ruling("No", found[0].title, scaler.ref)
    conditions = getattr(getattr(scaler.obj, "status", None), "conditions", None)
    active = condition_of(conditions, "Active")
    if active is not None and active.status != "True":
        why = f" ({active.reason})" if active.reason else ""
        return Ruling("No, not now", f"condition Active of {scaler.ref} is {active.status}{why}", scaler.ref)
    stopped = next((name for name in _STOPPED if is_false(conditions, name)), "")
    if stopped or not wellness_of(scaler).is_well:
        return Ruling("No", f"condition {stopped or 'Ready'} of {scaler.ref} is False", scaler.ref)
    return Ruling("Yes", next((one for one in field_sentences(scaler) if "scales" in one), f"{scaler.ref} is well"), scaler.ref)


def _scaler(claim: Claim) -> Entry | None:
    for entry in claim.entries:
        for link in neighbours(entry.ref, claim.asked.inventory):
            if link.relation == "scales":
                return claim.asked.inventory.get(link.source)
    return None
