"""Whether a condition, a phase or an outcome holds that the question names: installed, bound, suspended, finished."""

from __future__ import annotations

import re

from arcops.chat.answers._said import listed
from arcops.chat.selecting.traits import open_to_pods
from arcops.chat.selecting.wellness import wellness_of
from arcops.chat.telling.standing import standing_of
from arcops.chat.verdict.base import Claim, Ruling, yes_no
from arcops.inventory.base import Entry
from arcops.kube.objects.batch import CronJob, Job
from arcops.kube.objects.condition import Condition
from arcops.kube.objects.custom import CustomObject, NamedStatus
from arcops.kube.objects.gateway import HTTPRoute
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.node import Node
from arcops.kube.objects.workloads import Deployment
from arcops.kube.times import time_ms

_WORD = re.compile(r"[a-z]{4,}")
_HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_BUT_NOT = re.compile(r"\b(?:not|no longer)\b|n't\b")
_CONTRARY = {"Yes": "No", "No": "Yes"}
_BAD = re.compile(r"\b(?:broken|failing|failed|down|wrong|unhealthy|bad|stuck|stopped|dead)\b")
_ILL_PART = "unhealthy"
_ENDING = re.compile(r"(?:ing|ed|s)$")
_SHORTEST = 4
_TELLING = 6
"""Letters of a word by which a message is known; shorter ones stand in many."""
_DONE = re.compile(r"\b(?:succe\w+|finish\w*|complet\w+|done|through|over|went well|worked)\b")
_HELD = re.compile(r"\b(?:suspended|paused|on hold|held)\b")
_CORDONED = re.compile(r"\b(?:cordon\w*|schedulable|unschedulable|tak(?:e|es|ing) (?:new )?pods|accept\w* (?:new )?pods)\b")
_WILLING = re.compile(r"\b(?:(?<!un)schedulable|tak(?:e|es|ing)|accept\w*)\b")
_GOING = re.compile(r"\b(?:terminating|being deleted|deleting|going away)\b")
_ACTIVE = re.compile(r"\b(?:does|do|will|can|did)\b.*\baccept\w*\b")
"""Whether it takes another thing, which no condition of its own tells."""
_PLAIN = frozenset({"ready", "available", "progressing", "failed", "error"})
"""Conditions that the question for how it stands is answered by."""


def judge_condition(claim: Claim) -> Ruling | None:
    """What the object itself says of the state that is named."""
    if not claim.entries:
        return None
    entry = claim.entries[0]
    return _of_job(claim, entry) or _of_switch(claim, entry) or _of_phase(claim, entry) or _of_conditions(claim, entry)


def _of_job(claim: Claim, entry: Entry) -> Ruling | None:
    if not isinstance(entry.obj, Job | CronJob) or not claim.says(_DONE):
        return None
    standing = standing_of(claim.asked, entry).text
    if isinstance(entry.obj, CronJob):
        return Ruling(_of_runs(claim, entry, entry.obj), standing, entry.ref)
    word = wellness_of(entry).word
    how = {"Complete": "Yes", "Failed": "No, it failed", "suspended": "No, it is suspended"}.get(word, "No, not yet")
    return Ruling(how, standing, entry.ref)


def _of_runs(claim: Claim, entry: Entry, cron: CronJob) -> str:
    """Whether the last run of a CronJob came to its end well."""
    success, begun = (time_ms(cron.status.last_successful_time), time_ms(cron.status.last_schedule_time)) if cron.status else (None, None)
    if success is None:
        return "No, no success of it is known"
    if begun is None or success >= begun:
        return "Yes"
    return (
        "No, not the last run" if claim.own((entry.ref,)) or not cron.status or not cron.status.active else "Not yet, the last run goes on"
    )


def _of_switch(claim: Claim, entry: Entry) -> Ruling | None:
    """What a person has switched: suspended, paused, cordoned, deleted."""
    obj = entry.obj
    if claim.says(_GOING):
        going = bool(obj.metadata.deletion_timestamp)
        return Ruling(yes_no(going), standing_of(claim.asked, entry).text, entry.ref)
    if isinstance(obj, Node) and claim.says(_CORDONED):
        cordoned = bool(obj.spec and obj.spec.unschedulable)
        is_yes = cordoned is not claim.says(_WILLING)
        if claim.says(_WILLING) and not open_to_pods(entry):
            taints = listed([f"{one.key}:{one.effect}" for one in (obj.spec.taints if obj.spec else None) or ()])
            return Ruling("No", f"{standing_of(claim.asked, entry).text}{f', taints {taints}' if taints else ''}", entry.ref)
        return Ruling(yes_no(is_yes), f"{entry.ref} is {'cordoned' if cordoned else 'not cordoned'}", entry.ref)
    if not claim.says(_HELD) or not isinstance(obj, Job | CronJob | Deployment) or obj.spec is None:
        return None
    held = bool(obj.spec.paused if isinstance(obj, Deployment) else obj.spec.suspend)
    return Ruling(yes_no(held), standing_of(claim.asked, entry).text, entry.ref)


