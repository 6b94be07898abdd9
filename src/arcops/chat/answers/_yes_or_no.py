"""Yes or no to "is this AKS Arc", "are we connected to Azure", by the signs the platform is recognised by."""

from __future__ import annotations

import re
from collections.abc import Sequence

from arcops.chat.answers._said import told
from arcops.chat.asked import Asked
from arcops.chat.base import FactType, Said
from arcops.chat.platform_signs import ARC_NAMESPACE, Sign, is_arc
from arcops.findings.base import Finding
from arcops.findings.rules.arc.arc_agent_down import AGENTS
from arcops.inventory.base import Entry
from arcops.kube.objects.custom import CustomObject
from arcops.kube.objects.workloads import Deployment
from arcops.kube.refs import GroupKind

_ASKS = re.compile(
    r"^(?:so |and |but |hey |ok |hi |please |tell me )*(?:if |whether )?(?:is|are|am|does|do|did|has|have|was|can)\b|\bor not\b"
)
_CHOICE = re.compile(r"\bor (?!not\b)")
_CONNECTION = re.compile(r"\b(?:dis|re|un)?connect\w*\b|\bo(?:n|ff)line\b|\breach\w* azure\b|\bcut off\b")
_NEGATIVE = re.compile(r"\bdisconnect\w*\b|\bunconnected\b|\boffline\b|\bnot (?:\w+ )?connected\b|\bcut off\b|\blost\b")
_PLATFORMS = (
    (re.compile(r"\bazure local\b|\bazure stack\b|\bhci\b|\bmoc\b"), ("Azure Local",)),
    (re.compile(r"\baks\b"), ("AKS",)), (re.compile(r"\barc\b"), ("Arc",)), (re.compile(r"\bk3s\b|\bk3d\b"), ("k3s",)),
    (re.compile(r"\brke2?\b|\brancher\b"), ("RKE2",)), (re.compile(r"\bopenshift\b|\bocp\b"), ("OpenShift",)),
    (re.compile(r"\beks\b|\bamazon\b|\baws\b"), ("EKS",)), (re.compile(r"\bgke\b|\bgoogle\b|\bgcp\b"), ("GKE",)),
    (re.compile(r"\bminikube\b"), ("minikube",)), (re.compile(r"\bmicrok8s\b"), ("MicroK8s",)), (re.compile(r"\bk0s\b"), ("k0s",)),
    (re.compile(r"\btanzu\b|\bvmware\b"), ("Tanzu",)),
)  # fmt: skip
_CONNECTED = GroupKind("arc.azure.com", "ConnectedCluster")


def verdict(text: str, signs: Sequence[Sign]) -> str:
    """``Yes: `` or ``No: `` for a question if this is some platform; "" for any other."""
    if not _ASKS.search(text) or _CHOICE.search(text) or _CONNECTION.search(text):
        return ""
    wanted = [name for pattern, names in _PLATFORMS if pattern.search(text) for name in names]
    if not wanted:
        return ""
    return "Yes: t" if any(wanted[0] in sign.name for sign in signs) else "No: t"


def connection(asked: Asked, text: str) -> Said | None:
    """Whether the cluster is connected to Azure Arc, where that is asked."""
    if not _CONNECTION.search(text):
        return None
    if not is_arc(asked.inventory):
        lead = _lead(text, is_connected=False)
        return told(asked, FactType.COVERAGE, f"{lead}this cluster is not connected to Azure Arc: there is no namespace {ARC_NAMESPACE}.")
    lost = _lost(asked)
    if lost is not None:
        return told(asked, FactType.FINDING, f"{_lead(text, is_connected=False)}{lost.title}.", ref=lost.subject)
    entry, state = _state(asked)
    if entry is not None and state:
        sentence = f"{_lead(text, is_connected=state.lower() == 'connected')}{entry.ref} is {state}."
        return told(asked, FactType.FIELD, sentence, ref=entry.ref, path="status.connectivityStatus")
    agents = [one for one in asked.inventory.list(Deployment.GROUP_KIND, ARC_NAMESPACE) if one.ref.name in AGENTS]
    if not agents:
        return None
    said = "the agents of Azure Arc are installed; whether Azure hears them, the cluster does not tell."
    return told(asked, FactType.COVERAGE, f"{_lead(text, is_connected=True).replace('Yes: ', 'So it seems: ')}{said}")


def _lost(asked: Asked) -> Finding | None:
    findings = asked.current.report.findings if asked.current else ()
    return next((one for one in findings if one.is_problem and one.code == "ArcDisconnected"), None)


def _state(asked: Asked) -> tuple[Entry | None, str]:
    for entry in asked.inventory.list(_CONNECTED):
        status = entry.obj.status if isinstance(entry.obj, CustomObject) else None
        return entry, (status.connectivity_status or "") if status else ""
    return None, ""


def _lead(text: str, *, is_connected: bool) -> str:
    if not _ASKS.search(text) or _CHOICE.search(text):
        return ""
    return "Yes: " if is_connected != (_NEGATIVE.search(text) is not None) else "No: "
