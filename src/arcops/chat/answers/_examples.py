"""Questions that fit this cluster, with names that exist here: for whoever does not know what to ask."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.chat.asked import Asked
from arcops.chat.selecting.scope import NODE, POD
from arcops.findings.incidents import Incident
from arcops.kube.objects.workloads import Deployment
from arcops.kube.refs import ObjectRef


def examples(asked: Asked, most: int = 3) -> list[str]:
    """Questions that have an answer now, those about what is wrong first; each once."""
    return list(dict.fromkeys(_all(asked)))[:most]


def _all(asked: Asked) -> Iterator[str]:
    words = {word.lower() for word in asked.reading.words}
    incidents = asked.current.report.incidents if asked.current else ()
    for incident in incidents[:2]:
        ref = _speaker(incident)
        yield f"Why is {ref.name} in {ref.namespace} not well?" if ref.namespace else f"What is wrong with {ref.name}?"
    if not incidents:
        yield "Is anything wrong in the cluster?"
    named = _likely(asked, words)
    if named is not None:
        yield f"What happened to {named.name} in {named.namespace} in the last hour?"
        yield f"Show the logs of {named.name}."
    space = asked.reading.namespace or (named.namespace if named else "")
    yield f"Which pods in {space} are not ready?" if space else "Which pods are not ready?"
    yield "What changed in the last hour?"
    if asked.inventory.count(NODE):
        yield "Which node is the fullest?"


def _speaker(incident: Incident) -> ObjectRef:
    return incident.members[0].speaker if incident.members else incident.root


def _likely(asked: Asked, words: set[str]) -> ObjectRef | None:
    """A workload of the cluster, one that a word of the question is like if there is one."""
    entries = asked.inventory.list(Deployment.GROUP_KIND) or asked.inventory.list(POD)
    like = next((entry.ref for entry in entries if any(word in entry.ref.name for word in words if len(word) > 2)), None)  # noqa: PLR2004
    return like or (entries[0].ref if entries else None)