def _of_phase(claim: Claim, entry: Entry) -> Ruling | None:
    if entry.ref.kind not in ("PersistentVolumeClaim", "PersistentVolume") or not re.search(r"\b(?:bound|released|lost)\b", claim.plain):
        return None
    word = wellness_of(entry).word
    return Ruling(yes_no(word.lower() in claim.plain), standing_of(claim.asked, entry).text, entry.ref)


def _of_conditions(claim: Claim, entry: Entry) -> Ruling | None:
    """A condition whose name stands in the question; of several that do not agree one that is not True."""
    if _ACTIVE.search(claim.plain):
        return None
    words = [word for word in _WORD.findall(claim.plain) if word not in _PLAIN]
    found = [(one, sure) for one in conditions_of(entry.obj) for word in words if (sure := _likeness(word, one))]
    if not found:
        return None
    best = max(sure for _, sure in found)
    one = min((one for one, sure in found if sure == best), key=lambda one: one.status == "True")
    how = {"True": "Yes", "False": "No"}.get(one.status or "", "That is not known")
    if claim.says(_BUT_NOT) and how in _CONTRARY:
        how = _CONTRARY[how]
    why = ": ".join(part for part in (one.reason, one.message) if part)
    return Ruling(how, f"condition {one.type} of {entry.ref} is {one.status}{f' ({why})' if why else ''}", entry.ref)


def judge_told_condition(claim: Claim) -> Ruling | None:
    """A word that names no object and stands in a condition of one: ``archiving``, ``catalog sources``."""
    names = [name.lower() for name in claim.asked.reading.unknown] if not claim.entries else []
    for kind in claim.asked.inventory.kinds() if names else ():
        for entry in claim.asked.inventory.list(kind, claim.asked.reading.namespace or None) if "." in kind.group else ():
            for one in conditions_of(entry.obj):
                parts = [part.lower() for part in _HUMP.findall(one.type or "")]
                if any(_stem(name) in map(_stem, parts) for name in names):
                    return _of_told(claim, entry, one, is_denial=_ILL_PART in parts or "not" in parts)
    return None


def _of_told(claim: Claim, entry: Entry, one: Condition, *, is_denial: bool) -> Ruling:
    is_good = (one.status == "True") is not is_denial
    word = yes_no(is_good is not claim.says(_BAD)) if one.status in ("True", "False") else "That is not known"
    why = ": ".join(part for part in (one.reason, one.message) if part)
    return Ruling(word, f"{entry.ref} says {one.type} is {one.status}{f' ({why})' if why else ''}", entry.ref)


def conditions_of(obj: KubeObject) -> list[Condition]:
    """The conditions of an object; of a route those that its Gateways set."""
    status = getattr(obj, "status", None)
    if isinstance(obj, CustomObject) and obj.status is not None:
        told = (("Synced", obj.status.sync), ("Healthy", obj.status.health))
        return [*(obj.status.conditions or ()), *(_of_word(type_, one) for type_, one in told if isinstance(one, NamedStatus))]
    if isinstance(obj, HTTPRoute):
        return [one for parent in (obj.status.parents if obj.status else None) or () for one in parent.conditions or ()]
    return list(getattr(status, "conditions", None) or ())


def _of_word(type_: str, one: NamedStatus) -> Condition:
    """The word that a tool has for an object, as a condition."""
    return Condition(type=type_, status="True" if one.status == type_ else "False", reason=one.status, message=one.message)


def _likeness(word: str, one: Condition) -> int:
    """How surely a word means a condition: it is its name, another form of it, or stands in what it says."""
    type_ = (one.type or "").lower()
    if _is_same(word, type_):
        return 3 if word == type_ else 2
    return 1 if _is_told(word, one) else 0


def _is_told(word: str, one: Condition) -> bool:
    """Whether a condition that does not hold says a word in its message: ``decrypted`` of "no key could decrypt"."""
    stem = _stem(word)
    return one.status == "False" and len(stem) >= _TELLING and re.search(rf"\b{stem}", (one.message or "").lower()) is not None


def _is_same(word: str, type_: str) -> bool:
    """Whether a word is a condition's name or another form of it: ``sync``, ``synced``, ``syncing``."""
    stem = _stem(word)
    is_going = type_.endswith("ing") and word.endswith("ed")
    return word == type_ or (len(stem) >= _SHORTEST and _stem(type_) == stem and not is_going)


def _stem(word: str) -> str:
    return _ENDING.sub("", word)
