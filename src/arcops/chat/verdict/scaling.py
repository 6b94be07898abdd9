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

_SCALES = re.compile(r"\b(?:(?:auto-?)?scal(?:e[sd]?|ing)(?! (?:down|in|to)\b)|autoscalers?|hpas?|keda|grow(?:s|ing)?)\b")
_BEYOND = re.compile(r"\b(?:beyond|above|more than|over|past|up to|to) (\d{1,5})\b")
_MOST = re.compile(r"\b(?:max(?:ed)?(?: out)?|maximum|at (?:its|the) (?:limit|top|ceiling)|upper (?:limit|bound)|full)\b")
_LEAST = re.compile(r"\b(?:min|minimum|lowest|least|lower (?:limit|bound))\b")
_GROWS = re.compile(r"\b(?:can|could|able|room)\b.*\b(?:scale|grow|add|more|further)\b")
_REASON = re.compile(r"\bbecause\b|\bdue to\b|\bsince\b")
_STOPPED = ("ScalingActive", "AbleToScale")


def judge_scaling(claim: Claim) -> Ruling | None:
    """What the autoscaler of the object says of itself; whether its bounds allow a number that is named."""
    is_of_bounds = claim.says(_MOST) or claim.says(_LEAST)
    scaler = _scaler(claim) if claim.entries and (is_of_bounds or claim.says(_SCALES)) and not claim.says(_REASON) else None
    if scaler is None:
        return None
    bound = _of_bound(claim, scaler, scaler.obj) if isinstance(scaler.obj, HorizontalPodAutoscaler) else None
    return bound or _of_state(claim, scaler)


def _of_state(claim: Claim, scaler: Entry) -> Ruling:
    """What it says of itself, and what is found wrong with it."""
    found = claim.own((scaler.ref,))
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


def _of_bound(claim: Claim, entry: Entry, scaler: HorizontalPodAutoscaler) -> Ruling | None:
    """Whether it stands at its most or its least; whether it has room to grow."""
    spec, now = scaler.spec, (scaler.status.current_replicas if scaler.status else None) or 0
    if spec is None or not spec.max_replicas:
        return None
    least, most = spec.min_replicas if spec.min_replicas is not None else 1, spec.max_replicas
    wanted = _BEYOND.search(claim.plain)
    if wanted is not None:
        asked_for = int(wanted[1]) + (wanted[0].split()[0] not in ("up", "to"))
        return Ruling(yes_no(asked_for <= most), f"{entry.ref} allows at most {most} replicas", entry.ref)
    text = f"{entry.ref} stands at {now} replicas, between {least} and {most}"
    if claim.says(_MOST):
        return Ruling(yes_no(now >= most), text, entry.ref)
    if claim.says(_LEAST):
        return Ruling(yes_no(now <= least), text, entry.ref)
    if claim.says(_GROWS) and now >= most:
        return Ruling("No", f"{text}: it is at its maximum", entry.ref)
    return None


def _scaler(claim: Claim) -> Entry | None:
    for entry in claim.entries:
        if isinstance(entry.obj, HorizontalPodAutoscaler):
            return entry
        for link in neighbours(entry.ref, claim.asked.inventory):
            if link.relation == "scales":
                return claim.asked.inventory.get(link.source)
    return None
