"""Whether an object runs, is well, or is as bad as the question says."""

from __future__ import annotations

import re

from arcops.chat.base import Intent
from arcops.chat.selecting.scope import POD, pods_of
from arcops.chat.selecting.wellness import wellness_of
from arcops.chat.telling.incidents.cases import cases_about, family
from arcops.chat.telling.incidents.incident import since_of
from arcops.chat.telling.standing import Standing, standing_of
from arcops.chat.telling.words import dated
from arcops.chat.verdict.base import WORKLOAD_KINDS, Claim, Ruling, yes_no
from arcops.findings.pods import is_ready
from arcops.inventory.base import Entry
from arcops.kube.objects.custom import CustomObject
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.service import Service
from arcops.kube.times import time_ms

_RUNS = re.compile(
    r"\b(?:up(?! to)|running|runs?|alive|started|online|live|there yet|back|come up|came up|coming up|starts?|operational|ready|"
    r"available|deployed|installed|issued|live|recover(?:s|ed|ing)?|better|serv(?:es?|ing)|answer(?:s|ing)?|respond(?:s|ing)?|"
    r"reachable|applied)\b"
)
_FINE = re.compile(
    r"\b(?:ok|okay|fine|healthy|good|well|alright|all right|works?|working|in order|in (?:good )?shape|normal|happy|green|stable|"
    r"functional|functioning|safe|valid|correct(?:ly)?)\b"
)
_NOT = re.compile(r"(?:\bnot|n't|\bnever|\bno longer) (?:\w+ )?(?:up|running|working|ready|alive|healthy|available|well|ok)\b")
_RESTARTS = re.compile(r"\b(?:restart(?:s|ing|ed)?|crash(?:es|ing|ed)?(?: ?loop\w*)?|bounc\w+)\b")
_PENDING = re.compile(r"\b(?:pending|waiting|unscheduled|queued)\b")
_DOWN = re.compile(
    r"\b(?:down(?! to)|dead|offline|unavailable|broken|broke|failing|failed|fails|unhealthy|sick|degraded|stuck|wrong|hurt|affected|"
    r"problems?|issues?|trouble|kaputt?|hung|hanging|frozen|dying|red|impacted|sad|bad(?:ly)?|unwell|acting up|faulty|errors?|"
    r"unstable|missing (?:replicas?|pods?|copies)|short of (?:replicas?|pods?)|incomplete)\b"
)
_GONE = re.compile(r"\b(?:down(?! to)|dead|offline|unavailable|gone|unreachable)\b")
"""What is not true of a thing that stands, whatever else is wrong with it."""
_ROLLED = re.compile(r"\b(?:new|latest|newest|rolled|rollout|update[ds]?|live|applied)\b")
"""What asks for the new version, which may not be what runs."""
_PAST = re.compile(r"^(?:(?:and|so|but|hey) )*(?:was|were|did|had)\b")
_ALWAYS = re.compile(r"\b(?:always|all along|from the (?:start|beginning)|since the (?:start|beginning)|the whole time|ever since)\b")
_NEW = re.compile(r"^(?:and |so |but )*(?:is|are) (?:it|this|that|these|they) (?:\w+ )?(?:new|recent)\b")
_UNKNOWN = "Unknown"
_SOON_MS = 5 * 60_000
"""A trouble that begins so soon after its object was made was always there."""
_NEW_MS = 60 * 60_000
_WHERE = re.compile(r"\b(?:some|any|else)where\b|\bnodes?\b|\bany more\b")
_IDLE = {
    "scaled to 0": "it is scaled to 0", "suspended": "it is suspended", "Completed": "it has run and is done", "Succeeded": "it is done",
    "Complete": "it has run and is complete", "Terminating": "it is being deleted", "Failed": "it failed",
}  # fmt: skip
_OF_OPERATORS = ("/cluster", "/instance", "/cluster-name", "/name")
"""How the labels end by which operators mark the pods of a resource."""
_MOST_PLACES = 3

