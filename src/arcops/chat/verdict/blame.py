"""Whether something is to blame, whether a step mends it, and how grave it is."""

from __future__ import annotations

import re

from arcops.chat.selecting.retried import job_made_good
from arcops.chat.telling.incidents.cases import Case, cases_about, cases_in, family
from arcops.chat.telling.incidents.incident import steps_of
from arcops.chat.verdict.base import Claim, Ruling, yes_no
from arcops.findings.base import Severity

_BLAME = re.compile(
    r"\b(?:to blame|the (?:\w+ )?(?:cause|culprit|reason|problem)|at fault|guilty|responsible|root cause|"
    r"behind (?:it|this|that)|because of|due to|caused by)\b"
)
_MENDS = re.compile(r"\b(?:fix(?:es)?|help(?:s)?|solve[sd]?|enough|resolve[sd]?|do the trick|work|cure|suffice|bring(?:s)? .* back)\b")
_STEP = re.compile(
    r"\b(uncordon|cordon|restart|delet|scal|resum|suspend|roll(?:ing)? ?back|rollback|upgrad|increas|rais|reboot|renew|creat|edit|"
    r"chang|remov|add|drain|patch|recreat)(?:e|es|ed|ing|ting)?\b"
)
_MORE = re.compile(r"\b(?:more|bigger|larger|higher) (memory|cpu|ram|disk|nodes?|replicas?|quota|limits?)\b")
_KIN = {
    "ram": ("memory",), "node": ("node",), "nodes": ("node",), "replica": ("replicas",), "limit": ("limit",),
    "rais": ("raise", "edit", "increase"), "increas": ("raise", "increase", "edit"), "creat": ("create",), "recreat": ("create",),
    "add": ("add", "create"), "chang": ("edit", "change", "correct"), "edit": ("edit", "correct"), "resum": ("suspend", "resume"),
    "remov": ("remove", "delete"), "rollback": ("undo", "roll back"), "delet": ("delete",), "scal": ("scale",), "renew": ("renew",),
}  # fmt: skip
"""The words that next steps have for what a question calls otherwise."""
_GRAVE = re.compile(
    r"\b(?:serious|urgent|critical|severe|bad|dangerous|an emergency|emergency|a big deal|big deal|worry|worried|panic|alarming|"
    r"wake (?:up )?(?:\w+)|important|harmless|ignore|wait until|can wait)\b"
)
_HARMLESS = re.compile(r"\b(?:harmless|ignore|can (?:it|this|that) wait|wait until|can wait)\b")


def _about(claim: Claim) -> list[Case]:
    refs = {entry.ref for entry in claim.entries}
    if refs:
        return cases_about(claim.cases, set(family(refs, claim.asked.inventory)))
    return cases_in(claim.cases, claim.asked.reading.namespace)


def judge_blame(claim: Claim) -> Ruling | None:
    """Whether the object named is the root of an incident, or only suffers from another."""
    if not claim.entries or not claim.says(_BLAME):
        return None
    kin = set(family([entry.ref for entry in claim.entries], claim.asked.inventory))
    own = next((case for case in claim.cases if case.root in kin), None)
    if own is not None:
        return Ruling("Yes", f"{own.root} is the root of this: {own.main.title}", own.root)
    ref, found = claim.entries[0].ref, _about(claim)
    if found:
        return Ruling("No", f"{ref} only suffers, the cause is {found[0].root}: {found[0].main.title}", found[0].root)
    return Ruling("No sign of that", f"nothing is found wrong with {ref}", ref)


def judge_mending(claim: Claim) -> Ruling | None:
    """Whether what the question would do is among the next steps of the incident."""
    wanted = _STEP.search(claim.plain) or _MORE.search(claim.plain)
    if wanted is None or not claim.says(_MENDS):
        return None
    words = _KIN.get(wanted[1], (wanted[1],))
    for case in _about(claim) or claim.cases:
        step = next((step for step in steps_of(case) if any(word in step.lower() for word in words)), None)
        if step is not None:
            return Ruling("Yes, it should", f"that is a next step for {case.root}: {step}", case.root)
    return None


def judge_weight(claim: Claim) -> Ruling | None:
    """How grave the worst of it is."""
    found = _about(claim) if claim.says(_GRAVE) else []
    if not found:
        return _made_good(claim) if claim.says(_GRAVE) and claim.entries else None
    worst, is_harmless = found[0], claim.says(_HARMLESS)
    if worst.incident.severity is Severity.CRITICAL:
        return Ruling(f"{yes_no(not is_harmless)}, it is critical", worst.main.title, worst.root)
    word = "Not quite harmless" if is_harmless else "Not critical"
    return Ruling(f"{word}, it is a {worst.incident.severity.value}", worst.main.title, worst.root)


def _made_good(claim: Claim) -> Ruling | None:
    """That a failed pod is no matter any more once its Job is complete."""
    entry = claim.entries[0]
    job = job_made_good(entry, claim.asked.inventory)
    if job is None:
        return None
    text = f"{entry.ref} failed, but its {job.ref} was tried again and is complete"
    return Ruling(yes_no(claim.says(_HARMLESS)), text, job.ref)