_HAD = re.compile(r"^(?:and |so |but )*(?:did|has|have|had|was|were)\b.*\b(?:trouble|problems?|issues?|difficult\w+|incidents?|outages?)\b")
"""What was so once, how it stands now does not tell."""


def judge_standing(claim: Claim) -> Ruling | None:
    """How the first object stands, as an answer to what is claimed of it."""
    if not claim.entries or _is_of_span(claim) or (claim.asked.reading.intent is Intent.HISTORY and claim.says(_HAD)):
        return None
    entry = claim.entries[0]
    standing = standing_of(claim.asked, entry)
    if claim.says(_RESTARTS):
        return _of_restarts(claim, entry, standing)
    if claim.says(_PENDING):
        waits = wellness_of(entry).word == "Pending" or any("not scheduled" in mark for mark in standing.marks)
        return Ruling(yes_no(waits), standing.text, entry.ref)
    if claim.says(_NOT) or (claim.says(_DOWN) and not claim.says(_RUNS) and not claim.says(_FINE)):
        return _of_trouble(claim, entry, standing)
    if claim.says(_RUNS):
        return _of_running(claim, entry, standing)
    return _of_health(claim, entry, standing) if claim.says(_FINE) else None


def judge_silence(claim: Claim) -> Ruling | None:
    """Of a node that has not reported yet nothing can be told."""
    entry = claim.entries[0] if claim.entries else None
    if entry is None or not isinstance(entry.obj, Node) or wellness_of(entry).word != _UNKNOWN:
        return None
    if not (claim.says(_RUNS) or claim.says(_FINE) or claim.says(_DOWN)):
        return None
    text = f"{standing_of(claim.asked, entry).text}; it has no condition Ready, so its kubelet has not reported yet"
    return Ruling("I cannot tell", text, entry.ref)


def _is_of_span(claim: Claim) -> bool:
    """Whether it is claimed of a span gone by, of which the present tells nothing."""
    reading = claim.asked.reading
    return reading.at_ms is None and bool(reading.since_ms or reading.until_ms) and _PAST.search(claim.text) is not None


def judge_age(claim: Claim) -> Ruling | None:
    """Whether a trouble is as old as what it is about, or new."""
    if not claim.entries or not (claim.says(_ALWAYS) or claim.says(_NEW)):
        return None
    entry = claim.entries[0]
    case = next(iter(cases_about(claim.cases, set(family([entry.ref], claim.asked.inventory)))), None)
    began_ms = case.incident.since.at_ms if case is not None else None
    if case is None or began_ms is None:
        return None
    made_ms = time_ms(entry.obj.metadata.creation_timestamp) or 0
    is_old = began_ms <= made_ms + _SOON_MS
    text = f"{case.main.title.rstrip('.')}, {since_of(claim.asked, case)}"
    made = f"{entry.ref} was made {dated(made_ms, claim.asked.at_ms, claim.asked.reading.zone)}"
    if claim.says(_ALWAYS):
        return Ruling(yes_no(is_old), f"{text}; {made}", case.root)
    return Ruling(yes_no(claim.asked.at_ms - began_ms <= _NEW_MS), text, case.root)


def _of_running(claim: Claim, entry: Entry, standing: Standing) -> Ruling:
    found = claim.own((entry.ref,))
    if found and standing.is_well and claim.says(_ROLLED):
        return Ruling("No, not quite", found[0].title, entry.ref)
    idle = _IDLE.get(wellness_of(entry).word)
    if idle:
        return Ruling(f"No, {idle}", standing.text, entry.ref)
    if standing.is_well:
        return _of_silent(claim, entry, standing) or Ruling("Yes", f"{standing.text}{_places(claim, entry)}", entry.ref)
    return Ruling("Only partly" if _is_partly(entry) else "No", standing.text, entry.ref)


def _of_health(claim: Claim, entry: Entry, standing: Standing) -> Ruling:
    found = claim.own((entry.ref,))
    if standing.is_well and found:
        return Ruling("No, not quite", found[0].title, entry.ref)
    if standing.is_well:
        return _of_silent(claim, entry, standing) or Ruling("Yes", standing.text, entry.ref)
    return Ruling("Only partly" if _is_partly(entry) else "No", standing.text, entry.ref)


def _of_silent(claim: Claim, entry: Entry, standing: Standing) -> Ruling | None:
    """Of what tells no state itself: what is found wrong with it, else that nothing is."""
    if wellness_of(entry).word and not isinstance(entry.obj, CustomObject | Service):
        return None
    found = claim.own((entry.ref,))
    if found:
        return Ruling("No", found[0].title, entry.ref)
    if wellness_of(entry).word:
        return None
    return Ruling("Yes, as far as I see", f"nothing is found wrong with {standing.text}", entry.ref)


def _of_trouble(claim: Claim, entry: Entry, standing: Standing) -> Ruling:
    found = claim.own((entry.ref,))
    idle = _IDLE.get(wellness_of(entry).word) if claim.says(_GONE) or claim.says(_NOT) else None
    if idle and standing.is_well:
        return Ruling(f"Yes, {idle}", standing.text, entry.ref)
    if not standing.is_well:
        return Ruling("Partly" if _is_partly(entry) else "Yes", standing.text, entry.ref)
    if not found:
        return Ruling("No", standing.text, entry.ref)
    if isinstance(entry.obj, CustomObject):
        return _of_operated(claim, entry, found[0].title)
    if claim.says(_GONE):
        return Ruling("No, but not all is well", standing.text, entry.ref)
    return Ruling("Yes, in a way", found[0].title, entry.ref)


def _of_operated(claim: Claim, entry: Entry, fault: str) -> Ruling:
    """Of what an operator runs: whether its pods stand, beside what it says itself."""
    pods = _operated_pods(claim, entry)
    ready = sum(map(is_ready, pods))
    if not pods or not claim.says(_GONE):
        return Ruling("Yes, in a way", fault, entry.ref)
    word = "Yes" if not ready else "No, but not all is well" if ready == len(pods) else "Partly"
    return Ruling(word, f"{entry.ref}: {ready} of {len(pods)} pods ready; {fault}", entry.ref)


def _operated_pods(claim: Claim, entry: Entry) -> list[Pod]:
    """The pods of a custom resource: those linked with it, else those that a label of its operator says are its own."""
    inventory, ref = claim.asked.inventory, entry.ref
    labelled = (
        one
        for one in inventory.list(POD, ref.namespace)
        if any(value == ref.name and key.endswith(_OF_OPERATORS) for key, value in (one.obj.metadata.labels or {}).items())
    )
    return [one.obj for one in pods_of(ref, inventory) or labelled if isinstance(one.obj, Pod)]


def _of_restarts(claim: Claim, entry: Entry, standing: Standing) -> Ruling | None:
    if entry.ref.kind != "Pod" and entry.ref.group_kind not in WORKLOAD_KINDS:
        return None
    is_over = standing.is_well and not claim.own((entry.ref,))
    word = "No" if not standing.restarts else "Not now, but it did" if is_over else "Yes"
    return Ruling(word, standing.text, entry.ref)


def _is_partly(entry: Entry) -> bool:
    return wellness_of(entry).word == "partly ready"


def _places(claim: Claim, entry: Entry) -> str:
    """Where its pods run, where that is asked and they are few."""
    if entry.ref.group_kind not in WORKLOAD_KINDS or not claim.says(_WHERE):
        return ""
    pods = (one.obj for one in pods_of(entry.ref, claim.asked.inventory))
    names = sorted({pod.spec.node_name for pod in pods if isinstance(pod, Pod) and is_ready(pod) and pod.spec and pod.spec.node_name})
    return f"; it runs on {' and '.join(names)}" if 0 < len(names) <= _MOST_PLACES else ""
